// SPDX-License-Identifier: MIT
// The window as a whole: targets, looks, help, a narrow screen, and how it ends.
import { expect, test } from './fixture.ts';
import type { Page } from './fixture.ts';
import { cell, editor, grid, routes } from './support/window.ts';

/** Opens the target switcher, whatever it shows. */
const switcher = (page: Page) => page.getByRole('button', { name: /^Target/ });
const choice = (page: Page, name: RegExp) => page.getByRole('menuitemradio', { name });

test('This machine is locked, and says so; back to the Lab', async ({ program, page }) => {
  await switcher(page).click();
  await choice(page, /^This machine/).click();
  await expect.poll(async () => (await program.call('targets.state', {})).target).toBe('system');
  await expect.poll(async () => (await program.call('targets.state', {})).state).toBe('connected');
  await grid(page).focus();
  await page.keyboard.press('Control+n');
  await expect(editor(page)).toHaveCount(0);
  await expect(page.getByText('Editing is locked: unlock it first (Ctrl+U)')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Editing is locked. Unlock editing' })).toBeVisible();
  await switcher(page).click();
  await choice(page, /^Lab/).click();
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
});

test('targets that are to come are shown with the reason', async ({ page }) => {
  await switcher(page).click();
  const kernel = choice(page, /^rtmgr, kernel module/);
  await expect(kernel).toBeVisible();
  await expect(kernel).toHaveAttribute('aria-disabled', 'true');
  await expect(kernel).toContainText(/not|come|later/i);
  await page.keyboard.press('Escape');
});

test('Reset Lab makes it new', async ({ program, page }) => {
  await program.inLab('ip', 'route', 'add', '10.91.0.0/16', 'via', '192.0.2.8');
  await expect(routes(page, '10.91.0.0/16')).toHaveCount(1);
  await switcher(page).click();
  await page.getByRole('menuitem', { name: 'Reset Lab' }).click();
  await expect(routes(page, '10.91.0.0/16')).toHaveCount(0);
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
});

test('light and dark, remembered', async ({ program, page }) => {
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await program.call('prefs.set', { theme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  const light = await ground();
  await page
    .getByRole('button', { name: /dark|theme/i })
    .first()
    .click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await ground()).not.toBe(light);
  await expect.poll(async () => (await program.call('prefs.get', {})).theme).toBe('dark');
  await program.call('prefs.set', { theme: 'light' });
});

test('F1 shows the keys, Escape closes them', async ({ page }) => {
  await page.keyboard.press('F1');
  const help = page.getByRole('dialog');
  await expect(help).toBeVisible();
  await expect(help).toContainText('Ctrl');
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
});

test('Ctrl+1 to 4 change pages', async ({ page }) => {
  for (const [key, name] of [
    ['2', 'Inspector'],
    ['3', 'Module'],
    ['4', 'Lessons'],
    ['1', 'Routes'],
  ] as const) {
    await page.keyboard.press(`Control+${key}`);
    await expect(page.locator('[aria-current=page]')).toHaveText(name);
  }
});

test('F6 goes from pane to pane', async ({ page }) => {
  await grid(page).focus();
  const where = (): Promise<string> =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName ?? '',
    );
  const seen = new Set<string>();
  for (let i = 0; i < 6; i++) {
    seen.add(await where());
    await page.keyboard.press('F6');
  }
  expect(seen.has('Routes')).toBe(true);
  expect(seen.has('Messages')).toBe(true);
});

test('900 by 600 is enough: nothing is cut off sideways', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 600 });
  await expect(grid(page)).toBeVisible();
  const overflow = await page.evaluate(() => {
    const { documentElement: root } = document;
    const bar = document.querySelector('header') ?? document.body;
    return [
      root.scrollWidth - root.clientWidth,
      root.scrollHeight - root.clientHeight,
      bar.scrollWidth - bar.clientWidth,
    ];
  });
  expect(overflow).toEqual([0, 0, 0]);
  // the file before may have left the grid scrolled
  await grid(page).focus();
  await page.keyboard.press('Control+Home');
  await cell(routes(page, '10.10.0.0/16'), 'destination').click();
  await page.setViewportSize({ width: 1280, height: 840 });
});

test('closing the window leaves nothing behind', async ({ start }) => {
  const program = await start();
  await expect(routes(program.page, '10.10.0.0/16')).toHaveCount(1);
  const { lab } = await program.call('targets.state', {});
  expect(lab).not.toBeNull();
  expect(await program.close()).toEqual([]);
  expect(() => process.kill(lab!.pid, 0)).toThrow('ESRCH');
});
