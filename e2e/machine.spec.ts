// SPDX-License-Identifier: MIT
// This machine and named namespaces, changed through the helper: the lock, changes on trial and how they end, and the
// warning before routes of daemons. The machine is a namespace; the helper is the real one.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import type { Page } from './fixture.ts';
import { HELPER, buildHelper, childrenOf, helperOf } from './support/helper.ts';
import { HEARD, UNHEARD, openMachine } from './support/machine.ts';
import type { Machine } from './support/machine.ts';
import { DIST, ROOT } from './support/program.ts';
import type { Program } from './support/program.ts';
import { apply, cell, editor, editRoute, field, grid, newRoute, routes, type } from './support/window.ts';

/** For what polkit says, which the real one is not started for. */
const SCRIPTED = join(ROOT, 'e2e/support/scripted-helper.py');

const LONG = 'customer-7-uplink-frankfurt-am-main';
test.describe.configure({ timeout: 90_000 });

let machine: Machine;
test.beforeAll(async () => {
  buildHelper();
  machine = await openMachine(['blue', LONG]);
});
test.afterAll(() => machine?.end());
test.skip(({ shell }) => shell !== 'chromium', 'only the Chromium shell is started in a namespace');

const lock = (page: Page) => page.locator('header .lock');
const trial = (page: Page) => page.getByRole('region', { name: 'Changes on trial' });
const seconds = async (page: Page): Promise<number> =>
  Number(await page.locator('.trial-seconds').textContent());
const notice = (page: Page) => page.locator('.notice');
const warning = (page: Page) => page.getByRole('alertdialog');
const at = async (page: Page, key: string, name: string): Promise<void> => {
  await page.keyboard.press(`Control+${key}`);
  await expect(page.locator('[aria-current=page]')).toHaveText(name);
};
const gone = (destination: string) => expect.poll(() => machine.has(destination)).toBe(false);
const back = (destination: string, timeout = 5000) =>
  expect.poll(() => machine.has(destination), { timeout }).toBe(true);
/** All routes, as ip(8) tells them. */
const table = (): string => `${machine.run('ip', 'route')}${machine.run('ip', '-6', 'route')}`;

async function select(page: Page, destination: string): Promise<void> {
  await cell(routes(page, destination), 'destination').click();
}
async function unlock(page: Page): Promise<void> {
  await lock(page).click();
  await expect(lock(page)).toContainText('Unlocked');
}

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

  test('is locked on every page until the person unlocks it, and never remembered', async ({ start }) => {
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
    const { configDir } = program;
    const again = await start({
      machine,
      target: 'system',
      configDir,
      env: { ...HEARD, ROUTELENS_HELPER: HELPER },
    });
    await expect(lock(again.page)).toHaveText('Unlock editing');
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

/** Why it was locked, where the helper has ended. */
const ended = (page: Page) => notice(page).filter({ hasText: 'The helper has ended' });

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

test('named namespaces are opened locked from the switcher, and once unlocked changed at once', async ({
  start,
}) => {
  const program = await start({ machine, target: 'system', env: { ...HEARD, ROUTELENS_HELPER: HELPER } });
  const { page } = program;
  const inBlue = (): string => machine.run('ip', '-n', 'blue', 'route');
  await page.setViewportSize({ width: 900, height: 600 });
  await page.getByRole('button', { name: /^Target/ }).click();
  await expect(page.getByRole('menuitemradio', { name: new RegExp(LONG) })).toBeVisible();
  await page.getByRole('menuitemradio', { name: /^Namespace blue/ }).click();
  await expect(routes(page, '10.50.0.0/16')).toHaveCount(1);
  await expect(page.getByRole('button', { name: /^Target: Namespace blue/ })).toBeVisible();
  // to be let in is not to write: that the person has to ask for
  for (const [key, name] of [
    ['2', 'Inspector'],
    ['3', 'Module'],
    ['1', 'Routes'],
  ] as const) {
    await at(page, key, name);
    await expect(lock(page)).toHaveText('Unlock editing');
  }
  await select(page, '10.50.0.0/16');
  await page.keyboard.press('Delete');
  await expect(page.getByText('Editing is locked: unlock it first (Ctrl+U)')).toBeVisible();
  expect(inBlue()).toContain('10.50.0.0/16');
  await unlock(page);
  await expect(lock(page)).toContainText('locks in 15 min');
  await select(page, '10.50.0.0/16');
  await page.keyboard.press('Delete');
  await expect.poll(inBlue).not.toContain('10.50.0.0/16');
  // there is nothing here that would cut the person off
  expect((await program.call('targets.state', {})).pending).toBeNull();
  await page.keyboard.press('Control+u');
  await expect(lock(page)).toHaveText('Unlock editing');
  machine.run('ip', '-n', 'blue', 'route', 'add', '10.50.0.0/16', 'dev', 'lo', 'proto', 'static');
  await expect(routes(page, '10.50.0.0/16')).toHaveCount(1);
  await page.keyboard.press('Delete');
  expect(inBlue()).toContain('10.50.0.0/16');
  await page.getByRole('button', { name: /^Target/ }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(LONG) }).click();
  await expect(page.getByRole('button', { name: new RegExp(`^Target: Namespace ${LONG}`) })).toBeVisible();
  await expect(routes(page, '10.50.0.0/16')).toHaveCount(1);
  // what was unlocked in one is not in the next
  await expect(lock(page)).toHaveText('Unlock editing');
  const overflow = await page.evaluate(() => {
    const bar = document.querySelector('header')!;
    return [document.documentElement.scrollWidth - innerWidth, bar.scrollWidth - bar.clientWidth];
  });
  expect(overflow).toEqual([0, 0]);
});
