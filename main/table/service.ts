// SPDX-License-Identifier: MIT
// What the table thread does for the main thread.
import type {
  AppError,
  GridChange,
  GridSpec,
  GridState,
  LinkRow,
  Outcome,
  RouteRow,
} from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import type { EndpointParts } from '../netlink/endpoint-parts.ts';

/** The sockets of a table. Ports of the parts are in the transfer list. */
export interface OpenArgs {
  dump: EndpointParts;
  events: EndpointParts;
  /** Where the table is rtmgr's: a NETLINK_ROUTE socket for the interfaces, subscribed to them. */
  links?: EndpointParts;
  /** Asked of each socket before anything else: where no setsockopt(2) reaches. */
  before?: { dump: Uint8Array[]; events: Uint8Array[] };
}

export interface TableService {
  [name: string]: (argument: never) => unknown;
  /** Subscribes, dumps links, addresses and routes, replays what queued up, then follows the events. Answers after the first dump. */
  open(args: OpenArgs): Promise<Outcome<GridState>>;
  /** Everything that waits for the kernel fails with this error: more is known of its end than the sockets say. */
  abandon(args: { error: AppError }): void;
  state(): GridState;
  /** A newer call overtakes one that is not done yet; both then answer the newer state. */
  view(spec: GridSpec): Promise<GridState>;
  rows(args: { start: number; count: number }): Promise<{ version: number; start: number; rows: RouteRow[] }>;
  locate(args: { rowId: number }): Promise<{ index: number | null; row: RouteRow | null }>;
  verify(): Promise<Outcome<{ kernel: number; table: number; differences: number }>>;
  /** Whole routes for rows, all attributes included; null where the row is gone. */
  specs(args: { rowIds: number[] }): (RouteSpec | null)[];
  /** The row with the key of this route (as the kernel compares when it deletes), else null. */
  find(args: { spec: RouteSpec }): number | null;
  /**
   * All rows with the family, table, destination, TOS and metric of this route, in the kernel's order (the first is the
   * one that NLM_F_REPLACE means); whatever their next hops.
   */
  chain(args: { spec: RouteSpec }): number[];
  /** All rows with the family, table, destination and TOS of this route message, the lowest metric first. */
  samePrefix(args: { bytes: Uint8Array }): number[];
  /** The row that longest-prefix match finds for an address (4 or 16 bytes) in one table; TOS is not looked at. */
  lookup(args: { family: 4 | 6; address: Uint8Array; table: number }): number | null;
  /** The row that a route message (from nlmsghdr on) is about, else null. */
  findMessage(args: { bytes: Uint8Array }): number | null;
  /**
   * Waits until the notification of a request of ours (by port id and sequence number) has been worked in, and answers
   * the rows it made or changed; after `timeoutMs` an empty list.
   */
  settled(args: {
    portId: number;
    seq: number;
    timeoutMs: number;
  }): Promise<{ rowIds: number[]; seen: boolean }>;
  links(): LinkRow[];
  /** Bytes of columns, blobs and indexes. */
  memory(): { bytes: number; routes: number };
}

export interface TableEvents {
  grid: GridChange;
  links: LinkRow[];
  /** Changes of the connection that the table thread sees first. */
  connection: { state: 'connected' | 'resyncing' | 'lost'; error: AppError | null; resyncs: number };
}
