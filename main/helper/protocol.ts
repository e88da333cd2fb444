// SPDX-License-Identifier: MIT
// The wire between this program and routelens-helper, as kernel/worker/protocol.h has it; a test compares the two.
// Requests are packets, answers and events are frames in a stream of bytes. All numbers are in host byte order.
import { endianness } from 'node:os';
import { MAX_ROUTES } from '../../app/contract/module.ts';

export const LIMITS = {
  HELPER_VERSION: 1,
  HELPER_REQUEST_MAX: 4096,
  HELPER_FRAME_MAX: 64 * 1024,
  HELPER_RELAY_MAX: 1024 * 1024,
  HELPER_ROUTES_MAX: MAX_ROUTES,
  HELPER_ANSWER: 0x8000,
} as const;

/** enum helper_verb. */
export const VERB = {
  HELPER_HELLO: 1,
  HELPER_MODULE_STATUS: 16,
  HELPER_MODULE_LOAD: 17,
  HELPER_MODULE_UNLOAD: 18,
  HELPER_LOG: 19,
  HELPER_OPEN: 32,
  HELPER_KEEP: 33,
  HELPER_REVERT: 34,
} as const;

/** enum helper_event. */
export const EVENT = {
  HELPER_EVENT_LOG: 0x4001,
  HELPER_EVENT_PENDING: 0x4002,
  HELPER_EVENT_SETTLED: 0x4003,
} as const;

/** enum helper_reason. */
export const REASON = {
  HELPER_REASON_NONE: 0,
  HELPER_REASON_BAD_REQUEST: 1,
  HELPER_REASON_NOT_INSTALLED: 2,
  HELPER_REASON_UNSAFE_FILE: 3,
  HELPER_REASON_KERNEL: 4,
  HELPER_REASON_NO_NAMESPACE: 5,
  HELPER_REASON_PENDING: 6,
} as const;

/** Each struct with its members in order; every one is a uint32_t. */
export const STRUCTS = {
  helper_head: ['len', 'type', 'tag'],
  helper_result: ['error', 'reason', 'fds'],
  helper_hello: ['version', 'uid', 'module'],
  helper_status: ['loaded', 'refcount', 'owner', 'max_routes', 'core_bytes', 'installed_reason'],
  helper_load: ['max_routes'],
  helper_open: ['confirm_seconds'],
  helper_opened: ['portid', 'send_max'],
  helper_pending: ['changes', 'left_ms'],
  helper_settled: ['how', 'changes', 'restored', 'failed'],
} as const;

type StructName = keyof typeof STRUCTS;
export type Fields<S extends StructName> = Record<(typeof STRUCTS)[S][number], number>;

const LITTLE = endianness() === 'LE';
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const sizeOf = (name: StructName): number => 4 * STRUCTS[name].length;

/** The struct at the start of `bytes`, and what stands behind it; null when there are too few bytes. */
export function readStruct<S extends StructName>(
  name: S,
  bytes: Uint8Array,
): { fields: Fields<S>; rest: Uint8Array } | null {
  const size = sizeOf(name);
  if (bytes.byteLength < size) return null;
  const view = viewOf(bytes);
  const fields = Object.fromEntries(STRUCTS[name].map((field, i) => [field, view.getUint32(4 * i, LITTLE)]));
  return { fields: fields as Fields<S>, rest: bytes.subarray(size) };
}

export function writeStruct<S extends StructName>(name: S, fields: Fields<S>): Uint8Array {
  const bytes = new Uint8Array(sizeOf(name));
  const view = viewOf(bytes);
  for (const [i, field] of STRUCTS[name].entries())
    view.setUint32(4 * i, (fields as Record<string, number>)[field]!, LITTLE);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes);
/** What stands beside HELPER_OPEN. */
export const openPayload = (confirmSeconds: number, name: string): Uint8Array =>
  joined(writeStruct('helper_open', { confirm_seconds: confirmSeconds }), encoder.encode(name));

/** A whole request. */
export function encodeRequest(verb: number, tag: number, payload: Uint8Array): Uint8Array {
  const len = sizeOf('helper_head') + payload.byteLength;
  return joined(writeStruct('helper_head', { len, type: verb, tag }), payload);
}

/** An answer or an event; an event's tag is 0. */
export interface Frame {
  type: number;
  tag: number;
  payload: Uint8Array;
}

/** Cuts the stream of bytes into frames. */
export class FrameReader {
  private kept = new Uint8Array(0);

  /** The frames that are whole now; null when the stream is none of ours. It is not to be used any more then. */
  push(chunk: Uint8Array): Frame[] | null {
    let bytes = this.kept.byteLength === 0 ? chunk : joined(this.kept, chunk);
    const frames: Frame[] = [];
    for (;;) {
      const head = readStruct('helper_head', bytes);
      if (!head) break;
      const { len, type, tag } = head.fields;
      if (len < sizeOf('helper_head') || len > LIMITS.HELPER_FRAME_MAX) return null;
      if (bytes.byteLength < len) break;
      // a copy, which Buffer's own slice() is not: the chunk it lies in is Node's
      frames.push({ type, tag, payload: Uint8Array.from(bytes.subarray(sizeOf('helper_head'), len)) });
      bytes = bytes.subarray(len);
    }
    this.kept = Uint8Array.from(bytes);
    return frames;
  }
}

/** HELPER_EVENT_LOG: µs of CLOCK_MONOTONIC, and the line. */
export function readLogEvent(payload: Uint8Array): { time: number; text: string } | null {
  if (payload.byteLength < 8) return null;
  return {
    time: Number(viewOf(payload).getBigUint64(0, LITTLE)) / 1000,
    text: toText(payload.subarray(8)),
  };
}
