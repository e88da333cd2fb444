// SPDX-License-Identifier: MIT
// For tests: kinds of route, each as a draft and as the words of ip(8) that should make the same one.
import type { RouteDraft } from '../../app/contract/index.ts';
import { aDraft, aHop } from '../session/testing.ts';

export interface Kind {
  name: string;
  draft: RouteDraft;
  /** Behind `ip route add` or `ip -6 route add`. */
  ip: string;
}

const four = (name: string, ip: string, over: Partial<RouteDraft> = {}): Kind => ({
  name,
  ip,
  draft: aDraft({ destination: '10.200.0.0/16', ...over }),
});
const six = (name: string, ip: string, over: Partial<RouteDraft> = {}): Kind => ({
  name: `IPv6 ${name}`,
  ip,
  draft: aDraft({
    family: 6,
    destination: '2001:db8:200::/48',
    hops: [aHop('2001:db8:1::7', 'lan0')],
    ...over,
  }),
});

const [UNICAST, LOCAL, BROADCAST, ANYCAST, MULTICAST, BLACKHOLE, UNREACHABLE, PROHIBIT, THROW] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const;
const FOUR = 'proto static';
const VIA = 'via 192.0.2.7 dev lan0';
const VIA6 = 'via 2001:db8:1::7 dev lan0';

export const KINDS: readonly Kind[] = [
  // destinations
  four('a prefix', `10.200.0.0/16 ${VIA} ${FOUR}`),
  four('a host', `10.200.1.2 ${VIA} ${FOUR}`, { destination: '10.200.1.2/32' }),
  four('an address alone', `10.200.1.3 ${VIA} ${FOUR}`, { destination: '10.200.1.3' }),
  four('a prefix at an odd length', `10.200.128.0/19 ${VIA} ${FOUR}`, { destination: '10.200.128.0/19' }),
  four('the half of all', `128.0.0.0/1 ${VIA} ${FOUR}`, { destination: '128.0.0.0/1' }),
  four('default in another table', `default ${VIA} ${FOUR} table 77`, { destination: 'default', table: 77 }),
  four('default with a metric', `default ${VIA} ${FOUR} metric 9`, { destination: 'default', metric: 9 }),
  // next hops
  four('on the link', `10.200.0.0/16 dev lan0 ${FOUR}`, { hops: [aHop(null, 'lan0')] }),
  four('a gateway alone', `10.200.0.0/16 via 198.51.100.9 ${FOUR}`, { hops: [aHop('198.51.100.9', null)] }),
  four('onlink', `10.200.0.0/16 via 198.18.5.5 dev wan0 onlink ${FOUR}`, {
    hops: [aHop('198.18.5.5', 'wan0', 1, true)],
  }),
  four('an IPv6 gateway', `10.200.0.0/16 via inet6 2001:db8:2::9 dev wan0 ${FOUR}`, {
    hops: [aHop('2001:db8:2::9', 'wan0')],
  }),
  four('a link-local IPv6 gateway', `10.200.0.0/16 via inet6 fe80::9 dev wan0 ${FOUR}`, {
    hops: [aHop('fe80::9', 'wan0')],
  }),
  four('two next hops', `10.200.0.0/16 ${FOUR} nexthop ${VIA} nexthop via 198.51.100.9 dev wan0`, {
    hops: [aHop('192.0.2.7', 'lan0'), aHop('198.51.100.9', 'wan0')],
  }),
  four(
    'weighted next hops',
    `10.200.0.0/16 ${FOUR} nexthop ${VIA} weight 3 nexthop via 198.51.100.9 dev wan0 weight 256`,
    { hops: [aHop('192.0.2.7', 'lan0', 3), aHop('198.51.100.9', 'wan0', 256)] },
  ),
  four(
    'next hops of both families, on and off the link',
    `10.200.0.0/16 ${FOUR} nexthop via inet6 2001:db8:1::7 dev lan0 nexthop dev mgmt0 weight 2 nexthop via 198.18.5.5 dev wan0 onlink`,
    {
      hops: [aHop('2001:db8:1::7', 'lan0'), aHop(null, 'mgmt0', 2), aHop('198.18.5.5', 'wan0', 1, true)],
    },
  ),
  four(
    'twelve next hops',
    `10.200.0.0/16 ${FOUR} ${Array.from({ length: 12 }, (_, i) => `nexthop via 192.0.2.${20 + i} dev lan0 weight ${i + 1}`).join(' ')}`,
    { hops: Array.from({ length: 12 }, (_, i) => aHop(`192.0.2.${20 + i}`, 'lan0', i + 1)) },
  ),
  // types
  four('local', `local 10.200.3.3 dev lo table 77 ${FOUR}`, {
    type: LOCAL,
    destination: '10.200.3.3',
    hops: [aHop(null, 'lo')],
    table: 77,
  }),
  four('broadcast', `broadcast 10.200.3.255 dev lan0 table 77 ${FOUR}`, {
    type: BROADCAST,
    destination: '10.200.3.255',
    hops: [aHop(null, 'lan0')],
    table: 77,
  }),
  four('anycast', `anycast 10.200.4.0/24 dev lan0 table 77 ${FOUR}`, {
    type: ANYCAST,
    destination: '10.200.4.0/24',
    hops: [aHop(null, 'lan0')],
    table: 77,
  }),
  four('multicast', `multicast 239.1.0.0/16 dev lan0 ${FOUR}`, {
    type: MULTICAST,
    destination: '239.1.0.0/16',
    hops: [aHop(null, 'lan0')],
  }),
  four('blackhole', `blackhole 10.200.0.0/16 ${FOUR}`, { type: BLACKHOLE, hops: [] }),
  four('unreachable', `unreachable 10.200.0.0/16 ${FOUR} metric 4`, {
    type: UNREACHABLE,
    hops: [],
    metric: 4,
  }),
  four('prohibit', `prohibit 10.200.0.0/16 ${FOUR}`, { type: PROHIBIT, hops: [] }),
  four('throw', `throw 10.200.0.0/16 table 77 ${FOUR}`, { type: THROW, hops: [], table: 77 }),
  // the other cells
  four('the lowest table', `10.200.0.0/16 ${VIA} ${FOUR} table 1`, { table: 1 }),
  four('a table above 255', `10.200.0.0/16 ${VIA} ${FOUR} table 1000`, { table: 1000 }),
  four('the highest table', `10.200.0.0/16 ${VIA} ${FOUR} table 4294967295`, { table: 4294967295 }),
  four('the highest metric', `10.200.0.0/16 ${VIA} ${FOUR} metric 4294967295`, { metric: 4294967295 }),
  four('a protocol without a name', `10.200.0.0/16 ${VIA} proto 199`, { protocol: 199 }),
  four('the protocol boot', `10.200.0.0/16 ${VIA} proto boot`, { protocol: 3 }),
  four('a scope of its own', `10.200.0.0/16 ${VIA} ${FOUR} scope 200`, { scope: 200 }),
  four('scope global on the link', `10.200.0.0/16 dev lan0 ${FOUR} scope global`, {
    hops: [aHop(null, 'lan0')],
    scope: 0,
  }),
  four('a TOS', `10.200.0.0/16 tos 0x10 ${VIA} ${FOUR}`, { tos: 0x10 }),
  four('a preferred source', `10.200.0.0/16 ${VIA} ${FOUR} src 192.0.2.1`, { prefsrc: '192.0.2.1' }),
  four('the smallest MTU', `10.200.0.0/16 ${VIA} ${FOUR} mtu 68`, { mtu: 68 }),
  four('the largest MTU', `10.200.0.0/16 ${VIA} ${FOUR} mtu 65520`, { mtu: 65520 }),
  four(
    'all at once',
    `10.200.0.0/16 tos 0x08 ${VIA} onlink proto bgp scope 100 src 192.0.2.1 metric 5 mtu 1400 table 300`,
    {
      hops: [aHop('192.0.2.7', 'lan0', 1, true)],
      protocol: 186,
      scope: 100,
      prefsrc: '192.0.2.1',
      metric: 5,
      mtu: 1400,
      tos: 8,
      table: 300,
    },
  ),
  // IPv6
  six('a prefix', `2001:db8:200::/48 ${VIA6} ${FOUR}`),
  six('a host', `2001:db8:200::5 ${VIA6} ${FOUR}`, { destination: '2001:db8:200::5/128' }),
  six('default in another table', `default ${VIA6} ${FOUR} table 77`, { destination: 'default', table: 77 }),
  six('default with a metric', `default ${VIA6} ${FOUR} metric 9`, { destination: 'default', metric: 9 }),
  six('on the link', `2001:db8:200::/48 dev wan0 ${FOUR}`, { hops: [aHop(null, 'wan0')] }),
  six('a gateway alone', `2001:db8:200::/48 via 2001:db8:2::9 ${FOUR}`, {
    hops: [aHop('2001:db8:2::9', null)],
  }),
  six('a link-local gateway', `2001:db8:200::/48 via fe80::9 dev wan0 ${FOUR}`, {
    hops: [aHop('fe80::9', 'wan0')],
  }),
  six('onlink', `2001:db8:200::/48 via 2001:db8:77::1 dev wan0 onlink ${FOUR}`, {
    hops: [aHop('2001:db8:77::1', 'wan0', 1, true)],
  }),
  six('two next hops', `2001:db8:200::/48 ${FOUR} nexthop ${VIA6} nexthop via fe80::9 dev wan0 weight 4`, {
    hops: [aHop('2001:db8:1::7', 'lan0'), aHop('fe80::9', 'wan0', 4)],
  }),
  six('local', `local 2001:db8:200::3 dev lo table 77 ${FOUR}`, {
    type: LOCAL,
    destination: '2001:db8:200::3',
    hops: [aHop(null, 'lo')],
    table: 77,
  }),
  six('multicast', `multicast ff05::/16 dev lan0 table local ${FOUR}`, {
    type: MULTICAST,
    destination: 'ff05::/16',
    hops: [aHop(null, 'lan0')],
    table: 255,
  }),
  six('blackhole', `blackhole 2001:db8:200::/48 ${FOUR}`, { type: BLACKHOLE, hops: [] }),
  six('unreachable', `unreachable 2001:db8:200::/48 ${FOUR} metric 5`, {
    type: UNREACHABLE,
    hops: [],
    metric: 5,
  }),
  six('prohibit', `prohibit 2001:db8:200::/48 ${FOUR}`, { type: PROHIBIT, hops: [] }),
  six('throw', `throw 2001:db8:200::/48 table 77 ${FOUR}`, { type: THROW, hops: [], table: 77 }),
  six('a table above 255', `2001:db8:200::/48 ${VIA6} ${FOUR} table 70000`, { table: 70000 }),
  six('a metric', `2001:db8:200::/48 ${VIA6} ${FOUR} metric 1`, { metric: 1 }),
  six('a preferred source', `2001:db8:200::/48 ${VIA6} ${FOUR} src 2001:db8:1::1`, {
    prefsrc: '2001:db8:1::1',
  }),
  six('an MTU', `2001:db8:200::/48 ${VIA6} ${FOUR} mtu 1280`, { mtu: 1280 }),
  six('a protocol of its own', `2001:db8:200::/48 ${VIA6} proto ospf`, {
    protocol: 188,
    type: UNICAST,
  }),
];
