// SPDX-License-Identifier: MIT
// What the trace thread does for the main thread: it keeps the last messages and answers the inspector.
import type { MessagePort } from 'node:worker_threads';
import type { MessageDetail, MessageRow, TraceFilter, TraceState } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import type { Protocol } from '../codec/tables/messages.ts';
import type { SocketName } from '../netlink/endpoint.ts';

export interface TraceService {
  [name: string]: (argument: never) => unknown;
  /** A port on which sender and receiver thread put `TapBatch`es (see netlink/tap.ts). Clears what was kept. */
  attach(args: {
    taps: MessagePort[];
    originMs: number;
    ifnames?: [number, string][];
    /** Of all sockets but `links`; without it NETLINK_ROUTE. */
    protocol?: Protocol;
  }): void;
  /** Further ports, of a socket that was opened later. What was kept stays. */
  addTaps(args: { taps: MessagePort[] }): void;
  /** Interface names for summaries, when they change. */
  names(args: { ifnames: [number, string][] }): void;
  state(): TraceState;
  filter(filter: TraceFilter): TraceState;
  rows(args: { start: number; count: number }): { version: number; start: number; rows: MessageRow[] };
  message(args: { id: number }): MessageDetail | null;
  locate(args: { id: number }): number | null;
  pause(args: { paused: boolean }): TraceState;
  clear(): TraceState;
  /** Newest messages first that concern the route's family, destination, table and metric; at most 32. */
  ofRoute(args: { spec: RouteSpec }): number[];
  /** A message's bytes; null when it is not kept. */
  bytes(args: { id: number }): Uint8Array | null;
  /** Ids of a request and of what answered it; waits a little (at most `timeoutMs`) until the answer is there. */
  idsOf(args: { socket: SocketName; seq: number; timeoutMs: number }): Promise<number[]>;
}

export interface TraceEvents {
  trace: TraceState;
}
