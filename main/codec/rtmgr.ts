// SPDX-License-Identifier: MIT
// What rtmgr's own messages say (kernel/include/uapi/rtmgr.h): the answer to a greeting, statistics, copies of the
// mirror. Each decoder takes any bytes; what is missing reads as 0, null or empty.
import { align4, littleEndian, viewOf } from './bytes.ts';
import { HEADER_LENGTH, walkAttributes } from './messages.ts';
import type { RawAttribute } from './messages.ts';
import { readString } from './resolve.ts';
import { RTMGR_A, rtmgr_stats, rtmgrmsg } from './tables/rtmgr.ts';

const A = RTMGR_A.values;

/** What rtmgr saw of a greeting, and what it is. */
export interface Hello {
  version: number;
  release: string;
  text: string;
  /** As it stood in the request's nlmsghdr. */
  seen: { length: number; type: number; flags: number; seq: number; pid: number };
  /** Where it really came from. */
  portId: number;
  uid: number;
  writable: boolean;
}

export type StatsName = keyof typeof rtmgr_stats.fields;

export interface TableStats {
  /** AF_INET or AF_INET6. */
  family: number;
  table: number;
  routes: number;
  nodes: number;
  bytes: number;
}

export interface Stats {
  /** Those that are there: an older rtmgr has fewer. */
  counts: Partial<Record<StatsName, number>>;
  tables: TableStats[];
}

/** A copy of a datagram that crossed rtmgr's socket. */
export interface Mirrored {
  /** True: from rtmgr to a process or a group. */
  fromKernel: boolean;
  /** Port id of the other end; 0 when it went to a group. */
  portId: number;
  /** 0: to one socket. */
  group: number;
  /** Bytes of the datagram, of which `start` … `end` may hold only the first. */
  length: number;
  /** Span of the datagram in the message. */
  start: number;
  end: number;
}

/** The attributes between two offsets by number, with readers that take any length. */
function readers(bytes: Uint8Array, from: number, to: number) {
  const view = viewOf(bytes);
  const { found } = walkAttributes(view, from, to);
  const find = (type: number): RawAttribute | undefined => found.find((a) => a.type === type);
  return {
    found,
    find,
    number(type: number): number {
      const a = find(type);
      const size = a ? a.end - a.start : 0;
      if (!a || size === 0) return 0;
      if (size >= 8) return Number(view.getBigUint64(a.start, littleEndian));
      if (size >= 4) return view.getUint32(a.start, littleEndian);
      return size >= 2 ? view.getUint16(a.start, littleEndian) : view.getUint8(a.start);
    },
    text(type: number): string {
      const a = find(type);
      return a ? readString(view, a.start, a.end) : '';
    },
  };
}

const inside = (message: Uint8Array) =>
  readers(message, HEADER_LENGTH + align4(rtmgrmsg.size), message.length);

/** RTMGR_MSG_HELLO from rtmgr, nlmsghdr first. */
export function decodeHello(message: Uint8Array): Hello {
  const { number, text } = inside(message);
  return {
    version: number(A.RTMGR_A_VERSION),
    release: text(A.RTMGR_A_RELEASE),
    text: text(A.RTMGR_A_TEXT),
    seen: {
      length: number(A.RTMGR_A_SEEN_LEN),
      type: number(A.RTMGR_A_SEEN_TYPE),
      flags: number(A.RTMGR_A_SEEN_FLAGS),
      seq: number(A.RTMGR_A_SEEN_SEQ),
      pid: number(A.RTMGR_A_SEEN_PID),
    },
    portId: number(A.RTMGR_A_PORTID),
    uid: number(A.RTMGR_A_UID),
    writable: number(A.RTMGR_A_WRITABLE) === 1,
  };
}

/** RTMGR_MSG_GETSTATS from rtmgr. */
export function decodeStats(message: Uint8Array): Stats {
  const { find, found } = inside(message);
  const view = viewOf(message);
  const counts: Stats['counts'] = {};
  const struct = find(A.RTMGR_A_STATS);
  for (const [name, { offset }] of Object.entries(rtmgr_stats.fields))
    if (struct && struct.start + offset + 8 <= struct.end)
      counts[name as StatsName] = Number(view.getBigUint64(struct.start + offset, littleEndian));
  const tables = found
    .filter(({ type }) => type === A.RTMGR_A_TABLE_STATS)
    .map(({ start, end }): TableStats => {
      const { number } = readers(message, start, end);
      return {
        family: number(A.RTMGR_A_FAMILY),
        table: number(A.RTMGR_A_TABLE),
        routes: number(A.RTMGR_A_ROUTES),
        nodes: number(A.RTMGR_A_NODES),
        bytes: number(A.RTMGR_A_BYTES),
      };
    });
  return { counts, tables };
}

/** RTMGR_MSG_FLUSH from rtmgr: how many routes were deleted. */
export const decodeFlushed = (message: Uint8Array): number => inside(message).number(A.RTMGR_A_ROUTES);

/** RTMGR_MSG_MIRROR. Null when it carries no datagram. */
export function decodeMirrored(message: Uint8Array): Mirrored | null {
  const { number, find } = inside(message);
  const data = find(A.RTMGR_A_DATA);
  if (!data) return null;
  return {
    fromKernel: number(A.RTMGR_A_DIRECTION) !== 0,
    portId: number(A.RTMGR_A_PORTID),
    group: number(A.RTMGR_A_GROUP),
    length: number(A.RTMGR_A_LENGTH),
    start: data.start,
    end: data.end,
  };
}

/** NLMSGERR_ATTR_COOKIE of a refused batch: which message failed, counted from 0 behind BATCH_BEGIN. */
export function decodeBatchCookie(cookie: Uint8Array): { index: number; seq: number } | null {
  if (cookie.length < 8) return null;
  const view = viewOf(cookie);
  return { index: view.getUint32(0, littleEndian), seq: view.getUint32(4, littleEndian) };
}

/** For summaries: an attribute's number, null when it is not there; its text. */
export function rtmgrSays(message: Uint8Array): {
  number: (type: number) => number | null;
  text: (type: number) => string | null;
} {
  const { find, number, text } = inside(message);
  return {
    number: (type) => (find(type) ? number(type) : null),
    text: (type) => (find(type) ? text(type) : null),
  };
}
