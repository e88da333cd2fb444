// SPDX-License-Identifier: MIT
// The lock of This machine where there is something in the way: no helper, polkit's refusals, a desktop that cannot be
// heard; and what puts off the time at which it locks by itself.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import { HELPER } from './support/helper.ts';
import { at, lock, machine, notice, onMachine, unlock } from './support/lock.ts';
import { HEARD, UNHEARD } from './support/machine.ts';
import { DIST, ROOT } from './support/program.ts';
import { grid, routes } from './support/window.ts';

/** For what polkit says, which the real one is not started for. */
const SCRIPTED = join(ROOT, 'e2e/support/scripted-helper.py');

onMachine(['blue']);

test('a helper that is not installed: the way out is told, and reading goes on', async ({ start }) => {
  const { page } = await start({ machine, target: 'system', env: { ROUTELENS_HELPER: '/nowhere/helper' } });
  await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
  await page.getByRole('button', { name: /^Target/ }).click();
  await expect(page.getByRole('menuitemradio', { name: /^Namespace blue/ })).toContainText(
    'npm run install-system',
  );
  await page.keyboard.press('Escape');
  await lock(page).click();
  await expect(notice(page)).toContainText('The helper is not installed');
  await expect(notice(page)).toContainText('npm run install-system');
  await expect(lock(page)).toHaveText('Unlock editing');
  machine.run('ip', 'route', 'add', '10.60.0.0/16', 'dev', 'lo');
  await expect(routes(page, '10.60.0.0/16')).toHaveCount(1);
  machine.run('ip', 'route', 'del', '10.60.0.0/16');
});

test('a helper that is not installed beside a package: the package is named, and no command of a clone', async ({
  start,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-e2e-package-'));
  try {
    const app = join(folder, 'usr/lib/routelens');
    mkdirSync(app, { recursive: true });
    cpSync(DIST, join(app, 'dist'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
    const env = { ROUTELENS_HELPER: '/nowhere/helper' };
    const dist = join(app, 'dist');
    const program = await start({ machine, target: 'system', dist, env });
    const { page } = program;
    await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
    await lock(page).click();
    await expect(notice(page)).toContainText('The helper is not installed');
    await expect(notice(page)).toContainText('Install the package of Routelens again');
    await expect(notice(page).getByRole('button', { name: /^Copy/ })).toHaveCount(0);
    await at(page, '3', 'Module');
    await expect(page.locator('.module')).not.toContainText('npm run');
    await program.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what polkit says is told in words, with the way out, until it goes well', async ({ start }) => {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-e2e-script-'));
  const file = join(folder, 'script.json');
  const script = (what: object): void => writeFileSync(file, JSON.stringify(what));
  try {
    script({});
    const env = { ...HEARD, ROUTELENS_HELPER: SCRIPTED, ROUTELENS_SCRIPT: file };
    const { page } = await start({ machine, target: 'system', env });
    await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
    const refuse = async (exit: number, stderr: string, ...words: string[]): Promise<void> => {
      script({ start: { exit, stderr } });
      const again = notice(page).getByRole('button', { name: 'Try again' });
      await ((await again.count()) > 0 ? again : lock(page)).click();
      for (const text of words) await expect(notice(page)).toContainText(text);
      await expect(lock(page)).toHaveText('Unlock editing');
    };
    await refuse(
      126,
      'Error executing command as another user: Request dismissed',
      'was dismissed',
      'Try again',
    );
    await refuse(
      127,
      'Error executing command as another user: Not authorized',
      'Editing stays locked. polkit did not allow it',
      'Ask who administers this machine',
    );
    await refuse(
      127,
      'Error executing command as another user: No authentication agent found.',
      'Nobody could ask for the password',
      'Start the agent of your desktop',
    );
    script({ start: { delay_ms: 60_000 } });
    await notice(page).getByRole('button', { name: 'Try again' }).click();
    await expect(lock(page)).toHaveText('Asking polkit…');
    await lock(page).click();
    await expect(lock(page)).toHaveText('Unlock editing');
    await expect(notice(page)).toHaveCount(0);
    script({});
    await unlock(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('where the screen’s lock cannot be heard, that is told when editing is unlocked', async ({ start }) => {
  const env = { ...UNHEARD, ROUTELENS_HELPER: HELPER };
  const { page, output } = await start({ machine, target: 'system', env });
  await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
  await expect(notice(page)).toHaveCount(0);
  await unlock(page);
  await expect(notice(page)).toContainText('Locking the screen does not lock editing here');
  await expect(lock(page)).toHaveAttribute('title', /locking the screen does not lock it/);
  expect(output()).toContain('editing will not be locked together with the screen');
  await notice(page)
    .getByRole('button', { name: /^Dismiss/ })
    .click();
  await lock(page).click();
  await unlock(page);
  await expect(lock(page)).toHaveAttribute('title', /locking the screen does not lock it/);
  await expect(notice(page)).toHaveCount(0);
});

test('using the window puts off the time at which it locks, and what was said goes with the target', async ({
  start,
}) => {
  const program = await start({ machine, target: 'system', env: { ...HEARD, ROUTELENS_HELPER: HELPER } });
  const { page } = program;
  await expect(routes(page, '10.1.0.0/16')).toHaveCount(1);
  await unlock(page);
  const relocksAt = async (): Promise<number> =>
    (await program.call('targets.state', {})).lock!.relocksAt ?? 0;
  const first = await relocksAt();
  await page.waitForTimeout(2000);
  await grid(page).hover();
  expect(await relocksAt()).toBe(first);
  await page.mouse.wheel(0, 20);
  await expect.poll(relocksAt).toBeGreaterThan(first + 1900);
  // told now and then, not each time
  const second = await relocksAt();
  await page.waitForTimeout(1200);
  await page.mouse.wheel(0, -20);
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  expect(await relocksAt()).toBe(second);

  const said = page.getByRole('status', { name: 'Message' });
  await lock(page).click();
  await expect(said).toHaveText('Editing is locked');
  await page.getByRole('button', { name: /^Target/ }).click();
  await page.getByRole('menuitemradio', { name: /^Lab/ }).click();
  await expect(said).toHaveText('');
});
