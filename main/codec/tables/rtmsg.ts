// SPDX-License-Identifier: MIT
// Route messages (linux/rtnetlink.h): struct rtmsg, RTA_* with their nests, and the numbers inside them.
import {
  address,
  attribute,
  attributeSet,
  be16,
  binary,
  chosen,
  field,
  labels,
  nest,
  one,
  s32,
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
import { ICMPV6_ROUTER_PREF, RTM_FLAGS, RTN, RTNH_F, RTPROT, RT_SCOPE, RT_TABLE } from './route-numbers.ts';
import { RTAX } from './rtax.ts';

export * from './route-numbers.ts';
export * from './rtax.ts';

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
