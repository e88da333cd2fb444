// SPDX-License-Identifier: MIT
// Next-hop objects (linux/nexthop.h): struct nhmsg and NHA_*.
import {
  address,
  attribute,
  attributeSet,
  binary,
  chosen,
  enumeration,
  field,
  flag,
  many,
  nest,
  struct,
  u16,
  u32,
  u64,
  u8,
} from '../schema.ts';
import { ENCAP_CASES, LWTUNNEL_ENCAP } from './encap.ts';
import { AF } from './families.ts';
import { clockTicks, ifindex } from './phrases.ts';
import { RTNH_F, RTPROT, RT_SCOPE } from './rtmsg.ts';

export const NEXTHOP_GRP_TYPE = enumeration({
  NEXTHOP_GRP_TYPE_MPATH: [0, 'Flows are spread by a hash threshold.'],
  NEXTHOP_GRP_TYPE_RES: [1, 'Resilient: flows stay where they are when a member goes.'],
});

export const nhmsg = struct('struct nhmsg', 8, 'The fixed part of a next-hop message.', {
  nh_family: field(0, u8(AF), 'Address family of the gateway.'),
  nh_scope: field(1, u8(RT_SCOPE), 'Scope; only in answers.'),
  nh_protocol: field(2, u8(RTPROT), 'Who made it.'),
  resvd: field(3, u8(), 'Reserved.'),
  nh_flags: field(4, u32(RTNH_F), 'State, and whether it is on the link.'),
});

export const nexthop_grp = struct('struct nexthop_grp', 8, 'A member of a group.', {
  id: field(0, u32(), 'Number of the next-hop object.'),
  weight: field(
    4,
    u8((n) => `weight ${Number(n) + 1}`),
    'Weight minus one.',
  ),
  resvd1: field(5, u8(), 'Reserved; from 6.12 the upper byte of the weight.'),
  resvd2: field(6, u16(), 'Reserved.'),
});

export const NHA_RES_GROUP_SET = attributeSet('NHA_RES_GROUP_', {
  NHA_RES_GROUP_PAD: attribute(0, binary, 'Filling that aligns the next 8-byte value.'),
  NHA_RES_GROUP_BUCKETS: attribute(1, u16(), 'Number of buckets.'),
  NHA_RES_GROUP_IDLE_TIMER: attribute(2, u32(clockTicks), 'A bucket counts as idle after this time.'),
  NHA_RES_GROUP_UNBALANCED_TIMER: attribute(
    3,
    u32(clockTicks),
    'After this time buckets are moved although they are busy.',
  ),
  NHA_RES_GROUP_UNBALANCED_TIME: attribute(4, u64(clockTicks), 'How long the group has been out of balance.'),
});
export const NHA_RES_BUCKET_SET = attributeSet('NHA_RES_BUCKET_', {
  NHA_RES_BUCKET_PAD: attribute(0, binary, 'Filling that aligns the next 8-byte value.'),
  NHA_RES_BUCKET_INDEX: attribute(1, u16(), 'Number of the bucket.'),
  NHA_RES_BUCKET_IDLE_TIME: attribute(2, u64(clockTicks), 'How long it has been idle.'),
  NHA_RES_BUCKET_NH_ID: attribute(3, u32(), 'Next-hop object that it belongs to.'),
});

export const NHA = attributeSet('NHA_', {
  NHA_UNSPEC: attribute(0, binary, 'Unused.'),
  NHA_ID: attribute(1, u32(), 'Number of the object; 0 lets the kernel choose.'),
  NHA_GROUP: attribute(2, many(nexthop_grp), 'Members of a group.'),
  NHA_GROUP_TYPE: attribute(3, u16(NEXTHOP_GRP_TYPE), 'How a group spreads flows.'),
  NHA_BLACKHOLE: attribute(4, flag, 'Packets are dropped.'),
  NHA_OIF: attribute(5, u32(ifindex), 'Interface by which packets leave.'),
  NHA_GATEWAY: attribute(6, address, 'The next router on the way.'),
  NHA_ENCAP_TYPE: attribute(7, u16(LWTUNNEL_ENCAP), 'Which kind of encapsulation NHA_ENCAP describes.'),
  NHA_ENCAP: attribute(8, chosen(7, ENCAP_CASES), 'What to wrap packets in.'),
  NHA_GROUPS: attribute(9, flag, 'In a dump: groups only.'),
  NHA_MASTER: attribute(10, u32(ifindex), 'In a dump: only by interfaces of this master.'),
  NHA_FDB: attribute(11, flag, 'For bridge forwarding entries.'),
  NHA_RES_GROUP: attribute(
    12,
    nest(() => NHA_RES_GROUP_SET),
    'Settings of a resilient group.',
  ),
  NHA_RES_BUCKET: attribute(
    13,
    nest(() => NHA_RES_BUCKET_SET),
    'A bucket of a resilient group.',
  ),
  NHA_OP_FLAGS: attribute(14, u32(), 'What the answer should contain.', '6.9'),
  NHA_GROUP_STATS: attribute(15, binary, 'Counters of the members of a group.', '6.9'),
  NHA_HW_STATS_ENABLE: attribute(16, u32(), 'Whether hardware counts.', '6.9'),
  NHA_HW_STATS_USED: attribute(17, u32(), 'Whether a driver counts.', '6.9'),
});
export const {
  NHA_ID,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_BLACKHOLE,
  NHA_OIF,
  NHA_GATEWAY,
  NHA_ENCAP_TYPE,
  NHA_ENCAP,
  NHA_FDB,
} = NHA.values;
