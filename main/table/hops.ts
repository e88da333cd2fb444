// SPDX-License-Identifier: MIT
// Next-hop sets: where a route sends packets (device and gateway, several of them, or a next-hop object), as words for
// the interner and as values for people. Two routes with the same set share one number.
import { align4, littleEndian, viewOf } from '../codec/bytes.ts';
import { readHops } from '../codec/route-fast.ts';
import type { RouteRecord } from '../codec/route-record.ts';
import type { HopSpec } from '../codec/route-spec.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import { RTA_ENCAP, RTA_GATEWAY, RTA_VIA } from '../codec/tables/rtmsg.ts';

// Layout of the words.
const OIF = 0;
const FAMILY = 1;
const GATEWAY_FAMILY = 2;
const GATEWAY = 3;
const NH_ID = 7;
/** RTA_ENCAP_TYPE + 1, 0: none. */
const ENCAP_TYPE = 8;
const ENCAP_BYTES = 9;
/** Length of RTA_MULTIPATH's payload + 1, 0: none. */
const MULTIPATH = 10;
const HEAD = 11;
/** Length of rtnexthop, which the attributes of a hop follow. */
const RTNH = 8;

export interface Hop extends HopSpec {
  /** The whole struct rtnexthop with its attributes, padded to 4 bytes. */
  raw: Uint8Array;
}

/** A set as values. */
export interface HopSet {
  family: number;
  nhId: number;
  multipath: boolean;
  /** RTA_ENCAP_TYPE of the route, or of its first next hop that has one; null: none. */
  encapType: number | null;
  /** Of a single hop the flags are in the route's rtm_flags, and 0 here; `others` has RTA_ENCAP and RTA_ENCAP_TYPE. */
  hops: Hop[];
  /** RTA_ENCAP and RTA_ENCAP_TYPE of the route itself, with headers. */
  encap: Uint8Array;
}

/** Where sets are written before they are interned; grown as needed. */
export class WordBuffer {
  words = new Uint32Array(64);
  bytes = new Uint8Array(this.words.buffer);

  /** Makes room for `words` words, keeping what is there. */
  reserve(words: number): void {
    if (words <= this.words.length) return;
    const grown = new Uint32Array(words * 2);
    grown.set(this.words);
    this.words = grown;
    this.bytes = new Uint8Array(grown.buffer);
  }

  /** Copies bytes to a word offset, zeros up to the next word, and answers the offset behind them. */
  put(at: number, from: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const next = at + (align4(length) >> 2);
    this.reserve(next);
    if (next > at) this.words[next - 1] = 0;
    for (let i = 0; i < length; i++) this.bytes[at * 4 + i] = from[start + i]!;
    return next;
  }
}

/** Writes the record's set and answers its length in words. */
export function hopWords(record: RouteRecord, bytes: Uint8Array, into: WordBuffer): number {
  const { words } = into;
  const { gateway, gatewayFamily } = record;
  words[OIF] = record.oif;
  words[FAMILY] = record.family;
  words[GATEWAY_FAMILY] = gatewayFamily;
  words[GATEWAY] = gatewayFamily === 0 ? 0 : gateway[0]!;
  const wide = gatewayFamily === AF_INET6;
  words[GATEWAY + 1] = wide ? gateway[1]! : 0;
  words[GATEWAY + 2] = wide ? gateway[2]! : 0;
  words[GATEWAY + 3] = wide ? gateway[3]! : 0;
  words[NH_ID] = record.nhId;
  const hasEncap = record.encapStart >= 0;
  words[ENCAP_TYPE] = record.encapType === 0 && !hasEncap ? 0 : record.encapType + 1;
  words[ENCAP_BYTES] = hasEncap ? record.encapEnd - record.encapStart + 4 : 0;
  words[MULTIPATH] = record.multipathStart < 0 ? 0 : record.multipathEnd - record.multipathStart + 1;
  let length = HEAD;
  // with its header, which may carry NLA_F_NESTED
  if (hasEncap) length = into.put(length, bytes, record.encapStart - 4, record.encapEnd);
  if (record.multipathStart >= 0)
    length = into.put(length, bytes, record.multipathStart, record.multipathEnd);
  return length;
}

/** Writes a set of these hops: as multipath for several, as the route's own hop for one. */
export function wordsOfHops(family: number, hops: readonly Hop[], into: WordBuffer): number {
  into.words.fill(0, 0, HEAD);
  into.words[FAMILY] = family;
  const [only] = hops;
  if (hops.length === 1 && only) {
    into.words[OIF] = only.ifindex;
    let length = HEAD;
    if (only.gateway) {
      into.words[GATEWAY_FAMILY] = only.gateway.family;
      const view = viewOf(only.gateway.bytes);
      for (let i = 0; i < view.byteLength; i += 4) into.words[GATEWAY + (i >> 2)] = view.getUint32(i);
    }
    eachAttribute(only.others, (type, start, end) => {
      if (type === RTA_ENCAP) {
        into.words[ENCAP_BYTES] = end - start;
        length = into.put(HEAD, only.others, start, end);
      } else if (type === RTA_ENCAP - 1 && end - start >= 6)
        into.words[ENCAP_TYPE] = viewOf(only.others).getUint16(start + 4, littleEndian) + 1;
    });
    return length;
  }
  let length = HEAD;
  for (const hop of hops) length = into.put(length, hop.raw, 0, hop.raw.length);
  into.words[MULTIPATH] = (length - HEAD) * 4 + 1;
  return length;
}

/** Calls `visit` for each attribute with its type (without flag bits), start and end (padding not included). */
export function eachAttribute(
  bytes: Uint8Array,
  visit: (type: number, start: number, end: number) => void,
  from = 0,
  to = bytes.length,
): void {
  const view = viewOf(bytes);
  for (let at = from; to - at >= 4;) {
    const length = view.getUint16(at, littleEndian);
    if (length < 4 || length > to - at) return;
    visit(view.getUint16(at + 2, littleEndian) & 0x3fff, at, at + length);
    at += align4(length);
  }
}

const EMPTY = new Uint8Array(0);

function addressBytes(words: Uint32Array, at: number, family: number): Uint8Array {
  const bytes = new Uint8Array(family === AF_INET ? 4 : 16);
  const view = viewOf(bytes);
  for (let i = 0; i < bytes.length; i += 4) view.setUint32(i, words[at + (i >> 2)]!);
  return bytes;
}

/** RTA_ENCAP_TYPE with its header and padding. */
function encapTypeAttribute(type: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint16(0, 6, littleEndian);
  view.setUint16(2, RTA_ENCAP - 1, littleEndian);
  view.setUint16(4, type, littleEndian);
  return bytes;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += align4(part.length);
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += align4(part.length);
  }
  return out;
}

/** A struct rtnexthop for a hop that came as the route's own. */
function rawOf(family: number, hop: HopSpec): Uint8Array {
  const { gateway } = hop;
  const via = gateway !== null && gateway.family !== family;
  const payload = gateway ? gateway.bytes.length + (via ? 2 : 0) : 0;
  const raw = new Uint8Array(RTNH + (gateway ? align4(4 + payload) : 0) + align4(hop.others.length));
  const view = viewOf(raw);
  view.setUint16(0, raw.length, littleEndian);
  raw[2] = hop.flags;
  raw[3] = hop.hops;
  view.setInt32(4, hop.ifindex, littleEndian);
  let at = RTNH;
  if (gateway) {
    view.setUint16(at, 4 + payload, littleEndian);
    view.setUint16(at + 2, via ? RTA_VIA : RTA_GATEWAY, littleEndian);
    if (via) view.setUint16(at + 4, gateway.family, littleEndian);
    raw.set(gateway.bytes, at + 4 + (via ? 2 : 0));
    at += align4(4 + payload);
  }
  raw.set(hop.others, at);
  return raw;
}

/** The set as values. What is broken in RTA_MULTIPATH ends the list of hops. */
export function readHopSet(words: Uint32Array): HopSet {
  const family = words[FAMILY]!;
  const set: HopSet = {
    family,
    nhId: words[NH_ID]!,
    multipath: words[MULTIPATH] !== 0,
    encapType: words[ENCAP_TYPE] === 0 ? null : words[ENCAP_TYPE]! - 1,
    hops: [],
    encap: EMPTY,
  };
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const encapEnd = HEAD * 4 + words[ENCAP_BYTES]!;
  if (set.encapType !== null)
    set.encap = concat(bytes.slice(HEAD * 4, encapEnd), encapTypeAttribute(set.encapType));
  if (set.multipath) {
    const start = HEAD * 4 + align4(words[ENCAP_BYTES]!);
    const view = viewOf(bytes);
    for (const hop of readHops(view, start, start + words[MULTIPATH]! - 1, family)) {
      const length = hop.gatewayFamily === AF_INET ? 4 : 16;
      const others: Uint8Array[] = [];
      eachAttribute(
        bytes,
        (type, at, end) => {
          if (type === RTA_ENCAP - 1 && end - at >= 6) set.encapType ??= view.getUint16(at + 4, littleEndian);
          if (hop.gatewayAt < 0 || (type !== RTA_GATEWAY && type !== RTA_VIA))
            others.push(bytes.slice(at, end));
        },
        hop.start,
        hop.end,
      );
      set.hops.push({
        ifindex: hop.ifindex,
        gateway:
          hop.gatewayAt < 0
            ? null
            : { family: hop.gatewayFamily, bytes: bytes.slice(hop.gatewayAt, hop.gatewayAt + length) },
        hops: hop.hops,
        flags: hop.flags,
        others: concat(...others),
        raw: concat(bytes.slice(hop.start - RTNH, hop.end)),
      });
    }
  } else if (words[OIF] !== 0 || words[GATEWAY_FAMILY] !== 0) {
    const gatewayFamily = words[GATEWAY_FAMILY]!;
    const hop: HopSpec = {
      ifindex: words[OIF]! | 0,
      gateway:
        gatewayFamily === 0
          ? null
          : { family: gatewayFamily, bytes: addressBytes(words, GATEWAY, gatewayFamily) },
      hops: 0,
      flags: 0,
      others: set.encap,
    };
    set.hops.push({ ...hop, raw: rawOf(family, hop) });
  }
  return set;
}

/** True when both hops are the same way out, whatever their state and weight. */
export function sameWay(a: HopSpec, b: HopSpec): boolean {
  if (a.ifindex !== b.ifindex || (a.gateway === null) !== (b.gateway === null)) return false;
  if (!a.gateway || !b.gateway) return true;
  const other = b.gateway.bytes;
  return (
    a.gateway.family === b.gateway.family && a.gateway.bytes.every((byte, index) => byte === other[index])
  );
}

/** True when both sets name the same ways out in the same order, whatever their state. */
export function sameWays(a: HopSet, b: HopSet): boolean {
  if (a.nhId !== b.nhId || a.hops.length !== b.hops.length) return false;
  return a.hops.every((hop, index) => sameWay(hop, b.hops[index]!) && hop.hops === b.hops[index]!.hops);
}
