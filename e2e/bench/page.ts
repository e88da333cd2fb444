// SPDX-License-Identifier: MIT
// What the window's benches do inside the page.
import type { Browser, Page } from 'playwright';
import { until } from '../support/program.ts';

/** Milliseconds since the epoch when the page first painted rows of the table. */
export async function firstRowsAt(browser: Browser): Promise<number> {
  let at: number | null = null;
  await until(async () => {
    const page = browser.contexts().flatMap((context) => context.pages())[0];
    if (!page) return false;
    at = await page
      .evaluate(() => {
        const mark = performance.getEntriesByName('routelens:first-rows')[0];
        return mark ? performance.timeOrigin + mark.startTime : null;
      })
      .catch(() => null);
    return at !== null;
  }, 20_000);
  if (at === null) throw new Error('no rows were painted');
  return at;
}

export interface Frames {
  /** Milliseconds between frames, 95th percentile. */
  p95: number;
  worst: number;
  perSecond: number;
  /** Rows that went by. */
  rows: number;
  /** Frames in which a row on screen had no content yet, of all. */
  unfilled: number;
  /** From the last movement until every row on screen had its content; null when it was not asked for. */
  filledMs: number | null;
}

/** Milliseconds between animation frames for `ms`, while nothing is done. */
export function watchFrames(page: Page, ms: number): Promise<Frames> {
  return page.evaluate(frames, { ms, pixels: 0 });
}

/** Wheels over the grid, `pixels` in every frame for `ms`, and measures the frames. */
export function wheel(page: Page, pixels: number, ms: number): Promise<Frames> {
  return page.evaluate(frames, { ms, pixels });
}

// Runs in the page: must not use anything from outside.
async function frames({ ms, pixels }: { ms: number; pixels: number }): Promise<Frames> {
  const grid = document.querySelector<HTMLElement>('[role=grid][aria-label=Routes]')!;
  const rows = grid.querySelector<HTMLElement>('.grid-rows')!;
  const deltas: number[] = [];
  const isBusy = (): boolean => grid.querySelector('.grid-row[aria-busy=true]:not(.is-unused)') !== null;
  const first = (): number =>
    Math.min(
      ...[...grid.querySelectorAll('.grid-row:not(.is-unused):not(.is-ghost)')].map((row) =>
        Number(row.getAttribute('aria-rowindex')),
      ),
    );
  const from = first();
  let unfilled = 0;
  const next = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  let last = await next();
  const start = last;
  while (last - start < ms) {
    if (pixels !== 0) {
      rows.dispatchEvent(
        new WheelEvent('wheel', { deltaY: pixels, deltaMode: 0, bubbles: true, cancelable: true }),
      );
    }
    const now = await next();
    deltas.push(now - last);
    last = now;
    if (pixels !== 0 && isBusy()) unfilled++;
  }
  const stopped = performance.now();
  let filledMs: number | null = null;
  if (pixels !== 0) {
    // what the last wheel asked for is drawn in the next frame
    await next();
    while (isBusy()) {
      await next();
      if (performance.now() - stopped > 5000) break;
    }
    filledMs = performance.now() - stopped;
  }
  deltas.sort((a, b) => a - b);
  return {
    p95: deltas[Math.floor(deltas.length * 0.95)] ?? Number.NaN,
    worst: deltas[deltas.length - 1] ?? Number.NaN,
    perSecond: (1000 * deltas.length) / (last - start),
    filledMs,
    rows: first() - from,
    unfilled,
  };
}

/**
 * Opens the target anew and answers the milliseconds from the moment when the page is told that the table is complete
 * to the frame behind the one in which its first rows are drawn.
 */
export function firstRowsAfterData(page: Page, least: number): Promise<number> {
  return page.evaluate(async (least) => {
    interface Change {
      state: { total: number; loading: unknown };
    }
    const { routelens } = globalThis as unknown as {
      routelens: {
        on(event: string, listener: (change: Change) => void): () => void;
        'targets.open'(args: { id: string }): Promise<{ ok: boolean }>;
      };
    };
    let complete: number | null = null;
    const end = routelens.on('grid.changed', ({ state }) => {
      if (state.loading === null && state.total >= least) complete ??= performance.now();
    });
    const isPainted = (): boolean =>
      document.querySelector('.grid-row:not(.is-unused):not([aria-busy]) .c-destination:not(:empty)') !==
      null;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    void routelens['targets.open']({ id: 'system' });
    // the rows of before are gone first
    for (let i = 0; i < 600 && isPainted(); i++) await frame();
    for (let i = 0; i < 6000; i++) {
      await frame();
      if (complete !== null && isPainted()) break;
    }
    await frame();
    end();
    return complete === null ? Number.NaN : performance.now() - complete;
  }, least);
}

/**
 * Looks for rows that cannot be reached: the last one at the end, every row around places all over the scroll bar, and
 * one row after the other by wheel. Answers what is wrong, in words.
 */
export function reach(page: Page, total: number): Promise<string[]> {
  return page.evaluate(async (total) => {
    const grid = document.querySelector<HTMLElement>('[role=grid][aria-label=Routes]')!;
    const scroller = grid.querySelector<HTMLElement>('.grid-scroll')!;
    const host = grid.querySelector<HTMLElement>('.grid-rows')!;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) await frame();
      for (let i = 0; i < 300 && grid.querySelector('.grid-row[aria-busy=true]:not(.is-unused)'); i++)
        await frame();
    };
    /** Numbers (from 1) of the rows that can be seen whole. */
    const inSight = (): number[] => {
      const box = host.getBoundingClientRect();
      return [...grid.querySelectorAll<HTMLElement>('.grid-row:not(.is-unused):not(.is-ghost)')]
        .filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return (
            top >= box.top - 1 && bottom <= box.bottom + 1 && row.querySelector('.c-destination')?.textContent
          );
        })
        .map((row) => Number(row.getAttribute('aria-rowindex')) - 1)
        .sort((a, b) => a - b);
    };
    const wheel = (deltaY: number): void => {
      host.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }));
    };
    const faults: string[] = [];
    scroller.scrollTop = scroller.scrollHeight;
    await settle();
    if (inSight().at(-1) !== total) faults.push(`the end shows row ${inSight().at(-1)} of ${total}`);
    scroller.scrollTop = 0;
    await settle();
    if (inSight()[0] !== 1) faults.push(`the top shows row ${inSight()[0]}`);
    const most = scroller.scrollHeight - scroller.clientHeight;
    for (let place = 0; place <= 40 && faults.length === 0; place++) {
      scroller.scrollTop = Math.round((most * place) / 40);
      await settle();
      let seen = inSight();
      const expected = 1 + ((total - seen.length) * place) / 40;
      if (seen.length === 0) faults.push(`nothing at ${place}/40 of the scroll bar`);
      else if (Math.abs(seen[0]! - expected) > total / 1000 + 2)
        faults.push(`row ${seen[0]} at ${place}/40 of the scroll bar`);
      // row by row from here: none may be jumped over
      for (let step = 0; step < 3 && faults.length === 0; step++) {
        const before = seen;
        wheel(28 * 10);
        await settle();
        seen = inSight();
        if (seen[0]! > before.at(-1)! + 1)
          faults.push(`rows ${before.at(-1)! + 1} to ${seen[0]! - 1} are jumped over`);
        if (seen.some((row, i) => i > 0 && row !== seen[i - 1]! + 1))
          faults.push(`a gap behind row ${seen[0]}`);
        if (before.at(-1)! < total - 10 && seen[0]! <= before[0]!)
          faults.push(`the wheel does not move at row ${seen[0]}`);
      }
    }
    return faults;
  }, total);
}
