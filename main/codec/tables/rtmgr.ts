// SPDX-License-Identifier: MIT
// rtmgr's own messages (kernel/include/uapi/rtmgr.h): types from 0x100, struct rtmgrmsg, RTMGR_A_* and what they hold.
// They mean this on rtmgr's sockets only; on NETLINK_ROUTE these numbers are nothing.
import {
  attribute,
  attributeSet,
  binary,
  datagram,
  enumeration,
  field,
  nest,
  one,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
} from '../schema.ts';
import type { AttributeSet } from '../schema.ts';
import { AF } from './families.ts';
import { NLM_F } from './nlmsg.ts';
import { byteCount } from './phrases.ts';
import { RT_TABLE } from './route-numbers.ts';

/** The netlink protocol of the kernel module, the group of its mirror, and its limits. */
export const RTMGR = enumeration({
  NETLINK_RTMGR: [31, 'The netlink protocol of the kernel module.'],
  RTMGR_GRP_MIRROR: [30, 'The group that gets a copy of all that crosses the socket.'],
  RTMGR_TEXT_MAX: [255, 'Bytes of a greeting, without the NUL that ends it.'],
  RTMGR_MIRROR_MAX: [32768, 'Bytes of a datagram that its copy holds.'],
  RTMGR_TABLE_STATS_MAX: [256, 'Tables that the statistics tell of.'],
});
export const { NETLINK_RTMGR, RTMGR_GRP_MIRROR, RTMGR_TEXT_MAX } = RTMGR.values;

export const RTMGR_MSG = enumeration({
  RTMGR_MSG_HELLO: [0x100, 'A greeting; the answer tells what rtmgr saw of it.'],
  RTMGR_MSG_GETSTATS: [0x101, 'Asks for counts: of routes, messages, changes, and of each table.'],
  RTMGR_MSG_FLUSH: [0x102, 'Deletes all routes of a table, of a family, or all.'],
  RTMGR_MSG_BATCH_BEGIN: [
    0x103,
    'What follows in this datagram, up to RTMGR_MSG_BATCH_END, happens entirely or not at all.',
  ],
  RTMGR_MSG_BATCH_END: [0x104, 'The end of a batch: now it is applied. It is always answered.'],
  RTMGR_MSG_MIRROR: [0x105, 'A copy of a datagram that some process exchanged with rtmgr.'],
  RTMGR_MSG_SOCKOPT: [
    0x106,
    'Sets an option of the socket at the user-mode rtmgr, where setsockopt(2) cannot reach.',
  ],
});
export const {
  RTMGR_MSG_HELLO,
  RTMGR_MSG_GETSTATS,
  RTMGR_MSG_FLUSH,
  RTMGR_MSG_BATCH_BEGIN,
  RTMGR_MSG_BATCH_END,
  RTMGR_MSG_MIRROR,
  RTMGR_MSG_SOCKOPT,
} = RTMGR_MSG.values;

export const rtmgrmsg = struct('struct rtmgrmsg', 4, 'The fixed part of all messages of rtmgr’s own.', {
  rtmgr_family: field(0, u8(AF), 'Address family that is meant: AF_UNSPEC stands for both.'),
  rtmgr_pad1: field(1, u8(), 'Unused, 0.'),
  rtmgr_pad2: field(2, u16(), 'Unused, 0.'),
});

const nanoseconds = (n: number | bigint): string => `${(Number(n) / 1e9).toFixed(6)} s`;
const exact = (n: number | bigint): string => `${n} bytes`;

export const rtmgr_stats = struct('struct rtmgr_stats', 128, 'Counts of this network namespace.', {
  routes: field(0, u64(), 'Routes in all tables, now.'),
  max_routes: field(8, u64(), 'The most routes that it takes (the module parameter max_routes).'),
  nexthop_sets: field(16, u64(), 'Distinct sets of next hops and metrics, which routes share, now.'),
  bytes: field(24, u64(exact), 'Memory of tries, routes and next-hop sets, now.'),
  datagrams: field(32, u64(), 'Datagrams received.'),
  messages: field(40, u64(), 'Messages received.'),
  errors: field(48, u64(), 'Messages answered with an error.'),
  added: field(56, u64(), 'Routes added, replacing ones included.'),
  deleted: field(64, u64(), 'Routes deleted, replaced ones included.'),
  lookups: field(72, u64(), 'Longest-prefix matches.'),
  dumps: field(80, u64(), 'Dumps begun.'),
  notifications: field(88, u64(), 'Notifications sent to the groups of routes.'),
  batches: field(96, u64(), 'Batches applied.'),
  batches_failed: field(104, u64(), 'Batches of which one message failed, so that nothing was applied.'),
  mirrored: field(112, u64(), 'Copies sent to the mirror’s group.'),
  uptime_ns: field(120, u64(nanoseconds), 'Time since the module was loaded or the namespace was made.'),
});

/** Options at level SOL_NETLINK (linux/netlink.h), which RTMGR_A_OPTION names. */
export const NETLINK_OPTION = enumeration({
  NETLINK_ADD_MEMBERSHIP: [1, 'Joins a multicast group.'],
  NETLINK_DROP_MEMBERSHIP: [2, 'Leaves a multicast group.'],
  NETLINK_NO_ENOBUFS: [5, 'No word when notifications are dropped.'],
  NETLINK_CAP_ACK: [10, 'Answers echo only the header of the request.'],
  NETLINK_EXT_ACK: [11, 'Errors carry a sentence and the place of the attribute at fault.'],
  NETLINK_GET_STRICT_CHK: [12, 'Dump requests are checked, and filter.'],
});
export const {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
} = NETLINK_OPTION.values;

export const RTMGR_DIRECTION = enumeration({
  RTMGR_TO_KERNEL: [0, 'From a process to rtmgr.'],
  RTMGR_FROM_KERNEL: [1, 'From rtmgr to a process, or to a group.'],
});
export const { RTMGR_FROM_KERNEL } = RTMGR_DIRECTION.values;

const messageType = (n: number | bigint): string =>
  `${RTMGR_MSG.names.get(Number(n)) ?? 'message type'} (${n})`;

export const RTMGR_A = attributeSet('RTMGR_A_', {
  RTMGR_A_UNSPEC: attribute(0, binary, 'Unused.'),
  RTMGR_A_PAD: attribute(1, binary, 'Filling that aligns the next 8-byte value.'),
  RTMGR_A_VERSION: attribute(2, u32(), 'Version of this interface.'),
  RTMGR_A_RELEASE: attribute(3, string, 'Version of the module.'),
  RTMGR_A_TEXT: attribute(4, string, 'The greeting; the answer gives it back.'),
  RTMGR_A_SEEN_LEN: attribute(5, u32(byteCount), 'The nlmsg_len of the request, as rtmgr saw it.'),
  RTMGR_A_SEEN_TYPE: attribute(6, u16(messageType), 'The nlmsg_type of the request.'),
  RTMGR_A_SEEN_FLAGS: attribute(7, u16(NLM_F), 'The nlmsg_flags of the request.'),
  RTMGR_A_SEEN_SEQ: attribute(8, u32(), 'The nlmsg_seq of the request.'),
  RTMGR_A_SEEN_PID: attribute(
    9,
    u32(),
    'The nlmsg_pid of the request: the sender writes there what it likes.',
  ),
  RTMGR_A_PORTID: attribute(
    10,
    u32(),
    'The port id that it really came from; in a copy of the mirror that of the other end, 0 for a group.',
  ),
  RTMGR_A_UID: attribute(11, u32(), 'The user that it came from.'),
  RTMGR_A_WRITABLE: attribute(12, u8(), '1 when that user may change routes, else 0.'),
  RTMGR_A_STATS: attribute(13, one(rtmgr_stats), 'Counts of the whole.'),
  RTMGR_A_TABLE_STATS: attribute(
    14,
    nest((): AttributeSet => RTMGR_A),
    'Counts of one table.',
  ),
  RTMGR_A_FAMILY: attribute(15, u8(AF), 'Address family of a table.'),
  RTMGR_A_TABLE: attribute(16, u32(RT_TABLE), 'Table by its number; absent: all tables.'),
  RTMGR_A_ROUTES: attribute(17, u32(), 'Routes: in a table, or how many were deleted.'),
  RTMGR_A_NODES: attribute(18, u32(), 'Nodes of a table’s trie.'),
  RTMGR_A_BYTES: attribute(19, u64(exact), 'Memory of a table: its trie and its routes.'),
  RTMGR_A_DIRECTION: attribute(20, u8(RTMGR_DIRECTION), 'Which way the datagram went.'),
  RTMGR_A_GROUP: attribute(21, u32(), 'The multicast group that it went to; absent: to one socket.'),
  RTMGR_A_TIME: attribute(22, u64(nanoseconds), 'When it passed, on the monotonic clock.'),
  RTMGR_A_LENGTH: attribute(23, u32(byteCount), 'How long the datagram was; the copy may be shorter.'),
  RTMGR_A_DATA: attribute(24, datagram, 'The datagram itself: its messages, one behind the other.'),
  RTMGR_A_OPTION: attribute(25, u32(NETLINK_OPTION), 'Which option of the socket.'),
  RTMGR_A_VALUE: attribute(26, u32(), 'The group to join or leave; else 1 for on and 0 for off.'),
});
