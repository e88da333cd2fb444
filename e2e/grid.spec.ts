// SPDX-License-Identifier: MIT
// Looking at the table: order, filter, tables, which route takes an address, copying, columns, the keyboard, ARIA.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import type { Page } from './fixture.ts';
import { cell, grid, routes } from './support/window.ts';

const heading = (page: Page, name: string) =>
  grid(page)
    .getByRole('columnheader')
    .filter({ hasText: new RegExp(`^${name}`) });
const shown = (page: Page, column: string): Promise<string[]> =>
  grid(page)
    .locator('.grid-row:not(.is-unused):not(.is-ghost)')
    .evaluateAll(
      (rows, name) =>
        rows
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => row.querySelector(`.c-${name}`)?.textContent ?? ''),
      column,
    );
const total = async (page: Page): Promise<number> =>
  Number(await grid(page).getAttribute('aria-rowcount')) - 1;

test.beforeEach(async ({ program, page }) => {
  await program.call('lab.reset', {});
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
});

test('the first start shows the Lab, its routes and a hint', async ({ start }) => {
  const { page, call, inLab } = await start();
  await expect(routes(page, '10.20.0.0/16')).toHaveCount(1);
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  await expect(routes(page, '2001:db8:20::/48')).toHaveCount(1);
  const { byFamily } = await call('grid.state', {});
  for (const family of [4, 6] as const) {
    const lines = (await inLab('ip', `-${family}`, 'route', 'show', 'table', 'all')).trim().split('\n');
    // a route with several next hops has a line for each, further in
    expect(lines.filter((line) => !line.startsWith('\t'))).toHaveLength(byFamily[family]);
  }
  await expect(page.getByRole('note').first()).toContainText('your machine is not touched');
  await page.getByRole('button', { name: 'Dismiss the hint' }).click();
  await expect(page.getByText('your machine is not touched')).toHaveCount(0);
});

test('a click on a heading sorts, and says so', async ({ page }) => {
  const metric = heading(page, 'Metric');
  await expect(metric).toHaveAttribute('aria-sort', 'none');
  await metric.getByRole('button').first().click();
  await expect(metric).toHaveAttribute('aria-sort', 'ascending');
  await expect
    .poll(async () => {
      const numbers = (await shown(page, 'metric')).map(Number);
      return numbers.every((n, i) => i === 0 || n >= numbers[i - 1]!);
    })
    .toBe(true);
  await metric.getByRole('button').first().click();
  await expect(metric).toHaveAttribute('aria-sort', 'descending');
  await expect
    .poll(async () => {
      const numbers = (await shown(page, 'metric')).map(Number);
      return numbers.every((n, i) => i === 0 || n <= numbers[i - 1]!);
    })
    .toBe(true);
  await metric.getByRole('button').first().click();
  await expect(metric).toHaveAttribute('aria-sort', 'none');
});

test('Ctrl+F filters; words, addresses and prefixes; nothing found is said', async ({ page }) => {
  const all = await total(page);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('blackhole');
  await expect.poll(() => total(page)).toBe(2);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('10.20.1.1');
  await expect(routes(page, '10.20.0.0/16')).toHaveCount(1);
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(0);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('no such route');
  await expect(page.getByText('No route matches')).toBeVisible();
  await page.getByText('Clear filter').click();
  await expect.poll(() => total(page)).toBe(all);
});

test('the table selector narrows the grid to one table', async ({ page }) => {
  const select = page.getByRole('combobox', { name: 'Table' });
  await select.selectOption('100');
  await expect(routes(page, '10.0.0.0/8')).toHaveCount(1);
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(0);
  await expect.poll(async () => [...new Set(await shown(page, 'table'))]).toEqual(['100']);
  await select.selectOption('no-local');
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
});

test('Ctrl+L asks which route takes an address, and marks it', async ({ page }) => {
  await page.keyboard.press('Control+l');
  await page.keyboard.type('10.10.3.4');
  await page.keyboard.press('Enter');
  await expect(routes(page, '10.10.0.0/16')).toHaveClass(/is-hit/);
  const answer = page.getByRole('dialog', { name: 'The kernel’s answer' });
  await expect(answer).toContainText('10.10.3.4 takes 10.10.0.0/16');
  await expect(answer).toContainText('192.0.2.254');
  await page.keyboard.press('Escape');
});

test('Ctrl+C copies rows as ip route commands', async ({ page }) => {
  await cell(routes(page, '10.10.0.0/16'), 'destination').click();
  await page.keyboard.press('Control+c');
  await expect(page.getByText(/Copied 1 route/)).toBeVisible();
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Control+v');
  const text = await page.evaluate(() => (document.activeElement as HTMLInputElement).value);
  expect(text).toMatch(/^ip route add 10\.10\.0\.0\/16 .*via 192\.0\.2\.254/);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
});

test('columns are hidden, moved and resized, and stay so after a restart', async ({ start }) => {
  const configDir = mkdtempSync(join(tmpdir(), 'routelens-e2e-columns-'));
  try {
    const first = await start({ configDir });
    const menu = async (page: Page, column: string, item: string): Promise<void> => {
      await heading(page, column)
        .getByRole('button', { name: `Column ${column}` })
        .click();
      await page.getByRole('menuitem', { name: item, exact: true }).click();
      await expect(page.getByRole('menu')).toHaveCount(0);
    };
    await menu(first.page, 'Scope', 'Hide Scope');
    await expect(heading(first.page, 'Scope')).toHaveCount(0);
    await menu(first.page, 'Metric', 'Move left');
    await menu(first.page, 'Device', 'Wider');
    const titles = (page: Page): Promise<string[]> => grid(page).locator('.grid-title').allTextContents();
    const width = async (page: Page): Promise<number> => (await heading(page, 'Device').boundingBox())!.width;
    const before = { titles: await titles(first.page), width: await width(first.page) };
    expect(before.titles.indexOf('Metric')).toBe(before.titles.indexOf('Type') - 1);
    // remembered a moment after the last change
    await expect
      .poll(async () => (await first.call('prefs.get', {})).columns.widths)
      .toHaveProperty('device');
    expect(await first.close()).toEqual([]);

    const second = await start({ configDir });
    await expect(routes(second.page, '10.10.0.0/16')).toHaveCount(1);
    expect(await titles(second.page)).toEqual(before.titles);
    expect(await width(second.page)).toBe(before.width);
  } finally {
    rmSync(configDir, { recursive: true, force: true });
  }
});

test('a column is resized by its edge', async ({ page }) => {
  const device = heading(page, 'Device');
  const { x, y, width, height } = (await device.boundingBox())!;
  await page.mouse.move(x + width - 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width + 40, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round((await device.boundingBox())!.width - width)).toBeGreaterThan(30);
});

test('the keyboard reaches every row and cell', async ({ page }) => {
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  const last = await total(page);
  const active = () =>
    page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      const cell = id ? document.getElementById(id) : null;
      return {
        row: Number(cell?.closest('[role=row]')?.getAttribute('aria-rowindex')) - 1,
        column: Number(cell?.getAttribute('aria-colindex')),
      };
    });
  await expect.poll(async () => (await active()).row).toBe(last);
  await page.keyboard.press('Control+Home');
  await expect.poll(async () => (await active()).row).toBe(1);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toEqual({ row: 2, column: 2 });
});

test('the grid is an ARIA grid: roles, names, counts', async ({ page }) => {
  const { matched } = await page.evaluate(async () => {
    const { routelens } = globalThis as unknown as {
      routelens: Record<string, (args: object) => Promise<{ value: { matched: number } }>>;
    };
    return (await routelens['grid.state']!({})).value;
  });
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(matched + 1));
  const faults = await grid(page).evaluate((root) => {
    const found: string[] = [];
    const columns = Number(root.getAttribute('aria-colcount'));
    if (root.querySelectorAll('[role=columnheader]').length !== columns) found.push('aria-colcount');
    for (const row of root.querySelectorAll('.grid-row:not(.is-unused):not(.is-ghost)')) {
      if (row.getAttribute('role') !== 'row') found.push('a row without its role');
      if (!row.hasAttribute('aria-rowindex')) found.push('a row without aria-rowindex');
      if (row.querySelectorAll('[role=gridcell]').length !== columns) found.push('a row with other cells');
    }
    return found;
  });
  expect(faults).toEqual([]);
  const nameless = await page.locator('button, input, [role=button], [role=tab]').evaluateAll((controls) =>
    controls
      .filter((control) => {
        const { labels } = control as HTMLInputElement;
        const name =
          control.getAttribute('aria-label') ??
          control.getAttribute('aria-labelledby') ??
          (control.textContent?.trim() || control.getAttribute('title') || labels?.[0]?.textContent);
        return !name && control.checkVisibility();
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
  expect(nameless).toEqual([]);
});
