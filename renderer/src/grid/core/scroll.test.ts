// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capFor, ScrollMap } from './scroll.ts';

const map = (rows: number, cap = 15_000_000, view = 400): ScrollMap =>
  new ScrollMap({ rows, rowHeight: 28, view, cap });

describe('ScrollMap', () => {
  it('keeps the element below Chromium’s tallest at every device scale', () => {
    for (const scale of [0.5, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5]) {
      expect(capFor(scale) * scale).toBeLessThan(33_554_428);
      expect(capFor(scale)).toBeGreaterThan(6_000_000);
    }
  });

  it('does not scale where the rows fit', () => {
    const small = map(1000);
    expect(small.isScaled).toBe(false);
    expect(small.physical).toBe(28_000);
    for (const y of [0, 1, 13_999, 27_600]) expect(small.toPhysical(small.toVirtual(y))).toBe(y);
  });

  it('reaches both ends of a million rows from the scroll bar, also where the browser rounds', () => {
    const million = map(1_000_000);
    expect(million.isScaled).toBe(true);
    expect(million.toVirtual(0)).toBe(0);
    expect(million.toVirtual(million.maxPhysical)).toBe(million.maxVirtual);
    expect(million.toVirtual(million.maxPhysical - 0.6)).toBe(million.maxVirtual);
    expect(million.range(million.maxVirtual)).toEqual({ first: 999_985, last: 1_000_000 });
  });

  it('brings every row wholly into sight, and moves no farther than needed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_048_576 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, where, row) => {
          const scroll = map(rows);
          const from = scroll.clamp(where * scroll.maxVirtual);
          const index = Math.floor(row * (rows - 1));
          const y = scroll.reveal(index, from);
          const { first, last } = scroll.range(y);
          expect(index).toBeGreaterThanOrEqual(first);
          expect(index).toBeLessThan(last);
          const isWhole = index * 28 >= y && (index + 1) * 28 <= y + 400;
          expect(isWhole || scroll.maxVirtual === 0).toBe(true);
          const wasWhole = index * 28 >= from && (index + 1) * 28 <= from + 400;
          if (wasWhole) expect(y).toBe(from);
        },
      ),
    );
  });

  it('moves wheels one to one: a position comes back from the bar within its own rounding', () => {
    const million = map(1_000_000);
    const y = million.clamp(12_345_678);
    const back = million.toVirtual(million.toPhysical(y));
    expect(Math.abs(back - y)).toBeLessThanOrEqual(1);
    expect(million.clamp(y + 84) - y).toBe(84);
  });

  it('has nothing to show without rows or without room', () => {
    expect(map(0).range(0)).toEqual({ first: 0, last: 0 });
    expect(map(10, 1000, 0).range(0)).toEqual({ first: 0, last: 0 });
    expect(map(3).maxVirtual).toBe(0);
  });
});
