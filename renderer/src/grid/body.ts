// SPDX-License-Identifier: MIT
// The rows on the screen: a pool of row elements, filled anew as the position moves. No framework: at 2,000 pixels a
// frame every cell changes in every frame. A row keeps its element while it stays in sight; the layer moves.
import type { GridColumn, RouteRow } from '../../../app/contract/index.ts';
import { cellText, cellTitle, moreHops } from './core/cells.ts';
import type { RowPages } from './core/pages.ts';
import type { RecentChanges } from './core/recent.ts';
import { capFor, ScrollMap } from './core/scroll.ts';
import { makeSlot } from './slot.ts';
import type { Slot } from './slot.ts';

export interface BodyElements {
  /** The element with the scroll bars. */
  scroller: HTMLElement;
  /** The visible box of the rows; it clips. */
  host: HTMLElement;
  /** Gives the scroll bar its length. */
  spacer: HTMLElement;
}

/** What is marked, by row id. */
export interface Marks {
  selected: ReadonlySet<number>;
  focusIndex: number | null;
  /** Position among the shown columns. */
  focusColumn: number;
  hit: number | null;
  editing: number | null;
  /** Titles of the refusals. */
  refused: ReadonlyMap<number, string>;
}

const GHOST_MS = 500;
/** Rows are placed relative to a base, so that the numbers stay small enough for exact layout. */
const REBASE = 500_000;

export class GridBody {
  readonly #at: BodyElements;
  readonly #pages: RowPages;
  readonly #recent: RecentChanges;
  readonly #layer: HTMLElement;
  readonly #end: (() => void)[] = [];
  #slots: Slot[] = [];
  #columns: readonly GridColumn[] = [];
  #marks: Marks = {
    selected: new Set(),
    focusIndex: null,
    focusColumn: 0,
    hit: null,
    editing: null,
    refused: new Map(),
  };
  #rowHeight = 28;
  #map = new ScrollMap({ rows: 0, rowHeight: 28, view: 0, cap: 1 });
  #y = 0;
  #base = 0;
  #frame = 0;
  #ownScrollTop = -1;
  #isFirst = true;
  #wasFilled = true;
  #flashTimer: ReturnType<typeof setTimeout> | null = null;
  /** Called after each drawing: the editor over a row follows it. */
  onDraw: (() => void) | null = null;

  constructor(at: BodyElements, pages: RowPages, recent: RecentChanges) {
    this.#at = at;
    this.#pages = pages;
    this.#recent = recent;
    this.#layer = document.createElement('div');
    this.#layer.className = 'grid-layer';
    this.#layer.setAttribute('role', 'presentation');
    at.host.prepend(this.#layer);
    const listen = <K extends keyof HTMLElementEventMap>(
      target: HTMLElement,
      name: K,
      run: (event: HTMLElementEventMap[K]) => void,
      options?: AddEventListenerOptions,
    ): void => {
      target.addEventListener(name, run, options);
      this.#end.push(() => target.removeEventListener(name, run, options));
    };
    listen(at.scroller, 'scroll', () => this.#onScroll(), { passive: true });
    listen(this.#layer, 'pointerover', (event) => this.#onPoint(event));
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(at.host);
    this.#end.push(() => observer.disconnect());
    const onRatio = (): void => this.resize();
    window.addEventListener('resize', onRatio);
    this.#end.push(() => window.removeEventListener('resize', onRatio));
  }

  end(): void {
    for (const end of this.#end) end();
    cancelAnimationFrame(this.#frame);
    if (this.#flashTimer !== null) clearTimeout(this.#flashTimer);
    this.#layer.remove();
  }

  get map(): ScrollMap {
    return this.#map;
  }
  get y(): number {
    return this.#y;
  }

  setColumns(columns: readonly GridColumn[]): void {
    this.#columns = columns;
    for (const slot of this.#slots) slot.el.remove();
    this.#slots = [];
    this.resize();
  }

  setRowHeight(rowHeight: number): void {
    if (rowHeight === this.#rowHeight) return;
    const first = this.#y / this.#rowHeight;
    this.#rowHeight = rowHeight;
    this.resize();
    this.scrollTo(first * rowHeight);
  }

  setMarks(marks: Marks): void {
    this.#marks = marks;
    this.draw();
  }

  /** The number of rows or the size of the box may have changed. */
  resize(): void {
    this.#map = new ScrollMap({
      rows: this.#pages.total,
      rowHeight: this.#rowHeight,
      view: this.#at.host.clientHeight,
      cap: capFor(window.devicePixelRatio),
    });
    const height = `${this.#map.maxPhysical}px`;
    if (this.#at.spacer.style.height !== height) this.#at.spacer.style.height = height;
    this.scrollTo(this.#y);
  }

  scrollTo(y: number): void {
    this.#y = this.#map.clamp(y);
    const top = this.#map.toPhysical(this.#y);
    if (Math.abs(this.#at.scroller.scrollTop - top) >= 0.5) {
      this.#at.scroller.scrollTop = top;
      this.#ownScrollTop = this.#at.scroller.scrollTop;
    }
    this.draw();
  }

  scrollBy(dy: number): void {
    this.scrollTo(this.#y + dy);
  }

  reveal(index: number): void {
    this.scrollTo(this.#map.reveal(index, this.#y));
  }

  centre(index: number): void {
    const { first, last } = this.#map.range(this.#y);
    // a row that is already in sight stays where the person sees it
    if (index > first && index < last - 1) this.draw();
    else this.scrollTo(this.#map.centre(index));
  }

  /** Draws in the next frame. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Top of a row in the visible box, CSS pixels; may lie outside of it. */
  topOf(index: number): number {
    return index * this.#rowHeight - this.#y;
  }

  /** The row and the column under an event's target; column -1 for the mark. */
  under(target: EventTarget | null): { index: number; row: RouteRow | undefined; column: number } | null {
    const element = target instanceof Element ? target.closest('.grid-layer > .grid-row') : null;
    const slot = element && this.#slots.find((candidate) => candidate.el === element);
    if (!slot || slot.index < 0) return null;
    const cell = (target as Element).closest('.grid-cell');
    return { index: slot.index, row: slot.row, column: cell ? slot.cells.indexOf(cell as HTMLElement) : -1 };
  }

  /** Lets rows that were deleted fade where they stood. */
  fade(rowIds: readonly number[]): void {
    const gone = new Set(rowIds);
    for (const { el, row, index } of this.#slots) {
      if (!row || index < 0 || !gone.has(row.id)) continue;
      const ghost = el.cloneNode(true) as HTMLElement;
      ghost.className = 'grid-row is-ghost';
      for (const name of ['role', 'id', 'aria-rowindex', 'aria-selected']) ghost.removeAttribute(name);
      ghost.setAttribute('aria-hidden', 'true');
      for (const part of ghost.querySelectorAll('[id], [role]')) {
        part.removeAttribute('id');
        part.removeAttribute('role');
      }
      this.#layer.append(ghost);
      setTimeout(() => ghost.remove(), GHOST_MS);
    }
  }

  /** Goes to the top: another target, another filter. */
  restart(): void {
    this.#y = 0;
    this.resize();
  }

  #onScroll(): void {
    const top = this.#at.scroller.scrollTop;
    // the position that was set here comes back as an event
    if (Math.abs(top - this.#ownScrollTop) < 1) return;
    this.#ownScrollTop = -1;
    this.#y = this.#map.toVirtual(top);
    this.draw();
  }

  /** Titles are made when they are needed: most cells never are pointed at. */
  #onPoint(event: PointerEvent): void {
    const cell = (event.target as Element).closest<HTMLElement>('.grid-cell');
    const under = cell && this.under(cell);
    const column = under && this.#columns[under.column];
    if (!under?.row || !column) return;
    const title =
      cellTitle(under.row, column) ??
      (cell.scrollWidth > cell.clientWidth ? cellText(under.row, column) : '');
    if (cell.title !== title) cell.title = title;
  }

  #draw(): void {
    this.#frame = 0;
    const { first, last } = this.#map.range(this.#y);
    this.#pages.want(first, last);
    if (this.#y - this.#base > REBASE || this.#y < this.#base) {
      this.#base = Math.max(0, Math.floor((this.#y - REBASE / 2) / this.#rowHeight) * this.#rowHeight);
      for (const slot of this.#slots) slot.index = -1;
    }
    this.#layer.style.transform = `translateY(${this.#base - this.#y}px)`;
    const needed = Math.min(this.#pages.total, Math.ceil(this.#map.view / this.#rowHeight) + 1);
    if (this.#slots.length < needed) {
      // an element belongs to index modulo their number, so all move when there are more
      while (this.#slots.length < needed)
        this.#slots.push(makeSlot(this.#layer, this.#columns, this.#slots.length));
      for (const slot of this.#slots) slot.index = -1;
    }
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    const used = new Set<Slot>();
    for (let index = first; index < last; index++) {
      const slot = this.#slots[index % this.#slots.length]!;
      used.add(slot);
      const row = this.#pages.row(index);
      this.#place(slot, index);
      if (slot.row !== row || row === undefined) this.#fill(slot, row);
      const left = row ? this.#recent.left(row.id, row.change, now) : 0;
      if (left > 0) soonest = Math.min(soonest, left);
      this.#mark(slot, left > 0);
    }
    for (const slot of this.#slots) {
      if (used.has(slot) || slot.classes === 'grid-row is-unused') continue;
      slot.classes = 'grid-row is-unused';
      slot.el.className = slot.classes;
      slot.el.removeAttribute('aria-busy');
      slot.index = -1;
      slot.row = undefined;
    }
    if (soonest !== Number.POSITIVE_INFINITY && this.#flashTimer === null) {
      this.#flashTimer = setTimeout(() => {
        this.#flashTimer = null;
        this.draw();
      }, soonest + 20);
    }
    this.onDraw?.();
    this.#tellPainted(first, last);
  }

  #place(slot: Slot, index: number): void {
    const { el } = slot;
    const top = `${index * this.#rowHeight - this.#base}px`;
    if (slot.index === index && el.style.top === top) return;
    slot.index = index;
    el.style.top = top;
    el.setAttribute('aria-rowindex', String(index + 2));
  }

  #fill(slot: Slot, row: RouteRow | undefined): void {
    if (row === undefined) {
      if (slot.row !== undefined || !slot.el.hasAttribute('aria-busy')) {
        slot.el.setAttribute('aria-busy', 'true');
        for (let at = 0; at < slot.cells.length; at++) this.#write(slot, at, '');
        this.#chip(slot, 0);
      }
      slot.row = undefined;
      return;
    }
    if (slot.el.hasAttribute('aria-busy')) slot.el.removeAttribute('aria-busy');
    slot.row = row;
    for (let at = 0; at < slot.cells.length; at++) this.#write(slot, at, cellText(row, this.#columns[at]!));
    this.#chip(slot, moreHops(row));
  }

  #chip({ chip }: Slot, more: number): void {
    if (!chip) return;
    const text = more > 0 ? `+${more}` : '';
    if (chip.textContent === text) return;
    chip.textContent = text;
    chip.hidden = more === 0;
    chip.setAttribute('aria-label', `${more} more, show all next hops`);
  }

  #write(slot: Slot, at: number, text: string): void {
    if (slot.texts[at] === text) return;
    slot.texts[at] = text;
    const cell = slot.cells[at]!;
    (cell.firstChild as Text).data = text;
    if (cell.title !== '') cell.title = '';
  }

  #mark(slot: Slot, isFlashing: boolean): void {
    const { row, el, index } = slot;
    const { selected, focusIndex, focusColumn, hit, editing, refused } = this.#marks;
    const isSelected = row !== undefined && selected.has(row.id);
    const refusal = row && refused.get(row.id);
    let classes = 'grid-row';
    if (isSelected) classes += ' is-selected';
    if (row) {
      if (row.id === hit) classes += ' is-hit';
      if (row.id === editing) classes += ' is-editing';
      if (refusal !== undefined) classes += ' is-refused';
      if (isFlashing) classes += ' is-flash';
      if (row.isDefault && row.family === 6) classes += ' is-default6';
      if (row.flags.includes('linkdown') || row.flags.includes('dead')) classes += ' is-down';
    }
    if (classes !== slot.classes) {
      slot.classes = classes;
      el.className = classes;
      el.setAttribute('aria-selected', String(isSelected));
      slot.mark.title = refusal ?? (row?.id === hit ? 'Takes the address asked for' : '');
    }
    const cell = index === focusIndex ? Math.min(focusColumn, slot.cells.length - 1) : -1;
    if (cell === slot.focusedCell) return;
    slot.cells[slot.focusedCell]?.classList.remove('is-focus');
    slot.cells[cell]?.classList.add('is-focus');
    slot.focusedCell = cell;
  }

  /** Id of the element of the focused cell, for aria-activedescendant; null while it is out of sight. */
  get activeElementId(): string | null {
    const slot = this.#slots.find(({ index, focusedCell }) => index >= 0 && focusedCell >= 0);
    return slot?.cells[slot.focusedCell]?.id ?? null;
  }

  /** Marks for measuring: the first rows, and rows all there again after they were not. */
  #tellPainted(first: number, last: number): void {
    if (last <= first) return;
    const { isFilled } = this.#pages;
    if (isFilled && !this.#wasFilled) {
      performance.clearMarks('routelens:rows-filled');
      performance.mark('routelens:rows-filled');
    }
    this.#wasFilled = isFilled;
    if (!this.#isFirst || this.#pages.row(first) === undefined) return;
    this.#isFirst = false;
    // painted: the second frame begins when the first was handed on
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('routelens:first-rows')));
  }
}
