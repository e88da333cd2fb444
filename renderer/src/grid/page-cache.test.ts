// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RouteRow } from '../../../app/contract/index.ts';
import { PAGE_ROWS, PageCache } from './page-cache.ts';

const row = (id: number) => ({ id }) as RouteRow;

/** A table of `total` rows whose ids are position + `shift`; answers wait until `answer` lets them go. */
function setUp(total: number) {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  let shift = 0;
  let arrived = 0;
  const cache = new PageCache(
    (start, count) =>
      new Promise((resolve) => {
        asked.push(start);
        const seen = shift;
        waiting.push(() =>
          resolve({
            version: 1,
            rows: Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) =>
              row(start + i + seen),
            ),
          }),
        );
      }),
    () => arrived++,
  );
  const answer = async (n = 1) => {
    for (let i = 0; i < n; i++) {
      waiting.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { cache, asked, answer, arrived: () => arrived, move: (by: number) => (shift += by), waiting };
}

describe('PageCache', () => {
  it('asks for the pages in sight only, once', async () => {
    const { cache, asked, answer, arrived } = setUp(1_000_000);
    cache.want(250, 290);
    cache.want(255, 295);
    expect(asked).toEqual([2 * PAGE_ROWS]);
    expect(cache.at(255)).toBeUndefined();
    expect(cache.complete).toBe(false);
    await answer();
    expect(cache.at(255)?.id).toBe(255);
    expect(cache.complete).toBe(true);
    expect(arrived()).toBe(1);
  });

  it('has two requests under way at most, and then asks for what is in sight by then', async () => {
    const { cache, asked, answer } = setUp(1_000_000);
    for (let top = 0; top < 10_000; top += 1000) cache.want(top, top + 30);
    expect(asked).toEqual([0, 1000]);
    await answer();
    expect(asked).toEqual([0, 1000, 9000]);
    await answer(2);
    expect(cache.at(9010)?.id).toBe(9010);
    expect(asked).toHaveLength(3);
  });

  it('goes on showing stale rows until the fresh ones are there', async () => {
    const { cache, asked, answer, move } = setUp(1000);
    cache.want(0, 20);
    await answer();
    move(5000);
    cache.invalidate();
    expect(cache.at(3)?.id).toBe(3);
    expect(cache.complete).toBe(false);
    expect(asked).toEqual([0, 0]);
    await answer();
    expect(cache.at(3)?.id).toBe(5003);
    expect(cache.complete).toBe(true);
  });

  it('asks again when a change came while the answer was on its way', async () => {
    const { cache, asked, answer } = setUp(1000);
    cache.want(0, 20);
    cache.invalidate();
    await answer(2);
    expect(asked).toEqual([0, 0]);
    expect(cache.complete).toBe(true);
  });

  it('does not take answers from before it was cleared', async () => {
    const { cache, answer } = setUp(1000);
    cache.want(0, 20);
    cache.clear();
    await answer();
    expect(cache.at(3)).toBeUndefined();
  });

  it('finds the position of a row it keeps', async () => {
    const { cache, answer } = setUp(1000);
    cache.want(120, 140);
    await answer();
    expect(cache.indexOf(133)).toBe(133);
    expect(cache.indexOf(7)).toBe(-1);
  });

  it('keeps a few pages only', async () => {
    const { cache, answer } = setUp(100_000);
    for (let page = 0; page < 40; page++) {
      cache.want(page * PAGE_ROWS, page * PAGE_ROWS + 30);
      await answer();
    }
    let kept = 0;
    for (let page = 0; page < 40; page++) if (cache.at(page * PAGE_ROWS)) kept++;
    expect(kept).toBeLessThanOrEqual(12);
    expect(cache.at(39 * PAGE_ROWS)).toBeDefined();
  });
});
