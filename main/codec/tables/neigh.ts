// SPDX-License-Identifier: MIT
// Neighbours (linux/neighbour.h): struct ndmsg and NDA_*.
import {
  address,
  attribute,
  attributeSet,
  be16,
  binary,
  field,
  flags,
  hardwareAddress,
  nest,
  one,
  s32,
  struct,
  u16,
  u32,
  u8,
} from '../schema.ts';
import { AF } from './families.ts';
import { clockTicks, ifindex } from './phrases.ts';
import { RTN, RTPROT } from './rtmsg.ts';

export const NUD = flags({
  NUD_INCOMPLETE: [0x01, 'Being resolved.'],
  NUD_REACHABLE: [0x02, 'Known to be reachable.'],
  NUD_STALE: [0x04, 'Not confirmed for a while.'],
  NUD_DELAY: [0x08, 'Waiting for a confirmation from above.'],
  NUD_PROBE: [0x10, 'Being asked again.'],
  NUD_FAILED: [0x20, 'Does not answer.'],
  NUD_NOARP: [0x40, 'Needs no resolution.'],
  NUD_PERMANENT: [0x80, 'Set by an administrator.'],
});
export const { NUD_INCOMPLETE, NUD_REACHABLE, NUD_STALE, NUD_FAILED, NUD_NOARP, NUD_PERMANENT } = NUD.values;

export const NTF = flags({
  NTF_USE: [0x01, 'Use it now: start to resolve.'],
  NTF_SELF: [0x02, 'In the table of the device itself.'],
  NTF_MASTER: [0x04, 'In the table of its master.'],
  NTF_PROXY: [0x08, 'This machine answers for it.'],
  NTF_EXT_LEARNED: [0x10, 'Learnt by a control plane outside the kernel.'],
  NTF_OFFLOADED: [0x20, 'In hardware.'],
  NTF_STICKY: [0x40, 'Does not move to another port.'],
  NTF_ROUTER: [0x80, 'It is a router.'],
});
const NTF_EXT = flags({
  NTF_EXT_MANAGED: [1, 'Kept reachable by the kernel.'],
  NTF_EXT_LOCKED: [2, 'Locked: the host is not authorised.', '6.2'],
});
export { NTF_EXT };

export const ndmsg = struct('struct ndmsg', 12, 'The fixed part of a neighbour message.', {
  ndm_family: field(0, u8(AF), 'Address family; AF_BRIDGE for forwarding entries.'),
  ndm_pad1: field(1, u8(), 'Unused.'),
  ndm_pad2: field(2, u16(), 'Unused.'),
  ndm_ifindex: field(4, s32(ifindex), 'Interface on which the neighbour is.'),
  ndm_state: field(8, u16(NUD), 'How sure the kernel is of it.'),
  ndm_flags: field(10, u8(NTF), 'Flags of the entry.'),
  ndm_type: field(11, u8(RTN), 'Type of the address, as for routes.'),
});

export const nda_cacheinfo = struct('struct nda_cacheinfo', 16, 'Age and use of the entry.', {
  ndm_confirmed: field(0, u32(clockTicks), 'Time since it was confirmed.'),
  ndm_used: field(4, u32(clockTicks), 'Time since it was used.'),
  ndm_updated: field(8, u32(clockTicks), 'Time since it changed.'),
  ndm_refcnt: field(12, u32(), 'How many users hold it.'),
});

export const NFEA = attributeSet('NFEA_', {
  NFEA_UNSPEC: attribute(0, binary, 'Unused.'),
  NFEA_ACTIVITY_NOTIFY: attribute(1, u8(), 'Tell when the entry becomes active or silent.'),
  NFEA_DONT_REFRESH: attribute(2, { kind: 'flag', c: 'flag' }, 'Do not renew its age.'),
});

export const NDA = attributeSet('NDA_', {
  NDA_UNSPEC: attribute(0, binary, 'Unused.'),
  NDA_DST: attribute(1, address, 'The IP address.'),
  NDA_LLADDR: attribute(2, hardwareAddress, 'The address in the link layer behind it.'),
  NDA_CACHEINFO: attribute(3, one(nda_cacheinfo), 'Age and use of the entry.'),
  NDA_PROBES: attribute(4, u32(), 'How often it was asked.'),
  NDA_VLAN: attribute(5, u16(), 'VLAN of a forwarding entry.'),
  NDA_PORT: attribute(6, be16(), 'UDP port of the remote tunnel end.'),
  NDA_VNI: attribute(7, u32(), 'VXLAN network identifier.'),
  NDA_IFINDEX: attribute(8, u32(ifindex), 'Interface to reach the remote tunnel end by.'),
  NDA_MASTER: attribute(9, u32(ifindex), 'Bridge that the entry belongs to.'),
  NDA_LINK_NETNSID: attribute(10, s32(), 'Number of the namespace of the interface.'),
  NDA_SRC_VNI: attribute(11, u32(), 'VXLAN network identifier of the source.'),
  NDA_PROTOCOL: attribute(12, u8(RTPROT), 'Who made the entry.'),
  NDA_NH_ID: attribute(13, u32(), 'Number of a next-hop object.'),
  NDA_FDB_EXT_ATTRS: attribute(
    14,
    nest(() => NFEA),
    'Further settings of a forwarding entry.',
  ),
  NDA_FLAGS_EXT: attribute(15, u32(NTF_EXT), 'Further flags.'),
  NDA_NDM_STATE_MASK: attribute(16, u16(NUD), 'Which states a request means.'),
  NDA_NDM_FLAGS_MASK: attribute(17, u8(NTF), 'Which flags a request means.'),
});
export const { NDA_DST, NDA_LLADDR, NDA_CACHEINFO } = NDA.values;
