// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canvasHeight,
  capFor,
  clampTop,
  isScaled,
  lastTop,
  rowsInSight,
  scrollOfTop,
  topOfScroll,
  topToCentre,
  topToShow,
} from './scroll.ts';
import type { ScrollLayout } from './scroll.ts';

const million: ScrollLayout = { rows: 1_000_000, rowHeight: 28, viewport: 600, cap: capFor(1) };
const small: ScrollLayout = { rows: 40, rowHeight: 28, viewport: 600, cap: capFor(1) };

const layouts = fc.record({
  rows: fc.integer({ min: 0, max: 3_000_000 }),
  rowHeight: fc.constantFrom(22, 28),
  viewport: fc.integer({ min: 50, max: 3000 }),
  cap: fc.constantFrom(capFor(1), capFor(1.25), capFor(2), capFor(3)),
});

describe('the scrolled element', () => {
  it('stays below what Chromium can draw at every device scale', () => {
    for (const scale of [0.5, 1, 1.25, 1.5, 2, 3, 4])
      expect(canvasHeight({ ...million, cap: capFor(scale) }) * Math.max(1, scale)).toBeLessThan(33_554_428);
  });

  it('is one to one while all rows fit', () => {
    expect(isScaled(small)).toBe(false);
    expect(scrollOfTop(small, 123)).toBe(123);
    expect(topOfScroll(small, 123)).toBe(123);
  });

  it('reaches the first and the last row by the scroll bar', () => {
    expect(isScaled(million)).toBe(true);
    expect(topOfScroll(million, 0)).toBe(0);
    const bottom = canvasHeight(million) - million.viewport;
    expect(rowsInSight(million, topOfScroll(million, bottom)).last).toBe(1_000_000);
  });

  it('stands where it was put, within a thousandth of a pixel', () => {
    fc.assert(
      fc.property(layouts, fc.double({ min: 0, max: 1, noNaN: true }), (layout, part) => {
        const top = lastTop(layout) * part;
        expect(Math.abs(topOfScroll(layout, scrollOfTop(layout, top)) - top)).toBeLessThan(0.001);
      }),
    );
  });
});

describe('rows in sight', () => {
  it('are all of the viewport and no more than overscan beyond', () => {
    fc.assert(
      fc.property(layouts, fc.double({ min: 0, max: 1, noNaN: true }), (layout, part) => {
        const top = clampTop(layout, lastTop(layout) * part);
        const { first, last } = rowsInSight(layout, top);
        expect(first * layout.rowHeight).toBeLessThanOrEqual(Math.max(top, 0));
        if (layout.rows * layout.rowHeight >= layout.viewport)
          expect(last * layout.rowHeight).toBeGreaterThanOrEqual(top + layout.viewport - 1e-6);
        expect(last - first).toBeLessThanOrEqual(Math.ceil(layout.viewport / layout.rowHeight) + 1);
      }),
    );
  });

  it('every row can be shown whole, from anywhere', () => {
    fc.assert(
      fc.property(
        layouts,
        fc.nat(2_999_999),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (layout, n, part) => {
          fc.pre(layout.rows > 0);
          const index = n % layout.rows;
          for (const top of [topToShow(layout, lastTop(layout) * part, index), topToCentre(layout, index)]) {
            expect(index * layout.rowHeight).toBeGreaterThanOrEqual(top - 1e-6);
            expect((index + 1) * layout.rowHeight).toBeLessThanOrEqual(top + layout.viewport + 1e-6);
          }
        },
      ),
    );
  });

  it('stay where they are when the row is in sight already', () => {
    expect(topToShow(million, 2800, 105)).toBe(2800);
  });
});
