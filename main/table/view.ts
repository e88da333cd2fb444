// SPDX-License-Identifier: MIT
// The view: which rows are shown and in which order, as an array of slots. Small changes are worked into the arrays in
// place; large ones, and new orders, make them anew.
import { DEFAULT_GRID_SPEC } from '../../app/contract/index.ts';
import type { GridSpec } from '../../app/contract/index.ts';
import { Filter } from './filter.ts';
import { Orders, defaultCompare } from './order.ts';
import type { Compare } from './order.ts';
import type { RouteStore } from './store.ts';
import type { Texts } from './texts.ts';

/** Slots in an order, with room to grow. */
class Ordered {
  slots = new Uint32Array(0);
  length = 0;

  set(slots: Uint32Array, length: number): void {
    this.slots = slots as Uint32Array<ArrayBuffer>;
    this.length = length;
  }

  /** Takes out what is marked. Answers whether there was any. */
  without(marks: Uint8Array): boolean {
    const { slots, length } = this;
    let i = 0;
    while (i < length && marks[slots[i]!] === 0) i++;
    let kept = i;
    for (; i < length; i++) {
      const slot = slots[i]!;
      if (marks[slot] === 0) slots[kept++] = slot;
    }
    this.length = kept;
    return kept < length;
  }

  /** Puts slots in, which are sorted in the same order as those that are there. */
  merge(added: Uint32Array, compare: Compare): void {
    const total = this.length + added.length;
    if (total > this.slots.length) {
      const grown = new Uint32Array(total + (total >> 6) + 16);
      grown.set(this.slots.subarray(0, this.length));
      this.slots = grown;
    }
    const { slots } = this;
    let end = this.length;
    let to = total;
    for (let i = added.length - 1; i >= 0; i--) {
      const at = this.place(added[i]!, compare, end);
      slots.copyWithin(to - (end - at), at, end);
      to -= end - at;
      slots[--to] = added[i]!;
      end = at;
    }
    this.length = total;
  }

  /** How many of the first `end` slots come before this one. */
  place(slot: number, compare: Compare, end = this.length): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.slots[middle]!, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Above this many changed rows, and above a quarter of all, the arrays are made anew. */
const BULK = 4096;

export class View {
  spec: GridSpec = DEFAULT_GRID_SPEC;
  /** Raised whenever positions may have moved. */
  version = 1;
  /** How long the last sort or filter took, ms. */
  tookMs = 0;

  private readonly store: RouteStore;
  private readonly texts: Texts;
  private readonly orders: Orders;
  private readonly base = new Ordered();
  private shown = new Ordered();
  private filter: Filter;
  private compare: Compare | null = null;
  private compareFor = '';
  private isStale = true;

  constructor(store: RouteStore, texts: Texts) {
    this.store = store;
    this.texts = texts;
    this.orders = new Orders(store, texts);
    this.filter = new Filter(store, texts, this.spec);
  }

  get length(): number {
    return this.shown.length;
  }

  get bytes(): number {
    const shared = this.shown === this.base;
    return this.base.slots.byteLength + (shared ? 0 : this.shown.slots.byteLength);
  }

  /** True when rows have changed since the arrays were brought up to date. */
  get isBehind(): boolean {
    const { changes } = this.store;
    return this.isStale || changes.everything || changes.dirtyCount > 0;
  }

  slot(index: number): number {
    return this.shown.slots[index]!;
  }

  /** Position of a slot; null when the view does not show it. The view must not be behind. */
  indexOf(slot: number): number | null {
    const index = this.shown.place(slot, this.comparison());
    return index < this.shown.length && this.shown.slots[index] === slot ? index : null;
  }

  /** Texts or numbers of sets have changed: everything must be sorted and filtered again. */
  invalidate(): void {
    this.isStale = true;
    this.compare = null;
  }

  /** True when names of devices matter to what is shown. */
  get dependsOnNames(): boolean {
    return this.spec.text !== '' || this.spec.sort.some(({ column }) => column === 'device');
  }

  /** Makes the view for a spec, in steps between which nothing but reading may be done with the store's order. */
  *build(spec: GridSpec): Generator<void, void, void> {
    if (this.isBehind) yield* this.buildBase();
    const filter = new Filter(this.store, this.texts, spec);
    let shown = this.base;
    if (!filter.isTrivial || spec.sort.length > 0) {
      const selected = yield* filter.select(this.base.slots, this.base.length);
      const order = yield* this.orders.sort(selected.order, selected.length, spec.sort);
      shown = new Ordered();
      // a copy when most of the room is not needed
      shown.set(
        order.length > 2 * selected.length ? order.slice(0, selected.length) : order,
        selected.length,
      );
    }
    this.spec = spec;
    this.filter = filter;
    this.shown = shown;
    this.compare = null;
    this.isStale = false;
    this.version++;
  }

  /** Works small changes in. Answers false when there are too many: `build` must be run. */
  update(): boolean {
    if (!this.isBehind) return true;
    const { changes, columns: c } = this.store;
    if (this.isStale || changes.everything) return false;
    if (changes.dirtyCount > BULK && changes.dirtyCount > this.base.length >> 2) return false;
    const live = changes.dirty.slice(0, changes.dirtyCount).filter((slot) => c.family[slot] !== 0);
    const { base, shown } = this;
    const baseCompare = defaultCompare(this.store);
    base.without(c.mark);
    base.merge(live.slice().sort(baseCompare), baseCompare);
    let moved = true;
    if (shown !== base) {
      moved = shown.without(c.mark);
      const passing = live.filter(this.filter.test);
      const compare = this.comparison();
      shown.merge(passing.sort(compare), compare);
      moved ||= passing.length > 0;
    }
    changes.clean(c.mark);
    if (moved) this.version++;
    return true;
  }

  private *buildBase(): Generator<void, void, void> {
    const { changes, columns: c } = this.store;
    if (this.update()) return;
    // what changes from here on is marked again, and worked in later
    changes.clean(c.mark);
    const order = yield* this.orders.all();
    this.base.set(order, order.length);
  }

  private comparison(): Compare {
    const { store, spec } = this;
    // new sets have no rank yet
    const key = `${store.hopSets.size} ${store.extraSets.size} ${store.tables.length}`;
    if (!this.compare || key !== this.compareFor || spec.sort.some(({ column }) => column === 'flags')) {
      this.compare = this.orders.compare(spec.sort);
      this.compareFor = key;
    }
    return this.compare;
  }
}
