// SPDX-License-Identifier: MIT
// Finds the kept messages about one route: by family, destination, table and, where a message gives one, metric.
import type { RouteSpec } from '../codec/route-spec.ts';
import type { Recorder } from './recorder.ts';

// linux/rtnetlink.h
const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_PRIORITY = 6;
const RTA_TABLE = 15;
const RT_TABLE_MAIN = 254;
const AF_INET6 = 10;
/** The metric that IPv6 routes get when none is given (IP6_RT_PRIO_USER). */
const IP6_RT_PRIO_USER = 1024;
const BODY = 16;
const ATTRIBUTES = 28;

const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Whether an RTM_*ROUTE message, header included, concerns the route. */
export function concerns(message: Uint8Array, spec: RouteSpec): boolean {
  if (message.length < ATTRIBUTES) return false;
  if (message[BODY] !== spec.family || message[BODY + 1] !== spec.dstLength) return false;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  let dst: Uint8Array | null = null;
  let table = message[BODY + 4]! || RT_TABLE_MAIN;
  let metric: number | null = null;
  for (let at = ATTRIBUTES; at + 4 <= message.length;) {
    const length = view.getUint16(at, little);
    if (length < 4 || at + length > message.length) break;
    const type = view.getUint16(at + 2, little) & 0x3fff;
    if (type === RTA_DST) dst = message.subarray(at + 4, at + length);
    else if (type === RTA_TABLE && length >= 8) table = view.getUint32(at + 4, little);
    else if (type === RTA_PRIORITY && length >= 8) metric = view.getUint32(at + 4, little);
    at += (length + 3) & ~3;
  }
  if (table !== spec.table) return false;
  const theirs = spec.priority ?? 0;
  if (metric !== null && metric !== theirs) {
    const defaulted = spec.family === AF_INET6 && theirs === 0 && metric === IP6_RT_PRIO_USER;
    if (!defaulted) return false;
  }
  const wanted = Math.ceil(spec.dstLength / 8);
  for (let i = 0; i < wanted; i++) if ((dst?.[i] ?? 0) !== (spec.dst[i] ?? 0)) return false;
  return true;
}

/** Ids, newest first: messages about the route, and the answers to those of them that are requests. */
export function ofRoute(recorder: Recorder, spec: RouteSpec, most: number): number[] {
  const { store } = recorder;
  const c = store.columns;
  const found = new Set<number>();
  for (let p = store.head - 1; p >= store.tail && found.size < most; p--) {
    const slot = store.slot(p);
    const type = c.type[slot]!;
    if (type < RTM_NEWROUTE || type > RTM_GETROUTE || !concerns(recorder.message(p), spec)) continue;
    found.add(c.id[slot]!);
    if (c.out[slot] !== 1) continue;
    for (const answer of recorder.answersOf(p, 4)) found.add(c.id[store.slot(answer)]!);
  }
  return [...found].sort((a, b) => b - a).slice(0, most);
}
