// SPDX-License-Identifier: MIT
// The pictures of the program, made from the program: light and dark, the grid, the inspector, editing, a refusal.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openDisplay } from './support/display.ts';
import type { Display } from './support/display.ts';
import { HEARD, openMachine } from './support/machine.ts';
import { ROOT, startProgram } from './support/program.ts';
import type { Program } from './support/program.ts';

const folder = join(ROOT, 'docs/images');
const LARGEST = 300_000;

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => true));
  // what flashes, fades or slides has come to rest
  await page.waitForTimeout(1200);
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  process.stdout.write(
    `${file}: ${(size / 1000).toFixed(0)} kB${size > LARGEST ? ', larger than 300 kB' : ''}\n`,
  );
}

const cellOf = (page: Page, destination: string, column: string) =>
  page
    .locator('.grid-row:not(.is-unused)')
    .filter({ has: page.locator('.c-destination', { hasText: destination }) })
    .first()
    .locator(`.c-${column}`);

/** Opens a cell, types into it and asks the kernel. */
async function edit(page: Page, destination: string, column: string, text: string): Promise<void> {
  await cellOf(page, destination, column).dblclick();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function pictures(program: Program): Promise<void> {
  const { page, call } = program;
  await page.setViewportSize({ width: 1280, height: 840 });
  await call('prefs.set', { theme: 'light' });
  await edit(page, '10.30.0.0/16', 'mtu', '1380');
  await page.waitForTimeout(500);
  await take(page, 'routes-light');

  await cellOf(page, '10.10.0.0/16', 'nexthop').dblclick();
  await take(page, 'editing-light');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('9.9.9.9');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  await take(page, 'refusal-light');
  await page.keyboard.press('Escape');

  await call('prefs.set', { theme: 'dark' });
  await page.keyboard.press('Control+l');
  await page.keyboard.type('10.20.3.4');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  await take(page, 'lookup-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+2');
  const request = page.locator('.tr-row.is-out', { hasText: 'RTM_NEWROUTE' }).first();
  await request.waitFor();
  await request.click();
  await page.getByRole('tree', { name: 'Fields' }).getByText('RTA_DST').first().click();
  await take(page, 'inspector-dark');

  // rtmgr, where it is built: what it saw of a greeting, and its counts
  const infos = await call('targets.list', {});
  if (!infos.some(({ id, available }) => id === 'rtmgr-user' && available)) return;
  await call('targets.open', { id: 'rtmgr-user' });
  await call('prefs.set', { theme: 'light' });
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Say hello' }).click();
  await page.waitForTimeout(300);
  await take(page, 'module-light');
}

/** A namespace that plays the machine, and a change on trial there; where the helper is built. */
async function machinePictures(display: Display): Promise<void> {
  const helper = join(ROOT, 'kernel/build/routelens-helper');
  if (!existsSync(helper)) return;
  const machine = await openMachine(['blue']);
  const program = await startProgram({
    shell: 'chromium',
    display: display.name,
    target: 'system',
    machine,
    env: { ...HEARD, ROUTELENS_HELPER: helper },
  });
  try {
    const { page, call } = program;
    await page.setViewportSize({ width: 1280, height: 840 });
    await call('prefs.set', { theme: 'light' });
    await page.keyboard.press('Control+u');
    await page.getByRole('button', { name: /^Editing is unlocked/ }).waitFor();
    await edit(page, '10.3.0.0/16', 'mtu', '1300');
    await page.getByRole('region', { name: 'Changes on trial' }).waitFor();
    await take(page, 'trial-light');
    await call('prefs.set', { theme: 'dark' });
    await cellOf(page, 'default', 'metric').click();
    await page.keyboard.press('Delete');
    await page.getByRole('alertdialog').waitFor();
    await take(page, 'daemon-dark');
  } finally {
    await program.close();
    await machine.end();
  }
}

mkdirSync(folder, { recursive: true });
const display = await openDisplay({ ownOne: true });
const program = await startProgram({ shell: 'chromium', display: display.name });
try {
  await pictures(program);
} finally {
  await program.close();
}
try {
  await machinePictures(display);
} finally {
  await display.close();
}
