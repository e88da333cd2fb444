// SPDX-License-Identifier: MIT
// Lightweight tunnels: what RTA_ENCAP and NHA_ENCAP carry (linux/lwtunnel.h, mpls_iptunnel.h, seg6_iptunnel.h,
// seg6_local.h, rpl_iptunnel.h, ioam6_iptunnel.h, ila.h).
import {
  address,
  attribute,
  attributeSet,
  be16,
  be64,
  binary,
  enumeration,
  field,
  labels,
  nest,
  s32,
  string,
  struct,
  u32,
  u64,
  u8,
  withTail,
} from '../schema.ts';
import type { ValueType } from '../schema.ts';
import { ifindex } from './phrases.ts';

export const LWTUNNEL_ENCAP = enumeration({
  LWTUNNEL_ENCAP_NONE: [0, 'No encapsulation.'],
  LWTUNNEL_ENCAP_MPLS: [1, 'MPLS labels are pushed.'],
  LWTUNNEL_ENCAP_IP: [2, 'Parameters for an IPv4 tunnel device.'],
  LWTUNNEL_ENCAP_ILA: [3, 'Identifier Locator Addressing: the locator in the IPv6 address is rewritten.'],
  LWTUNNEL_ENCAP_IP6: [4, 'Parameters for an IPv6 tunnel device.'],
  LWTUNNEL_ENCAP_SEG6: [5, 'IPv6 segment routing: a list of segments is added.'],
  LWTUNNEL_ENCAP_BPF: [6, 'A BPF program handles the packet.'],
  LWTUNNEL_ENCAP_SEG6_LOCAL: [7, 'IPv6 segment routing: what this node does with its own segment.'],
  LWTUNNEL_ENCAP_RPL: [8, 'RPL source routing for low-power networks.'],
  LWTUNNEL_ENCAP_IOAM6: [9, 'In-situ measurement data is added (IOAM).'],
  LWTUNNEL_ENCAP_XFRM: [10, 'Parameters for an IPsec interface.'],
});
export const {
  LWTUNNEL_ENCAP_NONE,
  LWTUNNEL_ENCAP_MPLS,
  LWTUNNEL_ENCAP_IP,
  LWTUNNEL_ENCAP_ILA,
  LWTUNNEL_ENCAP_IP6,
  LWTUNNEL_ENCAP_SEG6,
  LWTUNNEL_ENCAP_BPF,
  LWTUNNEL_ENCAP_SEG6_LOCAL,
  LWTUNNEL_ENCAP_RPL,
  LWTUNNEL_ENCAP_IOAM6,
  LWTUNNEL_ENCAP_XFRM,
} = LWTUNNEL_ENCAP.values;

export const MPLS_IPTUNNEL = attributeSet('MPLS_IPTUNNEL_', {
  MPLS_IPTUNNEL_UNSPEC: attribute(0, binary, 'Unused.'),
  MPLS_IPTUNNEL_DST: attribute(1, labels, 'The labels to push, the outermost first.'),
  MPLS_IPTUNNEL_TTL: attribute(2, u8(), 'Time to live for the labels; 0 takes that of the packet.'),
});

const GENEVE = attributeSet('LWTUNNEL_IP_OPT_GENEVE_', {
  LWTUNNEL_IP_OPT_GENEVE_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP_OPT_GENEVE_CLASS: attribute(1, be16(), 'Class of the Geneve option.'),
  LWTUNNEL_IP_OPT_GENEVE_TYPE: attribute(2, u8(), 'Type of the Geneve option.'),
  LWTUNNEL_IP_OPT_GENEVE_DATA: attribute(3, binary, 'Data of the Geneve option.'),
});
const VXLAN = attributeSet('LWTUNNEL_IP_OPT_VXLAN_', {
  LWTUNNEL_IP_OPT_VXLAN_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP_OPT_VXLAN_GBP: attribute(1, u32(), 'Group policy of VXLAN.'),
});
const ERSPAN = attributeSet('LWTUNNEL_IP_OPT_ERSPAN_', {
  LWTUNNEL_IP_OPT_ERSPAN_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP_OPT_ERSPAN_VER: attribute(1, u8(), 'Version of ERSPAN.'),
  LWTUNNEL_IP_OPT_ERSPAN_INDEX: attribute(2, binary, 'Index of the ERSPAN session, network order.'),
  LWTUNNEL_IP_OPT_ERSPAN_DIR: attribute(3, u8(), 'Direction of the mirrored traffic.'),
  LWTUNNEL_IP_OPT_ERSPAN_HWID: attribute(4, u8(), 'Hardware id of the ERSPAN source.'),
});
const IP_OPTS = attributeSet('LWTUNNEL_IP_OPTS_', {
  LWTUNNEL_IP_OPTS_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP_OPTS_GENEVE: attribute(
    1,
    nest(() => GENEVE),
    'An option of Geneve.',
  ),
  LWTUNNEL_IP_OPTS_VXLAN: attribute(
    2,
    nest(() => VXLAN),
    'An option of VXLAN.',
  ),
  LWTUNNEL_IP_OPTS_ERSPAN: attribute(
    3,
    nest(() => ERSPAN),
    'An option of ERSPAN.',
  ),
});
export {
  GENEVE as LWTUNNEL_IP_OPT_GENEVE,
  VXLAN as LWTUNNEL_IP_OPT_VXLAN,
  ERSPAN as LWTUNNEL_IP_OPT_ERSPAN,
  IP_OPTS as LWTUNNEL_IP_OPTS,
};

export const LWTUNNEL_IP = attributeSet('LWTUNNEL_IP_', {
  LWTUNNEL_IP_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP_ID: attribute(1, be64(), 'Key of the tunnel (for VXLAN the network identifier).'),
  LWTUNNEL_IP_DST: attribute(2, address, 'Outer destination address.'),
  LWTUNNEL_IP_SRC: attribute(3, address, 'Outer source address.'),
  LWTUNNEL_IP_TTL: attribute(4, u8(), 'Outer time to live.'),
  LWTUNNEL_IP_TOS: attribute(5, u8(), 'Outer type of service.'),
  LWTUNNEL_IP_FLAGS: attribute(6, be16(), 'Flags of the tunnel (key, checksum, sequence numbers).'),
  LWTUNNEL_IP_PAD: attribute(7, binary, 'Filling that aligns the next 8-byte value.'),
  LWTUNNEL_IP_OPTS: attribute(
    8,
    nest(() => IP_OPTS),
    'Options of the tunnel protocol.',
  ),
});

export const LWTUNNEL_IP6 = attributeSet('LWTUNNEL_IP6_', {
  LWTUNNEL_IP6_UNSPEC: attribute(0, binary, 'Unused.'),
  LWTUNNEL_IP6_ID: attribute(1, be64(), 'Key of the tunnel (for VXLAN the network identifier).'),
  LWTUNNEL_IP6_DST: attribute(2, address, 'Outer destination address.'),
  LWTUNNEL_IP6_SRC: attribute(3, address, 'Outer source address.'),
  LWTUNNEL_IP6_HOPLIMIT: attribute(4, u8(), 'Outer hop limit.'),
  LWTUNNEL_IP6_TC: attribute(5, u8(), 'Outer traffic class.'),
  LWTUNNEL_IP6_FLAGS: attribute(6, be16(), 'Flags of the tunnel (key, checksum, sequence numbers).'),
  LWTUNNEL_IP6_PAD: attribute(7, binary, 'Filling that aligns the next 8-byte value.'),
  LWTUNNEL_IP6_OPTS: attribute(
    8,
    nest(() => IP_OPTS),
    'Options of the tunnel protocol.',
  ),
});

export const ILA_ATTR = attributeSet('ILA_ATTR_', {
  ILA_ATTR_UNSPEC: attribute(0, binary, 'Unused.'),
  ILA_ATTR_LOCATOR: attribute(1, be64(), 'The locator to write into the upper half of the destination.'),
  ILA_ATTR_IDENTIFIER: attribute(2, be64(), 'The identifier to match.'),
  ILA_ATTR_LOCATOR_MATCH: attribute(3, be64(), 'The locator to match.'),
  ILA_ATTR_IFINDEX: attribute(4, s32(ifindex), 'Interface to match.'),
  ILA_ATTR_DIR: attribute(5, u32(), 'Direction.'),
  ILA_ATTR_PAD: attribute(6, binary, 'Filling that aligns the next 8-byte value.'),
  ILA_ATTR_CSUM_MODE: attribute(7, u8(), 'How checksums are kept right.'),
  ILA_ATTR_IDENT_TYPE: attribute(8, u8(), 'Type of the identifier.'),
  ILA_ATTR_HOOK_TYPE: attribute(9, u8(), 'Whether it works on output or input.'),
});

export const SEG6_IPTUN_MODE = enumeration({
  SEG6_IPTUN_MODE_INLINE: [0, 'The routing header is put into the packet itself.'],
  SEG6_IPTUN_MODE_ENCAP: [1, 'The packet is wrapped in a new IPv6 header.'],
  SEG6_IPTUN_MODE_L2ENCAP: [2, 'The whole frame is wrapped.'],
  SEG6_IPTUN_MODE_ENCAP_RED: [3, 'Wrapped, the first segment left out of the list.'],
  SEG6_IPTUN_MODE_L2ENCAP_RED: [4, 'Frame wrapped, the first segment left out of the list.'],
});

export const ipv6_sr_hdr = struct('struct ipv6_sr_hdr', 8, 'Segment routing header (RFC 8754).', {
  nexthdr: field(0, u8(), 'Which header comes next.'),
  hdrlen: field(
    1,
    u8((n) => `${(Number(n) + 1) * 8} bytes`),
    'Length in units of 8 bytes, the first 8 not counted.',
  ),
  type: field(2, u8(), 'Routing header type: 4 for segment routing, 3 for RPL.'),
  segments_left: field(3, u8(), 'How many segments are still to be visited.'),
  first_segment: field(4, u8(), 'Index of the last entry of the list, which is the first to be visited.'),
  flags: field(5, u8(), 'Flags of the header.'),
  tag: field(6, be16(), 'Tag that marks packets of a class, network order.'),
});

export const seg6_iptunnel_encap = struct(
  'struct seg6_iptunnel_encap',
  4,
  'Segment routing: mode and header.',
  {
    mode: field(0, s32(SEG6_IPTUN_MODE), 'How the segments are added.'),
  },
);

/** mode and routing header, side by side in the payload. */
const seg6Encap = struct('struct seg6_iptunnel_encap', 12, 'Segment routing: mode, header, segments.', {
  ...seg6_iptunnel_encap.fields,
  srh: field(
    4,
    { kind: 'struct', c: 'struct ipv6_sr_hdr', struct: ipv6_sr_hdr },
    'The routing header; its segments follow.',
  ),
});

export const SEG6_IPTUNNEL = attributeSet('SEG6_IPTUNNEL_', {
  SEG6_IPTUNNEL_UNSPEC: attribute(0, binary, 'Unused.'),
  SEG6_IPTUNNEL_SRH: attribute(
    1,
    withTail(seg6Encap, 'segments'),
    'Mode, routing header, and the segments, the last to be visited first.',
  ),
});

export const LWT_BPF_PROG = attributeSet('LWT_BPF_PROG_', {
  LWT_BPF_PROG_UNSPEC: attribute(0, binary, 'Unused.'),
  LWT_BPF_PROG_FD: attribute(1, u32(), 'File descriptor of the program.'),
  LWT_BPF_PROG_NAME: attribute(2, string, 'Name of the program.'),
});
export const LWT_BPF = attributeSet('LWT_BPF_', {
  LWT_BPF_UNSPEC: attribute(0, binary, 'Unused.'),
  LWT_BPF_IN: attribute(
    1,
    nest(() => LWT_BPF_PROG),
    'Program for packets that come in.',
  ),
  LWT_BPF_OUT: attribute(
    2,
    nest(() => LWT_BPF_PROG),
    'Program for packets that go out.',
  ),
  LWT_BPF_XMIT: attribute(
    3,
    nest(() => LWT_BPF_PROG),
    'Program just before transmission.',
  ),
  LWT_BPF_XMIT_HEADROOM: attribute(4, u32(), 'Bytes of room that the program needs in front.'),
});

export const SEG6_LOCAL_ACTION_ENUM = enumeration({
  SEG6_LOCAL_ACTION_UNSPEC: [0, 'None.'],
  SEG6_LOCAL_ACTION_END: [1, 'End: go on to the next segment.'],
  SEG6_LOCAL_ACTION_END_X: [2, 'End.X: to a given neighbour.'],
  SEG6_LOCAL_ACTION_END_T: [3, 'End.T: look the next segment up in a table.'],
  SEG6_LOCAL_ACTION_END_DX2: [4, 'End.DX2: unwrap and send the frame out of an interface.'],
  SEG6_LOCAL_ACTION_END_DX6: [5, 'End.DX6: unwrap and send to an IPv6 neighbour.'],
  SEG6_LOCAL_ACTION_END_DX4: [6, 'End.DX4: unwrap and send to an IPv4 neighbour.'],
  SEG6_LOCAL_ACTION_END_DT6: [7, 'End.DT6: unwrap and look up in an IPv6 table.'],
  SEG6_LOCAL_ACTION_END_DT4: [8, 'End.DT4: unwrap and look up in an IPv4 table.'],
  SEG6_LOCAL_ACTION_END_B6: [9, 'End.B6.Insert: apply a policy by insertion.'],
  SEG6_LOCAL_ACTION_END_B6_ENCAP: [10, 'End.B6.Encaps: apply a policy by wrapping.'],
  SEG6_LOCAL_ACTION_END_BM: [11, 'End.BM: apply an MPLS policy.'],
  SEG6_LOCAL_ACTION_END_S: [12, 'End.S: look the last segment up.'],
  SEG6_LOCAL_ACTION_END_AS: [13, 'End.AS: static proxy.'],
  SEG6_LOCAL_ACTION_END_AM: [14, 'End.AM: masquerading proxy.'],
  SEG6_LOCAL_ACTION_END_BPF: [15, 'End.BPF: a BPF program decides.'],
  SEG6_LOCAL_ACTION_END_DT46: [16, 'End.DT46: unwrap and look up in an IPv4 or IPv6 table.'],
});
export const SEG6_LOCAL_BPF_PROG = attributeSet('SEG6_LOCAL_BPF_PROG_', {
  SEG6_LOCAL_BPF_PROG_UNSPEC: attribute(0, binary, 'Unused.'),
  SEG6_LOCAL_BPF_PROG: attribute(1, u32(), 'File descriptor or id of the program.'),
  SEG6_LOCAL_BPF_PROG_NAME: attribute(2, string, 'Name of the program.'),
});
export const SEG6_LOCAL_CNT = attributeSet('SEG6_LOCAL_CNT_', {
  SEG6_LOCAL_CNT_UNSPEC: attribute(0, binary, 'Unused.'),
  SEG6_LOCAL_CNT_PAD: attribute(1, binary, 'Filling that aligns the next 8-byte value.'),
  SEG6_LOCAL_CNT_PACKETS: attribute(2, u64(), 'Packets handled.'),
  SEG6_LOCAL_CNT_BYTES: attribute(3, u64(), 'Bytes handled.'),
  SEG6_LOCAL_CNT_ERRORS: attribute(4, u64(), 'Packets that could not be handled.'),
});
export const SEG6_LOCAL_FLV = attributeSet('SEG6_LOCAL_FLV_', {
  SEG6_LOCAL_FLV_UNSPEC: attribute(0, binary, 'Unused.'),
  SEG6_LOCAL_FLV_OPERATION: attribute(1, u32(), 'Bit mask of flavours.'),
  SEG6_LOCAL_FLV_LCBLOCK_BITS: attribute(2, u8(), 'Bits of the locator block.'),
  SEG6_LOCAL_FLV_LCNODE_FN_BITS: attribute(3, u8(), 'Bits of locator node and function.'),
});
export const SEG6_LOCAL = attributeSet('SEG6_LOCAL_', {
  SEG6_LOCAL_UNSPEC: attribute(0, binary, 'Unused.'),
  SEG6_LOCAL_ACTION: attribute(
    1,
    u32(SEG6_LOCAL_ACTION_ENUM),
    'What this node does with packets for the segment.',
  ),
  SEG6_LOCAL_SRH: attribute(2, withTail(ipv6_sr_hdr, 'segments'), 'Segment routing header to apply.'),
  SEG6_LOCAL_TABLE: attribute(3, u32(), 'Table to look up in.'),
  SEG6_LOCAL_NH4: attribute(4, address, 'IPv4 neighbour.'),
  SEG6_LOCAL_NH6: attribute(5, address, 'IPv6 neighbour.'),
  SEG6_LOCAL_IIF: attribute(6, u32(ifindex), 'Incoming interface.'),
  SEG6_LOCAL_OIF: attribute(7, u32(ifindex), 'Outgoing interface.'),
  SEG6_LOCAL_BPF: attribute(
    8,
    nest(() => SEG6_LOCAL_BPF_PROG),
    'BPF program.',
  ),
  SEG6_LOCAL_VRFTABLE: attribute(9, u32(), 'Table of a VRF to look up in.'),
  SEG6_LOCAL_COUNTERS: attribute(
    10,
    nest(() => SEG6_LOCAL_CNT),
    'Counters of the segment.',
  ),
  SEG6_LOCAL_FLAVORS: attribute(
    11,
    nest(() => SEG6_LOCAL_FLV),
    'Flavours of the action.',
  ),
});

export const RPL_IPTUNNEL = attributeSet('RPL_IPTUNNEL_', {
  RPL_IPTUNNEL_UNSPEC: attribute(0, binary, 'Unused.'),
  RPL_IPTUNNEL_SRH: attribute(1, binary, 'RPL source routing header (RFC 6554).'),
});

export const IOAM6_IPTUNNEL_MODES = enumeration({
  IOAM6_IPTUNNEL_MODE_INLINE: [1, 'The data is put into the packet itself.'],
  IOAM6_IPTUNNEL_MODE_ENCAP: [2, 'The packet is wrapped.'],
  IOAM6_IPTUNNEL_MODE_AUTO: [3, 'Inline for packets of this machine, else wrapped.'],
});
export const IOAM6_IPTUNNEL = attributeSet('IOAM6_IPTUNNEL_', {
  IOAM6_IPTUNNEL_UNSPEC: attribute(0, binary, 'Unused.'),
  IOAM6_IPTUNNEL_MODE: attribute(1, u8(IOAM6_IPTUNNEL_MODES), 'How the data is added.'),
  IOAM6_IPTUNNEL_DST: attribute(2, address, 'Destination of the wrapping header.'),
  IOAM6_IPTUNNEL_TRACE: attribute(3, binary, 'Header of the IOAM trace.'),
  IOAM6_IPTUNNEL_FREQ_K: attribute(4, u32(), 'Add it to this many packets …'),
  IOAM6_IPTUNNEL_FREQ_N: attribute(5, u32(), '… out of this many.'),
  IOAM6_IPTUNNEL_SRC: attribute(6, address, 'Source of the wrapping header.', '6.13'),
});

export const LWT_XFRM = attributeSet('LWT_XFRM_', {
  LWT_XFRM_UNSPEC: attribute(0, binary, 'Unused.'),
  LWT_XFRM_IF_ID: attribute(1, u32(), 'Id of the IPsec interface.'),
  LWT_XFRM_LINK: attribute(2, s32(ifindex), 'Underlying interface.'),
});

/** RTA_ENCAP by RTA_ENCAP_TYPE. */
export const ENCAP_CASES: [number, ValueType][] = [
  [LWTUNNEL_ENCAP_MPLS, nest(() => MPLS_IPTUNNEL)],
  [LWTUNNEL_ENCAP_IP, nest(() => LWTUNNEL_IP)],
  [LWTUNNEL_ENCAP_ILA, nest(() => ILA_ATTR)],
  [LWTUNNEL_ENCAP_IP6, nest(() => LWTUNNEL_IP6)],
  [LWTUNNEL_ENCAP_SEG6, nest(() => SEG6_IPTUNNEL)],
  [LWTUNNEL_ENCAP_BPF, nest(() => LWT_BPF)],
  [LWTUNNEL_ENCAP_SEG6_LOCAL, nest(() => SEG6_LOCAL)],
  [LWTUNNEL_ENCAP_RPL, nest(() => RPL_IPTUNNEL)],
  [LWTUNNEL_ENCAP_IOAM6, nest(() => IOAM6_IPTUNNEL)],
  [LWTUNNEL_ENCAP_XFRM, nest(() => LWT_XFRM)],
];
