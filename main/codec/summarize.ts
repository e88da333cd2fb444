// SPDX-License-Identifier: MIT
// A message in a few words, as ip(8) would say it: for the inspector's list.
import { formatAddress } from '../../app/contract/index.ts';
import { align4, littleEndian, viewOf } from './bytes.ts';
import { errnoName, errnoText } from './errno.ts';
import { decodeAddr, decodeLink } from './link.ts';
import { HEADER_LENGTH, readHeader, walkAttributes } from './messages.ts';
import { encapName, protocolName, familyName, routeTypeName, tableName } from './names.ts';
import { decodeRoute } from './route.ts';
import type { HopSpec, RouteSpec } from './route-spec.ts';
import { attributeOf } from './schema.ts';
import { addressText, hex, inWords, readInteger } from './show.ts';
import { readString } from './resolve.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from './tables/families.ts';
import { IFF_UP, IF_OPER } from './tables/link.ts';
import { rtmgrText } from './summarize-rtmgr.ts';
import { layoutOf } from './tables/messages.ts';
import type { Protocol } from './tables/messages.ts';
import { NDA_DST, NDA_LLADDR, NUD, ndmsg } from './tables/neigh.ts';
import { NHA_GATEWAY, NHA_GROUP, NHA_ID, NHA_OIF, nexthop_grp } from './tables/nexthop.ts';
import {
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
} from './tables/nlmsg.ts';
import { RTA_ENCAP_TYPE, RTM_F_CLONED, RTN_UNICAST, RTNH_F_ONLINK, RT_TABLE_UNSPEC } from './tables/rtmsg.ts';
import {
  FRA_DST,
  FRA_FWMARK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_SRC,
  FRA_TABLE,
  FR_ACT,
  FR_ACT_GOTO,
  fib_rule_hdr,
} from './tables/rule.ts';
import {
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  RTM_NEWRULE,
} from './tables/types.ts';
import { decodeError } from './verdict.ts';

type Ifname = (index: number) => string;

const version = (family: number): 4 | 6 => (family === AF_INET6 ? 6 : 4);

/** `10.20.0.0/16`, `default`, a host address without `/32`. */
function prefixText(family: number, bytes: Uint8Array, length: number): string {
  if (length === 0 && bytes.every((byte) => byte === 0)) return 'default';
  const text = formatAddress(bytes, version(family));
  return length === bytes.length * 8 ? text : `${text}/${length}`;
}

/** RTA_ENCAP_TYPE among attributes that were kept as bytes. */
function encapText(others: Uint8Array): string {
  const view = viewOf(others);
  const type = walkAttributes(view, 0, others.length).found.find((a) => a.type === RTA_ENCAP_TYPE);
  return type && type.end - type.start === 2
    ? `encap ${encapName(view.getUint16(type.start, littleEndian))}`
    : '';
}

function hopText(route: RouteSpec, hop: HopSpec, ifname: Ifname): string {
  const words = [encapText(hop.others)];
  if (hop.gateway) {
    const other =
      hop.gateway.family === route.family ? '' : hop.gateway.family === AF_INET6 ? 'inet6 ' : 'inet ';
    words.push(`via ${other}${addressText(hop.gateway.bytes, 0, hop.gateway.bytes.length)}`);
  }
  if (hop.ifindex !== 0) words.push(`dev ${ifname(hop.ifindex)}`);
  return words.filter((word) => word !== '').join(' ');
}

function routeText(route: RouteSpec, type: number, ifname: Ifname): string {
  const words: string[] = [];
  if (route.type !== RTN_UNICAST && route.type !== 0) words.push(routeTypeName(route.type));
  words.push(prefixText(route.family, route.dst, route.dstLength));
  if (route.src && route.srcLength > 0)
    words.push(`from ${prefixText(route.family, route.src, route.srcLength)}`);
  if (route.nhId !== null) words.push(`nhid ${route.nhId}`);
  if (route.multipath) {
    const [first] = route.hops;
    words.push(
      first && route.hops.length === 1
        ? hopText(route, first, ifname)
        : `${route.hops.length} next hops${first ? ` (${hopText(route, first, ifname)}, …)` : ''}`,
    );
  } else for (const hop of route.hops) words.push(hopText(route, hop, ifname));
  if (route.hops.some((hop) => (hop.flags & RTNH_F_ONLINK) !== 0)) words.push('onlink');
  if (type !== RTM_GETROUTE || route.table !== RT_TABLE_UNSPEC) words.push(`table ${tableName(route.table)}`);
  if (route.protocol !== 0 && type !== RTM_GETROUTE) words.push(`proto ${protocolName(route.protocol)}`);
  if (route.priority !== null && route.priority !== 0) words.push(`metric ${route.priority}`);
  if (route.prefsrc) words.push(`src ${addressText(route.prefsrc, 0, route.prefsrc.length)}`);
  if ((route.flags & RTM_F_CLONED) !== 0) words.push('cache');
  return words.filter((word) => word !== '').join(' ');
}

/** The attributes of a message by number, and readers for them. */
function open(bytes: Uint8Array, type: number, end: number) {
  const view = viewOf(bytes);
  const layout = layoutOf(type);
  const start = HEADER_LENGTH + align4(layout?.header.size ?? 0);
  const { found } = walkAttributes(view, start, end);
  const find = (number: number) => found.find((a) => a.type === number);
  return {
    byte: (offset: number): number =>
      HEADER_LENGTH + offset < end ? view.getUint8(HEADER_LENGTH + offset) : 0,
    has: (number: number): boolean => find(number) !== undefined,
    number(number: number): number | null {
      const a = find(number);
      const declared = layout && attributeOf(layout.attributes, number)?.attribute.type;
      return a && declared?.kind === 'integer' && a.end - a.start === declared.size
        ? Number(readInteger(view, a.start, declared))
        : null;
    },
    address(number: number): string | null {
      const a = find(number);
      return a ? addressText(bytes, a.start, a.end) : null;
    },
    text(number: number): string | null {
      const a = find(number);
      return a ? readString(view, a.start, a.end) : null;
    },
    hex(number: number): string | null {
      const a = find(number);
      return a ? hex(bytes, a.start, Math.min(a.end, a.start + 32), ':') : null;
    },
    size(number: number): number {
      const a = find(number);
      return a ? a.end - a.start : 0;
    },
    ifindexAt: (offset: number): number =>
      HEADER_LENGTH + offset + 4 <= end ? view.getInt32(HEADER_LENGTH + offset, littleEndian) : 0,
  };
}

type Opened = ReturnType<typeof open>;

function ruleText(message: Opened, request: boolean): string {
  const f = fib_rule_hdr.fields;
  const words: string[] = [];
  const priority = message.number(FRA_PRIORITY);
  // The kernel leaves the priority 0 out.
  if (priority !== null || !request) words.push(`${priority ?? 0}:`);
  const source = message.address(FRA_SRC);
  words.push(source === null ? 'from all' : `from ${source}/${message.byte(f.src_len.offset)}`);
  const destination = message.address(FRA_DST);
  if (destination !== null) words.push(`to ${destination}/${message.byte(f.dst_len.offset)}`);
  const mark = message.number(FRA_FWMARK);
  if (mark !== null) words.push(`fwmark 0x${mark.toString(16)}`);
  const iif = message.text(FRA_IIFNAME);
  if (iif !== null) words.push(`iif ${iif}`);
  const oif = message.text(FRA_OIFNAME);
  if (oif !== null) words.push(`oif ${oif}`);
  const action = message.byte(f.action.offset);
  const table = message.number(FRA_TABLE) ?? message.byte(f.table.offset);
  if (table !== 0) words.push(`lookup ${tableName(table)}`);
  else if (action === FR_ACT_GOTO) words.push(`goto ${message.number(FRA_GOTO) ?? '?'}`);
  else if (action > 1)
    words.push((FR_ACT.names.get(action) ?? String(action)).replace('FR_ACT_', '').toLowerCase());
  return words.join(' ');
}

function neighbourText(message: Opened, ifname: Ifname): string {
  const words: string[] = [];
  const destination = message.address(NDA_DST);
  if (destination !== null) words.push(destination);
  const index = message.ifindexAt(ndmsg.fields.ndm_ifindex.offset);
  if (index !== 0) words.push(`dev ${ifname(index)}`);
  const hardware = message.hex(NDA_LLADDR);
  if (hardware !== null) words.push(`lladdr ${hardware}`);
  const state = message.byte(ndmsg.fields.ndm_state.offset);
  if (state !== 0)
    words.push(
      inWords(state, NUD, {})
        .replace(/ \(.*$/, '')
        .replace(/NUD_/g, ''),
    );
  return words.join(' ');
}

function nexthopText(message: Opened, ifname: Ifname): string {
  const words: string[] = [];
  const id = message.number(NHA_ID);
  if (id !== null) words.push(`id ${id}`);
  if (message.has(NHA_GROUP))
    words.push(`group of ${Math.floor(message.size(NHA_GROUP) / nexthop_grp.size)}`);
  const gateway = message.address(NHA_GATEWAY);
  if (gateway !== null) words.push(`via ${gateway}`);
  const oif = message.number(NHA_OIF);
  if (oif !== null) words.push(`dev ${ifname(oif)}`);
  return words.join(' ');
}

function linkText(bytes: Uint8Array, request: boolean, get: boolean): string {
  const link = decodeLink(bytes);
  if (!link.ok) return '';
  const { type, name, ifindex, up, change, mtu, operstate, kind } = link.value;
  const words: string[] = [];
  if (name !== '') words.push(name);
  else if (ifindex !== 0) words.push(`interface ${ifindex}`);
  if (get) return words.join(' ');
  // A request says up or down only when it wants to change that.
  if (request ? (change & IFF_UP) !== 0 : type === RTM_NEWLINK) words.push(up ? 'up' : 'down');
  if (mtu !== 0) words.push(`mtu ${mtu}`);
  if (kind !== null) words.push(kind);
  const state = IF_OPER.names.get(operstate);
  if (state !== undefined && operstate !== 0)
    words.push(`state ${state.replace('IF_OPER_', '').toLowerCase()}`);
  return words.join(' ');
}

function addressSummary(bytes: Uint8Array, ifname: Ifname): string {
  const info = decodeAddr(bytes);
  if (!info.ok) return '';
  const { local, prefixLength, peer, ifindex } = info.value;
  const words =
    local.length > 0 ? [`${addressText(local, 0, local.length)}${peer ? '' : `/${prefixLength}`}`] : [];
  if (peer) words.push(`peer ${addressText(peer, 0, peer.length)}/${prefixLength}`);
  if (ifindex !== 0) words.push(`dev ${ifname(ifindex)}`);
  return words.join(' ');
}

/** `EEXIST File exists – sentence (attribute)`, `ok`, `done`. */
function verdictText(bytes: Uint8Array, protocol: Protocol): string {
  const verdict = decodeError(bytes, undefined, protocol);
  if (!verdict.ok) return verdict.error.message;
  const { kind, errno, message, attribute, missing, header } = verdict.value;
  const interrupted = (header.flags & NLM_F_DUMP_INTR) === 0 ? '' : ', interrupted';
  let text = errno === 0 ? (kind === 'done' ? 'done' : 'ok') : `${errnoName(errno)} ${errnoText(errno)}`;
  text += interrupted;
  if (message !== null && message !== '') text += ` – ${message}`;
  if (attribute.length > 0) text += ` (${attribute.join(' › ')})`;
  if (missing) text += ` (missing ${missing.name})`;
  return text;
}

/**
 * One message (nlmsghdr first) in a few words; empty when there is nothing to say beyond its type. `ifname` names
 * interfaces by their index. Takes any bytes.
 */
export function summarize(bytes: Uint8Array, ifname: Ifname, protocol: Protocol = 'route'): string {
  const header = readHeader(viewOf(bytes));
  if (!header) return 'no whole message header';
  const { type, flags } = header;
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return verdictText(bytes, protocol);
  if (type === NLMSG_NOOP) return 'nothing';
  if (type === NLMSG_OVERRUN) return 'data lost';
  const end = Math.min(header.length, bytes.length);
  if (protocol === 'rtmgr' && type >= 0x100)
    return rtmgrText(bytes.subarray(0, end), flags, (inner) => summarize(inner, ifname, protocol));
  const message = open(bytes, type, end);
  const get = (type & 3) === 2;
  if (get && (flags & NLM_F_DUMP) === NLM_F_DUMP) {
    const family = message.byte(0);
    const version =
      family === AF_INET
        ? 'IPv4 '
        : family === AF_INET6
          ? 'IPv6 '
          : family === AF_UNSPEC
            ? ''
            : `${familyName(family)} `;
    const route = type === RTM_GETROUTE ? decodeRoute(bytes) : null;
    const table =
      route?.ok && route.value.table !== RT_TABLE_UNSPEC ? ` of table ${tableName(route.value.table)}` : '';
    return `all ${version}${plural(type)}${table}`;
  }
  switch (type & ~3) {
    case RTM_NEWROUTE: {
      const route = decodeRoute(bytes);
      return route.ok ? routeText(route.value, type, ifname) : route.error.message;
    }
    case RTM_NEWLINK:
      return linkText(bytes, (flags & NLM_F_REQUEST) !== 0, get);
    case RTM_NEWADDR:
      return addressSummary(bytes, ifname);
    case RTM_NEWNEIGH:
      return neighbourText(message, ifname);
    case RTM_NEWRULE:
      return ruleText(message, (flags & NLM_F_REQUEST) !== 0);
    case RTM_NEWNEXTHOP:
      return nexthopText(message, ifname);
    default:
      return '';
  }
}

const PLURALS = new Map<number, string>([
  [RTM_NEWLINK, 'interfaces'],
  [RTM_NEWADDR, 'addresses'],
  [RTM_NEWROUTE, 'routes'],
  [RTM_NEWNEIGH, 'neighbours'],
  [RTM_NEWRULE, 'rules'],
  [RTM_NEWNEXTHOP, 'next-hop objects'],
]);
const plural = (type: number): string => PLURALS.get(type & ~3) ?? 'entries';
