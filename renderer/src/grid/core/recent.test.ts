// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { FLASH_MS, RecentChanges } from './recent.ts';

it('flashes a row once for each change, for less than a second', () => {
  const recent = new RecentChanges();
  recent.start(10);
  expect(recent.left(1, 10, 0)).toBe(0);
  recent.tell(11, 100);
  expect(recent.left(1, 11, 100)).toBe(FLASH_MS);
  expect(recent.left(1, 11, 400)).toBe(FLASH_MS - 300);
  expect(recent.left(1, 11, 100 + FLASH_MS)).toBe(0);
  expect(recent.left(1, 11, 5000)).toBe(0);
  expect(FLASH_MS).toBeLessThan(1000);
  recent.tell(12, 6000);
  expect(recent.left(1, 12, 6000)).toBe(FLASH_MS);
});

it('does not flash what changed long ago and is scrolled into sight, nor the first dump', () => {
  const recent = new RecentChanges();
  recent.start(0);
  recent.tell(5, 0);
  expect(recent.left(7, 0, 10)).toBe(0);
  expect(recent.left(7, 3, 5000)).toBe(0);
  recent.tell(6, 5000);
  expect(recent.left(7, 3, 5001)).toBe(0);
  expect(recent.left(8, 6, 5001)).toBe(FLASH_MS);
});
