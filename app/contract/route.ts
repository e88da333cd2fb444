// SPDX-License-Identifier: MIT
// Routes as a person sees and edits them. Numbers on the wire keep their numbers here; names travel beside them.
import type { AppError } from './result.ts';
import { z } from './z.ts';

/** A wire number with the name it has (from rt_tables, rt_protos, linux/rtnetlink.h), e.g. `{ value: 254, name: 'main' }`. */
export interface Named {
  value: number;
  /** The name; the decimal number when it has none. */
  name: string;
}

export interface HopRow {
  /** Next hop address in text, or null when the destination is on the link. */
  gateway: string | null;
  /** Interface name, or null when none is given. Unknown indexes read `if7`. */
  device: string | null;
  ifindex: number;
  /** 1 to 256, as `ip route` shows it (rtnh_hops + 1). 1 when the route has a single next hop. */
  weight: number;
  /** Names of RTNH_F_* flags: `onlink`, `linkdown`, `dead`, `pervasive`, `offload`, `trap`. */
  flags: string[];
}

/** One row of the grid. */
export interface RouteRow {
  /** Stable for the life of the route in this target; never reused while the target is open. */
  id: number;
  family: 4 | 6;
  /** `10.0.0.0/8`, `2001:db8::/32`, `0.0.0.0/0` and `::/0` for the default route. */
  destination: string;
  /** True for the prefix of length zero; the grid then reads `default`. */
  isDefault: boolean;
  hops: HopRow[];
  table: Named;
  protocol: Named;
  type: Named;
  scope: Named;
  /** RTA_PRIORITY; 0 when absent. */
  metric: number;
  tos: number;
  prefsrc: string | null;
  /** RTAX_MTU, null when absent. */
  mtu: number | null;
  mtuLocked: boolean;
  /** Other RTAX metrics in words, e.g. `advmss 1400`. */
  metrics: string[];
  /** Names of route flags (`onlink`, `linkdown`, `dead`, `cloned`, `offload`…). */
  flags: string[];
  /** RTA_NH_ID: the next-hop object, null when the route has its own next hops. */
  nhid: number | null;
  /** RTA_PREF of IPv6: `low`, `medium`, `high`; null for IPv4. */
  pref: string | null;
  /** RTA_ENCAP_TYPE by name (`mpls`, `seg6`…), null when there is none. */
  encap: string | null;
  /** Seconds until the route expires, null when it does not. */
  expires: number | null;
  /** Number of the last change that touched this row (see GridState.change); 0 when it came with the first dump. */
  change: number;
}

/** One next hop as a person enters it. */
export const hopDraft = z.strictObject({
  gateway: z.string().max(64).nullable(),
  device: z.string().max(32).nullable(),
  weight: z.int().min(1).max(256),
  onlink: z.boolean(),
});
export type HopDraft = z.infer<typeof hopDraft>;

const u32 = z.int().min(0).max(0xffff_ffff);
const u8 = z.int().min(0).max(255);

/** A whole route as a person enters it. What it means is checked by `validateDraft`. */
export const routeDraft = z.strictObject({
  family: z.union([z.literal(4), z.literal(6)]),
  /** Prefix text, or `default`. */
  destination: z.string().max(64),
  /** Empty for types that have no next hop (blackhole and its kin). */
  hops: z.array(hopDraft).max(64),
  table: u32,
  protocol: u8,
  type: u8,
  /** null: the default for the type, as ip(8) does it. */
  scope: u8.nullable(),
  /** null: none given (IPv6: the kernel makes it 1024). */
  metric: u32.nullable(),
  tos: u8,
  prefsrc: z.string().max(64).nullable(),
  mtu: u32.nullable(),
});
export type RouteDraft = z.infer<typeof routeDraft>;

/** The cells that an edit changes; all that is left out stays as it is, attributes that the grid does not show included. */
export const routePatch = routeDraft.omit({ family: true }).partial();
export type RoutePatch = z.infer<typeof routePatch>;

/** Columns that can be shown, sorted and filtered. */
export const GRID_COLUMNS = [
  'destination',
  'nexthop',
  'device',
  'table',
  'protocol',
  'type',
  'scope',
  'metric',
  'prefsrc',
  'mtu',
  'metrics',
  'tos',
  'flags',
  'nhid',
  'expires',
] as const;
export type GridColumn = (typeof GRID_COLUMNS)[number];

/** What the grid shows: which rows, in which order. */
export const gridSpec = z.strictObject({
  /** Most significant first; empty: by family, table, destination, metric. */
  sort: z.array(z.strictObject({ column: z.enum(GRID_COLUMNS), descending: z.boolean() })).max(4),
  /**
   * Quick filter: words that must all be found in the row's text (any column, case ignored). A word that is an address shows the routes
   * that cover it or lie at it, a prefix those inside it or equal; other words are substrings.
   */
  text: z.string().max(200),
  /** `all`, `no-local` (every table but local, 255), or a table's number. */
  table: z.union([z.literal('all'), z.literal('no-local'), u32]),
  /** Empty: both. */
  families: z.array(z.union([z.literal(4), z.literal(6)])).max(2),
});
export type GridSpec = z.infer<typeof gridSpec>;

export const DEFAULT_GRID_SPEC: GridSpec = { sort: [], text: '', table: 'no-local', families: [4, 6] };

/** The state of the table and of the view onto it. */
export interface GridState {
  /** Raised whenever positions of rows in the view may have moved. Answers to `grid.rows` carry it. */
  version: number;
  /** Counts every route change since the target was opened. */
  change: number;
  /** Routes in the whole table. */
  total: number;
  /** Rows in the view. */
  matched: number;
  byFamily: { 4: number; 6: number };
  /** Tables that have routes, in the order of their numbers. */
  tables: { table: Named; routes: number }[];
  /** Set while a dump is read: how many routes have arrived. */
  loading: { routes: number } | null;
  /** True when the last dump was interrupted too often (NLM_F_DUMP_INTR), so that the table may be partial. */
  partial: boolean;
  /** How long the last sort or filter took in the table thread, ms. */
  viewMs: number;
}

/** What changed since the last event: bounded, for flashing and fading; the counts are exact. */
export interface GridChange {
  state: GridState;
  added: number;
  changed: number;
  deleted: number;
  /** Ids of deleted rows, at most 256. */
  deletedIds: number[];
}

/** The answer to "which route takes this address?". */
export interface LookupAnswer {
  address: string;
  /** The row of the matched route, null when it is not in the table (e.g. filtered out by the kernel, or a cache entry). */
  rowId: number | null;
  /** Its position in the present view, null when the view does not show it. */
  index: number | null;
  /** The matched prefix, e.g. `10.20.0.0/16`. */
  matched: string;
  table: Named;
  type: Named;
  gateway: string | null;
  device: string | null;
  /** The source address the kernel would use. */
  source: string | null;
  /** One or two sentences: rule, table, prefix, next hop. */
  reason: string;
  /** Numbers of the request and the answer in the inspector. */
  messageIds: number[];
}

export interface Applied {
  /** Row ids now in the table for what was asked (read back after the write); empty after a delete. */
  rowIds: number[];
  /** Numbers in the inspector of the messages sent and received. */
  messageIds: number[];
  /** Warnings that the kernel sent with its success (extended acknowledgement). */
  warnings: string[];
}

/** One route of several, and what became of it. */
export interface ItemOutcome {
  rowId: number;
  outcome: { ok: true } | { ok: false; error: AppError };
}
