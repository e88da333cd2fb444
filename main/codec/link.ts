// SPDX-License-Identifier: MIT
// Interfaces and their addresses as plain objects: the few facts that the rest of the program needs of them.
import { align4, bad, good, littleEndian, viewOf } from './bytes.ts';
import type { Result } from './bytes.ts';
import { HEADER_LENGTH, attributes, readHeader } from './messages.ts';
import type { Header, RawAttribute } from './messages.ts';
import { readString } from './resolve.ts';
import type { Struct } from './schema.ts';
import { IFA_ADDRESS, IFA_FLAGS, IFA_LABEL, IFA_LOCAL, ifaddrmsg } from './tables/addr.ts';
import {
  IFF_LOWER_UP,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_CARRIER,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IF_OPER_UNKNOWN,
  ifinfomsg,
} from './tables/link.ts';
import { layoutOf } from './tables/messages.ts';

export interface LinkInfo {
  /** RTM_NEWLINK or RTM_DELLINK. */
  type: number;
  /** AF_UNSPEC; AF_BRIDGE for messages about a bridge port, which are not about the interface as such. */
  family: number;
  ifindex: number;
  /** IFLA_IFNAME; empty when the message has none. */
  name: string;
  /** IFLA_INFO_KIND (`veth`, `bridge`…), null for hardware and loopback. */
  kind: string | null;
  /** ARPHRD_*. */
  hardwareType: number;
  /** IFF_*. */
  flags: number;
  up: boolean;
  /** ifi_change: which flags a request wants to change. */
  change: number;
  /** IF_OPER_*. */
  operstate: number;
  carrier: boolean;
  /** 0 when the message has none. */
  mtu: number;
  /** Index of the bridge, bond or VRF, 0 for none. */
  master: number;
  /** IFLA_LINK: index of the interface below or of the peer, 0 for none. */
  link: number;
  /** Link-layer address. */
  address: Uint8Array | null;
}

export interface AddressInfo {
  /** RTM_NEWADDR or RTM_DELADDR. */
  type: number;
  family: number;
  prefixLength: number;
  /** The own address: IFA_LOCAL, or IFA_ADDRESS where there is no IFA_LOCAL (IPv6). */
  local: Uint8Array;
  /** IFA_ADDRESS when it is another: the far end of a point-to-point link. */
  peer: Uint8Array | null;
  /** IFA_F_*, all of them. */
  flags: number;
  scope: number;
  ifindex: number;
  /** IFA_LABEL; empty when there is none. */
  label: string;
}

interface Opened {
  view: DataView;
  header: Header;
  list: RawAttribute[];
}

/** Checks the frame of a message whose fixed part is `struct`, and finds its attributes. */
function open(bytes: Uint8Array, struct: Struct): Result<Opened> {
  const view = viewOf(bytes);
  const header = readHeader(view);
  if (!header) return bad('short', 0, 'nlmsghdr', `${bytes.length} bytes are too few for a message header`);
  if (layoutOf(header.type)?.header !== struct)
    return bad('type', 4, 'nlmsghdr/nlmsg_type', `message type ${header.type} does not carry ${struct.c}`);
  if (header.length > bytes.length || header.length < HEADER_LENGTH + struct.size)
    return bad(
      'length',
      0,
      'nlmsghdr/nlmsg_len',
      `nlmsg_len is ${header.length}, but ${bytes.length} bytes are there`,
    );
  const list = attributes(view, HEADER_LENGTH + align4(struct.size), header.length, struct.c);
  return list.ok ? good({ view, header, list: list.value }) : list;
}

const number = (view: DataView, a: RawAttribute): number =>
  a.end - a.start >= 4 ? view.getUint32(a.start, littleEndian) : 0;
const byte = (view: DataView, a: RawAttribute): number => (a.end > a.start ? view.getUint8(a.start) : 0);

/** Reads RTM_NEWLINK or RTM_DELLINK. Attributes of an unexpected length count as absent. */
export function decodeLink(bytes: Uint8Array): Result<LinkInfo> {
  const opened = open(bytes, ifinfomsg);
  if (!opened.ok) return opened;
  const { view, header, list } = opened.value;
  const f = ifinfomsg.fields;
  const flags = view.getUint32(HEADER_LENGTH + f.ifi_flags.offset, littleEndian);
  const link: LinkInfo = {
    type: header.type,
    family: view.getUint8(HEADER_LENGTH + f.ifi_family.offset),
    ifindex: view.getInt32(HEADER_LENGTH + f.ifi_index.offset, littleEndian),
    name: '',
    kind: null,
    hardwareType: view.getUint16(HEADER_LENGTH + f.ifi_type.offset, littleEndian),
    flags,
    up: (flags & IFF_UP) !== 0,
    change: view.getUint32(HEADER_LENGTH + f.ifi_change.offset, littleEndian),
    operstate: IF_OPER_UNKNOWN,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    mtu: 0,
    master: 0,
    link: 0,
    address: null,
  };
  for (const a of list) {
    if (a.type === IFLA_IFNAME) link.name = readString(view, a.start, a.end);
    else if (a.type === IFLA_MTU) link.mtu = number(view, a);
    else if (a.type === IFLA_MASTER) link.master = number(view, a);
    else if (a.type === IFLA_LINK) link.link = number(view, a);
    else if (a.type === IFLA_OPERSTATE) link.operstate = byte(view, a);
    else if (a.type === IFLA_CARRIER) link.carrier = byte(view, a) !== 0;
    else if (a.type === IFLA_ADDRESS) link.address = bytes.slice(a.start, a.end);
    else if (a.type === IFLA_LINKINFO) {
      const inner = attributes(view, a.start, a.end, 'IFLA_LINKINFO');
      const kind = inner.ok ? inner.value.find((one) => one.type === IFLA_INFO_KIND) : undefined;
      if (kind) link.kind = readString(view, kind.start, kind.end);
    }
  }
  return good(link);
}

/** Reads RTM_NEWADDR or RTM_DELADDR. */
export function decodeAddr(bytes: Uint8Array): Result<AddressInfo> {
  const opened = open(bytes, ifaddrmsg);
  if (!opened.ok) return opened;
  const { view, header, list } = opened.value;
  const f = ifaddrmsg.fields;
  let local: Uint8Array | null = null;
  let address: Uint8Array | null = null;
  const info: AddressInfo = {
    type: header.type,
    family: view.getUint8(HEADER_LENGTH + f.ifa_family.offset),
    prefixLength: view.getUint8(HEADER_LENGTH + f.ifa_prefixlen.offset),
    local: new Uint8Array(0),
    peer: null,
    flags: view.getUint8(HEADER_LENGTH + f.ifa_flags.offset),
    scope: view.getUint8(HEADER_LENGTH + f.ifa_scope.offset),
    ifindex: view.getUint32(HEADER_LENGTH + f.ifa_index.offset, littleEndian),
    label: '',
  };
  for (const a of list) {
    if (a.type === IFA_LOCAL) local = bytes.slice(a.start, a.end);
    else if (a.type === IFA_ADDRESS) address = bytes.slice(a.start, a.end);
    else if (a.type === IFA_FLAGS && a.end - a.start >= 4) info.flags = number(view, a);
    else if (a.type === IFA_LABEL) info.label = readString(view, a.start, a.end);
  }
  info.local = local ?? address ?? info.local;
  if (local && address && !address.every((octet, i) => octet === local[i])) info.peer = address;
  return good(info);
}
