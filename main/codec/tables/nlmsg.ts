// SPDX-License-Identifier: MIT
// The frame of every netlink message (linux/netlink.h): nlmsghdr with its flags, the attribute header, errors with
// their extended acknowledgement, and the control messages.
import {
  attribute,
  attributeSet,
  binary,
  enumeration,
  field,
  flags,
  nest,
  one,
  s32,
  s64,
  string,
  struct,
  u16,
  u32,
  u64,
} from '../schema.ts';
import type { AttributeSet } from '../schema.ts';

/** Message types below 0x10, the same on every netlink protocol. */
export const NLMSG = enumeration({
  NLMSG_NOOP: [1, 'Carries nothing and is skipped.'],
  NLMSG_ERROR: [2, 'The verdict on a request: an errno, or 0 for success (an acknowledgement).'],
  NLMSG_DONE: [3, 'The end of an answer in several parts, such as a dump.'],
  NLMSG_OVERRUN: [4, 'Data was lost.'],
});
export const { NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN } = NLMSG.values;

/** nlmsg_flags of every message. */
export const NLM_F = flags({
  NLM_F_REQUEST: [0x01, 'A request from user space; the kernel ignores messages without it.'],
  NLM_F_MULTI: [0x02, 'One part of several; NLMSG_DONE ends them.'],
  NLM_F_ACK: [0x04, 'Asks for an acknowledgement even when all went well.'],
  NLM_F_ECHO: [0x08, 'Asks for a copy of the notification that the change causes.'],
  NLM_F_DUMP_INTR: [
    0x10,
    'The table changed while it was dumped: parts may be missing or twice, so the dump should be repeated.',
  ],
  NLM_F_DUMP_FILTERED: [0x20, 'The kernel applied the filter that the dump request asked for.'],
});
export const { NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED } =
  NLM_F.values;

/** The upper byte of nlmsg_flags in GET requests. */
export const NLM_F_GET = flags({
  NLM_F_ROOT: [0x100, 'Start at the root: return the whole table, not one entry (half of NLM_F_DUMP).'],
  NLM_F_MATCH: [0x200, 'Return all that match (half of NLM_F_DUMP).'],
  NLM_F_ATOMIC: [0x400, 'Asks for a snapshot at one moment; hardly anything in the kernel honours it.'],
});
export const { NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC } = NLM_F_GET.values;
/** Both bits that make a GET request a dump. */
export const NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH;

/** The upper byte in NEW requests. The same bits as in GET requests, with another meaning. */
export const NLM_F_NEW = flags({
  NLM_F_REPLACE: [0x100, 'Replace what exists with the same key.'],
  NLM_F_EXCL: [0x200, 'Refuse with EEXIST when it exists already.'],
  NLM_F_CREATE: [0x400, 'Create it when it does not exist.'],
  NLM_F_APPEND: [0x800, 'Add at the end of the list (for routes: behind those with the same key).'],
});
export const { NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND } = NLM_F_NEW.values;

/** The upper byte in DEL requests. */
export const NLM_F_DEL = flags({
  NLM_F_NONREC: [0x100, 'Do not delete what hangs below it.'],
  NLM_F_BULK: [0x200, 'Delete all that match.'],
});
export const { NLM_F_NONREC, NLM_F_BULK } = NLM_F_DEL.values;

/** The upper byte in acknowledgements. */
export const NLM_F_ACKS = flags({
  NLM_F_CAPPED: [0x100, 'Only the header of the request is echoed, not its contents.'],
  NLM_F_ACK_TLVS: [0x200, 'Attributes of an extended acknowledgement follow.'],
});
export const { NLM_F_CAPPED, NLM_F_ACK_TLVS } = NLM_F_ACKS.values;

/** The two upper bits of an attribute's type. */
export const NLA_F = flags({
  NLA_F_NESTED: [0x8000, 'The payload consists of attributes.'],
  NLA_F_NET_BYTEORDER: [0x4000, 'The payload is in network byte order.'],
});
export const { NLA_F_NESTED, NLA_F_NET_BYTEORDER } = NLA_F.values;
/** What is left of nla_type without them. */
export const NLA_TYPE_MASK = 0xffff & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER);

export const nlmsghdr = struct('struct nlmsghdr', 16, 'The header of every netlink message.', {
  nlmsg_len: field(
    0,
    u32((n) => `${n} bytes`),
    'Total length in bytes, this header included, padding behind the last attribute not counted; the next message in the datagram starts at the next multiple of 4.',
  ),
  nlmsg_type: field(
    4,
    u16(),
    'What the message is: below 16 control messages, above what the protocol defines.',
  ),
  nlmsg_flags: field(
    6,
    u16(),
    'How the message is meant; the upper byte depends on the kind of message (get, new, delete, acknowledgement).',
  ),
  nlmsg_seq: field(
    8,
    u32(),
    'A number that the sender chooses; answers carry the same, so that they can be paired.',
  ),
  nlmsg_pid: field(
    12,
    u32(),
    'The port id of the socket that asked (often a process id); 0 stands for the kernel. Notifications carry the port of whoever caused them.',
  ),
});

export const nlattr = struct('struct nlattr', 4, 'The header of an attribute; struct rtattr is the same.', {
  nla_len: field(
    0,
    u16((n) => `${n} bytes`),
    'Length of the attribute in bytes, these 4 bytes of header included, padding not; the next attribute starts at the next multiple of 4.',
  ),
  nla_type: field(
    2,
    u16(),
    'Which attribute it is; the two upper bits say "nested" and "network byte order".',
  ),
});

export const nlmsgerr = struct(
  'struct nlmsgerr',
  20,
  'The verdict, followed by the header of the request that it is about.',
  {
    error: field(0, s32(), 'A negative errno, or 0 for success.'),
    msg: field(4, one(nlmsghdr), 'The header of the request that the verdict is about.'),
  },
);

/** The errno in front of the attributes of NLMSG_DONE (a bare int in C). */
export const nlmsgdone = struct('int', 4, 'How the dump ended.', {
  error: field(0, s32(), '0 when the dump is complete, else a negative errno.'),
});

/** Types of attributes in a policy. */
export const NL_ATTR_TYPE = enumeration({
  NL_ATTR_TYPE_INVALID: [0, 'Not to be used.'],
  NL_ATTR_TYPE_FLAG: [1, 'Present or not, without a payload.'],
  NL_ATTR_TYPE_U8: [2, 'An unsigned number of 8 bits.'],
  NL_ATTR_TYPE_U16: [3, 'An unsigned number of 16 bits.'],
  NL_ATTR_TYPE_U32: [4, 'An unsigned number of 32 bits.'],
  NL_ATTR_TYPE_U64: [5, 'An unsigned number of 64 bits.'],
  NL_ATTR_TYPE_S8: [6, 'A signed number of 8 bits.'],
  NL_ATTR_TYPE_S16: [7, 'A signed number of 16 bits.'],
  NL_ATTR_TYPE_S32: [8, 'A signed number of 32 bits.'],
  NL_ATTR_TYPE_S64: [9, 'A signed number of 64 bits.'],
  NL_ATTR_TYPE_BINARY: [10, 'Bytes.'],
  NL_ATTR_TYPE_STRING: [11, 'Text.'],
  NL_ATTR_TYPE_NUL_STRING: [12, 'Text with a NUL at its end.'],
  NL_ATTR_TYPE_NESTED: [13, 'Attributes.'],
  NL_ATTR_TYPE_NESTED_ARRAY: [14, 'A list of nests, whose numbers do not matter.'],
  NL_ATTR_TYPE_BITFIELD32: [15, 'Bits, and which of them are meant.'],
  NL_ATTR_TYPE_SINT: [16, 'A signed number of 32 or 64 bits.', '6.7'],
  NL_ATTR_TYPE_UINT: [17, 'An unsigned number of 32 or 64 bits.', '6.7'],
});

const NL_POLICY_TYPE_ATTR: AttributeSet = attributeSet('NL_POLICY_TYPE_ATTR_', {
  NL_POLICY_TYPE_ATTR_UNSPEC: attribute(0, binary, 'Unused.'),
  NL_POLICY_TYPE_ATTR_TYPE: attribute(1, u32(NL_ATTR_TYPE), 'Which type the attribute must have.'),
  NL_POLICY_TYPE_ATTR_MIN_VALUE_S: attribute(2, s64(), 'Least value, for signed numbers.'),
  NL_POLICY_TYPE_ATTR_MAX_VALUE_S: attribute(3, s64(), 'Greatest value, for signed numbers.'),
  NL_POLICY_TYPE_ATTR_MIN_VALUE_U: attribute(4, u64(), 'Least value, for unsigned numbers.'),
  NL_POLICY_TYPE_ATTR_MAX_VALUE_U: attribute(5, u64(), 'Greatest value, for unsigned numbers.'),
  NL_POLICY_TYPE_ATTR_MIN_LENGTH: attribute(6, u32(), 'Least length in bytes.'),
  NL_POLICY_TYPE_ATTR_MAX_LENGTH: attribute(7, u32(), 'Greatest length in bytes.'),
  NL_POLICY_TYPE_ATTR_POLICY_IDX: attribute(8, u32(), 'Which policy applies inside the nest.'),
  NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE: attribute(9, u32(), 'The highest attribute number inside the nest.'),
  NL_POLICY_TYPE_ATTR_BITFIELD32_MASK: attribute(10, u32(), 'Which bits may be set.'),
  NL_POLICY_TYPE_ATTR_PAD: attribute(11, binary, 'Filling that aligns the next 8-byte value.'),
  NL_POLICY_TYPE_ATTR_MASK: attribute(12, u64(), 'Which bits an unsigned number may have.'),
});
export { NL_POLICY_TYPE_ATTR };

/** Attributes of an extended acknowledgement. */
export const NLMSGERR_ATTR = attributeSet('NLMSGERR_ATTR_', {
  NLMSGERR_ATTR_UNUSED: attribute(0, binary, 'Unused.'),
  NLMSGERR_ATTR_MSG: attribute(1, string, "The kernel's own sentence about what is wrong, or a warning."),
  NLMSGERR_ATTR_OFFS: attribute(
    2,
    u32((n) => `byte ${n}`),
    'Where in the request the attribute at fault starts, counted from the start of its nlmsghdr.',
  ),
  NLMSGERR_ATTR_COOKIE: attribute(
    3,
    binary,
    'Bytes that identify what was made, where a subsystem gives them.',
  ),
  NLMSGERR_ATTR_POLICY: attribute(
    4,
    nest(() => NL_POLICY_TYPE_ATTR),
    'What the kernel would have accepted for the attribute at fault.',
  ),
  NLMSGERR_ATTR_MISS_TYPE: attribute(5, u32(), 'The number of an attribute that is missing.'),
  NLMSGERR_ATTR_MISS_NEST: attribute(
    6,
    u32((n) => `byte ${n}`),
    'Where in the request the nest starts in which it is missing; absent when it is missing at the top.',
  ),
});
export const {
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  NLMSGERR_ATTR_COOKIE,
  NLMSGERR_ATTR_POLICY,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MISS_NEST,
} = NLMSGERR_ATTR.values;
