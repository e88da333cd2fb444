// SPDX-License-Identifier: MIT
// The filtered list: positions of the messages that the filter shows, kept up as messages come, change and fall out.
import type { TraceFilter } from '../../app/contract/index.ts';
import { DEFAULT_TRACE_FILTER } from '../../app/contract/index.ts';
import { VERDICT } from './store.ts';
import type { Store } from './store.ts';

/** The words of a message that a text filter looks through, lower case. */
export type Haystack = (position: number) => string;
export type TypeName = (type: number) => string;

export class View {
  filter: TraceFilter = DEFAULT_TRACE_FILTER;
  #store: Store;
  #haystack: Haystack;
  #typeName: TypeName;
  /** Ascending positions from `#first` on; unused while everything is shown. */
  #shown: number[] = [];
  #first = 0;
  #all = true;
  #needle = '';
  #types = new Set<string>();

  constructor(store: Store, haystack: Haystack, typeName: TypeName) {
    this.#store = store;
    this.#haystack = haystack;
    this.#typeName = typeName;
  }

  set(filter: TraceFilter): void {
    const old = this.filter;
    const needle = filter.text.trim().toLowerCase();
    // one more letter of the same filter: only what is shown can go on being shown
    const narrower =
      this.#needle !== '' &&
      needle.includes(this.#needle) &&
      filter.direction === old.direction &&
      filter.errorsOnly === old.errorsOnly &&
      filter.types.join() === old.types.join();
    this.filter = filter;
    this.#needle = needle;
    this.#types = new Set(filter.types);
    this.#all =
      !filter.errorsOnly && filter.direction === 'both' && this.#types.size === 0 && this.#needle === '';
    if (!narrower) {
      this.rebuild();
      return;
    }
    this.#shown = this.#shown.slice(this.#first).filter((position) => this.#matches(position));
    this.#first = 0;
  }

  rebuild(): void {
    this.#shown = [];
    this.#first = 0;
    if (this.#all) return;
    for (let p = this.#store.tail; p < this.#store.head; p++) if (this.#matches(p)) this.#shown.push(p);
  }

  get count(): number {
    return this.#all ? this.#store.count : this.#shown.length - this.#first;
  }

  /** The position at an index of the list; -1 beyond its end. */
  at(index: number): number {
    if (index < 0 || index >= this.count) return -1;
    return this.#all ? this.#store.tail + index : this.#shown[this.#first + index]!;
  }

  /** The index of a position in the list; -1 when the filter hides it. */
  indexOf(position: number): number {
    if (this.#all) return this.#store.has(position) ? position - this.#store.tail : -1;
    const at = this.#search(position);
    return this.#shown[at] === position ? at - this.#first : -1;
  }

  /** A message came: its position is higher than all before. */
  added(position: number): void {
    if (!this.#all && this.#matches(position)) this.#shown.push(position);
  }

  /** What is known about a kept message changed: it may have to appear, or to go. */
  changed(position: number): void {
    if (this.#all || !this.#store.has(position)) return;
    if (!this.filter.errorsOnly && this.#needle === '') return;
    const at = this.#search(position);
    const shown = this.#shown[at] === position;
    const should = this.#matches(position);
    if (should && !shown) this.#shown.splice(at, 0, position);
    else if (shown && !should) this.#shown.splice(at, 1);
  }

  /** The oldest message falls out. */
  evicted(position: number): void {
    if (this.#all || this.#shown[this.#first] !== position) return;
    this.#first++;
    if (this.#first > 1024 && this.#first * 2 > this.#shown.length) {
      this.#shown.splice(0, this.#first);
      this.#first = 0;
    }
  }

  #search(position: number): number {
    let low = this.#first;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#shown[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #matches(position: number): boolean {
    const c = this.#store.columns;
    const slot = this.#store.slot(position);
    if (this.filter.direction !== 'both' && (c.out[slot] === 1) !== (this.filter.direction === 'out')) {
      return false;
    }
    if (this.filter.errorsOnly && c.verdict[slot] !== VERDICT.error && c.verdict[slot] !== VERDICT.lost) {
      return false;
    }
    if (this.#types.size > 0 && !this.#types.has(this.#typeName(c.type[slot]!))) return false;
    return this.#needle === '' || this.#haystack(position).includes(this.#needle);
  }
}
