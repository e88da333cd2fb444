// SPDX-License-Identifier: MIT
// Further attributes of a route that have no column: source prefix, preferred source, preference, metrics, and whatever
// this program does not know. They are interned as one set, because few distinct ones occur in a table.
import { align4, littleEndian, viewOf } from '../codec/bytes.ts';
import type { RouteRecord } from '../codec/route-record.ts';
import { readMetrics } from '../codec/route-fast.ts';
import { AF_INET } from '../codec/tables/families.ts';
import {
  RTAX_CC_ALGO,
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
} from '../codec/tables/rtmsg.ts';
import type { WordBuffer } from './hops.ts';
import { eachAttribute } from './hops.ts';

const FLAGS = 0;
const PREFSRC = 1;
const SRC = 5;
const METRICS_BYTES = 9;
const OTHERS_BYTES = 10;
const HEAD = 11;
/** Bits of the first word: RTA_PREF + 1 in the lowest byte, rtm_src_len above, then these, then the family. */
const HAS_PREFSRC = 1 << 16;
const FAMILY_SHIFT = 24;

const KNOWN = new Set<number>([
  RTA_DST,
  RTA_SRC,
  RTA_OIF,
  RTA_GATEWAY,
  RTA_PRIORITY,
  RTA_PREFSRC,
  RTA_METRICS,
  RTA_MULTIPATH,
  // not a property of the route but of the moment
  RTA_CACHEINFO,
  RTA_TABLE,
  RTA_VIA,
  RTA_PREF,
  RTA_ENCAP_TYPE,
  RTA_ENCAP,
  RTA_NH_ID,
]);

export interface Extras {
  prefsrc: Uint8Array | null;
  src: Uint8Array | null;
  srcLength: number;
  pref: number | null;
  metrics: Map<number, number | Uint8Array>;
  /** Mask of locked metrics by number. */
  lock: number;
  /** Attributes with their headers, in their order. */
  others: Uint8Array;
}

/** Writes the record's set and answers its length in words. `at` is where the message's nlmsghdr starts. */
export function extraWords(record: RouteRecord, bytes: Uint8Array, at: number, into: WordBuffer): number {
  const { words } = into;
  const { hasPrefsrc, prefsrc, src } = record;
  words[FLAGS] =
    (record.prefPlus1 |
      (record.srcLength << 8) |
      (hasPrefsrc ? HAS_PREFSRC : 0) |
      (record.family << FAMILY_SHIFT)) >>>
    0;
  const wide = record.family !== AF_INET;
  for (let i = 0; i < 4; i++) {
    words[PREFSRC + i] = hasPrefsrc && (wide || i === 0) ? prefsrc[i]! : 0;
    words[SRC + i] = src[i]!;
  }
  words[METRICS_BYTES] = 0;
  words[OTHERS_BYTES] = 0;
  let length = HEAD;
  if (record.metricsStart >= 0) {
    words[METRICS_BYTES] = record.metricsEnd - record.metricsStart;
    length = into.put(length, bytes, record.metricsStart, record.metricsEnd);
  }
  if (record.hasOthers) {
    const start = length;
    const end = at + viewOf(bytes).getUint32(at, littleEndian);
    eachAttribute(
      bytes,
      (type, from, to) => {
        const unread = type === RTA_VIA && record.gatewayFamily === 0;
        if (!KNOWN.has(type) || unread) length = into.put(length, bytes, from, to);
      },
      at + 28,
      end,
    );
    into.words[OTHERS_BYTES] = (length - start) * 4;
  }
  return length;
}

function addressAt(words: Uint32Array, at: number, family: number): Uint8Array {
  const bytes = new Uint8Array(family === AF_INET ? 4 : 16);
  const view = viewOf(bytes);
  for (let i = 0; i < bytes.length; i += 4) view.setUint32(i, words[at + (i >> 2)]!);
  return bytes;
}

export function readExtras(words: Uint32Array): Extras {
  const head = words[FLAGS]!;
  const family = head >>> FAMILY_SHIFT;
  const pref = head & 0xff;
  const srcLength = (head >>> 8) & 0xff;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const metricsStart = HEAD * 4;
  const othersStart = metricsStart + align4(words[METRICS_BYTES]!);
  const metrics: Extras['metrics'] = new Map();
  const hasSrc = srcLength > 0 || words.subarray(SRC, SRC + 4).some((word) => word !== 0);
  const lock = readMetrics(
    viewOf(bytes),
    metricsStart,
    metricsStart + words[METRICS_BYTES]!,
    (type, value, start, end) =>
      metrics.set(type, end - start === 4 && type !== RTAX_CC_ALGO ? value : bytes.slice(start, end)),
  );
  return {
    prefsrc: head & HAS_PREFSRC ? addressAt(words, PREFSRC, family) : null,
    src: hasSrc ? addressAt(words, SRC, family) : null,
    srcLength,
    pref: pref === 0 ? null : pref - 1,
    metrics,
    lock,
    others: bytes.slice(othersStart, othersStart + words[OTHERS_BYTES]!),
  };
}

/** True when both sets have the same source prefix; `a` and `b` are their words. */
export function sameSource(a: Uint32Array, b: Uint32Array): boolean {
  if (((a[FLAGS]! ^ b[FLAGS]!) & 0xff00) !== 0) return false;
  for (let i = SRC; i < SRC + 4; i++) if (a[i] !== b[i]) return false;
  return true;
}
