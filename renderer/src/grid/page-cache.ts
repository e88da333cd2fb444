// SPDX-License-Identifier: MIT
// The rows near the screen, in pages, and which pages are worth asking for. Everything else stays in the table thread.
import type { RouteRow } from '../../../app/contract/index.ts';

export const PAGE_ROWS = 100;
/** Requests under way at once: more would only make the newest wish wait behind older ones. */
const AT_ONCE = 2;
/** Pages kept beyond those in sight. */
const KEPT_PAGES = 12;

interface Page {
  rows: RouteRow[];
  /** `freshness` of the cache when it was asked for. */
  asked: number;
}

export type FetchRows = (
  start: number,
  count: number,
) => Promise<{ version: number; rows: RouteRow[] } | null>;

export class PageCache {
  private readonly pages = new Map<number, Page>();
  private readonly underWay = new Map<number, number>();
  private first = 0;
  private last = 0;
  /** Raised by every change: pages that were asked for before it are shown, but asked for again. */
  private freshness = 1;
  private readonly fetch: FetchRows;
  private readonly onArrived: () => void;

  constructor(fetch: FetchRows, onArrived: () => void) {
    this.fetch = fetch;
    this.onArrived = onArrived;
  }

  at(index: number): RouteRow | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS];
  }

  /** Position of a row that is kept; -1: it is not. */
  indexOf(id: number): number {
    for (const [page, { rows }] of this.pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE_ROWS + at;
    }
    return -1;
  }

  /** What the screen shows, `last` exclusive; asks for what is missing or stale. */
  want(first: number, last: number): void {
    this.first = first;
    this.last = last;
    this.pump();
  }

  /** All that is kept is stale. */
  invalidate(): void {
    this.freshness++;
    this.pump();
  }

  /** Forgets everything, also answers that are still to come. */
  clear(): void {
    this.freshness++;
    this.pages.clear();
    this.underWay.clear();
    this.first = 0;
    this.last = 0;
  }

  /** True when every row in sight is there and fresh. */
  get complete(): boolean {
    return this.pagesInSight().every((page) => this.pages.get(page)?.asked === this.freshness);
  }

  private pagesInSight(): number[] {
    const pages: number[] = [];
    if (this.last <= this.first) return pages;
    for (let page = Math.floor(this.first / PAGE_ROWS); page * PAGE_ROWS < this.last; page++)
      pages.push(page);
    return pages;
  }

  private pump(): void {
    const wanted = this.pagesInSight()
      .filter(
        (page) =>
          this.pages.get(page)?.asked !== this.freshness && this.underWay.get(page) !== this.freshness,
      )
      // what is missing before what is only stale
      .sort((a, b) => Number(this.pages.has(a)) - Number(this.pages.has(b)));
    for (const page of wanted) {
      if (this.underWay.size >= AT_ONCE) return;
      void this.load(page);
    }
  }

  private async load(page: number): Promise<void> {
    const asked = this.freshness;
    this.underWay.set(page, asked);
    const answer = await this.fetch(page * PAGE_ROWS, PAGE_ROWS);
    if (this.underWay.get(page) === asked) this.underWay.delete(page);
    const known = this.pages.get(page);
    // after `clear` nothing that was asked for before counts
    if (answer && (this.underWay.has(page) || asked === this.freshness || known)) {
      if (!known || known.asked < asked) this.pages.set(page, { rows: answer.rows, asked });
      this.trim();
      this.onArrived();
    }
    if (answer) this.pump();
  }

  private trim(): void {
    if (this.pages.size <= KEPT_PAGES) return;
    const middle = (this.first + this.last) / 2 / PAGE_ROWS;
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.pages.size - KEPT_PAGES)) this.pages.delete(page);
  }
}
