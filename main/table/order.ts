// SPDX-License-Identifier: MIT
// Orders of the rows: the default one (family, table, destination, prefix length, metric) and those by any column, in
// which rows that are alike keep the default order. Every row has a definite place, so that one row can be found, put in
// or taken out by binary search.
import type { GridColumn, GridSpec } from '../../app/contract/index.ts';
import { AF_INET } from '../codec/tables/families.ts';
import { mtuOf, Texts } from './texts.ts';
import { Sorter } from './radix.ts';
import type { RouteStore } from './store.ts';

type Steps<T> = Generator<void, T, void>;
export type Compare = (a: number, b: number) => number;

/** Rows are handled in blocks of this many before somebody else may have the thread. */
const BLOCK = 1 << 17;

/** The default order of two slots, which must be in use or have kept their last values. */
export function defaultCompare(store: RouteStore): Compare {
  const { columns: c, tables } = store;
  return (a, b) => {
    let d = c.family[a]! - c.family[b]!;
    if (d !== 0) return d;
    if (c.table[a] !== c.table[b]) return tables[c.table[a]!]! - tables[c.table[b]!]!;
    d = c.dst0[a]! - c.dst0[b]!;
    if (d !== 0) return d;
    if (c.family[a] !== AF_INET) {
      d = c.dst1[a]! - c.dst1[b]! || c.dst2[a]! - c.dst2[b]! || c.dst3[a]! - c.dst3[b]!;
      if (d !== 0) return d;
    }
    return (
      c.dstLength[a]! - c.dstLength[b]! || c.priority[a]! - c.priority[b]! || c.tos[a]! - c.tos[b]! || a - b
    );
  };
}

/** Ranks of distinct values: equal keys have equal ranks. */
function ranks(count: number, keyOf: (id: number) => string): Uint32Array {
  const keys: string[] = [];
  for (let id = 0; id < count; id++) keys.push(keyOf(id));
  const ids = new Uint32Array(count).map((_, id) => id);
  ids.sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0));
  const out = new Uint32Array(count);
  let rank = 0;
  ids.forEach((id, i) => {
    if (i > 0 && keys[id] !== keys[ids[i - 1]!]) rank++;
    out[id] = rank;
  });
  return out;
}

/** A column's key of a slot as one 32-bit number. The destination has no such key: see `sortDestination`. */
type KeyOf = (slot: number) => number;

export class Orders {
  private readonly store: RouteStore;
  private readonly texts: Texts;

  constructor(store: RouteStore, texts: Texts) {
    this.store = store;
    this.texts = texts;
  }

  /** All routes in the default order. */
  *all(): Steps<Uint32Array> {
    const { columns: c } = this.store;
    const order = this.byTable();
    yield;
    // the kernel walks a table in the order of its prefixes, so what a dump brought is often in order already
    if (this.isSorted(order)) return order;
    yield;
    const sorter = new Sorter(order, order.length);
    yield* this.by(sorter, (slot) => c.tos[slot]!);
    yield* this.by(sorter, (slot) => c.priority[slot]!);
    yield* this.sortDestination(sorter, false);
    const tableRank = this.tableRanks((table) => String(table).padStart(10, '0'));
    yield* this.by(sorter, (slot) => tableRank[c.table[slot]!]!);
    yield* this.by(sorter, (slot) => c.family[slot]!);
    return sorter.order;
  }

  /** Sorts slots that are in the default order by the columns of a view. */
  *sort(order: Uint32Array, length: number, sort: GridSpec['sort']): Steps<Uint32Array> {
    if (sort.length === 0 || length < 2) return order;
    const sorter = new Sorter(order, length);
    for (let i = sort.length - 1; i >= 0; i--) {
      const { column, descending } = sort[i]!;
      yield;
      if (column === 'destination') yield* this.sortDestination(sorter, descending);
      else {
        const keyOf = this.keyOf(column);
        yield* this.by(sorter, descending ? (slot) => ~keyOf(slot) : keyOf);
      }
    }
    return sorter.order;
  }

  /** The same order for two slots. Good until links are renamed or sets are added: make it anew then. */
  compare(sort: GridSpec['sort']): Compare {
    const fallback = defaultCompare(this.store);
    const destination = this.destinationCompare();
    const steps = sort.map(({ column, descending }): Compare => {
      const sign = descending ? -1 : 1;
      if (column === 'destination') return (a, b) => sign * destination(a, b);
      const keyOf = this.keyOf(column);
      return (a, b) => sign * ((keyOf(a) >>> 0) - (keyOf(b) >>> 0));
    });
    return (a, b) => {
      for (const step of steps) {
        const d = step(a, b);
        if (d !== 0) return d;
      }
      return fallback(a, b);
    };
  }

  private *by(sorter: Sorter, keyOf: KeyOf): Steps<void> {
    for (let start = 0; start < sorter.length; start += BLOCK) {
      const { order, keys } = sorter;
      const end = Math.min(sorter.length, start + BLOCK);
      for (let i = start; i < end; i++) keys[i] = keyOf(order[i]!);
      yield;
    }
    yield* sorter.sort();
  }

  /** By family, address (all 128 bits of IPv6), prefix length. */
  private *sortDestination(sorter: Sorter, descending: boolean): Steps<void> {
    const { columns: c, inFamily } = this.store;
    const flip = (keyOf: KeyOf): KeyOf => (descending ? (slot) => ~keyOf(slot) : keyOf);
    yield* this.by(
      sorter,
      flip((slot) => c.dstLength[slot]!),
    );
    if (inFamily[6] > 0) {
      // IPv4 rows have 0 in the further words
      yield* this.by(
        sorter,
        flip((slot) => c.dst3[slot]!),
      );
      yield* this.by(
        sorter,
        flip((slot) => c.dst2[slot]!),
      );
      yield* this.by(
        sorter,
        flip((slot) => c.dst1[slot]!),
      );
    }
    yield* this.by(
      sorter,
      flip((slot) => c.dst0[slot]!),
    );
    if (inFamily[6] > 0 && inFamily[4] > 0)
      yield* this.by(
        sorter,
        flip((slot) => c.family[slot]!),
      );
  }

  private destinationCompare(): Compare {
    const { columns: c } = this.store;
    return (a, b) =>
      c.family[a]! - c.family[b]! ||
      c.dst0[a]! - c.dst0[b]! ||
      (c.family[a] === AF_INET
        ? 0
        : c.dst1[a]! - c.dst1[b]! || c.dst2[a]! - c.dst2[b]! || c.dst3[a]! - c.dst3[b]!) ||
      c.dstLength[a]! - c.dstLength[b]!;
  }

  private keyOf(column: Exclude<GridColumn, 'destination'>): KeyOf {
    const { store, texts } = this;
    const { columns: c } = store;
    const byHops = (key: (id: number) => string): KeyOf => {
      const rank = ranks(store.hopSets.size, key);
      return (slot) => rank[c.hops[slot]!]!;
    };
    const byExtras = (key: (id: number) => string): KeyOf => {
      const rank = ranks(store.extraSets.size, key);
      return (slot) => rank[c.extras[slot]!]!;
    };
    switch (column) {
      case 'metric':
        return (slot) => c.priority[slot]!;
      case 'tos':
        return (slot) => c.tos[slot]!;
      case 'table': {
        const rank = this.tableRanks((_, index) => Texts.natural(texts.table(index)));
        return (slot) => rank[c.table[slot]!]!;
      }
      case 'protocol': {
        const rank = ranks(256, (id) => Texts.natural(texts.protocol(id)));
        return (slot) => rank[c.protocol[slot]!]!;
      }
      case 'type': {
        const rank = ranks(256, (id) => Texts.natural(texts.type(id)));
        return (slot) => rank[c.type[slot]!]!;
      }
      case 'scope': {
        const rank = ranks(256, (id) => Texts.natural(texts.scope(id)));
        return (slot) => rank[c.scope[slot]!]!;
      }
      case 'nexthop':
        return byHops((id) => texts.nextHopKey(store.hopSet(id)));
      case 'device':
        return byHops((id) => texts.deviceKey(store.hopSet(id)));
      case 'nhid':
        return byHops((id) => String(store.hopSet(id).nhId).padStart(10, '0'));
      case 'prefsrc':
        return byExtras((id) => texts.prefsrcKey(store.extraSet(id)));
      case 'metrics':
        return byExtras((id) => texts.metricsKey(store.extraSet(id)));
      case 'mtu':
        return byExtras((id) => String(mtuOf(store.extraSet(id)) ?? 0).padStart(10, '0'));
      case 'flags':
        return this.byFlags();
      case 'expires':
        // in whole seconds; what does not expire comes last
        return (slot) => {
          const deadline = store.deadlines.get(slot);
          return deadline === undefined ? 0xffffffff : Math.max(0, Math.floor(deadline / 1000));
        };
    }
  }

  /** Distinct values of rtm_flags are few; they get their ranks from all that occur. */
  private byFlags(): KeyOf {
    const { columns: c } = this.store;
    const seen = new Set<number>();
    let last = -1;
    for (let slot = 1; slot < c.high; slot++) {
      const flags = c.flags[slot]!;
      if (flags === last || c.family[slot] === 0) continue;
      last = flags;
      seen.add(flags);
    }
    const values = [...seen];
    const rank = ranks(values.length, (i) => this.texts.flags(values[i]!));
    const byValue = new Map(values.map((flags, i) => [flags, rank[i]!]));
    return (slot) => byValue.get(c.flags[slot]!) ?? 0;
  }

  private tableRanks(key: (table: number, index: number) => string): Uint32Array {
    const { tables } = this.store;
    return ranks(tables.length, (index) => key(tables[index]!, index));
  }

  /** All routes by family and table, each in the order of its slots. */
  private byTable(): Uint32Array {
    const { columns: c, tables } = this.store;
    const rank = this.tableRanks((table) => String(table).padStart(10, '0'));
    const key = (slot: number): number =>
      rank[c.table[slot]!]! + (c.family[slot] === AF_INET ? 0 : tables.length);
    const places = new Uint32Array(2 * tables.length);
    for (let slot = 1; slot < c.high; slot++) if (c.family[slot] !== 0) places[key(slot)]!++;
    let sum = 0;
    for (let i = 0; i < places.length; i++) {
      const count = places[i]!;
      places[i] = sum;
      sum += count;
    }
    const order = new Uint32Array(c.count);
    for (let slot = 1; slot < c.high; slot++) if (c.family[slot] !== 0) order[places[key(slot)]!++] = slot;
    return order;
  }

  private isSorted(order: Uint32Array): boolean {
    const compare = defaultCompare(this.store);
    for (let i = 1; i < order.length; i++) if (compare(order[i - 1]!, order[i]!) > 0) return false;
    return true;
  }
}
