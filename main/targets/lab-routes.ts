// SPDX-License-Identifier: MIT
// The routes of a new Lab: one of each kind that a person may meet, as drafts, with the few attributes that a draft
// does not have beside them.
import type { RouteDraft } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { RTAX, RTN, RTPROT, RT_TABLE } from '../codec/index.ts';
import { specOfDraft } from '../routes/draft.ts';
import type { IfindexOf } from '../routes/draft.ts';

/** Packets from the management network look into this table. */
export const LAB_RULE = { from: '203.0.113.0/24', table: 100, priority: 1000 } as const;

type Way = readonly [gateway: string | null, device: string, weight?: number];
interface LabRoute extends Partial<Omit<RouteDraft, 'family' | 'destination' | 'hops'>> {
  to: string;
  family?: 6;
  ways?: readonly Way[];
  onlink?: true;
  advmss?: number;
}

const { RTPROT_STATIC, RTPROT_DHCP, RTPROT_RA, RTPROT_BGP, RTPROT_OSPF } = RTPROT.values;
const { RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW } = RTN.values;
const { RT_TABLE_DEFAULT, RT_TABLE_MAIN } = RT_TABLE.values;
const IPTOS_LOWDELAY = 0x10;

const ROUTES: readonly LabRoute[] = [
  {
    to: 'default',
    ways: [['198.51.100.1', 'wan0']],
    protocol: RTPROT_DHCP,
    metric: 100,
    prefsrc: '198.51.100.2',
  },
  { to: '10.10.0.0/16', ways: [['192.0.2.254', 'lan0']] },
  {
    to: '10.20.0.0/16',
    ways: [
      ['192.0.2.2', 'lan0', 1],
      ['198.51.100.3', 'wan0', 2],
    ],
  },
  {
    to: '10.30.0.0/16',
    ways: [['203.0.113.254', 'mgmt0']],
    protocol: RTPROT_BGP,
    metric: 20,
    mtu: 1400,
    advmss: 1360,
  },
  { to: '10.40.0.0/16', ways: [['198.18.0.1', 'wan0']], onlink: true },
  { to: '10.50.0.0/16', ways: [['2001:db8:1::2', 'lan0']] },
  { to: '10.60.0.0/16', ways: [['192.0.2.3', 'lan0']], tos: IPTOS_LOWDELAY },
  { to: '10.70.0.0/24', ways: [[null, 'mgmt0']], prefsrc: '203.0.113.2' },
  { to: '172.16.0.0/12', type: RTN_BLACKHOLE },
  { to: '172.31.0.0/16', type: RTN_UNREACHABLE, metric: 50 },
  { to: '192.168.0.0/16', type: RTN_PROHIBIT },
  { to: 'default', ways: [['203.0.113.1', 'mgmt0']], table: LAB_RULE.table },
  { to: '10.0.0.0/8', type: RTN_THROW, table: LAB_RULE.table },
  { to: '10.99.0.0/16', ways: [['203.0.113.254', 'mgmt0']], table: RT_TABLE_DEFAULT },
  { to: 'default', family: 6, ways: [['fe80::ff', 'wan0']], protocol: RTPROT_RA, metric: 1024 },
  {
    to: '2001:db8:10::/48',
    family: 6,
    ways: [['2001:db8:1::2', 'lan0']],
    protocol: RTPROT_OSPF,
    metric: 512,
  },
  {
    to: '2001:db8:20::/48',
    family: 6,
    ways: [
      ['2001:db8:1::2', 'lan0', 1],
      ['2001:db8:2::3', 'wan0', 3],
    ],
  },
  { to: '2001:db8:30::/48', family: 6, ways: [['fe80::fe', 'lan0']], mtu: 1280 },
  { to: '2001:db8:dead::/48', family: 6, type: RTN_BLACKHOLE },
  { to: '2001:db8:bad::/48', family: 6, type: RTN_UNREACHABLE },
];

/** The routes in the order in which they can be added. */
export function labRoutes(ifindexOf: IfindexOf): RouteSpec[] {
  return ROUTES.map(({ to, family, ways = [], onlink = false, advmss, ...rest }) => {
    const spec = specOfDraft(
      {
        family: family ?? 4,
        destination: to,
        hops: ways.map(([gateway, device, weight = 1]) => ({ gateway, device, weight, onlink })),
        table: RT_TABLE_MAIN,
        protocol: RTPROT_STATIC,
        type: RTN.values.RTN_UNICAST,
        scope: null,
        metric: null,
        tos: 0,
        prefsrc: null,
        mtu: null,
        ...rest,
      },
      ifindexOf,
    );
    if (advmss !== undefined) spec.metrics.set(RTAX.values.RTAX_ADVMSS, advmss);
    return spec;
  });
}
