// SPDX-License-Identifier: MIT
// The fast path: one route message into a RouteRecord, allocating nothing. It reads offsets and lengths from the tables
// once, when the module is loaded; a million routes then cost a few table look-ups each.
import { align4, littleEndian } from './bytes.ts';
import type { RouteRecord } from './route-record.ts';
import { addressLength } from './route.ts';
import type { AttributeSet, Struct } from './schema.ts';
import { AF_INET, AF_INET6 } from './tables/families.ts';
import {
  RTA,
  RTAX_LOCK,
  RTA_CACHEINFO,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SRC,
  RTA_TABLE,
  RTA_VIA,
  rta_cacheinfo,
  rtmsg,
  rtnexthop,
} from './tables/rtmsg.ts';
import { NLA_TYPE_MASK, nlmsghdr } from './tables/nlmsg.ts';
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from './tables/types.ts';

/** What `decodeRouteInto` answers when a message cannot be read. */
export const FAST_SHORT = 1;
export const FAST_LENGTH = 2;
export const FAST_TYPE = 3;
export const FAST_FAMILY = 4;

/** The same codes as in DecodeError, by the answer of decodeRouteInto. */
export const FAST_ERRORS = ['ok', 'short', 'length', 'type', 'family'] as const;

const offset = (struct: Struct, name: string): number => struct.fields[name]?.offset ?? 0;
const H_LEN = offset(nlmsghdr, 'nlmsg_len');
const H_TYPE = offset(nlmsghdr, 'nlmsg_type');
const H_FLAGS = offset(nlmsghdr, 'nlmsg_flags');
const H_SEQ = offset(nlmsghdr, 'nlmsg_seq');
const H_PID = offset(nlmsghdr, 'nlmsg_pid');
const BODY = nlmsghdr.size;
const R_FAMILY = BODY + offset(rtmsg, 'rtm_family');
const R_DST_LEN = BODY + offset(rtmsg, 'rtm_dst_len');
const R_SRC_LEN = BODY + offset(rtmsg, 'rtm_src_len');
const R_TOS = BODY + offset(rtmsg, 'rtm_tos');
const R_TABLE = BODY + offset(rtmsg, 'rtm_table');
const R_PROTOCOL = BODY + offset(rtmsg, 'rtm_protocol');
const R_SCOPE = BODY + offset(rtmsg, 'rtm_scope');
const R_TYPE = BODY + offset(rtmsg, 'rtm_type');
const R_FLAGS = BODY + offset(rtmsg, 'rtm_flags');
const ATTRIBUTES = BODY + rtmsg.size;
const EXPIRES = offset(rta_cacheinfo, 'rta_expires');
const N_LEN = offset(rtnexthop, 'rtnh_len');
const N_FLAGS = offset(rtnexthop, 'rtnh_flags');
const N_HOPS = offset(rtnexthop, 'rtnh_hops');
const N_IFINDEX = offset(rtnexthop, 'rtnh_ifindex');
const N_SIZE = rtnexthop.size;

// What to do with each attribute, by its number, and which payload length it must have.
const DO_OTHER = 0;
const DO_DST = 1;
const DO_SRC = 2;
const DO_OIF = 3;
const DO_GATEWAY = 4;
const DO_PRIORITY = 5;
const DO_PREFSRC = 6;
const DO_METRICS = 7;
const DO_MULTIPATH = 8;
const DO_CACHEINFO = 9;
const DO_TABLE = 10;
const DO_VIA = 11;
const DO_PREF = 12;
const DO_ENCAP_TYPE = 13;
const DO_ENCAP = 14;
const DO_NH_ID = 15;

const LAST = 63;
const ACTION = new Uint8Array(LAST + 1);
/** 0: any length; ADDRESS: that of the family. */
const LENGTH = new Uint8Array(LAST + 1);
const ADDRESS = 255;

for (const [type, action] of [
  [RTA_DST, DO_DST],
  [RTA_SRC, DO_SRC],
  [RTA_OIF, DO_OIF],
  [RTA_GATEWAY, DO_GATEWAY],
  [RTA_PRIORITY, DO_PRIORITY],
  [RTA_PREFSRC, DO_PREFSRC],
  [RTA_METRICS, DO_METRICS],
  [RTA_MULTIPATH, DO_MULTIPATH],
  [RTA_CACHEINFO, DO_CACHEINFO],
  [RTA_TABLE, DO_TABLE],
  [RTA_VIA, DO_VIA],
  [RTA_PREF, DO_PREF],
  [RTA_ENCAP_TYPE, DO_ENCAP_TYPE],
  [RTA_ENCAP, DO_ENCAP],
  [RTA_NH_ID, DO_NH_ID],
] as const) {
  ACTION[type] = action;
  const declared = (RTA as AttributeSet).byValue.get(type)?.attribute.type;
  if (declared?.kind === 'address') LENGTH[type] = ADDRESS;
  else if (declared?.kind === 'integer') LENGTH[type] = declared.size;
}

function readAddress(view: DataView, at: number, length: number, into: Uint32Array): void {
  into[0] = view.getUint32(at);
  if (length === 16) {
    into[1] = view.getUint32(at + 4);
    into[2] = view.getUint32(at + 8);
    into[3] = view.getUint32(at + 12);
  } else {
    into[1] = 0;
    into[2] = 0;
    into[3] = 0;
  }
}

function clear(words: Uint32Array): void {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0;
  words[3] = 0;
}

/**
 * Reads the route message whose nlmsghdr is at `at`, nothing beyond `end`, into `record`. Answers 0, or one of FAST_*
 * when the message is no whole route message of AF_INET or AF_INET6; the record is then in no useful state. Of an
 * attribute that comes twice the last counts. `view` covers the same bytes as `bytes`. Spans in the record are offsets
 * into `bytes`; nests and hops are not looked into: see readHops and readMetrics.
 */
export function decodeRouteInto(
  _bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  record: RouteRecord,
): number {
  if (at < 0 || end > view.byteLength || end - at < ATTRIBUTES) return FAST_SHORT;
  const length = view.getUint32(at + H_LEN, littleEndian);
  if (length < ATTRIBUTES || length > end - at) return FAST_LENGTH;
  const type = view.getUint16(at + H_TYPE, littleEndian);
  if (type !== RTM_NEWROUTE && type !== RTM_DELROUTE && type !== RTM_GETROUTE) return FAST_TYPE;
  const family = view.getUint8(at + R_FAMILY);
  const addressSize = family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;
  if (addressSize === 0) return FAST_FAMILY;
  record.messageType = type;
  record.messageFlags = view.getUint16(at + H_FLAGS, littleEndian);
  record.seq = view.getUint32(at + H_SEQ, littleEndian);
  record.portId = view.getUint32(at + H_PID, littleEndian);
  record.family = family;
  record.dstLength = view.getUint8(at + R_DST_LEN);
  record.srcLength = view.getUint8(at + R_SRC_LEN);
  record.tos = view.getUint8(at + R_TOS);
  record.table = view.getUint8(at + R_TABLE);
  record.protocol = view.getUint8(at + R_PROTOCOL);
  record.scope = view.getUint8(at + R_SCOPE);
  record.type = view.getUint8(at + R_TYPE);
  record.flags = view.getUint32(at + R_FLAGS, littleEndian);
  clear(record.dst);
  clear(record.src);
  record.priority = 0;
  record.hasPrefsrc = false;
  record.oif = 0;
  record.gatewayFamily = 0;
  record.nhId = 0;
  record.prefPlus1 = 0;
  record.expires = 0;
  record.metricsStart = -1;
  record.metricsEnd = -1;
  record.multipathStart = -1;
  record.multipathEnd = -1;
  record.encapType = 0;
  record.encapStart = -1;
  record.encapEnd = -1;
  record.hasOthers = false;

  const stop = at + length;
  let position = at + ATTRIBUTES;
  while (stop - position >= 4) {
    const attributeLength = view.getUint16(position, littleEndian);
    if (attributeLength < 4 || attributeLength > stop - position) return FAST_LENGTH;
    const number = view.getUint16(position + 2, littleEndian) & NLA_TYPE_MASK;
    const start = position + 4;
    const size = attributeLength - 4;
    position += align4(attributeLength);
    if (number > LAST) {
      record.hasOthers = true;
      continue;
    }
    const wanted = LENGTH[number] as number;
    if (wanted !== 0 && size !== (wanted === ADDRESS ? addressSize : wanted) && ACTION[number] !== DO_OTHER)
      return FAST_LENGTH;
    switch (ACTION[number]) {
      case DO_DST:
        readAddress(view, start, addressSize, record.dst);
        break;
      case DO_SRC:
        readAddress(view, start, addressSize, record.src);
        break;
      case DO_OIF:
        record.oif = view.getUint32(start, littleEndian);
        break;
      case DO_GATEWAY:
        record.gatewayFamily = family;
        readAddress(view, start, addressSize, record.gateway);
        break;
      case DO_PRIORITY:
        record.priority = view.getUint32(start, littleEndian);
        break;
      case DO_PREFSRC:
        record.hasPrefsrc = true;
        readAddress(view, start, addressSize, record.prefsrc);
        break;
      case DO_METRICS:
        record.metricsStart = start;
        record.metricsEnd = start + size;
        break;
      case DO_MULTIPATH:
        record.multipathStart = start;
        record.multipathEnd = start + size;
        break;
      case DO_CACHEINFO:
        if (size >= EXPIRES + 4) record.expires = view.getInt32(start + EXPIRES, littleEndian);
        break;
      case DO_TABLE:
        record.table = view.getUint32(start, littleEndian);
        break;
      case DO_VIA: {
        if (size !== 6 && size !== 18) return FAST_LENGTH;
        const viaFamily = view.getUint16(start, littleEndian);
        if (addressLength(viaFamily) === size - 2) {
          record.gatewayFamily = viaFamily;
          readAddress(view, start + 2, size - 2, record.gateway);
        } else record.hasOthers = true;
        break;
      }
      case DO_PREF:
        record.prefPlus1 = view.getUint8(start) + 1;
        break;
      case DO_ENCAP_TYPE:
        record.encapType = view.getUint16(start, littleEndian);
        break;
      case DO_ENCAP:
        record.encapStart = start;
        record.encapEnd = start + size;
        break;
      case DO_NH_ID:
        record.nhId = view.getUint32(start, littleEndian);
        break;
      default:
        record.hasOthers = true;
    }
  }
  return 0;
}

/** One next hop of RTA_MULTIPATH as readHops finds it. */
export interface HopRecord {
  ifindex: number;
  /** rtnh_hops: the weight minus one. */
  hops: number;
  flags: number;
  /** 0: none. */
  gatewayFamily: number;
  /** Where the gateway's address starts in the bytes; -1: none. */
  gatewayAt: number;
  /** Span of the hop's attributes. */
  start: number;
  end: number;
}

/**
 * The next hops in the span of RTA_MULTIPATH (RouteRecord.multipathStart … End) of a route of `family`. What is broken
 * ends the list; `decodeRoute` says what.
 */
export function readHops(view: DataView, start: number, end: number, family: number): HopRecord[] {
  const list: HopRecord[] = [];
  let position = start;
  while (end - position >= N_SIZE) {
    const length = view.getUint16(position + N_LEN, littleEndian);
    if (length < N_SIZE || length > end - position) break;
    const hop: HopRecord = {
      ifindex: view.getInt32(position + N_IFINDEX, littleEndian),
      hops: view.getUint8(position + N_HOPS),
      flags: view.getUint8(position + N_FLAGS),
      gatewayFamily: 0,
      gatewayAt: -1,
      start: position + N_SIZE,
      end: position + length,
    };
    let inner = hop.start;
    while (hop.end - inner >= 4) {
      const size = view.getUint16(inner, littleEndian);
      if (size < 4 || size > hop.end - inner) break;
      const type = view.getUint16(inner + 2, littleEndian) & NLA_TYPE_MASK;
      if (type === RTA_GATEWAY && size - 4 === addressLength(family)) {
        hop.gatewayFamily = family;
        hop.gatewayAt = inner + 4;
      } else if (type === RTA_VIA && size >= 6) {
        const viaFamily = view.getUint16(inner + 4, littleEndian);
        if (addressLength(viaFamily) === size - 6) {
          hop.gatewayFamily = viaFamily;
          hop.gatewayAt = inner + 6;
        }
      }
      inner += align4(size);
    }
    list.push(hop);
    position += align4(length);
  }
  return list;
}

/**
 * The metrics in the span of RTA_METRICS (RouteRecord.metricsStart … End): `visit` gets number (RTAX_*), value (0 when it
 * has not 4 bytes) and span of each. Answers the mask of locked metrics (RTAX_LOCK), bit by number.
 */
export function readMetrics(
  view: DataView,
  start: number,
  end: number,
  visit: (type: number, value: number, start: number, end: number) => void,
): number {
  let lock = 0;
  let position = start;
  while (end - position >= 4) {
    const length = view.getUint16(position, littleEndian);
    if (length < 4 || length > end - position) break;
    const type = view.getUint16(position + 2, littleEndian) & NLA_TYPE_MASK;
    const value = length === 8 ? view.getUint32(position + 4, littleEndian) : 0;
    if (type === RTAX_LOCK) lock = value;
    visit(type, value, position + 4, position + length);
    position += align4(length);
  }
  return lock;
}
