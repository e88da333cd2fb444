// SPDX-License-Identifier: MIT
// Interfaces (linux/if_link.h, linux/if.h, linux/veth.h): struct ifinfomsg and IFLA_*.
import {
  attribute,
  attributeSet,
  be16,
  binary,
  byFamily,
  chosen,
  enumeration,
  field,
  hardwareAddress,
  headedNest,
  integers,
  nest,
  one,
  s32,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  address,
} from '../schema.ts';
import type { AttributeSet, ValueType } from '../schema.ts';
import { AF, AF_BRIDGE, AF_INET, AF_INET6, ARPHRD } from './families.ts';
import { byteCount, ifindex } from './phrases.ts';
import { IFF, IF_LINK_MODE, IF_OPER, RTEXT_FILTER } from './link-numbers.ts';
import { linkStats64 } from './link-stats.ts';

export * from './link-numbers.ts';

export const ifinfomsg = struct('struct ifinfomsg', 16, 'The fixed part of an interface message.', {
  ifi_family: field(0, u8(AF), 'AF_UNSPEC for interfaces, AF_BRIDGE for bridge ports.'),
  __ifi_pad: field(1, u8(), 'Unused.'),
  ifi_type: field(2, u16(ARPHRD), 'Kind of link layer.'),
  ifi_index: field(4, s32(ifindex), 'Number of the interface: how the kernel calls it everywhere else.'),
  ifi_flags: field(8, u32(IFF), 'State of the interface.'),
  ifi_change: field(
    12,
    u32((n) => `0x${n.toString(16)}`),
    'Which of the flags a request wants to change.',
  ),
});

export const rtnl_link_ifmap = struct('struct rtnl_link_ifmap', 32, 'Hardware resources of old drivers.', {
  mem_start: field(0, u64(), 'Start of its memory.'),
  mem_end: field(8, u64(), 'End of its memory.'),
  base_addr: field(16, u64(), 'Base address of its ports.'),
  irq: field(24, u16(), 'Interrupt number.'),
  dma: field(26, u8(), 'DMA channel.'),
  port: field(27, u8(), 'Kind of connector.'),
});

export const ifla_cacheinfo = struct('struct ifla_cacheinfo', 16, 'Times of IPv6 on the interface.', {
  max_reasm_len: field(0, u32(), 'Largest datagram that is put together.'),
  tstamp: field(4, u32(), 'When IPv6 settings last changed, in hundredths of a second of uptime.'),
  reachable_time: field(
    8,
    u32((n) => `${n} ms`),
    'How long a neighbour counts as reachable.',
  ),
  retrans_time: field(
    12,
    u32((n) => `${n} ms`),
    'Time between neighbour solicitations.',
  ),
});

/** Data of each kind of interface in IFLA_INFO_DATA; what is not here stays bytes, attribute by attribute. */
const unknownData: AttributeSet = attributeSet(
  '',
  {},
  {
    name: (type) => `attribute ${type}`,
    attribute: attribute(0, binary, 'A setting of this kind of interface.'),
  },
);

export const VETH_INFO = attributeSet('VETH_INFO_', {
  VETH_INFO_UNSPEC: attribute(0, binary, 'Unused.'),
  VETH_INFO_PEER: attribute(
    1,
    headedNest(ifinfomsg, (): AttributeSet => IFLA),
    'The other end of the cable: an interface message of its own.',
  ),
});
export const { VETH_INFO_PEER } = VETH_INFO.values;

export const IFLA_VLAN = attributeSet('IFLA_VLAN_', {
  IFLA_VLAN_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_VLAN_ID: attribute(1, u16(), 'VLAN number, 0 to 4095.'),
  IFLA_VLAN_FLAGS: attribute(2, binary, 'Flags and which of them count.'),
  IFLA_VLAN_EGRESS_QOS: attribute(3, binary, 'Priorities for frames that go out.'),
  IFLA_VLAN_INGRESS_QOS: attribute(4, binary, 'Priorities for frames that come in.'),
  IFLA_VLAN_PROTOCOL: attribute(
    5,
    be16((n) => `0x${n.toString(16)}`),
    'Ethernet type of the tag: 0x8100 or 0x88a8.',
  ),
});
export const IFLA_VRF = attributeSet('IFLA_VRF_', {
  IFLA_VRF_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_VRF_TABLE: attribute(1, u32(), 'The routing table of the VRF.'),
});

const linkData: [string, ValueType][] = [
  ['veth', nest(() => VETH_INFO)],
  ['vlan', nest(() => IFLA_VLAN)],
  ['vrf', nest(() => IFLA_VRF)],
  ...[
    'bridge',
    'bond',
    'vxlan',
    'macvlan',
    'macvtap',
    'ipvlan',
    'gre',
    'gretap',
    'ip6gre',
    'ip6gretap',
    'sit',
    'ipip',
    'ip6tnl',
    'tun',
    'dummy',
    'geneve',
    'netkit',
    'wireguard',
    'xfrm',
    'hsr',
  ].map((kind): [string, ValueType] => [kind, nest(() => unknownData)]),
];

export const IFLA_INFO = attributeSet('IFLA_INFO_', {
  IFLA_INFO_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_INFO_KIND: attribute(1, string, 'Which driver makes the interface, e.g. veth, bridge, vlan.'),
  IFLA_INFO_DATA: attribute(2, chosen(1, linkData), 'Settings of this kind of interface.'),
  IFLA_INFO_XSTATS: attribute(3, binary, 'Statistics of this kind of interface.'),
  IFLA_INFO_SLAVE_KIND: attribute(4, string, 'Kind of the master that the interface belongs to.'),
  IFLA_INFO_SLAVE_DATA: attribute(5, binary, 'Settings as a port of its master.'),
});
export const { IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_SLAVE_KIND } = IFLA_INFO.values;

export const IFLA_INET = attributeSet('IFLA_INET_', {
  IFLA_INET_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_INET_CONF: attribute(
    1,
    integers(u32()),
    'IPv4 settings of the interface, as in /proc/sys/net/ipv4/conf.',
  ),
});
const IN6_ADDR_GEN_MODE = enumeration({
  IN6_ADDR_GEN_MODE_EUI64: [0, 'From the hardware address.'],
  IN6_ADDR_GEN_MODE_NONE: [1, 'None is made.'],
  IN6_ADDR_GEN_MODE_STABLE_PRIVACY: [2, 'Stable and opaque (RFC 7217).'],
  IN6_ADDR_GEN_MODE_RANDOM: [3, 'Random.'],
});
export { IN6_ADDR_GEN_MODE };
export const IFLA_INET6 = attributeSet('IFLA_INET6_', {
  IFLA_INET6_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_INET6_FLAGS: attribute(
    1,
    u32((n) => `0x${n.toString(16)}`),
    'IPv6 flags of the interface.',
  ),
  IFLA_INET6_CONF: attribute(
    2,
    integers(s32()),
    'IPv6 settings of the interface, as in /proc/sys/net/ipv6/conf.',
  ),
  IFLA_INET6_STATS: attribute(3, integers(u64()), 'IPv6 counters.'),
  IFLA_INET6_MCAST: attribute(4, binary, 'Unused.'),
  IFLA_INET6_CACHEINFO: attribute(5, one(ifla_cacheinfo), 'Times of IPv6 on the interface.'),
  IFLA_INET6_ICMP6STATS: attribute(6, integers(u64()), 'ICMPv6 counters.'),
  IFLA_INET6_TOKEN: attribute(7, address, 'Lower half of addresses made from advertisements.'),
  IFLA_INET6_ADDR_GEN_MODE: attribute(8, u8(IN6_ADDR_GEN_MODE), 'How the link-local address is made.'),
  IFLA_INET6_RA_MTU: attribute(9, u32(byteCount), 'MTU that a router advertised.'),
});

/** In IFLA_AF_SPEC the attribute's number is an address family. */
export const IFLA_AF = attributeSet(
  'AF_',
  {
    AF_INET: attribute(
      AF_INET,
      nest(() => IFLA_INET),
      'IPv4 settings.',
    ),
    AF_INET6: attribute(
      AF_INET6,
      nest(() => IFLA_INET6),
      'IPv6 settings.',
    ),
  },
  {
    name: (type) => AF.names.get(type) ?? `family ${type}`,
    attribute: attribute(0, binary, 'Settings of another address family.'),
  },
);

export const IFLA_XDP = attributeSet('IFLA_XDP_', {
  IFLA_XDP_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_XDP_FD: attribute(1, s32(), 'File descriptor of the program to attach.'),
  IFLA_XDP_ATTACHED: attribute(2, u8(), 'Whether and how a program is attached: 0 not at all.'),
  IFLA_XDP_FLAGS: attribute(3, u32(), 'How to attach it.'),
  IFLA_XDP_PROG_ID: attribute(4, u32(), 'Id of the attached program.'),
  IFLA_XDP_DRV_PROG_ID: attribute(5, u32(), 'Id of the program in the driver.'),
  IFLA_XDP_SKB_PROG_ID: attribute(6, u32(), 'Id of the generic program.'),
  IFLA_XDP_HW_PROG_ID: attribute(7, u32(), 'Id of the program in hardware.'),
  IFLA_XDP_EXPECTED_FD: attribute(
    8,
    u32(),
    'The program that must be attached now for the change to happen.',
  ),
});

export const IFLA_PROTO_DOWN_REASON = attributeSet('IFLA_PROTO_DOWN_REASON_', {
  IFLA_PROTO_DOWN_REASON_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_PROTO_DOWN_REASON_MASK: attribute(1, u32(), 'Which reason bits count.'),
  IFLA_PROTO_DOWN_REASON_VALUE: attribute(2, u32(), 'The reason bits.'),
});

export const IFLA = attributeSet('IFLA_', {
  IFLA_UNSPEC: attribute(0, binary, 'Unused.'),
  IFLA_ADDRESS: attribute(1, hardwareAddress, 'Address in the link layer (the MAC address).'),
  IFLA_BROADCAST: attribute(2, hardwareAddress, 'Broadcast address in the link layer.'),
  IFLA_IFNAME: attribute(3, string, 'Name of the interface, at most 15 characters.'),
  IFLA_MTU: attribute(4, u32(byteCount), 'Largest packet that the interface carries.'),
  IFLA_LINK: attribute(5, u32(ifindex), 'Number of the interface below or at the other end.'),
  IFLA_QDISC: attribute(6, string, 'Queueing discipline.'),
  IFLA_STATS: attribute(7, integers(u32()), 'Counters with 32 bits, superseded by IFLA_STATS64.'),
  IFLA_COST: attribute(8, binary, 'Unused.'),
  IFLA_PRIORITY: attribute(9, binary, 'Unused.'),
  IFLA_MASTER: attribute(10, u32(ifindex), 'Number of the bridge, bond or VRF that it belongs to.'),
  IFLA_WIRELESS: attribute(11, binary, 'An event of wireless extensions.'),
  IFLA_PROTINFO: attribute(
    12,
    byFamily([[AF_INET6, nest(() => IFLA_INET6)]], binary),
    'Settings of a protocol (IPv6, or a bridge port).',
  ),
  IFLA_TXQLEN: attribute(
    13,
    u32((n) => `${n} packets`),
    'Length of the transmit queue.',
  ),
  IFLA_MAP: attribute(14, one(rtnl_link_ifmap), 'Hardware resources of old drivers.'),
  IFLA_WEIGHT: attribute(15, u32(), 'Weight; hardly used.'),
  IFLA_OPERSTATE: attribute(16, u8(IF_OPER), 'Operational state (RFC 2863).'),
  IFLA_LINKMODE: attribute(17, u8(IF_LINK_MODE), 'Whether it goes up by itself.'),
  IFLA_LINKINFO: attribute(
    18,
    nest(() => IFLA_INFO),
    'What kind of interface it is, and its settings.',
  ),
  IFLA_NET_NS_PID: attribute(19, u32(), 'Move it into the network namespace of this process.'),
  IFLA_IFALIAS: attribute(20, string, 'A comment.'),
  IFLA_NUM_VF: attribute(21, u32(), 'Number of virtual functions.'),
  IFLA_VFINFO_LIST: attribute(22, binary, 'Virtual functions.'),
  IFLA_STATS64: attribute(23, one(linkStats64), 'Counters of packets, bytes and errors.'),
  IFLA_VF_PORTS: attribute(24, binary, 'Ports of virtual functions.'),
  IFLA_PORT_SELF: attribute(25, binary, 'Port of the physical function.'),
  IFLA_AF_SPEC: attribute(
    26,
    byFamily(
      [[AF_BRIDGE, binary]],
      nest(() => IFLA_AF),
    ),
    'Settings by address family: each entry is numbered by its family.',
  ),
  IFLA_GROUP: attribute(27, u32(), 'Group of interfaces that it belongs to.'),
  IFLA_NET_NS_FD: attribute(28, u32(), 'Move it into the network namespace behind this file descriptor.'),
  IFLA_EXT_MASK: attribute(29, u32(RTEXT_FILTER), 'What the answer should contain or leave out.'),
  IFLA_PROMISCUITY: attribute(30, u32(), 'How many users want all frames.'),
  IFLA_NUM_TX_QUEUES: attribute(31, u32(), 'Number of transmit queues.'),
  IFLA_NUM_RX_QUEUES: attribute(32, u32(), 'Number of receive queues.'),
  IFLA_CARRIER: attribute(33, u8(), '1 when the link has carrier.'),
  IFLA_PHYS_PORT_ID: attribute(34, binary, 'Id of the physical port.'),
  IFLA_CARRIER_CHANGES: attribute(35, u32(), 'How often the carrier came or went.'),
  IFLA_PHYS_SWITCH_ID: attribute(36, binary, 'Id of the switch that it is a port of.'),
  IFLA_LINK_NETNSID: attribute(37, s32(), 'Number of the namespace in which the other end is.'),
  IFLA_PHYS_PORT_NAME: attribute(38, string, 'Name of the physical port.'),
  IFLA_PROTO_DOWN: attribute(39, u8(), 'A protocol keeps it down.'),
  IFLA_GSO_MAX_SEGS: attribute(40, u32(), 'Most segments in one offloaded packet.'),
  IFLA_GSO_MAX_SIZE: attribute(41, u32(byteCount), 'Largest offloaded packet.'),
  IFLA_PAD: attribute(42, binary, 'Filling that aligns the next 8-byte value.'),
  IFLA_XDP: attribute(
    43,
    nest(() => IFLA_XDP),
    'BPF program at the earliest point of reception.',
  ),
  IFLA_EVENT: attribute(44, u32(), 'What happened.'),
  IFLA_NEW_NETNSID: attribute(45, s32(), 'Number of the namespace it moved to.'),
  IFLA_IF_NETNSID: attribute(46, s32(), 'Number of the namespace the request is about.'),
  IFLA_TARGET_NETNSID: attribute(46, s32(), 'Number of the namespace the request is about.'),
  IFLA_CARRIER_UP_COUNT: attribute(47, u32(), 'How often the carrier came.'),
  IFLA_CARRIER_DOWN_COUNT: attribute(48, u32(), 'How often the carrier went.'),
  IFLA_NEW_IFINDEX: attribute(49, s32(), 'Number that it has in its new namespace.'),
  IFLA_MIN_MTU: attribute(50, u32(byteCount), 'Least MTU that it takes.'),
  IFLA_MAX_MTU: attribute(51, u32(byteCount), 'Greatest MTU that it takes.'),
  IFLA_PROP_LIST: attribute(
    52,
    nest((): AttributeSet => IFLA),
    'Properties, such as alternative names.',
  ),
  IFLA_ALT_IFNAME: attribute(53, string, 'Another name, which may be longer.'),
  IFLA_PERM_ADDRESS: attribute(54, hardwareAddress, 'Address that the hardware came with.'),
  IFLA_PROTO_DOWN_REASON: attribute(
    55,
    nest(() => IFLA_PROTO_DOWN_REASON),
    'Why a protocol keeps it down.',
  ),
  IFLA_PARENT_DEV_NAME: attribute(56, string, 'Name of the device it belongs to.'),
  IFLA_PARENT_DEV_BUS_NAME: attribute(57, string, 'Bus of that device.'),
  IFLA_GRO_MAX_SIZE: attribute(58, u32(byteCount), 'Largest packet that reception puts together.'),
  IFLA_TSO_MAX_SIZE: attribute(59, u32(byteCount), 'Largest packet that hardware can segment.'),
  IFLA_TSO_MAX_SEGS: attribute(60, u32(), 'Most segments that hardware can make.'),
  IFLA_ALLMULTI: attribute(61, u32(), 'How many users want all multicast.'),
  IFLA_DEVLINK_PORT: attribute(62, binary, 'Its devlink port.', '6.2'),
  IFLA_GSO_IPV4_MAX_SIZE: attribute(63, u32(byteCount), 'Largest offloaded IPv4 packet.', '6.3'),
  IFLA_GRO_IPV4_MAX_SIZE: attribute(
    64,
    u32(byteCount),
    'Largest IPv4 packet that reception puts together.',
    '6.3',
  ),
  IFLA_DPLL_PIN: attribute(65, binary, 'Its clock pin.', '6.7'),
  IFLA_MAX_PACING_OFFLOAD_HORIZON: attribute(
    66,
    u32(),
    'How far ahead hardware can pace packets, in ns.',
    '6.13',
  ),
  IFLA_NETNS_IMMUTABLE: attribute(67, u8(), '1: it cannot move to another namespace.', '6.15'),
  IFLA_HEADROOM: attribute(68, u16(byteCount), 'Room kept in front of packets.', '6.17'),
  IFLA_TAILROOM: attribute(69, u16(byteCount), 'Room kept behind packets.', '6.17'),
});
export const {
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_IFNAME,
  IFLA_MTU,
  IFLA_LINK,
  IFLA_QDISC,
  IFLA_MASTER,
  IFLA_TXQLEN,
  IFLA_OPERSTATE,
  IFLA_LINKINFO,
  IFLA_NET_NS_PID,
  IFLA_IFALIAS,
  IFLA_STATS64,
  IFLA_AF_SPEC,
  IFLA_GROUP,
  IFLA_NET_NS_FD,
  IFLA_EXT_MASK,
  IFLA_CARRIER,
  IFLA_LINK_NETNSID,
  IFLA_ALT_IFNAME,
  IFLA_PROP_LIST,
} = IFLA.values;
