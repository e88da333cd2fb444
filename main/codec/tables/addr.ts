// SPDX-License-Identifier: MIT
// Addresses of interfaces (linux/if_addr.h): struct ifaddrmsg and IFA_*.
import {
  address,
  attribute,
  attributeSet,
  binary,
  enumeration,
  field,
  flags,
  one,
  s32,
  string,
  struct,
  u32,
  u8,
} from '../schema.ts';
import { AF } from './families.ts';
import { seconds, ifindex } from './phrases.ts';
import { RT_SCOPE } from './rtmsg.ts';

export const IFA_F = flags({
  IFA_F_SECONDARY: [0x01, 'Not the first address of its subnet (IPv4), or temporary (IPv6).'],
  IFA_F_NODAD: [0x02, 'Not checked for duplicates.'],
  IFA_F_OPTIMISTIC: [0x04, 'Used before the check for duplicates is over.'],
  IFA_F_DADFAILED: [0x08, 'Somebody else has it.'],
  IFA_F_HOMEADDRESS: [0x10, 'Home address of mobile IPv6.'],
  IFA_F_DEPRECATED: [0x20, 'Not to be used for new connections.'],
  IFA_F_TENTATIVE: [0x40, 'Still being checked for duplicates.'],
  IFA_F_PERMANENT: [0x80, 'Does not expire.'],
  IFA_F_MANAGETEMPADDR: [0x100, 'The kernel makes temporary addresses from it.'],
  IFA_F_NOPREFIXROUTE: [0x200, 'The kernel makes no route for its prefix.'],
  IFA_F_MCAUTOJOIN: [0x400, 'The multicast group is joined by itself.'],
  IFA_F_STABLE_PRIVACY: [0x800, 'Made stable and opaque (RFC 7217).'],
});
export const {
  IFA_F_SECONDARY,
  IFA_F_NODAD,
  IFA_F_DADFAILED,
  IFA_F_DEPRECATED,
  IFA_F_TENTATIVE,
  IFA_F_PERMANENT,
  IFA_F_NOPREFIXROUTE,
} = IFA_F.values;

const IFAPROT = enumeration({
  IFAPROT_UNSPEC: [0, 'Nobody in particular.'],
  IFAPROT_KERNEL_LO: [1, 'The kernel, for the loopback device.'],
  IFAPROT_KERNEL_RA: [2, 'The kernel, from a router advertisement.'],
  IFAPROT_KERNEL_LL: [3, 'The kernel, as link-local address.'],
});
export { IFAPROT };

export const ifaddrmsg = struct('struct ifaddrmsg', 8, 'The fixed part of an address message.', {
  ifa_family: field(0, u8(AF), 'Address family.'),
  ifa_prefixlen: field(
    1,
    u8((n) => `/${n}`),
    'Length of the subnet prefix in bits.',
  ),
  ifa_flags: field(2, u8(IFA_F), 'Lower 8 flags; IFA_FLAGS has all of them.'),
  ifa_scope: field(3, u8(RT_SCOPE), 'Where the address is valid.'),
  ifa_index: field(4, u32(ifindex), 'Number of the interface.'),
});

export const ifa_cacheinfo = struct('struct ifa_cacheinfo', 16, 'How long the address is good.', {
  ifa_prefered: field(0, u32(seconds), 'Preferred for new connections so long.'),
  ifa_valid: field(4, u32(seconds), 'Valid so long.'),
  cstamp: field(8, u32(), 'When it was made, in hundredths of a second of uptime.'),
  tstamp: field(12, u32(), 'When it last changed, in hundredths of a second of uptime.'),
});

export const IFA = attributeSet('IFA_', {
  IFA_UNSPEC: attribute(0, binary, 'Unused.'),
  IFA_ADDRESS: attribute(1, address, 'The address, or on a point-to-point link the one at the other end.'),
  IFA_LOCAL: attribute(2, address, 'The own address.'),
  IFA_LABEL: attribute(3, string, 'A name for the address, which starts with that of the interface.'),
  IFA_BROADCAST: attribute(4, address, 'Broadcast address of the subnet.'),
  IFA_ANYCAST: attribute(5, address, 'Anycast address.'),
  IFA_CACHEINFO: attribute(6, one(ifa_cacheinfo), 'How long the address is good.'),
  IFA_MULTICAST: attribute(7, address, 'Multicast address.'),
  IFA_FLAGS: attribute(8, u32(IFA_F), 'All flags; replaces ifa_flags.'),
  IFA_RT_PRIORITY: attribute(9, u32(), "Metric of the route that the kernel makes for the address's prefix."),
  IFA_TARGET_NETNSID: attribute(10, s32(), 'Number of the namespace the request is about.'),
  IFA_PROTO: attribute(11, u8(IFAPROT), 'Who made the address.'),
});
export const { IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_BROADCAST, IFA_CACHEINFO, IFA_FLAGS, IFA_RT_PRIORITY } =
  IFA.values;
