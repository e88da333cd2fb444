// SPDX-License-Identifier: MIT
// What the kernel's route notifications mean for the table.
//
// IPv4 (net/ipv4/fib_trie.c, fib_table_insert): the flags say what happened, not what was asked. CREATE|EXCL: the first
// route with this key. CREATE|APPEND: behind those with the same key. CREATE alone: before them. REPLACE: in place of the
// first of them, for which there is no RTM_DELROUTE. No flags: only the offload state has changed.
//
// IPv6 (net/ipv6/ip6_fib.c, route.c): a route through gateways grows by siblings. When one is added the whole multipath
// route is sent, beginning with the new hop; when one is deleted, only that hop is sent. A dump begins with the oldest.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../codec/tables/nlmsg.ts';
import { RTM_F_CLONED, RTNH_F } from '../codec/tables/rtmsg.ts';
import { RTM_DELROUTE, RTM_NEWROUTE } from '../codec/tables/types.ts';
import { sameWay, sameWays, wordsOfHops } from './hops.ts';
import type { Hop, HopSet } from './hops.ts';
import type { RouteStore } from './store.ts';

/** What a notification did. */
export interface Applied {
  /** Rows that it made or changed; the first of those it deleted when it deleted some. */
  slots: number[];
  /** True: the table did not agree with the notification. A dump will tell. */
  doubt: boolean;
}

const HOP_FLAGS = Object.values(RTNH_F.values).reduce((mask, bit) => mask | bit, 0);

/** True for messages that say something of the table: not cache entries, not other families. */
export const concernsTable = (record: RouteRecord): boolean =>
  (record.flags & RTM_F_CLONED) === 0 &&
  (record.messageType === RTM_NEWROUTE || record.messageType === RTM_DELROUTE);

/** The chain's rows, with the record's source prefix if it is of IPv6. The record must be staged. */
export function chain(store: RouteStore, record: RouteRecord): number[] {
  const rows: number[] = [];
  const { next } = store.columns;
  for (let slot = store.head(record); slot !== 0; slot = next[slot]!)
    if (record.family === AF_INET || store.sameSource(slot)) rows.push(slot);
  return rows;
}

/** IPv6 routes of one key that lead to gateways become siblings of one multipath route (rt6_qualify_for_ecmp). */
const mayGrow = (set: HopSet): boolean =>
  set.family === AF_INET6 && set.nhId === 0 && set.hops.length > 0 && set.hops[0]!.gateway !== null;

/** The row that is the record's route in all but state flags; 0 when there is none. */
export function sameRoute(store: RouteStore, record: RouteRecord, rows: readonly number[]): number {
  const { columns: c } = store;
  const set = store.hopSet(store.hops);
  for (const slot of rows) {
    const alike =
      c.type[slot] === record.type &&
      c.protocol[slot] === record.protocol &&
      c.scope[slot] === record.scope &&
      c.extras[slot] === store.extras;
    if (alike && sameWays(store.hopSet(c.hops[slot]!), set)) return slot;
  }
  return 0;
}

/** Works a notification in. The record must be staged in the store and concern the table. */
export function applyRoute(store: RouteStore, record: RouteRecord, now: number): Applied {
  const rows = chain(store, record);
  if (record.messageType === RTM_DELROUTE) return remove(store, record, rows);
  for (const slot of rows)
    if (store.same(slot, record)) {
      store.update(slot, record, store.hops, now);
      return { slots: [slot], doubt: false };
    }
  const flags = record.messageFlags;
  if (flags & NLM_F_REPLACE) return replace(store, record, rows, now);
  if (flags & NLM_F_CREATE) return add(store, record, rows, now);
  // offload and trap flags: the kernel repeats the route
  const slot = sameRoute(store, record, rows);
  if (slot === 0) return add(store, record, rows, now, true);
  store.update(slot, record, store.hops, now);
  return { slots: [slot], doubt: false };
}

function replace(store: RouteStore, record: RouteRecord, rows: number[], now: number): Applied {
  const { columns: c } = store;
  const set = store.hopSet(store.hops);
  let slot = 0;
  // when a next-hop object changes, the kernel sends every route that uses it as a replacement of itself
  if (set.nhId !== 0)
    slot =
      rows.find(
        (row) =>
          store.hopSet(c.hops[row]!).nhId === set.nhId &&
          c.type[row] === record.type &&
          c.protocol[row] === record.protocol &&
          c.extras[row] === store.extras,
      ) ?? 0;
  if (slot === 0 && record.family === AF_INET6)
    slot = rows.find((row) => mayGrow(store.hopSet(c.hops[row]!)) === mayGrow(set)) ?? 0;
  if (slot === 0) slot = rows[0] ?? 0;
  const isV6 = record.family === AF_INET6;
  const hides = isV6 && set.hops.length > 1 && rows.length > 0 && slot !== rows.at(-1);
  store.hidden ||= hides;
  if (slot !== 0) store.update(slot, record, store.hops, now);
  else slot = store.insert(record, false, now);
  return { slots: [slot], doubt: hides || (isV6 && store.hidden) };
}

function add(store: RouteStore, record: RouteRecord, rows: number[], now: number, doubt = false): Applied {
  const flags = record.messageFlags;
  if (record.family === AF_INET6) {
    const grown = grow(store, record, rows, now);
    if (grown) return grown;
  }
  if (flags & NLM_F_EXCL && rows.length > 0) {
    // the kernel found none with this key: ours are gone without a message
    for (const row of rows) store.remove(row);
    return { slots: [store.insert(record, false, now)], doubt: true };
  }
  const atHead = record.family === AF_INET && (flags & (NLM_F_APPEND | NLM_F_EXCL)) === 0 && !doubt;
  return { slots: [store.insert(record, atHead, now)], doubt };
}

/** A sibling has joined an IPv6 route: puts the hops into the order of a dump, oldest first. */
function grow(store: RouteStore, record: RouteRecord, rows: number[], now: number): Applied | null {
  const { columns: c } = store;
  const set = store.hopSet(store.hops);
  if (!mayGrow(set) || record.messageFlags & NLM_F_EXCL) return null;
  const slot = rows.find((row) => mayGrow(store.hopSet(c.hops[row]!)));
  if (slot === undefined) return null;
  const before = store.hopSet(c.hops[slot]!);
  const arrived = [...set.hops];
  const hops: Hop[] = [];
  for (const old of before.hops) {
    const at = arrived.findIndex((hop) => sameWay(hop, old));
    if (at >= 0) hops.push(...arrived.splice(at, 1));
  }
  const lost = hops.length < before.hops.length;
  const ordered = [...hops, ...arrived];
  if (ordered.length < 2) {
    store.update(slot, record, store.hops, now);
    return { slots: [slot], doubt: lost };
  }
  const id = store.internHops((buffer) => wordsOfHops(record.family, ordered, buffer));
  // protocol, metrics and so on stay those of the oldest sibling
  store.setHops(slot, id, record.flags);
  // A dump goes on behind the youngest sibling: what lies between the siblings is not in it.
  const hides = slot !== rows.at(-1);
  store.hidden ||= hides;
  return { slots: [slot], doubt: lost || hides };
}

function remove(store: RouteStore, record: RouteRecord, rows: number[]): Applied {
  const slot = rows.find((row) => store.same(row, record)) ?? sameRoute(store, record, rows);
  if (slot !== 0) {
    const doubt = record.family === AF_INET6 && store.hidden;
    store.remove(slot);
    return { slots: [slot], doubt };
  }
  return record.family === AF_INET6 ? shrink(store, record, rows) : { slots: [], doubt: rows.length > 0 };
}

/** Hops of an IPv6 route are deleted: each in a message of its own, or all at once in any order. */
function shrink(store: RouteStore, record: RouteRecord, rows: number[]): Applied {
  const { columns: c } = store;
  const gone = store.hopSet(store.hops).hops;
  const isGone = (hop: Hop): boolean => gone.some((other) => sameWay(hop, other));
  const slot = rows.find((row) => {
    const set = store.hopSet(c.hops[row]!);
    return mayGrow(set) && set.nhId === 0 && gone.length > 0 && set.hops.some(isGone);
  });
  if (slot === undefined) return { slots: [], doubt: rows.length > 0 };
  const before = store.hopSet(c.hops[slot]!).hops;
  const left = before.filter((hop) => !isGone(hop));
  if (left.length === 0) {
    store.remove(slot);
    return { slots: [slot], doubt: before.length !== gone.length };
  }
  const [only] = left;
  const id = store.internHops((buffer) => wordsOfHops(record.family, left, buffer));
  // a single hop's flags travel in rtm_flags
  const flags =
    left.length === 1 && only ? ((c.flags[slot]! & ~HOP_FLAGS) | only.flags) >>> 0 : c.flags[slot]!;
  store.setHops(slot, id, flags);
  // the next oldest sibling may have another protocol or other metrics
  const wasOldest = left[0] !== before[0];
  return { slots: [slot], doubt: store.hidden || wasOldest || left.length + gone.length !== before.length };
}
