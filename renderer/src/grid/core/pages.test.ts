// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Outcome, RouteRow } from '../../../../app/contract/index.ts';
import { fail, ok } from '../../../../app/contract/index.ts';
import { PAGE, RowPages } from './pages.ts';
import type { RowsAnswer } from './pages.ts';

const row = (id: number): RouteRow => ({ id }) as RouteRow;

/** A main process whose answers are given by hand, one after the other. */
class Far {
  asked: { start: number; count: number; answer: (outcome: Outcome<RowsAnswer>) => void }[] = [];
  told = 0;
  errors: string[] = [];
  pages = new RowPages({
    fetch: (start, count) =>
      new Promise((resolve) => {
        this.asked.push({ start, count, answer: resolve });
      }),
    onRows: () => this.told++,
    onError: (error) => this.errors.push(error.what),
  });

  async answer(version: number, idOf = (index: number) => index, total = 1000): Promise<void> {
    const { start, count, answer } = this.asked.shift()!;
    const length = Math.max(0, Math.min(count, total - start));
    answer(ok({ version, start, rows: Array.from({ length }, (_, i) => row(idOf(start + i))) }));
    await Promise.resolve();
    await Promise.resolve();
  }
}

const state = (version: number, matched = 1000, change = 0) => ({ version, matched, change });

describe('RowPages', () => {
  it('asks for what is in sight first, then for the neighbours', async () => {
    const far = new Far();
    far.pages.take(state(1));
    far.pages.want(300, 330);
    await far.answer(1);
    expect(far.asked[0]).toMatchObject({ start: 256, count: 2 * PAGE });
    await far.answer(1);
    expect(far.pages.row(300)?.id).toBe(300);
    expect(far.pages.isFilled).toBe(true);
    expect(far.asked[0]).toMatchObject({ start: 384, count: PAGE });
    await far.answer(1);
    expect(far.asked[0]).toMatchObject({ start: 192, count: PAGE });
    await far.answer(1);
    expect(far.asked).toEqual([]);
  });

  it('has one request under way, and skips what was flung past', async () => {
    const far = new Far();
    far.pages.take(state(1, 100_000));
    for (let first = 0; first < 90_000; first += 1000) far.pages.want(first, first + 20);
    expect(far.asked.length).toBe(1);
    await far.answer(1, undefined, 100_000);
    expect(far.asked.map(({ start }) => start)).toEqual([Math.floor(89_000 / PAGE) * PAGE]);
  });

  it('shows the rows of before until those of the new order are there', async () => {
    const far = new Far();
    far.pages.take(state(1));
    far.pages.want(0, 20);
    await far.answer(1);
    far.pages.take(state(2));
    expect(far.pages.row(3)?.id).toBe(3);
    expect(far.pages.isFilled).toBe(false);
    await far.answer(1); // the neighbour that was asked for before
    await far.answer(2, (index) => 900 - index);
    expect(far.pages.row(3)?.id).toBe(897);
    expect(far.pages.isFilled).toBe(true);
    expect(far.pages.indexOf(890)).toBe(10);
  });

  it('asks again for rows that were of an older order than the one told', async () => {
    const far = new Far();
    far.pages.take(state(5));
    far.pages.want(0, 20);
    await far.answer(4);
    expect(far.pages.row(0)?.id).toBe(0);
    expect(far.pages.isFilled).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(far.asked[0]).toMatchObject({ start: 0 });
  });

  it('asks again when contents changed, though no row has moved', async () => {
    const far = new Far();
    far.pages.take(state(1, 40));
    far.pages.want(0, 20);
    await far.answer(1, undefined, 40);
    expect(far.asked).toEqual([]);
    far.pages.take(state(1, 40, 1));
    expect(far.asked.length).toBe(1);
  });

  it('shows no row behind the end, whatever it holds', async () => {
    const far = new Far();
    far.pages.take(state(1, 40));
    far.pages.want(0, 40);
    await far.answer(1, undefined, 40);
    far.pages.take(state(2, 10));
    expect(far.pages.row(9)?.id).toBe(9);
    expect(far.pages.row(10)).toBeUndefined();
    expect(far.pages.indexOf(12)).toBe(-1);
  });

  it('throws away what another target answered', async () => {
    const far = new Far();
    far.pages.take(state(1, 40));
    far.pages.want(0, 20);
    far.pages.clear();
    far.pages.take(state(1, 40));
    await far.answer(1, (index) => index + 5000, 40);
    expect(far.pages.row(0)).toBeUndefined();
    await far.answer(1, undefined, 40);
    expect(far.pages.row(0)?.id).toBe(0);
  });

  it('holds rows near the screen only', async () => {
    const far = new Far();
    far.pages.take(state(1, 1_000_000));
    for (let first = 0; first < 200_000; first += 2000) {
      far.pages.want(first, first + 20);
      while (far.asked.length > 0) await far.answer(1, undefined, 1_000_000);
    }
    let held = 0;
    for (let index = 0; index < 200_000; index += PAGE) if (far.pages.row(index)) held++;
    expect(held).toBeLessThanOrEqual(26);
    expect(far.pages.row(198_010)?.id).toBe(198_010);
  });

  it('tells a failure and tries again', async () => {
    const far = new Far();
    far.pages.take(state(1));
    far.pages.want(0, 20);
    far.asked.shift()!.answer(fail({ kind: 'internal', what: 'No' }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(far.errors).toEqual(['No']);
    expect(far.asked[0]).toMatchObject({ start: 0 });
  });
});
