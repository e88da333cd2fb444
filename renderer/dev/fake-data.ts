// SPDX-License-Identifier: MIT
// What the made-up main process knows: routes of many kinds, interfaces with short and long names, targets.
import type { HopRow, LinkRow, Named, RouteRow, TargetInfo, Vocabulary } from '../../app/contract/index.ts';

const names = (list: Record<string, number>): Named[] =>
  Object.entries(list).map(([name, value]) => ({ name, value }));

export const VOCABULARY: Vocabulary = {
  tables: names({ default: 253, main: 254, local: 255 }),
  protocols: names({ kernel: 2, boot: 3, static: 4, zebra: 11, bird: 12, dhcp: 16, bgp: 186, ospf: 188 }),
  scopes: names({ global: 0, site: 200, link: 253, host: 254, nowhere: 255 }),
  types: names({
    unicast: 1,
    local: 2,
    broadcast: 3,
    anycast: 4,
    multicast: 5,
    blackhole: 6,
    unreachable: 7,
    prohibit: 8,
    throw: 9,
  }),
};
export const named = (list: readonly Named[], value: number): Named =>
  list.find((entry) => entry.value === value) ?? { value, name: String(value) };

export const LINKS: LinkRow[] = ['lo', 'lan0', 'wan0', 'mgmt0', 'wg-site-to-site'].map((name, at) => ({
  ifindex: at + 1,
  name,
  kind: at === 0 ? 'loopback' : 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [`192.0.${at}.1/24`],
}));

const hop = (gateway: string | null, device: string, weight = 1, flags: string[] = []): HopRow => ({
  gateway,
  device,
  ifindex: 2,
  weight,
  flags,
});

const base = (destination: string, hops: HopRow[], more: Partial<RouteRow> = {}): RouteRow => ({
  id: 0,
  family: destination.includes(':') ? 6 : 4,
  destination,
  isDefault: destination.endsWith('/0'),
  hops,
  table: { value: 254, name: 'main' },
  protocol: { value: 4, name: 'static' },
  type: { value: 1, name: 'unicast' },
  scope: { value: 0, name: 'global' },
  metric: 0,
  tos: 0,
  prefsrc: null,
  mtu: null,
  mtuLocked: false,
  metrics: [],
  flags: [],
  nhid: null,
  pref: null,
  encap: null,
  expires: null,
  change: 0,
  ...more,
});

export const SAMPLES: RouteRow[] = [
  base('0.0.0.0/0', [hop('198.51.100.1', 'wan0')], {
    protocol: { value: 16, name: 'dhcp' },
    metric: 100,
    prefsrc: '198.51.100.2',
  }),
  base('10.10.0.0/16', [hop('192.0.2.254', 'lan0')]),
  base('10.20.0.0/16', [hop('192.0.2.2', 'lan0', 1), hop('198.51.100.2', 'wan0', 2)]),
  base(
    '10.21.0.0/16',
    Array.from({ length: 12 }, (_, i) => hop(`192.0.2.${i + 10}`, i % 2 ? 'lan0' : 'wg-site-to-site', i + 1)),
  ),
  base('10.30.0.0/16', [hop('203.0.113.254', 'mgmt0')], {
    protocol: { value: 186, name: 'bgp' },
    metric: 20,
    mtu: 1400,
    mtuLocked: true,
  }),
  base('10.40.0.0/16', [hop('198.18.0.1', 'wan0', 1, ['onlink'])], { flags: ['onlink'] }),
  base('10.70.0.0/24', [hop(null, 'mgmt0')], { scope: { value: 253, name: 'link' }, prefsrc: '203.0.113.2' }),
  base('10.80.0.0/16', [hop('192.0.2.9', 'wg-site-to-site', 1, ['linkdown', 'dead'])], {
    flags: ['linkdown', 'dead'],
  }),
  base('172.16.0.0/12', [], { type: { value: 6, name: 'blackhole' } }),
  base('172.31.0.0/16', [], { type: { value: 7, name: 'unreachable' }, metric: 50 }),
  base('192.0.2.0/24', [hop(null, 'lan0')], {
    protocol: { value: 2, name: 'kernel' },
    scope: { value: 253, name: 'link' },
    prefsrc: '192.0.2.1',
  }),
  base('::/0', [hop('fe80::1', 'wan0')], { metric: 1024, pref: 'medium' }),
  base('2001:db8:20::/48', [hop('2001:db8:1::2', 'lan0', 3), hop('2001:db8:2::2', 'wan0', 1)], {
    metric: 1024,
    pref: 'high',
  }),
  base('2001:db8:1234:5678:9abc:def0:1234:5678/128', [hop('fe80::a8bb:ccff:fedd:eeff', 'wg-site-to-site')], {
    metric: 1024,
  }),
];

/** The i-th of a million. */
export function rowOf(i: number): RouteRow {
  const a = 11 + Math.floor(i / 65_536);
  const destination = `${a}.${(i >> 8) & 255}.${i & 255}.0/24`;
  return base(destination, [hop(`192.0.2.${(i % 250) + 1}`, i % 3 ? 'lan0' : 'wan0')], {
    metric: i % 1000,
    protocol: { value: 186, name: 'bgp' },
  });
}

const target = (
  id: TargetInfo['id'],
  name: string,
  description: string,
  more: Partial<TargetInfo> = {},
): TargetInfo => ({
  id,
  name,
  description,
  available: false,
  writable: false,
  dangerous: false,
  ...more,
});
export const OTHER_TARGETS: TargetInfo[] = [
  target('lab', 'Lab', 'A private network namespace with a real kernel routing table', {
    available: true,
    writable: true,
  }),
  target('system', 'This machine', 'The routing table that this machine uses', {
    available: true,
    dangerous: true,
    writable: true,
    readOnlyReason: 'Reading needs no privilege; for writing: The helper is not installed',
  }),
  target('rtmgr-user', 'rtmgr, user-mode', 'Our routing-table manager as an ordinary program', {
    available: true,
    writable: true,
  }),
  target('rtmgr-kernel', 'rtmgr, kernel module', 'Our routing-table manager inside the kernel', {
    reason: { why: 'The module rtmgr is not loaded', wayOut: 'Load it as root' },
  }),
  target('netns:blue', 'Namespace blue', '/run/netns/blue', { available: true, writable: true }),
  target(
    'netns:customer-7-uplink-frankfurt-am-main-redundant',
    'Namespace customer-7-uplink-frankfurt-am-main-redundant',
    '/run/netns/customer-7-uplink-frankfurt-am-main-redundant',
    { available: true, writable: true },
  ),
];
