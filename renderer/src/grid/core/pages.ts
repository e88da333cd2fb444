// SPDX-License-Identifier: MIT
// The rows near the screen. They come in pages from the main process; a page of an older order is shown until the new
// one is there, so that nothing blinks. One request is under way at a time: while a person flings the list only what
// is in sight when the answer comes is asked for next.
import type { AppError, Outcome, RouteRow } from '../../../../app/contract/index.ts';

export interface RowsAnswer {
  version: number;
  start: number;
  rows: RouteRow[];
}
export type FetchRows = (start: number, count: number) => Promise<Outcome<RowsAnswer>>;

interface Page {
  rows: RouteRow[];
  /** What it was fetched for: the order and the contents at that time. */
  stamp: number;
}

export const PAGE = 64;
/** Most pages in one request: the contract allows 500 rows. */
const MOST_AT_ONCE = 7;
const KEPT = 24;
const RETRY_MS = 300;

export interface RowPagesOptions {
  fetch: FetchRows;
  /** Called when rows have come, synchronously after they are stored. */
  onRows: () => void;
  onError?: (error: AppError) => void;
}

export class RowPages {
  readonly #options: RowPagesOptions;
  #pages = new Map<number, Page>();
  #total = 0;
  #stamp = 0;
  #version = -1;
  #change = -1;
  #wanted = { first: 0, last: 0 };
  #isFetching = false;
  #isEnded = false;
  /** Raised by `clear`: what was asked before belongs to another table. */
  #epoch = 0;

  constructor(options: RowPagesOptions) {
    this.#options = options;
  }

  get total(): number {
    return this.#total;
  }

  row(index: number): RouteRow | undefined {
    return index < this.#total ? this.#pages.get(Math.floor(index / PAGE))?.rows[index % PAGE] : undefined;
  }

  /** Where a row is in sight of the cache; -1 when it is not. */
  indexOf(rowId: number): number {
    for (const [number, page] of this.#pages) {
      const at = page.rows.findIndex((row) => row.id === rowId);
      if (at >= 0 && number * PAGE + at < this.#total) return number * PAGE + at;
    }
    return -1;
  }

  /** Takes what the main process tells of the view: its order (`version`), and whether contents changed (`change`). */
  take(state: { version: number; change: number; matched: number }): void {
    if (state.version === this.#version && state.change === this.#change && state.matched === this.#total)
      return;
    this.#version = state.version;
    this.#change = state.change;
    this.#total = state.matched;
    this.#stamp++;
    this.#fetch();
  }

  /** Forgets everything: another target. */
  clear(): void {
    this.#pages.clear();
    this.#total = 0;
    this.#version = -1;
    this.#change = -1;
    this.#stamp++;
    this.#epoch++;
  }

  end(): void {
    this.#isEnded = true;
  }

  /** Says which rows are in sight: `first` to `last`, exclusive. */
  want(first: number, last: number): void {
    this.#wanted = { first, last };
    this.#fetch();
  }

  /** True when every wanted row is there and of the present order. */
  get isFilled(): boolean {
    const { first, last } = this.#wanted;
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.min(last, this.#total); page++) {
      if (this.#pages.get(page)?.stamp !== this.#stamp) return false;
    }
    return true;
  }

  /** The next pages to ask for: those in sight, then one more on either side. */
  #missing(): { from: number; pages: number } | null {
    if (this.#total === 0) return null;
    const final = Math.floor((this.#total - 1) / PAGE);
    const low = Math.min(final, Math.floor(this.#wanted.first / PAGE));
    const high = Math.min(final, Math.max(low, Math.floor((this.#wanted.last - 1) / PAGE)));
    const isMissing = (page: number): boolean => this.#pages.get(page)?.stamp !== this.#stamp;
    for (let page = low; page <= high; page++) {
      if (!isMissing(page)) continue;
      let pages = 1;
      while (page + pages <= high && pages < MOST_AT_ONCE && isMissing(page + pages)) pages++;
      return { from: page, pages };
    }
    if (high < final && isMissing(high + 1)) return { from: high + 1, pages: 1 };
    if (low > 0 && isMissing(low - 1)) return { from: low - 1, pages: 1 };
    return null;
  }

  #fetch(): void {
    if (this.#isFetching || this.#isEnded) return;
    const missing = this.#missing();
    if (missing) void this.#ask(missing.from, missing.pages);
  }

  async #ask(from: number, pages: number): Promise<void> {
    this.#isFetching = true;
    const epoch = this.#epoch;
    const stamp = this.#stamp;
    const outcome = await this.#options.fetch(from * PAGE, pages * PAGE);
    this.#isFetching = false;
    if (this.#isEnded) return;
    if (!outcome.ok) {
      if (epoch === this.#epoch) this.#options.onError?.(outcome.error);
      setTimeout(() => this.#fetch(), RETRY_MS);
      return;
    }
    if (epoch === this.#epoch) {
      const { rows, version } = outcome.value;
      // rows of an order that is not the one told last are shown, and asked for again
      const isOld = version < this.#version;
      for (let i = 0; i < pages; i++) {
        this.#pages.delete(from + i);
        this.#pages.set(from + i, { rows: rows.slice(i * PAGE, (i + 1) * PAGE), stamp: isOld ? -1 : stamp });
      }
      this.#drop();
      this.#options.onRows();
      // asked for after the new order was told, and still of the old one: give it a moment
      if (isOld && stamp === this.#stamp) return void setTimeout(() => this.#fetch(), 16);
    }
    return void this.#fetch();
  }

  /** Keeps the pages fetched last; those in sight are always among them or fetched anew. */
  #drop(): void {
    const { first, last } = this.#wanted;
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= KEPT) return;
      const isInSight = (page + 1) * PAGE > first && page * PAGE < last;
      if (!isInSight) this.#pages.delete(page);
    }
  }
}
