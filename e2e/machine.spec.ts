// SPDX-License-Identifier: MIT
// This machine, changed through the helper: the lock, changes on trial and how they end, and the warning before routes of
// daemons. The machine is a namespace; the helper is the real one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import type { Page } from './fixture.ts';
import { HELPER, childrenOf, helperOf } from './support/helper.ts';
import { at, lock, machine, notice, onMachine, select, unlock } from './support/lock.ts';
import { HEARD } from './support/machine.ts';
import type { Program } from './support/program.ts';
import { apply, cell, editor, editRoute, field, grid, newRoute, routes, type } from './support/window.ts';

onMachine();

const trial = (page: Page) => page.getByRole('region', { name: 'Changes on trial' });
const seconds = async (page: Page): Promise<number> =>
  Number(await page.locator('.trial-seconds').textContent());
const warning = (page: Page) => page.getByRole('alertdialog');
/** Why it was locked, where the helper has ended. */
const ended = (page: Page) => notice(page).filter({ hasText: 'The helper has ended' });
const gone = (destination: string) => expect.poll(() => machine.has(destination)).toBe(false);
const back = (destination: string, timeout = 5000) =>
  expect.poll(() => machine.has(destination), { timeout }).toBe(true);
/** All routes, as ip(8) tells them. */
const table = (): string => `${machine.run('ip', 'route')}${machine.run('ip', '-6', 'route')}`;

test.describe('this machine', () => {
  let program: Program;
  let page: Page;
  let before: string;
  test.beforeEach(async ({ start }) => {
    before = table();
    program = await start({ machine, target: 'system', env: { ...HEARD, ROUTELENS_HELPER: HELPER } });
    ({ page } = program);
    await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
  });

  test('is locked on every page until the person unlocks it', async () => {
    for (const [key, name] of [
      ['2', 'Inspector'],
      ['3', 'Module'],
      ['4', 'Lessons'],
      ['1', 'Routes'],
    ] as const) {
      await at(page, key, name);
      await expect(lock(page)).toHaveText('Unlock editing');
    }
    await grid(page).focus();
    await page.keyboard.press('Control+n');
    await expect(editor(page)).toHaveCount(0);
    await expect(page.getByText('Editing is locked: unlock it first (Ctrl+U)')).toBeVisible();
    await page.keyboard.press('Control+u');
    await expect(lock(page)).toContainText('locks in 15 min');
    await at(page, '3', 'Module');
    await expect(lock(page)).toHaveAttribute('aria-label', /locks itself in 15 minutes/);
    await lock(page).click();
    await expect(lock(page)).toHaveText('Unlock editing');
    await unlock(page);
    expect(table()).toBe(before);
  });

  test('is locked again at the next start, though it was closed unlocked', async ({ start }) => {
    const configDir = mkdtempSync(join(tmpdir(), 'routelens-e2e-remembered-'));
    const options = { machine, target: 'system', configDir, env: { ...HEARD, ROUTELENS_HELPER: HELPER } };
    try {
      const first = await start(options);
      await unlock(first.page);
      await first.close();
      const again = await start(options);
      await expect(lock(again.page)).toHaveText('Unlock editing');
      await again.close();
    } finally {
      rmSync(configDir, { recursive: true });
    }
    expect(table()).toBe(before);
  });

  test('keeps a change that is kept, with the keyboard alone', async () => {
    await grid(page).focus();
    await page.keyboard.press('Control+u');
    await expect(lock(page)).toContainText('Unlocked');
    await newRoute(page);
    await page.keyboard.type('10.200.0.0/16');
    await type(page, 'Gateway', '192.0.2.9');
    await apply(page);
    await expect(trial(page)).toContainText('1 change to This machine is on trial');
    expect(await seconds(page)).toBeGreaterThan(15);
    await expect(page.getByRole('status', { name: 'Changes on trial' })).toHaveText(
      /1 change on trial, put back in 30 seconds/,
    );
    expect(machine.has('10.200.0.0/16')).toBe(true);
    // on every page, and for whoever goes from pane to pane
    await at(page, '2', 'Inspector');
    await expect(trial(page)).toBeVisible();
    await page.keyboard.press('F6');
    for (
      let i = 0;
      i < 6 && !(await trial(page).evaluate((one) => one.contains(document.activeElement)));
      i++
    )
      await page.keyboard.press('F6');
    await expect(trial(page).getByRole('button', { name: 'Keep 1 change' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(trial(page)).toHaveCount(0);
    await expect(page.getByText('Kept 1 change')).toBeVisible();
    await lock(page).click();
    await expect(lock(page)).toHaveText('Unlock editing');
    expect(machine.has('10.200.0.0/16')).toBe(true);
    machine.run('ip', 'route', 'del', '10.200.0.0/16');
  });

  test('puts changes back when asked, exactly', async () => {
    await unlock(page);
    await editRoute(page, routes(page, '10.3.0.0/16'), 'mtu');
    await type(page, 'MTU', '1300');
    await apply(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    await expect(trial(page)).toContainText(/[2-9] changes to This machine are on trial/);
    expect(table()).not.toBe(before);
    await page.keyboard.press('Control+z');
    await expect(notice(page)).toContainText('were put back');
    await expect(trial(page)).toHaveCount(0);
    expect(table()).toBe(before);
    await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
    await expect(cell(routes(page, '10.3.0.0/16'), 'mtu')).toHaveText('1400');
  });

  test('puts them back by itself when nobody keeps them, and says so until that is read', async () => {
    await program.call('prefs.set', { confirmSeconds: 5 });
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    await at(page, '4', 'Lessons');
    await expect(trial(page)).toHaveClass(/is-last/);
    await expect(notice(page)).toContainText('put back. The time was over', { timeout: 9000 });
    await back('10.1.0.0/16');
    expect(table()).toBe(before);
    await page.getByRole('button', { name: 'Dismiss: what was put back' }).click();
    await expect(notice(page)).toHaveCount(0);
    await expect(lock(page)).toContainText('Unlocked');
  });

  test('begins the time anew with each change, and reaches over a dialog', async () => {
    await program.call('prefs.set', { confirmSeconds: 60 });
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    await expect.poll(() => seconds(page), { timeout: 20_000 }).toBeLessThan(53);
    await select(page, '10.3.0.0/16');
    await page.keyboard.press('Delete');
    await expect(trial(page)).toContainText('2 changes');
    expect(await seconds(page)).toBeGreaterThan(52);
    await page.keyboard.press('F1');
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
    await trial(page).getByRole('button', { name: 'Put back now' }).click();
    await expect(trial(page)).toHaveCount(0);
    expect(table()).toBe(before);
    await page.keyboard.press('Escape');
  });

  test('warns before routes of a DHCP client or a routing daemon are touched', async () => {
    await unlock(page);
    await select(page, 'default');
    await page.keyboard.press('Delete');
    await expect(warning(page)).toContainText('A DHCP client');
    await warning(page).getByRole('button', { name: 'Keep it' }).click();
    expect(machine.has('default')).toBe(true);
    // a change of it, and commands that name it
    await editRoute(page, routes(page, '10.2.0.0/16'), 'metric');
    await expect(editor(page)).toContainText('Not yours: bird');
    await type(page, 'Metric', '40');
    await page.keyboard.press('Enter');
    await expect(warning(page)).toContainText('BIRD');
    await warning(page).getByRole('button', { name: 'Leave it alone' }).click();
    await expect(field(page, 'Metric')).toHaveValue('40');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Several routes' }).click();
    await page.getByLabel('Commands').fill('ip route del default');
    await page.keyboard.press('Control+Enter');
    await expect(warning(page)).toContainText('A DHCP client');
    expect(table()).toBe(before);
    await warning(page).getByRole('button', { name: 'Change all the same' }).click();
    await gone('default');
    await expect(trial(page)).toBeVisible();
    await page.keyboard.press('Control+z');
    await back('default');
    expect(table()).toBe(before);
  });

  test('asks before another target is opened while changes wait', async () => {
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    await page.getByRole('button', { name: /^Target/ }).click();
    await page.getByRole('menuitemradio', { name: /^Lab/ }).click();
    await expect(warning(page)).toContainText('Keep 1 change to This machine first?');
    await warning(page).getByRole('button', { name: 'Put back' }).click();
    await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
    await expect(lock(page)).toHaveCount(0);
    expect(table()).toBe(before);
  });

  test('puts back what waits when the window is closed', async () => {
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    expect(await program.close()).toEqual([]);
    await back('10.1.0.0/16');
    expect(table()).toBe(before);
  });

  test('puts back what waits when the program is killed', async () => {
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    process.kill(program.pid, 'SIGKILL');
    await back('10.1.0.0/16');
    expect(table()).toBe(before);
  });

  test('is locked when the helper ends, says why, and can be unlocked again', async () => {
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    process.kill(helperOf(program), 'SIGTERM');
    await expect(ended(page)).toBeVisible();
    await expect(notice(page).nth(1)).toHaveText(
      '1 change to This machine was put back. The helper did so before it ended.',
    );
    await expect(lock(page)).toHaveText('Unlock editing');
    await expect(trial(page)).toHaveCount(0);
    await back('10.1.0.0/16');
    expect(table()).toBe(before);
    await ended(page).getByRole('button', { name: 'Unlock editing' }).click();
    await expect(lock(page)).toContainText('Unlocked');
    await page.getByRole('button', { name: 'Dismiss: what was put back' }).click();
    await expect(notice(page)).toHaveCount(0);
  });

  test('says that changes may still stand when what puts them back is killed, and how to go on', async () => {
    await unlock(page);
    await select(page, '10.1.0.0/16');
    await page.keyboard.press('Delete');
    await gone('10.1.0.0/16');
    await expect(trial(page)).toContainText('1 change to This machine is on trial');
    const [worker] = childrenOf(helperOf(program));
    expect(readFileSync(`/proc/${worker}/comm`, 'utf8').trim()).toBe('routelens-worke');
    process.kill(worker!, 'SIGKILL');
    const left = notice(page).filter({ hasText: '1 change to This machine may not have been put back.' });
    await expect(left).toContainText('Look at the grid, and put right by hand what you changed');
    await expect(ended(page)).toBeVisible();
    await expect(trial(page)).toHaveCount(0);
    await expect(lock(page)).toHaveText('Unlock editing');
    // so it is
    expect(machine.has('10.1.0.0/16')).toBe(false);
    await ended(page).getByRole('button', { name: 'Unlock editing' }).click();
    await expect(lock(page)).toContainText('Unlocked');
    await expect(ended(page)).toHaveCount(0);
    await newRoute(page);
    await page.keyboard.type('10.1.0.0/16');
    await type(page, 'Gateway', '192.0.2.2');
    await apply(page);
    await expect(trial(page)).toBeVisible();
    await expect(left).toBeVisible();
    await page.keyboard.press('Control+k');
    await expect(trial(page)).toHaveCount(0);
    expect(table()).toBe(before);
  });
});
