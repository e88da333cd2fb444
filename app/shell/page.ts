// SPDX-License-Identifier: MIT
// What a shell can do with the page in its window, for the smoke run and the screenshot; each shell has its own way.

export interface ShellPage {
  /** The value of a JavaScript expression in the page (promises are awaited); it must survive JSON. Rejects when it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** A PNG of what the window shows. */
  capture(): Promise<Buffer>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks for an expression until it is true; answers false after `ms` milliseconds. */
export async function waitFor(page: ShellPage, expression: string, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  for (;;) {
    // a page that is still on its way has no context to ask
    const value = await page.evaluate(expression).catch(() => false);
    if (value === true) return true;
    if (Date.now() > end) return false;
    await pause(50);
  }
}

/** True once the grid shows the cells of at least one route. */
const GRID_HAS_ROWS = `document.readyState === 'complete' && document.querySelector('[role=grid] [role=gridcell]') !== null`;

// the second frame begins after the first was handed to the compositor
const TWO_FRAMES =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))';

/** Waits until the grid has been painted with rows; false after `ms` milliseconds. */
export async function gridPainted(page: ShellPage, ms: number): Promise<boolean> {
  if (!(await waitFor(page, GRID_HAS_ROWS, ms))) return false;
  await page.evaluate('document.fonts.ready.then(() => true)');
  return (await Promise.race([page.evaluate(TWO_FRAMES), pause(5000)])) === true;
}
