// SPDX-License-Identifier: MIT
// Address families, link types and IP protocols (sys/socket.h, linux/rtnetlink.h, linux/if_arp.h, linux/in.h), as far as
// rtnetlink carries them.
import { enumeration } from '../schema.ts';

export const AF = enumeration({
  AF_UNSPEC: [0, 'No family in particular: in a dump request it asks for all of them.'],
  AF_UNIX: [1, 'Local sockets; not used for routes.'],
  AF_INET: [2, 'IPv4: addresses are 4 bytes.'],
  AF_BRIDGE: [7, 'Bridge ports and forwarding entries.'],
  AF_INET6: [10, 'IPv6: addresses are 16 bytes.'],
  AF_NETLINK: [16, 'Netlink itself.'],
  AF_PACKET: [17, 'Raw frames of the link layer.'],
  AF_MPLS: [28, 'MPLS: destinations are labels.'],
  AF_PHONET: [35, 'Phonet, the telephone network of a modem.'],
  AF_MCTP: [45, 'Management Component Transport Protocol.'],
  RTNL_FAMILY_IPMR: [128, 'IPv4 multicast routing: the cache of the multicast router.'],
  RTNL_FAMILY_IP6MR: [129, 'IPv6 multicast routing: the cache of the multicast router.'],
});
export const {
  AF_UNSPEC,
  AF_INET,
  AF_BRIDGE,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_MPLS,
  RTNL_FAMILY_IPMR,
  RTNL_FAMILY_IP6MR,
} = AF.values;

export const ARPHRD = enumeration({
  ARPHRD_NETROM: [0, 'NET/ROM pseudo device.'],
  ARPHRD_ETHER: [1, 'Ethernet, or a device that behaves like it (veth, bridge, bond, VLAN).'],
  ARPHRD_INFINIBAND: [32, 'InfiniBand.'],
  ARPHRD_PPP: [512, 'Point-to-point protocol.'],
  ARPHRD_TUNNEL: [768, 'IPv4 in IPv4 tunnel.'],
  ARPHRD_TUNNEL6: [769, 'IPv6 in IPv6 tunnel.'],
  ARPHRD_LOOPBACK: [772, 'The loopback device.'],
  ARPHRD_SIT: [776, 'IPv6 in IPv4 tunnel.'],
  ARPHRD_IPGRE: [778, 'GRE over IPv4.'],
  ARPHRD_IEEE80211: [801, 'Wireless LAN.'],
  ARPHRD_IEEE80211_RADIOTAP: [803, 'Wireless LAN in monitor mode.'],
  ARPHRD_IP6GRE: [823, 'GRE over IPv6.'],
  ARPHRD_NETLINK: [824, 'A device of kind nlmon, which carries copies of netlink messages.'],
  ARPHRD_6LOWPAN: [825, 'IPv6 over low-power wireless.'],
  ARPHRD_RAWIP: [519, 'Raw IP, as mobile modems have it.'],
  ARPHRD_VOID: [0xffff, 'No type known.'],
  ARPHRD_NONE: [0xfffe, 'No link layer at all (tun devices, WireGuard).'],
});
export const { ARPHRD_ETHER, ARPHRD_LOOPBACK, ARPHRD_NETLINK } = ARPHRD.values;

export const IPPROTO = enumeration({
  IPPROTO_IP: [0, 'Any protocol.'],
  IPPROTO_ICMP: [1, 'ICMP.'],
  IPPROTO_TCP: [6, 'TCP.'],
  IPPROTO_UDP: [17, 'UDP.'],
  IPPROTO_SCTP: [132, 'SCTP.'],
  IPPROTO_ICMPV6: [58, 'ICMPv6.'],
});
