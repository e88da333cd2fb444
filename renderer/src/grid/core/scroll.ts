// SPDX-License-Identifier: MIT
// Scrolling over more rows than an element can be tall. Positions are in virtual pixels (row × height); the element
// that gives the scroll bar its length is never taller than a cap, so the bar is scaled. Wheel and keys move in
// virtual pixels, one to one; only a position read from the scroll bar is scaled.

/** Chromium's tallest element, in physical pixels, less a margin. */
const TALLEST_PHYSICAL = 33_000_000;
const TALLEST_CSS = 15_000_000;

export const capFor = (devicePixelRatio: number): number =>
  Math.floor(Math.min(TALLEST_CSS, TALLEST_PHYSICAL / Math.max(1, devicePixelRatio)));

export interface Extent {
  rows: number;
  /** CSS pixels, whole. */
  rowHeight: number;
  /** Height in CSS pixels of the part that shows rows. */
  view: number;
  cap: number;
}

export class ScrollMap {
  readonly rows: number;
  readonly rowHeight: number;
  readonly view: number;
  /** Height of all rows. */
  readonly virtual: number;
  /** Height of the element behind the scroll bar. */
  readonly physical: number;
  /** Farthest positions. */
  readonly maxVirtual: number;
  readonly maxPhysical: number;

  constructor({ rows, rowHeight, view, cap }: Extent) {
    this.rows = rows;
    this.rowHeight = rowHeight;
    this.view = Math.max(0, Math.floor(view));
    this.virtual = rows * rowHeight;
    this.physical = Math.min(this.virtual, cap);
    this.maxVirtual = Math.max(0, this.virtual - this.view);
    this.maxPhysical = Math.max(0, this.physical - this.view);
  }

  get isScaled(): boolean {
    return this.virtual > this.physical;
  }

  /** The nearest position that can be shown, in whole pixels. */
  clamp(y: number): number {
    return Math.round(Math.min(this.maxVirtual, Math.max(0, y)));
  }

  /** From a position of the scroll bar. */
  toVirtual(scrollTop: number): number {
    if (!this.isScaled) return this.clamp(scrollTop);
    if (this.maxPhysical === 0) return 0;
    // both ends are reached exactly, whatever the browser rounds
    if (scrollTop >= this.maxPhysical - 1) return this.maxVirtual;
    return this.clamp((scrollTop / this.maxPhysical) * this.maxVirtual);
  }

  toPhysical(y: number): number {
    if (!this.isScaled) return y;
    return this.maxVirtual === 0 ? 0 : (y / this.maxVirtual) * this.maxPhysical;
  }

  /** Rows in sight at `y`: `first` to `last`, exclusive. */
  range(y: number): { first: number; last: number } {
    if (this.rows === 0 || this.view === 0) return { first: 0, last: 0 };
    const first = Math.min(this.rows - 1, Math.floor(y / this.rowHeight));
    return { first, last: Math.min(this.rows, Math.ceil((y + this.view) / this.rowHeight)) };
  }

  /** Rows that a page key moves by: one is kept in sight. */
  get page(): number {
    return Math.max(1, Math.floor(this.view / this.rowHeight) - 1);
  }

  /** The position nearest to `y` at which a row is wholly in sight. */
  reveal(index: number, y: number): number {
    const top = index * this.rowHeight;
    if (top < y) return this.clamp(top);
    if (top + this.rowHeight > y + this.view) return this.clamp(top + this.rowHeight - this.view);
    return this.clamp(y);
  }

  /** The position with a row in the middle: where a search leads. */
  centre(index: number): number {
    return this.clamp(index * this.rowHeight - (this.view - this.rowHeight) / 2);
  }
}
