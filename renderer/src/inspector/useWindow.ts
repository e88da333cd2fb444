// SPDX-License-Identifier: MIT
// Which rows of a scrolled list with rows of one height are in sight.
import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';

export interface RowWindow {
  /** The rows to draw, `last` exclusive. */
  first: number;
  last: number;
  /** Whole rows that fit. */
  page: number;
}

const OVERSCAN = 6;
/** Before the first measurement, and where nothing is laid out (tests). */
const ASSUMED_HEIGHT = 400;

/** Draws anew only when another row comes in sight, not for each pixel. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [view, setView] = useState({ top: 0, rows: Math.ceil(ASSUMED_HEIGHT / rowHeight) });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = (): void => {
      const height = element.clientHeight || ASSUMED_HEIGHT;
      const top = Math.floor(element.scrollTop / rowHeight);
      const rows = Math.ceil(height / rowHeight);
      setView((old) => (old.top === top && old.rows === rows ? old : { top, rows }));
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [scroller, rowHeight]);
  const first = Math.max(0, Math.min(view.top, count) - OVERSCAN);
  return {
    first,
    last: Math.min(count, view.top + view.rows + OVERSCAN),
    page: Math.max(1, view.rows - 1),
  };
}

/** Scrolls as little as needed to bring a row into sight; `inset` is what a sticky heading covers at the top. */
export function reveal(element: HTMLElement | null, index: number, rowHeight: number, inset = 0): void {
  if (!element || index < 0) return;
  const top = index * rowHeight;
  const height = (element.clientHeight || ASSUMED_HEIGHT) - inset;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + rowHeight > element.scrollTop + height) element.scrollTop = top + rowHeight - height;
}
