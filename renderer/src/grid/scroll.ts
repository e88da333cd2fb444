// SPDX-License-Identifier: MIT
// Scroll maths of a list with rows of one height, for any number of rows. Chromium's tallest element has 33,554,428
// *physical* pixels; a million rows are more than that on many screens. So the scrolled element is never taller than
// `cap`: what the person sees is at `top` in a virtual height, and the scroll bar stands for it in proportion. Wheel and
// keys move `top` one to one; only dragging the scroll bar is scaled.

export interface ScrollLayout {
  rows: number;
  rowHeight: number;
  /** CSS pixels of the viewport below the heading. */
  viewport: number;
  /** CSS pixels that the scrolled element may have. */
  cap: number;
}

/** Tallest scrolled element for a device scale: about half of what Chromium can do, whatever its rounding. */
export const capFor = (devicePixelRatio: number): number =>
  Math.floor(15_000_000 / Math.max(1, devicePixelRatio));

/** Height of all rows, CSS pixels. */
export const virtualHeight = ({ rows, rowHeight }: ScrollLayout): number => rows * rowHeight;

/** Height of the scrolled element. */
export const canvasHeight = (layout: ScrollLayout): number => Math.min(virtualHeight(layout), layout.cap);

/** The largest `top`: the last row at the bottom. */
export const lastTop = (layout: ScrollLayout): number => Math.max(0, virtualHeight(layout) - layout.viewport);

export const clampTop = (layout: ScrollLayout, top: number): number =>
  Math.max(0, Math.min(lastTop(layout), top));

const lastScroll = (layout: ScrollLayout): number => Math.max(0, canvasHeight(layout) - layout.viewport);

/** scrollTop of the element that stands for `top`. */
export function scrollOfTop(layout: ScrollLayout, top: number): number {
  const most = lastTop(layout);
  return most === 0 ? 0 : (top / most) * lastScroll(layout);
}

/** `top` that a dragged scroll bar means. */
export function topOfScroll(layout: ScrollLayout, scroll: number): number {
  const most = lastScroll(layout);
  return most === 0 ? 0 : clampTop(layout, (scroll / most) * lastTop(layout));
}

/** True when the scroll bar is not one to one. */
export const isScaled = (layout: ScrollLayout): boolean => virtualHeight(layout) > layout.cap;

/** Rows in sight at `top`: first and one behind the last, with `overscan` more on both sides. */
export function rowsInSight(
  layout: ScrollLayout,
  top: number,
  overscan = 0,
): { first: number; last: number } {
  const first = Math.floor(top / layout.rowHeight) - overscan;
  const last = Math.ceil((top + layout.viewport) / layout.rowHeight) + overscan;
  return { first: Math.max(0, Math.min(layout.rows, first)), last: Math.max(0, Math.min(layout.rows, last)) };
}

/** The `top` nearest to the present one that shows the whole row. */
export function topToShow(layout: ScrollLayout, top: number, index: number): number {
  const from = index * layout.rowHeight;
  if (from < top) return clampTop(layout, from);
  if (from + layout.rowHeight > top + layout.viewport)
    return clampTop(layout, from + layout.rowHeight - layout.viewport);
  return top;
}

/** The `top` that has the row in the middle. */
export const topToCentre = (layout: ScrollLayout, index: number): number =>
  clampTop(layout, index * layout.rowHeight - (layout.viewport - layout.rowHeight) / 2);
