// SPDX-License-Identifier: MIT
// Policy rules (linux/fib_rules.h): struct fib_rule_hdr and FRA_*.
import {
  address,
  attribute,
  attributeSet,
  be32,
  be64,
  binary,
  enumeration,
  field,
  flags,
  one,
  string,
  struct,
  u16,
  u32,
  u8,
} from '../schema.ts';
import { AF, IPPROTO } from './families.ts';
import { mark } from './phrases.ts';
import { RTPROT, RT_TABLE } from './rtmsg.ts';

export const FR_ACT = enumeration({
  FR_ACT_UNSPEC: [0, 'No action.'],
  FR_ACT_TO_TBL: [1, 'Look the packet up in a table.'],
  FR_ACT_GOTO: [2, 'Go on with another rule.'],
  FR_ACT_NOP: [3, 'Do nothing, go on with the next rule.'],
  FR_ACT_RES3: [4, 'Reserved.'],
  FR_ACT_RES4: [5, 'Reserved.'],
  FR_ACT_BLACKHOLE: [6, 'Drop without a word.'],
  FR_ACT_UNREACHABLE: [7, 'Refuse with "network unreachable".'],
  FR_ACT_PROHIBIT: [8, 'Refuse with "permission denied".'],
});
export const {
  FR_ACT_TO_TBL,
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_BLACKHOLE,
  FR_ACT_UNREACHABLE,
  FR_ACT_PROHIBIT,
} = FR_ACT.values;

export const FIB_RULE = flags({
  FIB_RULE_PERMANENT: [0x1, 'Cannot be deleted.'],
  FIB_RULE_INVERT: [0x2, 'Applies to packets that do not match.'],
  FIB_RULE_UNRESOLVED: [0x4, 'The rule to go to does not exist.'],
  FIB_RULE_IIF_DETACHED: [0x8, 'The incoming interface does not exist.'],
  FIB_RULE_OIF_DETACHED: [0x10, 'The outgoing interface does not exist.'],
  FIB_RULE_FIND_SADDR: [0x10000, 'Find a source address in the lookup.'],
});
export const { FIB_RULE_INVERT } = FIB_RULE.values;

export const fib_rule_hdr = struct('struct fib_rule_hdr', 12, 'The fixed part of a rule message.', {
  family: field(0, u8(AF), 'Address family.'),
  dst_len: field(
    1,
    u8((n) => `/${n}`),
    'Length of the destination prefix in bits.',
  ),
  src_len: field(
    2,
    u8((n) => `/${n}`),
    'Length of the source prefix in bits.',
  ),
  tos: field(3, u8(), 'Type of service to match; 0 takes all.'),
  table: field(4, u8(RT_TABLE), 'Table, as far as its number fits; FRA_TABLE has the whole number.'),
  res1: field(5, u8(), 'Reserved.'),
  res2: field(6, u8(), 'Reserved.'),
  action: field(7, u8(FR_ACT), 'What happens to packets that match.'),
  flags: field(8, u32(FIB_RULE), 'Flags of the rule.'),
});
export const fib_rule_uid_range = struct('struct fib_rule_uid_range', 8, 'User ids from … to.', {
  start: field(0, u32(), 'First user id.'),
  end: field(4, u32(), 'Last user id.'),
});
export const fib_rule_port_range = struct('struct fib_rule_port_range', 4, 'Ports from … to.', {
  start: field(0, u16(), 'First port.'),
  end: field(2, u16(), 'Last port.'),
});

export const FRA = attributeSet('FRA_', {
  FRA_UNSPEC: attribute(0, binary, 'Unused.'),
  FRA_DST: attribute(1, address, 'Destination address to match.'),
  FRA_SRC: attribute(2, address, 'Source address to match.'),
  FRA_IIFNAME: attribute(3, string, 'Incoming interface to match, by name.'),
  FRA_IFNAME: attribute(3, string, 'Incoming interface to match, by name.'),
  FRA_GOTO: attribute(4, u32(), 'Priority of the rule to go to.'),
  FRA_UNUSED2: attribute(5, binary, 'Unused.'),
  FRA_PRIORITY: attribute(6, u32(), 'Place among the rules: the smallest is asked first.'),
  FRA_UNUSED3: attribute(7, binary, 'Unused.'),
  FRA_UNUSED4: attribute(8, binary, 'Unused.'),
  FRA_UNUSED5: attribute(9, binary, 'Unused.'),
  FRA_FWMARK: attribute(10, u32(mark), 'Firewall mark to match.'),
  FRA_FLOW: attribute(11, u32(), 'Realms for accounting.'),
  FRA_TUN_ID: attribute(12, be64(), 'Tunnel key to match.'),
  FRA_SUPPRESS_IFGROUP: attribute(13, u32(), 'Ignore routes by interfaces of this group.'),
  FRA_SUPPRESS_PREFIXLEN: attribute(14, u32(), 'Ignore routes with a prefix of this length or shorter.'),
  FRA_TABLE: attribute(15, u32(RT_TABLE), 'Table by its whole number.'),
  FRA_FWMASK: attribute(16, u32(mark), 'Which bits of the firewall mark count.'),
  FRA_OIFNAME: attribute(17, string, 'Outgoing interface to match, by name.'),
  FRA_PAD: attribute(18, binary, 'Filling that aligns the next 8-byte value.'),
  FRA_L3MDEV: attribute(19, u8(), '1: use the table of the VRF that the packet belongs to.'),
  FRA_UID_RANGE: attribute(20, one(fib_rule_uid_range), 'Users whose packets match.'),
  FRA_PROTOCOL: attribute(21, u8(RTPROT), 'Who made the rule.'),
  FRA_IP_PROTO: attribute(22, u8(IPPROTO), 'IP protocol to match.'),
  FRA_SPORT_RANGE: attribute(23, one(fib_rule_port_range), 'Source ports to match, host order.'),
  FRA_DPORT_RANGE: attribute(24, one(fib_rule_port_range), 'Destination ports to match, host order.'),
  FRA_DSCP: attribute(25, u8(), 'DSCP to match.', '6.12'),
  FRA_FLOWLABEL: attribute(26, be32(), 'IPv6 flow label to match.', '6.14'),
  FRA_FLOWLABEL_MASK: attribute(27, be32(), 'Which bits of the flow label count.', '6.14'),
  FRA_SPORT_MASK: attribute(28, u16(), 'Which bits of the source port count.', '6.15'),
  FRA_DPORT_MASK: attribute(29, u16(), 'Which bits of the destination port count.', '6.15'),
  FRA_DSCP_MASK: attribute(30, u8(), 'Which bits of the DSCP count.', '6.15'),
});
export const {
  FRA_DST,
  FRA_SRC,
  FRA_IIFNAME,
  FRA_OIFNAME,
  FRA_GOTO,
  FRA_PRIORITY,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_TABLE,
  FRA_L3MDEV,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_PROTOCOL,
} = FRA.values;
