// SPDX-License-Identifier: MIT
// The scrolled part of the grid without React: decides which rows are in sight, keeps a few row elements and moves them
// about, and asks the cache for what is missing. See scroll.ts for the maths.
import type { RouteRow } from '../../../app/contract/index.ts';
import type { Column } from './columns.ts';
import { RowView } from './row-view.ts';
import type { RowLooks } from './row-view.ts';
import {
  canvasHeight,
  capFor,
  clampTop,
  isScaled,
  rowsInSight,
  scrollOfTop,
  topOfScroll,
  topToCentre,
  topToShow,
} from './scroll.ts';
import type { ScrollLayout } from './scroll.ts';

const OVERSCAN = 4;
/** After so long without scrolling the person has stopped, ms. */
const STOPPED_MS = 60;

export interface BodySource {
  at(index: number): RouteRow | undefined;
  want(first: number, last: number): void;
  readonly complete: boolean;
  takeFlash(row: RouteRow): boolean;
}

export interface BodyElements {
  /** Scrolls both ways. */
  scroller: HTMLElement;
  /** As tall as all rows (or as the cap); the rows stand in it. */
  canvas: HTMLElement;
}

export class GridBody {
  private readonly elements: BodyElements;
  private readonly source: BodySource;
  private readonly views: RowView[] = [];
  private layout: ScrollLayout = { rows: 0, rowHeight: 28, viewport: 0, cap: capFor(1) };
  private columns: readonly Column[] = [];
  private looksOf: (row: RouteRow | undefined, index: number) => RowLooks;
  private top = 0;
  /** scrollTop as we set it ourselves; an event with another one is the person's. */
  private own = 0;
  private frame = 0;
  private stopTimer = 0;
  private painted = false;
  /** Elements that stand at a row's place: the editor, ghosts. */
  private readonly guests = new Map<HTMLElement, number>();
  private readonly abort = new AbortController();
  private readonly observer: ResizeObserver;

  constructor(
    elements: BodyElements,
    source: BodySource,
    looksOf: (row: RouteRow | undefined, index: number) => RowLooks,
  ) {
    this.elements = elements;
    this.source = source;
    this.looksOf = looksOf;
    const { scroller } = elements;
    const { signal } = this.abort;
    scroller.addEventListener('scroll', this.onScroll, { passive: true, signal });
    scroller.addEventListener('wheel', this.onWheel, { passive: false, signal });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(scroller);
    this.measure();
  }

  dispose(): void {
    this.abort.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.stopTimer);
    this.elements.canvas.replaceChildren();
  }

  get pageRows(): number {
    return Math.max(1, Math.floor(this.layout.viewport / this.layout.rowHeight) - 1);
  }

  setRows(rows: number): void {
    if (rows === this.layout.rows) return;
    this.layout = { ...this.layout, rows };
    this.relayout();
  }

  setRowHeight(rowHeight: number): void {
    if (rowHeight === this.layout.rowHeight) return;
    const index = this.top / this.layout.rowHeight;
    this.layout = { ...this.layout, rowHeight };
    this.top = index * rowHeight;
    this.relayout();
  }

  setColumns(columns: readonly Column[]): void {
    this.columns = columns;
    for (const view of this.views) view.setColumns(columns);
    this.draw();
  }

  /** Puts an element at a row's place and keeps it there, however far away that is. */
  setGuest(element: HTMLElement, index: number | null): void {
    if (index === null) this.guests.delete(element);
    else this.guests.set(element, index);
    this.placeGuests();
  }

  show(index: number): void {
    this.scrollTo(topToShow(this.layout, this.top, index));
  }

  centre(index: number): void {
    const { first, last } = rowsInSight(this.layout, this.top);
    if (index <= first || index >= last - 1) this.scrollTo(topToCentre(this.layout, index));
  }

  toTop(): void {
    this.scrollTo(0);
  }

  /** Draws in the next frame. */
  draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  private scrollTo(top: number): void {
    this.top = clampTop(this.layout, top);
    const { scroller } = this.elements;
    scroller.scrollTop = scrollOfTop(this.layout, this.top);
    // the browser rounds to what it can
    this.own = scroller.scrollTop;
    this.draw();
  }

  private onScroll = (): void => {
    const { scrollTop } = this.elements.scroller;
    if (Math.abs(scrollTop - this.own) > 0.5) {
      this.top = topOfScroll(this.layout, scrollTop);
      this.own = scrollTop;
    }
    this.scrolled();
    this.drawNow();
  };

  private onWheel = (event: WheelEvent): void => {
    if (!isScaled(this.layout) || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = [1, this.layout.rowHeight, this.layout.viewport][event.deltaMode] ?? 1;
    if (event.deltaX !== 0) this.elements.scroller.scrollLeft += event.deltaX * unit;
    this.scrollTo(this.top + event.deltaY * unit);
    this.scrolled();
  };

  private scrolled(): void {
    clearTimeout(this.stopTimer);
    this.stopTimer = window.setTimeout(() => this.markFilled(), STOPPED_MS);
  }

  private measure(): void {
    const { scroller, canvas } = this.elements;
    const viewport = Math.max(0, scroller.clientHeight - canvas.offsetTop);
    const cap = capFor(window.devicePixelRatio);
    if (viewport === this.layout.viewport && cap === this.layout.cap) return;
    this.layout = { ...this.layout, viewport, cap };
    this.relayout();
  }

  private relayout(): void {
    this.elements.canvas.style.height = `${canvasHeight(this.layout)}px`;
    this.scrollTo(this.top);
  }

  private yOf(index: number): number {
    return index * this.layout.rowHeight - this.top + this.own;
  }

  private placeGuests(): void {
    for (const [element, index] of this.guests) element.style.transform = `translateY(${this.yOf(index)}px)`;
  }

  private drawNow(): void {
    const { first, last } = rowsInSight(this.layout, this.top, OVERSCAN);
    const needed = Math.ceil(this.layout.viewport / this.layout.rowHeight) + 1 + 2 * OVERSCAN;
    while (this.views.length < needed) {
      const view = new RowView();
      view.setColumns(this.columns);
      this.views.push(view);
      this.elements.canvas.append(view.element);
    }
    const { length } = this.views;
    const used = new Set<number>();
    for (let index = first; index < last; index++) {
      const slot = index % length;
      used.add(slot);
      const row = this.source.at(index);
      const view = this.views[slot]!;
      view.show(index, row ?? null, this.looksOf(row, index), this.yOf(index));
      if (row && this.source.takeFlash(row)) view.flash();
    }
    for (const [slot, view] of this.views.entries()) if (!used.has(slot)) view.hide();
    this.placeGuests();
    this.source.want(first, last);
    if (!this.painted && last > first && this.source.at(first)) this.markPainted();
    if (this.waitingFilled) this.markFilled();
  }

  private waitingFilled = false;

  /** For measurements: the first real rows are on the screen. */
  private markPainted(): void {
    this.painted = true;
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('routelens:first-rows')));
  }

  /** For measurements: after scrolling has stopped, every row in sight has its content. */
  private markFilled(): void {
    this.waitingFilled = !this.source.complete;
    if (!this.waitingFilled) performance.mark('routelens:rows-filled');
  }
}
