// SPDX-License-Identifier: MIT
// Whole routes: RouteSpec to bytes, and bytes to RouteSpec with nothing lost.
import { align4, bad, good, littleEndian, viewOf } from './bytes.ts';
import type { Result } from './bytes.ts';
import { Writer, putMessage, putStruct } from './encode.ts';
import { attributes, readHeader, HEADER_LENGTH } from './messages.ts';
import type { RawAttribute } from './messages.ts';
import type { HopSpec, RouteSpec } from './route-spec.ts';
import { attributeOf } from './schema.ts';
import { AF_INET, AF_INET6 } from './tables/families.ts';
import {
  RTA,
  RTAX,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_FLOW,
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
  RT_TABLE_UNSPEC,
  rtmsg,
  rtnexthop,
  rtvia,
  RTNH_F,
} from './tables/rtmsg.ts';
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from './tables/types.ts';

/** The bits of rtm_flags that belong to the only next hop of a route. */
export const RTNH_F_MASK = Object.values(RTNH_F.values).reduce((mask, bit) => mask | bit, 0);

/** Bytes of an address of a family; 0 for families that routes of ours do not have. */
export const addressLength = (family: number): number =>
  family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;

export const isRouteMessage = (type: number): boolean =>
  type === RTM_NEWROUTE || type === RTM_DELROUTE || type === RTM_GETROUTE;

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

const EMPTY = new Uint8Array(0);

function putNumber(writer: Writer, type: number, value: number): void {
  writer.attribute(type, () => {
    const start = writer.reserve(4);
    writer.view.setUint32(start, value, littleEndian);
  });
}

const putBytes = (writer: Writer, type: number, bytes: Uint8Array): void =>
  writer.attribute(type, () => writer.put(bytes));

function putGateway(writer: Writer, family: number, gateway: HopSpec['gateway']): void {
  if (!gateway) return;
  if (gateway.family === family) putBytes(writer, RTA_GATEWAY, gateway.bytes);
  else
    writer.attribute(RTA_VIA, () => {
      putStruct(writer, rtvia, { rtvia_family: gateway.family });
      writer.put(gateway.bytes);
    });
}

/** Further attributes of a hop, and hops in turn, must start at a multiple of 4. */
function putOthers(writer: Writer, others: Uint8Array): void {
  writer.put(others);
  writer.pad();
}

/** Kept between routes: a batch encodes hundreds of thousands. A call that throws leaves it for the next to empty. */
const scratch = new Writer();

/**
 * A route message. RTA_TABLE is written when the number does not fit into rtm_table. Of a single hop the flags go into
 * rtm_flags; a weight it cannot carry outside RTA_MULTIPATH.
 */
export function encodeRoute(
  spec: RouteSpec,
  header: { type: number; flags: number; seq?: number; portId?: number },
): Uint8Array<ArrayBuffer> {
  const writer = scratch.reset();
  const multipath = spec.multipath || spec.hops.length > 1;
  const single = multipath ? undefined : spec.hops[0];
  const small = spec.table <= 0xff;
  putMessage(writer, header, () => {
    putStruct(writer, rtmsg, {
      rtm_family: spec.family,
      rtm_dst_len: spec.dstLength,
      rtm_src_len: spec.srcLength,
      rtm_tos: spec.tos,
      rtm_table: small ? spec.table : RT_TABLE_UNSPEC,
      rtm_protocol: spec.protocol,
      rtm_scope: spec.scope,
      rtm_type: spec.type,
      rtm_flags: (spec.flags | (single?.flags ?? 0)) >>> 0,
    });
    if (spec.dstLength > 0 || !isZero(spec.dst)) putBytes(writer, RTA_DST, spec.dst);
    if (spec.src) putBytes(writer, RTA_SRC, spec.src);
    if (!small) putNumber(writer, RTA_TABLE, spec.table);
    if (spec.priority !== null) putNumber(writer, RTA_PRIORITY, spec.priority);
    if (spec.prefsrc) putBytes(writer, RTA_PREFSRC, spec.prefsrc);
    if (single) {
      putGateway(writer, spec.family, single.gateway);
      if (single.ifindex !== 0) putNumber(writer, RTA_OIF, single.ifindex);
      putOthers(writer, single.others);
    }
    if (spec.metrics.size > 0)
      writer.attribute(RTA_METRICS, () => {
        for (const [type, value] of spec.metrics)
          if (typeof value === 'number') putNumber(writer, type, value);
          else putBytes(writer, type, value);
      });
    if (spec.nhId !== null) putNumber(writer, RTA_NH_ID, spec.nhId);
    const { pref } = spec;
    if (pref !== null) putBytes(writer, RTA_PREF, Uint8Array.of(pref));
    if (multipath)
      writer.attribute(RTA_MULTIPATH, () => {
        for (const hop of spec.hops) {
          const start = writer.length;
          putStruct(writer, rtnexthop, {
            rtnh_flags: hop.flags,
            rtnh_hops: hop.hops,
            rtnh_ifindex: hop.ifindex,
          });
          putGateway(writer, spec.family, hop.gateway);
          putOthers(writer, hop.others);
          writer.view.setUint16(
            start + rtnexthop.fields.rtnh_len.offset,
            writer.length - start,
            littleEndian,
          );
        }
      });
    putOthers(writer, spec.others);
  });
  return writer.finish();
}

/** Payload lengths that the decoders insist on; others are free. */
function wrongLength(type: number, length: number, addresses: number): string | null {
  const wants = (bytes: number): string | null =>
    length === bytes ? null : `${length} bytes instead of ${bytes}`;
  switch (type) {
    case RTA_DST:
    case RTA_SRC:
    case RTA_GATEWAY:
    case RTA_PREFSRC:
      return wants(addresses);
    case RTA_OIF:
    case RTA_PRIORITY:
    case RTA_TABLE:
    case RTA_NH_ID:
      return wants(4);
    case RTA_PREF:
      return wants(1);
    case RTA_ENCAP_TYPE:
      return wants(2);
    case RTA_VIA:
      return length === 6 || length === 18 ? null : `${length} bytes instead of 6 or 18`;
    default:
      return null;
  }
}

/** RTA_VIA with a family of which the address has another length cannot be a gateway; null then. */
function viaGateway(bytes: Uint8Array, view: DataView, a: RawAttribute): HopSpec['gateway'] {
  const family = view.getUint16(a.start, littleEndian);
  const address = bytes.slice(a.start + rtvia.size, a.end);
  return addressLength(family) === address.length ? { family, bytes: address } : null;
}

/** Header to padding of an attribute; zeros where the padding is cut off. */
function whole(bytes: Uint8Array, list: readonly RawAttribute[]): Uint8Array {
  if (list.length === 0) return EMPTY;
  let length = 0;
  for (const a of list) length += align4(a.end - a.at);
  const out = new Uint8Array(length);
  let position = 0;
  for (const a of list) {
    out.set(bytes.subarray(a.at, a.end), position);
    position += align4(a.end - a.at);
  }
  return out;
}

const pathOf = (type: number): string => attributeOf(RTA, type)?.name ?? `RTA_${type}`;

function decodeHops(bytes: Uint8Array, view: DataView, family: number, a: RawAttribute): Result<HopSpec[]> {
  const hops: HopSpec[] = [];
  let position = a.start;
  while (a.end - position >= rtnexthop.size) {
    const length = view.getUint16(position + rtnexthop.fields.rtnh_len.offset, littleEndian);
    if (length < rtnexthop.size || length > a.end - position)
      return bad(
        'length',
        position,
        'RTA_MULTIPATH/rtnh_len',
        `rtnh_len is ${length}, but ${a.end - position} bytes are left`,
      );
    const list = attributes(view, position + rtnexthop.size, position + length, 'RTA_MULTIPATH');
    if (!list.ok) return list;
    const hop: HopSpec = {
      ifindex: view.getInt32(position + rtnexthop.fields.rtnh_ifindex.offset, littleEndian),
      gateway: null,
      hops: view.getUint8(position + rtnexthop.fields.rtnh_hops.offset),
      flags: view.getUint8(position + rtnexthop.fields.rtnh_flags.offset),
      others: EMPTY,
    };
    const others: RawAttribute[] = [];
    for (const inner of list.value) {
      const wrong = wrongLength(inner.type, inner.end - inner.start, addressLength(family));
      if (wrong !== null)
        return bad(
          'length',
          inner.at,
          `RTA_MULTIPATH/${pathOf(inner.type)}`,
          `${pathOf(inner.type)} has ${wrong}`,
        );
      const gateway =
        inner.type === RTA_GATEWAY
          ? { family, bytes: bytes.slice(inner.start, inner.end) }
          : inner.type === RTA_VIA
            ? viaGateway(bytes, view, inner)
            : null;
      if (gateway) hop.gateway = gateway;
      else others.push(inner);
    }
    hop.others = whole(bytes, others);
    hops.push(hop);
    position += align4(length);
  }
  return good(hops);
}

function decodeMetrics(bytes: Uint8Array, view: DataView, a: RawAttribute): Result<RouteSpec['metrics']> {
  const list = attributes(view, a.start, a.end, 'RTA_METRICS');
  if (!list.ok) return list;
  const metrics: RouteSpec['metrics'] = new Map();
  for (const inner of list.value) {
    const type = attributeOf(RTAX, inner.type)?.attribute.type;
    metrics.set(
      inner.type,
      inner.end - inner.start === 4 && type?.kind !== 'string'
        ? view.getUint32(inner.start, littleEndian)
        : bytes.slice(inner.start, inner.end),
    );
  }
  return good(metrics);
}

/** Attributes that belong to the next hop when it stands alone. */
const HOP_ATTRIBUTES: ReadonlySet<number> = new Set([RTA_ENCAP, RTA_ENCAP_TYPE, RTA_FLOW]);

/**
 * Reads one route message (nlmsghdr first; bytes behind nlmsg_len are ignored) of AF_INET or AF_INET6. Of an attribute
 * that comes twice the last counts, as in the kernel. Attributes that RouteSpec has no place for are kept in `others`.
 */
export function decodeRoute(bytes: Uint8Array): Result<RouteSpec> {
  const view = viewOf(bytes);
  const header = readHeader(view);
  if (!header) return bad('short', 0, 'nlmsghdr', `${bytes.length} bytes are too few for a message header`);
  if (!isRouteMessage(header.type))
    return bad('type', 4, 'nlmsghdr/nlmsg_type', `message type ${header.type} is no route message`);
  if (header.length < HEADER_LENGTH + rtmsg.size || header.length > bytes.length)
    return bad(
      'length',
      0,
      'nlmsghdr/nlmsg_len',
      `nlmsg_len is ${header.length}, but ${bytes.length} bytes are there`,
    );
  const f = rtmsg.fields;
  const byte = (field: { offset: number }): number => view.getUint8(HEADER_LENGTH + field.offset);
  const family = byte(f.rtm_family);
  const size = addressLength(family);
  if (size === 0)
    return bad(
      'family',
      HEADER_LENGTH,
      'rtmsg/rtm_family',
      `address family ${family} is neither IPv4 nor IPv6`,
    );
  const list = attributes(view, HEADER_LENGTH + rtmsg.size, header.length, 'rtmsg');
  if (!list.ok) return list;
  const rtmFlags = view.getUint32(HEADER_LENGTH + f.rtm_flags.offset, littleEndian);
  const spec: RouteSpec = {
    family,
    dst: new Uint8Array(size),
    dstLength: byte(f.rtm_dst_len),
    src: null,
    srcLength: byte(f.rtm_src_len),
    tos: byte(f.rtm_tos),
    table: byte(f.rtm_table),
    protocol: byte(f.rtm_protocol),
    scope: byte(f.rtm_scope),
    type: byte(f.rtm_type),
    flags: rtmFlags,
    priority: null,
    prefsrc: null,
    hops: [],
    multipath: list.value.some((a) => a.type === RTA_MULTIPATH),
    metrics: new Map(),
    nhId: null,
    pref: null,
    others: EMPTY,
  };
  let oif = 0;
  let gateway: HopSpec['gateway'] = null;
  const own: RawAttribute[] = [];
  const others: RawAttribute[] = [];
  for (const a of list.value) {
    const wrong = wrongLength(a.type, a.end - a.start, size);
    if (wrong !== null) return bad('length', a.at, pathOf(a.type), `${pathOf(a.type)} has ${wrong}`);
    const payload = (): Uint8Array => bytes.slice(a.start, a.end);
    const number = (): number => view.getUint32(a.start, littleEndian);
    switch (a.type) {
      case RTA_DST:
        spec.dst = payload();
        break;
      case RTA_SRC:
        spec.src = payload();
        break;
      case RTA_TABLE:
        spec.table = number();
        break;
      case RTA_PRIORITY:
        spec.priority = number();
        break;
      case RTA_PREFSRC:
        spec.prefsrc = payload();
        break;
      case RTA_NH_ID:
        spec.nhId = number();
        break;
      case RTA_PREF:
        spec.pref = view.getUint8(a.start);
        break;
      case RTA_METRICS: {
        const metrics = decodeMetrics(bytes, view, a);
        if (!metrics.ok) return metrics;
        spec.metrics = metrics.value;
        break;
      }
      case RTA_MULTIPATH: {
        const hops = decodeHops(bytes, view, family, a);
        if (!hops.ok) return hops;
        spec.hops = hops.value;
        break;
      }
      case RTA_OIF:
        if (spec.multipath) others.push(a);
        else oif = number();
        break;
      case RTA_GATEWAY:
        if (spec.multipath) others.push(a);
        else gateway = { family, bytes: payload() };
        break;
      case RTA_VIA: {
        const via = spec.multipath ? null : viaGateway(bytes, view, a);
        if (via) gateway = via;
        else others.push(a);
        break;
      }
      default:
        (HOP_ATTRIBUTES.has(a.type) && !spec.multipath ? own : others).push(a);
    }
  }
  if (oif !== 0 || gateway) {
    spec.flags = (rtmFlags & ~RTNH_F_MASK) >>> 0;
    spec.hops = [
      { ifindex: oif | 0, gateway, hops: 0, flags: rtmFlags & RTNH_F_MASK, others: whole(bytes, own) },
    ];
    spec.others = whole(bytes, others);
  } else {
    const rest = list.value.filter((a) => own.includes(a) || others.includes(a));
    spec.others = whole(bytes, rest);
  }
  return good(spec);
}

/** What rtm_flags as a whole would be, single hop included. */
export const allFlags = (spec: RouteSpec): number =>
  (spec.flags | (spec.multipath ? 0 : (spec.hops[0]?.flags ?? 0))) >>> 0;
