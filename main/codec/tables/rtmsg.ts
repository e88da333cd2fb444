// SPDX-License-Identifier: MIT
// Route messages (linux/rtnetlink.h): struct rtmsg, RTA_* with their nests, and the numbers inside them.
import {
  address,
  attribute,
  attributeSet,
  be16,
  binary,
  chosen,
  enumeration,
  field,
  flags,
  labels,
  nest,
  one,
  s32,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  withTail,
} from '../schema.ts';
import type { AttributeSet } from '../schema.ts';
import { ENCAP_CASES, LWTUNNEL_ENCAP } from './encap.ts';
import { AF, IPPROTO } from './families.ts';
import { clockTicks, mark, seconds, ifindex } from './phrases.ts';

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

export const rtmsg = struct('struct rtmsg', 12, 'The fixed part of a route message.', {
  rtm_family: field(0, u8(AF), 'Address family of the destination: it decides how long addresses are.'),
  rtm_dst_len: field(
    1,
    u8((n) => `/${n}`),
    'Length of the destination prefix in bits: 0 is the default route.',
  ),
  rtm_src_len: field(
    2,
    u8((n) => `/${n}`),
    'Length of the source prefix in bits; IPv6 only, nearly always 0.',
  ),
  rtm_tos: field(3, u8(), 'Type of service that a packet must have for the route (IPv4); 0 takes all.'),
  rtm_table: field(
    4,
    u8(RT_TABLE),
    'Table, as far as its number fits into a byte; RTA_TABLE has the whole number.',
  ),
  rtm_protocol: field(5, u8(RTPROT), 'Who made the route.'),
  rtm_scope: field(6, u8(RT_SCOPE), 'How far away the destination is. IPv6 does not use it.'),
  rtm_type: field(7, u8(RTN), 'What happens to packets that match.'),
  rtm_flags: field(
    8,
    u32(RTM_FLAGS),
    'Flags of the route, and in the lowest byte those of its only next hop.',
  ),
});

export const rtnexthop = struct('struct rtnexthop', 8, 'One of several next hops; its attributes follow.', {
  rtnh_len: field(
    0,
    u16((n) => `${n} bytes`),
    'Length in bytes, attributes of this hop included; the next hop starts at the next multiple of 4.',
  ),
  rtnh_flags: field(2, u8(RTNH_F), 'State of this next hop, and whether it is on the link.'),
  rtnh_hops: field(
    3,
    u8((n) => `weight ${Number(n) + 1}`),
    'Weight minus one: a hop with weight 2 gets twice the flows of one with weight 1.',
  ),
  rtnh_ifindex: field(4, s32(ifindex), 'Index of the interface by which packets leave.'),
});

export const rtvia = struct('struct rtvia', 2, 'A gateway of another address family than the route.', {
  rtvia_family: field(0, u16(AF), 'Address family of the gateway; its address follows.'),
});

export const rta_cacheinfo = struct(
  'struct rta_cacheinfo',
  32,
  'How long a route lives and how it was used.',
  {
    rta_clntref: field(0, u32(), 'How many users hold the entry.'),
    rta_lastuse: field(4, u32(clockTicks), 'Time since it was last used.'),
    rta_expires: field(8, s32(clockTicks), 'Time until it expires; 0: never.'),
    rta_error: field(12, u32(), 'The errno that packets get, 0 for none.'),
    rta_used: field(16, u32(), 'How often it was used.'),
    rta_id: field(20, u32(), 'IP identification counter of the peer; no longer used.'),
    rta_ts: field(24, u32(), 'TCP timestamp of the peer; no longer used.'),
    rta_tsage: field(28, u32(), 'Age of that timestamp; no longer used.'),
  },
);

export const rta_mfc_stats = struct('struct rta_mfc_stats', 24, 'Counters of a multicast route.', {
  mfcs_packets: field(0, u64(), 'Packets forwarded.'),
  mfcs_bytes: field(8, u64(), 'Bytes forwarded.'),
  mfcs_wrong_if: field(16, u64(), 'Packets that came in by the wrong interface.'),
});

export const RTAX_FEATURE = flags({
  RTAX_FEATURE_ECN: [1, 'Explicit congestion notification.'],
  RTAX_FEATURE_SACK: [2, 'Selective acknowledgement; ignored today.'],
  RTAX_FEATURE_TIMESTAMP: [4, 'TCP timestamps; ignored today.'],
  RTAX_FEATURE_ALLFRAG: [8, 'Put a fragment header on every packet; ignored today.'],
  RTAX_FEATURE_TCP_USEC_TS: [16, 'TCP timestamps in microseconds.', '6.7'],
});

/** Metrics inside RTA_METRICS. */
export const RTAX = attributeSet('RTAX_', {
  RTAX_UNSPEC: attribute(0, binary, 'Unused.'),
  RTAX_LOCK: attribute(
    1,
    u32((n) => lockNames(Number(n))),
    'Bit mask, by metric number, of the metrics that the kernel must not change by itself (such as by path MTU discovery).',
  ),
  RTAX_MTU: attribute(
    2,
    u32((n) => `${n} bytes`),
    'Largest packet that is sent by this route.',
  ),
  RTAX_WINDOW: attribute(
    3,
    u32((n) => `${n} bytes`),
    'Largest TCP window that is advertised.',
  ),
  RTAX_RTT: attribute(
    4,
    u32((n) => `${Number(n) / 8} ms`),
    'First guess of the round trip time, in eighths of a millisecond.',
  ),
  RTAX_RTTVAR: attribute(
    5,
    u32((n) => `${Number(n) / 4} ms`),
    'First guess of its variance, in quarters of a millisecond.',
  ),
  RTAX_SSTHRESH: attribute(
    6,
    u32((n) => `${n} packets`),
    'Slow start threshold of TCP.',
  ),
  RTAX_CWND: attribute(
    7,
    u32((n) => `${n} packets`),
    'Upper limit for the congestion window, when locked.',
  ),
  RTAX_ADVMSS: attribute(
    8,
    u32((n) => `${n} bytes`),
    'Maximum segment size that TCP advertises.',
  ),
  RTAX_REORDERING: attribute(
    9,
    u32((n) => `${n} packets`),
    'How much reordering TCP expects on the way.',
  ),
  RTAX_HOPLIMIT: attribute(10, u32(), 'Time to live of packets sent by this route.'),
  RTAX_INITCWND: attribute(
    11,
    u32((n) => `${n} packets`),
    'Congestion window at the start of a connection.',
  ),
  RTAX_FEATURES: attribute(12, u32(RTAX_FEATURE), 'Protocol features switched on for this route.'),
  RTAX_RTO_MIN: attribute(
    13,
    u32((n) => `${n} ms`),
    'Least time before TCP retransmits.',
  ),
  RTAX_INITRWND: attribute(
    14,
    u32((n) => `${n} packets`),
    'Receive window at the start of a connection.',
  ),
  RTAX_QUICKACK: attribute(15, u32(), '1: acknowledge at once, do not delay.'),
  RTAX_CC_ALGO: attribute(16, string, 'Name of the congestion control algorithm.'),
  RTAX_FASTOPEN_NO_COOKIE: attribute(17, u32(), '1: TCP Fast Open without a cookie.'),
});
export const {
  RTAX_LOCK,
  RTAX_MTU,
  RTAX_WINDOW,
  RTAX_RTT,
  RTAX_RTTVAR,
  RTAX_SSTHRESH,
  RTAX_CWND,
  RTAX_ADVMSS,
  RTAX_REORDERING,
  RTAX_HOPLIMIT,
  RTAX_INITCWND,
  RTAX_FEATURES,
  RTAX_RTO_MIN,
  RTAX_INITRWND,
  RTAX_QUICKACK,
  RTAX_CC_ALGO,
  RTAX_FASTOPEN_NO_COOKIE,
} = RTAX.values;

function lockNames(mask: number): string {
  const names: string[] = [];
  for (let bit = 1; bit < 32; bit++)
    if (mask & (1 << bit)) names.push((RTAX as AttributeSet).byValue.get(bit)?.name ?? String(bit));
  return names.length === 0 ? '0' : `${names.join(' | ')} (0x${mask.toString(16)})`;
}

/** Attributes of a route message, and of each next hop of a multipath route. */
export const RTA = attributeSet('RTA_', {
  RTA_UNSPEC: attribute(0, binary, 'Unused.'),
  RTA_DST: attribute(
    1,
    address,
    'Destination address; rtm_dst_len says how many of its bits count. Absent in a default route.',
  ),
  RTA_SRC: attribute(
    2,
    address,
    'Source address that packets must have (IPv6), or the source to ask for in a lookup.',
  ),
  RTA_IIF: attribute(
    3,
    u32(ifindex),
    'Interface by which the packet comes in (lookups and multicast routes).',
  ),
  RTA_OIF: attribute(4, u32(ifindex), 'Interface by which packets leave.'),
  RTA_GATEWAY: attribute(
    5,
    address,
    'The next router on the way, an address of the same family as the route.',
  ),
  RTA_PRIORITY: attribute(
    6,
    u32(),
    'The metric: of routes to the same prefix the one with the smallest wins.',
  ),
  RTA_PREFSRC: attribute(7, address, 'Source address to prefer when this machine sends by the route.'),
  RTA_METRICS: attribute(
    8,
    nest(() => RTAX),
    'A nest of RTAX_* metrics: MTU, TCP settings.',
  ),
  RTA_MULTIPATH: attribute(
    9,
    { kind: 'hops', c: 'struct rtnexthop[]', head: rtnexthop, set: (): AttributeSet => RTA },
    'Several next hops, among which flows are spread by weight.',
  ),
  RTA_PROTOINFO: attribute(10, binary, 'No longer used.'),
  RTA_FLOW: attribute(
    11,
    u32((n) => `realm ${n}`),
    'Realms for accounting: source in the upper half, destination in the lower.',
  ),
  RTA_CACHEINFO: attribute(12, one(rta_cacheinfo), 'Age, use and expiry of the entry.'),
  RTA_SESSION: attribute(13, binary, 'No longer used.'),
  RTA_MP_ALGO: attribute(14, binary, 'No longer used.'),
  RTA_TABLE: attribute(15, u32(RT_TABLE), 'Table by its whole number; the one in rtm_table has only 8 bits.'),
  RTA_MARK: attribute(16, u32(mark), 'Firewall mark to look up with.'),
  RTA_MFC_STATS: attribute(17, one(rta_mfc_stats), 'Counters of a multicast route.'),
  RTA_VIA: attribute(
    18,
    withTail(rtvia, 'via'),
    'A gateway of another family, e.g. an IPv6 router for an IPv4 route (RFC 5549).',
  ),
  RTA_NEWDST: attribute(19, labels, 'New destination to write into the packet (MPLS labels).'),
  RTA_PREF: attribute(20, u8(ICMPV6_ROUTER_PREF), 'Router preference of an IPv6 route (RFC 4191).'),
  RTA_ENCAP_TYPE: attribute(21, u16(LWTUNNEL_ENCAP), 'Which kind of encapsulation RTA_ENCAP describes.'),
  RTA_ENCAP: attribute(
    22,
    chosen(21, ENCAP_CASES),
    'What to wrap packets in: a lightweight tunnel of the route itself.',
  ),
  RTA_EXPIRES: attribute(23, u32(seconds), 'After this many seconds the route goes away (IPv6).'),
  RTA_PAD: attribute(24, binary, 'Filling that aligns the next 8-byte value.'),
  RTA_UID: attribute(25, u32(), 'User id to look up with.'),
  RTA_TTL_PROPAGATE: attribute(
    26,
    u8(),
    'Whether the TTL is carried over when a label is pushed or popped (MPLS).',
  ),
  RTA_IP_PROTO: attribute(27, u8(IPPROTO), 'IP protocol to look up with.'),
  RTA_SPORT: attribute(28, be16(), 'Source port to look up with.'),
  RTA_DPORT: attribute(29, be16(), 'Destination port to look up with.'),
  RTA_NH_ID: attribute(30, u32(), 'Number of a next-hop object that says where packets go.'),
  RTA_FLOWLABEL: attribute(31, u32(), 'IPv6 flow label to look up with.', '6.14'),
});
export const {
  RTA_DST,
  RTA_SRC,
  RTA_IIF,
  RTA_OIF,
  RTA_GATEWAY,
  RTA_PRIORITY,
  RTA_PREFSRC,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_FLOW,
  RTA_CACHEINFO,
  RTA_TABLE,
  RTA_MARK,
  RTA_MFC_STATS,
  RTA_VIA,
  RTA_NEWDST,
  RTA_PREF,
  RTA_ENCAP_TYPE,
  RTA_ENCAP,
  RTA_EXPIRES,
  RTA_PAD,
  RTA_UID,
  RTA_TTL_PROPAGATE,
  RTA_IP_PROTO,
  RTA_SPORT,
  RTA_DPORT,
  RTA_NH_ID,
} = RTA.values;
