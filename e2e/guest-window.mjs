// SPDX-License-Identifier: MIT
// One look at the whole thing, in the virtual machine only (kernel/tests/vm/suites/88-window.sh): a person without rights
// loads the module in the window, unlocks this machine and makes a change on trial; then the screen is locked, and, with
// another change on trial, the program is killed. Polkit, helper, module and tables are real. A line for each step: `ok`
// or `failed`, and its words.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { chromium } from 'playwright';
import { expect } from 'playwright/test';

// the processor is emulated
const PATIENCE = { timeout: 90_000 };
const ROOT = join(import.meta.dirname, '..');

const program = spawn(process.execPath, [join(ROOT, 'dist/main/chromium.cjs'), '--target=system'], {
  env: { ...process.env, ROUTELENS_TEST_PORT: '1' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let said = '';
for (const stream of [program.stdout, program.stderr])
  stream.on('data', (/** @type {Buffer} */ data) => (said += data.toString()));

const hasEnded = () => program.exitCode !== null || program.signalCode !== null;

/** @param {() => unknown} condition @param {string} what */
async function until(condition, what, ms = PATIENCE.timeout) {
  for (const end = Date.now() + ms; !condition(); await wait(50))
    if (Date.now() > end || hasEnded()) throw new Error(`${what}; the program said: ${said}`);
}

let isWell = true;
/** @param {string} name @param {() => Promise<void>} run */
async function step(name, run) {
  if (!isWell) return;
  const began = Date.now();
  try {
    await run();
    process.stdout.write(`ok ${name}\n`);
    process.stderr.write(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    isWell = false;
    const words = error instanceof Error ? error.message : String(error);
    process.stdout.write(`failed ${name}: ${stripVTControlCharacters(words).replace(/\s+/g, ' ')}\n`);
  }
}

const has = (/** @type {string} */ destination) =>
  spawnSync('ip', ['route', 'show', destination], { encoding: 'utf8' }).stdout.trim() !== '';

/** @returns {Promise<import('playwright').Page>} */
async function attach() {
  await until(() => /test port [0-9]+/.test(said), 'no test port', 150_000);
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${/test port ([0-9]+)/.exec(said)?.[1]}`);
  const pages = () =>
    browser
      .contexts()
      .flatMap((context) => context.pages())
      .filter((page) => !page.url().startsWith('devtools:'));
  await until(() => pages().length > 0, 'no page');
  const [page] = pages();
  if (!page) throw new Error('no page');
  page.setDefaultTimeout(PATIENCE.timeout);
  return page;
}

/** @type {import('playwright').Page} */
let page;
await step('the window opens with its rows', async () => {
  page = await attach();
  await expect(page.locator('header .lock')).toHaveText('Unlock editing', PATIENCE);
  await expect(page.getByRole('grid', { name: 'Routes' })).toBeVisible(PATIENCE);
});
await step('Load loads the module', async () => {
  await page.keyboard.press('Control+3');
  const panel = page.getByRole('region', { name: 'Kernel module' });
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('Not loaded', PATIENCE);
  await panel.getByRole('button', { name: 'Load' }).click();
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('Loaded', PATIENCE);
  const owner = readFileSync('/sys/module/rtmgr/parameters/owner', 'utf8').trim();
  expect(owner).toBe(String(process.getuid?.()));
});
const trial = () => page.getByRole('region', { name: 'Changes on trial' });
/** @param {string} destination */
async function add(destination) {
  await page.getByRole('grid', { name: 'Routes' }).focus();
  await page.keyboard.press('Control+n');
  const field = page.getByLabel('Destination', { exact: true });
  await expect(field).toBeFocused(PATIENCE);
  await page.keyboard.type(destination);
  for (let presses = 0; presses < 24; presses++) {
    await page.keyboard.press('Tab');
    const gateway = page.locator('.grid-editor').getByLabel('Gateway', { exact: true });
    if (await gateway.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.type('192.0.2.9');
  await page.keyboard.press('Enter');
  await expect(trial()).toBeVisible(PATIENCE);
  expect(has(destination)).toBe(true);
}
const lock = () => page.locator('header .lock');
async function unlock() {
  await lock().click();
  await expect(lock()).toContainText('Unlocked', PATIENCE);
}
/** @param {string} destination */
async function isPutBack(destination) {
  for (const end = Date.now() + 10_000; has(destination) && Date.now() < end;) await wait(50);
  expect(has(destination)).toBe(false);
}
await step('Unlock editing unlocks this machine', async () => {
  await page.keyboard.press('Control+1');
  await unlock();
});
await step('a change is on trial', async () => {
  await add('198.18.1.0/24');
  await expect(trial()).toContainText('1 change to This machine is on trial');
});
await step('it is put back when the screen is locked, and editing is locked', async () => {
  // as logind says it on the system bus
  const where = '/org/freedesktop/login1/session/_31';
  spawnSync('dbus-send', ['--system', '--type=signal', where, 'org.freedesktop.login1.Session.Lock']);
  await isPutBack('198.18.1.0/24');
  await expect(lock()).toHaveText('Unlock editing', PATIENCE);
});
await step('unlocked again, another change is on trial', async () => {
  await unlock();
  await add('198.18.2.0/24');
});
await step('and put back when the program is killed', async () => {
  program.kill('SIGKILL');
  await isPutBack('198.18.2.0/24');
  expect(existsSync('/sys/module/rtmgr')).toBe(true);
});
if (!isWell) {
  // a page that has gone is often the first sign of a program that is ending: how that ended is what one wants to know
  for (const end = Date.now() + 10_000; !hasEnded() && Date.now() < end;) await wait(50);
  process.stderr.write(`the program (${program.exitCode ?? program.signalCode ?? 'it runs'}) said: ${said}`);
}
program.kill('SIGKILL');
process.exit(isWell ? 0 : 1);
