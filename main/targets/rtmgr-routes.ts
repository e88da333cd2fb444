// SPDX-License-Identifier: MIT
// The routes of an empty rtmgr: a dozen of many kinds in documentation ranges (RFC 5737, RFC 3849), over the devices
// that there are. rtmgr forwards nothing, so that they do no harm.
import type { LinkRow, RouteDraft } from '../../app/contract/index.ts';
import { RTN, RTPROT, RT_TABLE } from '../codec/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { specOfDraft } from '../routes/draft.ts';

const { RTPROT_STATIC, RTPROT_DHCP, RTPROT_BGP, RTPROT_OSPF } = RTPROT.values;
const { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW } = RTN.values;
const { RT_TABLE_MAIN } = RT_TABLE.values;

type Way = readonly [gateway: string | null, device: 'a' | 'b', weight?: number];
type First = Partial<Omit<RouteDraft, 'destination' | 'hops' | 'family'>> & {
  to: string;
  family?: 6;
  ways?: readonly Way[];
};

const FIRST: readonly First[] = [
  { to: 'default', ways: [['192.0.2.1', 'a']], protocol: RTPROT_DHCP, metric: 100 },
  { to: '192.0.2.0/24', ways: [[null, 'a']] },
  { to: '198.51.100.0/24', ways: [[null, 'b']] },
  { to: '203.0.113.0/25', ways: [['192.0.2.254', 'a']], protocol: RTPROT_BGP, metric: 20 },
  {
    to: '203.0.113.128/25',
    ways: [
      ['192.0.2.2', 'a', 1],
      ['198.51.100.3', 'b', 2],
    ],
    protocol: RTPROT_BGP,
    metric: 20,
  },
  { to: '203.0.113.64/26', ways: [['198.51.100.9', 'b']], mtu: 1400 },
  { to: '203.0.113.99/32', type: RTN_BLACKHOLE },
  { to: '198.18.0.0/15', type: RTN_PROHIBIT },
  { to: '203.0.113.0/24', type: RTN_THROW, table: 100 },
  { to: 'default', ways: [['198.51.100.1', 'b']], table: 100 },
  { to: 'default', family: 6, ways: [['fe80::1', 'a']], protocol: RTPROT_DHCP, metric: 1024 },
  { to: '2001:db8:10::/48', family: 6, ways: [['2001:db8:1::2', 'a']], protocol: RTPROT_OSPF, metric: 512 },
  {
    to: '2001:db8:20::/48',
    family: 6,
    ways: [
      ['2001:db8:1::2', 'a', 1],
      ['2001:db8:2::3', 'b', 3],
    ],
  },
  { to: '2001:db8:bad::/48', family: 6, type: RTN_UNREACHABLE },
];

/**
 * Over two devices that are up; lo serves where there is no other, but for IPv6, whose gateways may not be behind it. With
 * no device at all only what needs none is left.
 */
export function firstRoutes(links: readonly LinkRow[]): RouteSpec[] {
  const up = links.filter((link) => link.up);
  const others = up.filter((link) => link.kind !== 'loopback');
  const pick = (from: readonly LinkRow[]): Record<'a' | 'b', string | null> => {
    const [a = null, b = a] = from;
    return { a: a?.name ?? null, b: b?.name ?? null };
  };
  const names = { 4: pick([...others, ...up.filter((link) => link.kind === 'loopback')]), 6: pick(others) };
  const routes: RouteSpec[] = [];
  for (const { to, family: six, ways = [], ...rest } of FIRST) {
    const family = six ?? 4;
    const devices = names[family];
    if (ways.length > 0 && devices.a === null) continue;
    const draft: RouteDraft = {
      family,
      destination: to,
      hops: ways.map(([gateway, device, weight = 1]) => ({
        gateway,
        device: devices[device],
        weight,
        onlink: false,
      })),
      table: RT_TABLE_MAIN,
      protocol: RTPROT_STATIC,
      type: RTN_UNICAST,
      scope: null,
      metric: null,
      tos: 0,
      prefsrc: null,
      mtu: null,
      ...rest,
    };
    routes.push(specOfDraft(draft, (name) => links.find((link) => link.name === name)?.ifindex ?? null));
  }
  return routes;
}
