// SPDX-License-Identifier: MIT
// What rtmgr has beyond a routing table: a greeting, statistics, batches.
import type { AppError } from './result.ts';
import type { Named } from './route.ts';

/** What rtmgr saw of a greeting, and what it is. */
export interface HelloAnswer {
  version: number;
  release: string;
  /** The greeting given back. */
  text: string;
  /** As it stood in the header of the request; type and flags by name. */
  seen: { length: number; type: string; flags: string[]; seq: number; pid: number };
  /** The port id that it really came from. */
  portId: number;
  uid: number;
  writable: boolean;
  /** Milliseconds from the question to the answer. */
  tookMs: number;
  messageIds: number[];
}

/** The counts, in the order in which they are shown: name as in struct rtmgr_stats. */
export const RTMGR_COUNTS = [
  'routes',
  'max_routes',
  'nexthop_sets',
  'bytes',
  'datagrams',
  'messages',
  'errors',
  'added',
  'deleted',
  'lookups',
  'dumps',
  'notifications',
  'batches',
  'batches_failed',
  'mirrored',
  'uptime_ns',
] as const;
export type RtmgrCount = (typeof RTMGR_COUNTS)[number];

export interface RtmgrStats {
  /** Those that this rtmgr has. */
  counts: Partial<Record<RtmgrCount, number>>;
  tables: { family: 4 | 6; table: Named; routes: number; nodes: number; bytes: number }[];
}

/** What became of several commands. */
export interface BatchAnswer {
  /** True: one datagram, entirely or not at all. False: one after the other, each for itself. */
  atomic: boolean;
  total: number;
  applied: number;
  /** Lines that could not be read, or were refused; `line` counts from 1. */
  failures: { line: number; text: string; error: AppError }[];
  messageIds: number[];
}
