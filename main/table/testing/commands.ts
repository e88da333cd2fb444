// SPDX-License-Identifier: MIT
// For tests: random `ip route` commands that meet often: few destinations, few metrics, few gateways. Many of them are
// refused by the kernel, which is as it should be.

/** A small pseudo-random generator (mulberry32), so that a failure can be repeated from its seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Pick = (below: number) => number;
const one = <T>(pick: Pick, list: readonly T[]): T => list[pick(list.length)]!;

const GATEWAYS = {
  4: [
    'via 192.0.2.2',
    'via 192.0.2.3',
    'via 198.51.100.2',
    'via 198.51.100.3',
    'via 203.0.113.9 dev a0 onlink',
  ],
  6: [
    'via 2001:db8:a::2',
    'via 2001:db8:a::3',
    'via 2001:db8:b::2',
    'via 2001:db8:b::3',
    'via fe80::9 dev a0',
    'via fe80::9 dev b0',
  ],
};
const DESTINATIONS = {
  4: ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3/32', '0.0.0.0/0', '0.0.0.0/1'],
  6: ['2001:db8:1::/48', '2001:db8:1:2::/64', '2001:db8:1:2::3/128', '::/0', 'fd00::/8'],
};

function target(pick: Pick, family: 4 | 6): string {
  const gateways = GATEWAYS[family];
  switch (pick(10)) {
    case 0:
      return 'blackhole';
    case 1:
      return one(pick, ['unreachable', 'prohibit', 'throw']);
    case 2:
    case 3: {
      const hops = Array.from({ length: 2 + pick(3) }, () => one(pick, gateways));
      return hops.map((hop) => `nexthop ${hop} weight ${1 + pick(3)}`).join(' ');
    }
    case 4:
      return one(pick, ['dev a0', 'dev b0']);
    case 5:
      return one(pick, family === 4 ? ['nhid 1', 'nhid 2', 'nhid 10'] : ['nhid 11', 'nhid 12', 'nhid 20']);
    default:
      return one(pick, gateways);
  }
}

/** One line for `ip -batch`. */
export function routeCommand(pick: Pick, family: 4 | 6): string {
  const verb = one(pick, [
    'add',
    'add',
    'append',
    'append',
    'prepend',
    'replace',
    'change',
    'del',
    'del',
    'del',
  ]);
  const destination = one(pick, DESTINATIONS[family]);
  const to = target(pick, family);
  const isType = /^[bupt]/.test(to);
  const words = ['route', verb, ...(isType ? [to, destination] : [destination])];
  if (!isType && (verb !== 'del' || pick(2) === 0)) words.push(to);
  if (pick(3) === 0) words.push('metric', one(pick, ['10', '20']));
  if (pick(6) === 0) words.push('table', '77');
  if (verb === 'del' && pick(2) === 0) return words.join(' ');
  if (pick(4) === 0) words.push('proto', one(pick, ['static', 'bgp']));
  if (pick(6) === 0) words.push('mtu', one(pick, ['1400', 'lock 1300']));
  if (family === 4 && pick(8) === 0) words.push('tos', '0x10');
  if (family === 4 && pick(8) === 0) words.push('src', '192.0.2.1');
  if (family === 6 && pick(12) === 0) words.push('pref', 'high');
  if (family === 6 && pick(14) === 0) words.push('from', '2001:db8:5::/48');
  return words.join(' ');
}

/** Next-hop objects that the commands refer to. */
export const NEXTHOPS = [
  'nexthop add id 1 via 192.0.2.2 dev a0',
  'nexthop add id 2 via 198.51.100.2 dev b0',
  'nexthop add id 10 group 1/2',
  'nexthop add id 11 via 2001:db8:a::2 dev a0',
  'nexthop add id 12 via 2001:db8:b::2 dev b0',
  'nexthop add id 20 group 11/12',
];

/** A change beside the routes that changes routes, mostly without a message. */
export function disturbance(pick: Pick): string[] {
  return one(pick, [
    ['link set a0 down', 'link set a0 up'],
    ['link set a1 down'],
    ['link set a1 up'],
    ['addr del 192.0.2.1/24 dev a0', 'addr add 192.0.2.1/24 dev a0'],
    ['addr del 2001:db8:b::1/64 dev b0', 'addr add 2001:db8:b::1/64 dev b0 nodad'],
    ['nexthop del id 1', 'nexthop add id 1 via 192.0.2.3 dev a0'],
    ['nexthop replace id 2 via 198.51.100.4 dev b0'],
    ['nexthop replace id 12 via 2001:db8:b::4 dev b0'],
    ['nexthop del id 20', 'nexthop add id 20 group 11/12'],
  ]);
}
