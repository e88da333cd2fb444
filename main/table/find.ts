// SPDX-License-Identifier: MIT
// Which row a route message is about.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET } from '../codec/tables/families.ts';
import {
  RTN_UNSPEC,
  RTPROT_UNSPEC,
  RT_SCOPE_NOWHERE,
  RT_TABLE_MAIN,
  RT_TABLE_UNSPEC,
} from '../codec/tables/rtmsg.ts';
import { IP6_RT_PRIO_USER } from './kernel.ts';
import { sameWay } from './hops.ts';
import { chain, sameRoute } from './notify.ts';
import type { RouteStore } from './store.ts';

/**
 * The slot of the route that the kernel would take the staged record for, 0 when there is none: the same key and the
 * same contents, else the same key, type and a next hop in common, else the first with the key that contradicts nothing
 * that is given (as fib_table_delete and ip6_route_del choose).
 */
export function findRoute(store: RouteStore, record: RouteRecord): number {
  const { columns: c } = store;
  const search: RouteRecord = { ...record };
  if (search.table === RT_TABLE_UNSPEC) search.table = RT_TABLE_MAIN;
  if (record.family !== AF_INET && record.priority === 0 && findIn(store, search) === 0)
    search.priority = IP6_RT_PRIO_USER;
  return findIn(store, search);

  function findIn(store: RouteStore, record: RouteRecord): number {
    store.restage(record);
    const rows = chain(store, record);
    const exact = rows.find((slot) => store.same(slot, record));
    if (exact !== undefined) return exact;
    const similar = sameRoute(store, record, rows);
    if (similar !== 0) return similar;
    const given = store.hopSet(store.hops);
    return (
      rows.find((slot) => {
        if (record.type !== RTN_UNSPEC && c.type[slot] !== record.type) return false;
        if (record.protocol !== RTPROT_UNSPEC && c.protocol[slot] !== record.protocol) return false;
        const anyScope = record.family !== AF_INET || record.scope === RT_SCOPE_NOWHERE;
        if (!anyScope && c.scope[slot] !== record.scope) return false;
        const set = store.hopSet(c.hops[slot]!);
        if (given.nhId !== 0) return set.nhId === given.nhId;
        return given.hops.every((hop) =>
          set.hops.some(
            (other) =>
              sameWay(hop, other) ||
              (hop.gateway === null && hop.ifindex === other.ifindex) ||
              (hop.ifindex === 0 && sameWay({ ...hop, ifindex: other.ifindex }, other)),
          ),
        );
      }) ?? 0
    );
  }
}

/** Slots of all routes with the family, table, destination and TOS of the staged record, whatever their metric. */
export function samePrefix(store: RouteStore, record: RouteRecord): number[] {
  const { columns: c, tables } = store;
  const table = record.table === RT_TABLE_UNSPEC ? RT_TABLE_MAIN : record.table;
  const [dst0, dst1, dst2, dst3] = record.dst;
  const found: number[] = [];
  for (let slot = 1; slot < c.high; slot++) {
    if (c.family[slot] !== record.family || c.dstLength[slot] !== record.dstLength) continue;
    if (c.dst0[slot] !== dst0 || c.tos[slot] !== record.tos || tables[c.table[slot]!] !== table) continue;
    const isWide = record.family !== AF_INET;
    if (isWide && (c.dst1[slot] !== dst1 || c.dst2[slot] !== dst2 || c.dst3[slot] !== dst3)) continue;
    found.push(slot);
  }
  return found.sort((a, b) => c.priority[a]! - c.priority[b]!);
}
