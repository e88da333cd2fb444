// SPDX-License-Identifier: MIT
// The numbers and flags in route messages (linux/rtnetlink.h): types, protocols, scopes, tables, states of next hops.
import { enumeration, flags } from '../schema.ts';

export const RTN = enumeration({
  RTN_UNSPEC: [0, 'No type given.'],
  RTN_UNICAST: [1, 'A route to other machines: directly on a link or through a gateway.'],
  RTN_LOCAL: [2, 'An address of this machine: packets are delivered here.'],
  RTN_BROADCAST: [3, 'A broadcast address: accepted here and sent as broadcast.'],
  RTN_ANYCAST: [4, 'An anycast address: accepted here, sent as unicast.'],
  RTN_MULTICAST: [5, 'A route for multicast.'],
  RTN_BLACKHOLE: [6, 'Packets are dropped without a word.'],
  RTN_UNREACHABLE: [7, 'Packets are refused with "host unreachable".'],
  RTN_PROHIBIT: [8, 'Packets are refused with "administratively prohibited".'],
  RTN_THROW: [9, 'The search ends in this table and goes on with the next rule.'],
  RTN_NAT: [10, 'Address translation by route; no longer in the kernel.'],
  RTN_XRESOLVE: [11, 'Ask an outside resolver; never implemented.'],
});
export const {
  RTN_UNSPEC,
  RTN_UNICAST,
  RTN_LOCAL,
  RTN_BROADCAST,
  RTN_ANYCAST,
  RTN_MULTICAST,
  RTN_BLACKHOLE,
  RTN_UNREACHABLE,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_NAT,
  RTN_XRESOLVE,
} = RTN.values;

export const RTPROT = enumeration({
  RTPROT_UNSPEC: [0, 'Nobody in particular.'],
  RTPROT_REDIRECT: [1, 'Learnt from an ICMP redirect.'],
  RTPROT_KERNEL: [2, 'Made by the kernel itself, for an address or a device.'],
  RTPROT_BOOT: [3, 'Made while the machine started; also what ip(8) writes when nothing is said.'],
  RTPROT_STATIC: [4, 'Made by an administrator.'],
  RTPROT_GATED: [8, 'The routing daemon GateD.'],
  RTPROT_RA: [9, 'Learnt from an IPv6 router advertisement.'],
  RTPROT_MRT: [10, 'Merit MRT.'],
  RTPROT_ZEBRA: [11, 'The routing daemon Zebra or FRR.'],
  RTPROT_BIRD: [12, 'The routing daemon BIRD.'],
  RTPROT_DNROUTED: [13, 'The DECnet routing daemon.'],
  RTPROT_XORP: [14, 'The routing daemon XORP.'],
  RTPROT_NTK: [15, 'Netsukuku.'],
  RTPROT_DHCP: [16, 'Learnt by a DHCP client.'],
  RTPROT_MROUTED: [17, 'The multicast routing daemon.'],
  RTPROT_KEEPALIVED: [18, 'Keepalived.'],
  RTPROT_BABEL: [42, 'The Babel daemon.'],
  RTPROT_OVN: [84, 'Open Virtual Network.', '6.15'],
  RTPROT_OPENR: [99, 'Open/R.'],
  RTPROT_BGP: [186, 'Learnt by BGP.'],
  RTPROT_ISIS: [187, 'Learnt by IS-IS.'],
  RTPROT_OSPF: [188, 'Learnt by OSPF.'],
  RTPROT_RIP: [189, 'Learnt by RIP.'],
  RTPROT_EIGRP: [192, 'Learnt by EIGRP.'],
});
export const {
  RTPROT_UNSPEC,
  RTPROT_REDIRECT,
  RTPROT_KERNEL,
  RTPROT_BOOT,
  RTPROT_STATIC,
  RTPROT_RA,
  RTPROT_DHCP,
} = RTPROT.values;

export const RT_SCOPE = enumeration({
  RT_SCOPE_UNIVERSE: [0, 'Anywhere: behind a gateway. ip(8) calls it global.'],
  RT_SCOPE_SITE: [200, 'Inside the own site.'],
  RT_SCOPE_LINK: [253, 'On the attached link, without a gateway.'],
  RT_SCOPE_HOST: [254, 'On this machine.'],
  RT_SCOPE_NOWHERE: [255, 'Nowhere: the destination does not exist.'],
});
export const { RT_SCOPE_UNIVERSE, RT_SCOPE_SITE, RT_SCOPE_LINK, RT_SCOPE_HOST, RT_SCOPE_NOWHERE } =
  RT_SCOPE.values;

export const RT_TABLE = enumeration({
  RT_TABLE_UNSPEC: [0, 'No table: in a dump request all of them, in other requests the main table.'],
  RT_TABLE_COMPAT: [252, 'The table has a number above 255: RTA_TABLE tells it.'],
  RT_TABLE_DEFAULT: [253, 'The table that is asked last, usually empty.'],
  RT_TABLE_MAIN: [254, 'The table where routes are unless somebody says otherwise.'],
  RT_TABLE_LOCAL: [255, 'The kernel keeps local and broadcast addresses here.'],
});
export const { RT_TABLE_UNSPEC, RT_TABLE_COMPAT, RT_TABLE_DEFAULT, RT_TABLE_MAIN, RT_TABLE_LOCAL } =
  RT_TABLE.values;

export const RTNH_F = flags({
  RTNH_F_DEAD: [1, 'The next hop cannot be used: its device is down.'],
  RTNH_F_PERVASIVE: [2, 'The gateway is looked up recursively.'],
  RTNH_F_ONLINK: [4, 'The gateway is taken to be on the link, whatever the routes say.'],
  RTNH_F_OFFLOAD: [8, 'Hardware forwards by this next hop.'],
  RTNH_F_LINKDOWN: [16, 'The device has no carrier.'],
  RTNH_F_UNRESOLVED: [32, 'Multicast: not resolved yet.'],
  RTNH_F_TRAP: [64, 'Hardware hands the packets to the kernel.'],
});
export const {
  RTNH_F_DEAD,
  RTNH_F_PERVASIVE,
  RTNH_F_ONLINK,
  RTNH_F_OFFLOAD,
  RTNH_F_LINKDOWN,
  RTNH_F_UNRESOLVED,
  RTNH_F_TRAP,
} = RTNH_F.values;

/** rtm_flags above the lowest byte; the lowest holds RTNH_F_* of a route with one next hop. */
export const RTM_F = flags({
  RTM_F_NOTIFY: [0x100, 'Tell the asker about later changes (IPv4, historic).'],
  RTM_F_CLONED: [
    0x200,
    'An entry made from a route for one destination (cache, exceptions), not a route of the table.',
  ],
  RTM_F_EQUALIZE: [0x400, 'Multipath equalizer; never implemented.'],
  RTM_F_PREFIX: [0x800, 'Only routes that came with router advertisements.'],
  RTM_F_LOOKUP_TABLE: [0x1000, 'On a lookup: answer with the table in which the route was found.'],
  RTM_F_FIB_MATCH: [0x2000, 'On a lookup: answer with the whole matching route, not with its result.'],
  RTM_F_OFFLOAD: [0x4000, 'Hardware forwards by this route.'],
  RTM_F_TRAP: [0x8000, 'Hardware hands packets of this route to the kernel.'],
  RTM_F_OFFLOAD_FAILED: [0x20000000, 'Hardware could not take the route.'],
});
export const {
  RTM_F_NOTIFY,
  RTM_F_CLONED,
  RTM_F_EQUALIZE,
  RTM_F_PREFIX,
  RTM_F_LOOKUP_TABLE,
  RTM_F_FIB_MATCH,
  RTM_F_OFFLOAD,
  RTM_F_TRAP,
  RTM_F_OFFLOAD_FAILED,
} = RTM_F.values;

/** rtm_flags: both kinds in one word. */
export const RTM_FLAGS = flags({ ...RTNH_F.entries, ...RTM_F.entries });

/** Values of RTA_PREF (RFC 4191; linux/icmpv6.h). */
export const ICMPV6_ROUTER_PREF = enumeration({
  ICMPV6_ROUTER_PREF_MEDIUM: [0, 'Medium, the usual.'],
  ICMPV6_ROUTER_PREF_HIGH: [1, 'High.'],
  ICMPV6_ROUTER_PREF_INVALID: [2, 'Reserved, counts as medium.'],
  ICMPV6_ROUTER_PREF_LOW: [3, 'Low.'],
});
export const { ICMPV6_ROUTER_PREF_LOW, ICMPV6_ROUTER_PREF_MEDIUM, ICMPV6_ROUTER_PREF_HIGH } =
  ICMPV6_ROUTER_PREF.values;
