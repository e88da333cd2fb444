// SPDX-License-Identifier: MIT
// rtmgr, user-mode, as a person uses it: routes, a batch, a greeting, counts, other processes, and its end.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import type { Page } from './fixture.ts';
import { DIST, ROOT } from './support/program.ts';
import {
  apply,
  cell,
  editRoute,
  fields,
  grid,
  messages,
  newRoute,
  routes,
  type,
  words,
} from './support/window.ts';

test.skip(
  !existsSync(process.env['ROUTELENS_RTMGR_USER'] ?? join(ROOT, 'kernel/build/rtmgr-user')),
  'rtmgr-user is not built: make -C kernel user',
);

const FIRST = '203.0.113.0/25';

/** The command line, as another process that talks to the same rtmgr. */
function cli(...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(DIST, 'main/cli.cjs'), ...args], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve));
}

const several = (page: Page) => page.getByRole('dialog', { name: 'Several routes' });

test.beforeEach(async ({ program, page }) => {
  await program.call('targets.open', { id: 'rtmgr-user' });
  await page.keyboard.press('Control+1');
  await expect(routes(page, FIRST)).toHaveCount(1);
  await grid(page).focus();
});
test.afterAll(async ({ shared }) => {
  await shared.program?.call('targets.open', { id: 'lab' });
});

test('a route is added, changed and deleted by keyboard, and a second one like it is refused', async ({
  program,
  page,
}) => {
  await expect(page.locator('.status-state')).toContainText('Connected · rtmgr, user-mode');
  await newRoute(page);
  await page.keyboard.type('198.51.100.64/27');
  await type(page, 'Gateway', '192.0.2.9');
  await type(page, 'Device', 'lo');
  await apply(page);
  const row = routes(page, '198.51.100.64/27');
  await expect(row).toHaveCount(1);
  await expect(cell(row, 'device')).toHaveText('lo');

  await newRoute(page);
  await page.keyboard.type('198.51.100.64/27');
  await type(page, 'Device', 'lo');
  await page.keyboard.press('Enter');
  await expect(words(page)).toContainText('already exists');
  await expect(words(page)).toContainText('EEXIST');
  await page.keyboard.press('Escape');

  await editRoute(page, row, 'metric');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('77');
  await apply(page);
  await expect(cell(row, 'metric')).toHaveText('77');
  await cell(row, 'destination').click();
  await page.keyboard.press('Delete');
  await expect(row).toHaveCount(0);
  expect((await program.call('grid.verify', {})).differences).toBe(0);
});

test('the question to the kernel is answered by rtmgr', async ({ page }) => {
  await page.keyboard.press('Control+l');
  await page.keyboard.type('203.0.113.5');
  await page.keyboard.press('Enter');
  const answer = page.getByRole('dialog', { name: 'The kernel’s answer' });
  await expect(answer).toContainText(FIRST);
  await expect(answer).toContainText('rtmgr has no rules');
  await page.keyboard.press('Escape');
});

test('several commands go as one batch; where one is refused, its line is named and nothing changes', async ({
  program,
  page,
}) => {
  const before = (await program.call('grid.state', {})).total;
  await page.getByRole('button', { name: 'Several routes' }).click();
  const text = several(page).getByRole('textbox', { name: 'Commands' });
  await text.fill(`ip route add 198.18.1.0/24 dev lo\nip route add ${FIRST} dev lo metric 20`);
  await several(page)
    .getByRole('button', { name: /^Apply as one batch/ })
    .click();
  await expect(several(page)).toContainText('Nothing was applied');
  await expect(several(page)).toContainText('Line 2');
  expect((await program.call('grid.state', {})).total).toBe(before);
  await text.fill('ip route add 198.18.1.0/24 dev lo\nip -6 route add 2001:db8:77::/48 dev lo');
  await page.keyboard.press('Control+Enter');
  await expect(several(page)).toHaveCount(0);
  await expect(routes(page, '198.18.1.0/24')).toHaveCount(1);
  expect((await program.call('grid.state', {})).total).toBe(before + 2);
  expect((await program.call('grid.verify', {})).differences).toBe(0);
});

test('a greeting comes back with what rtmgr saw, and leads to its messages', async ({ page }) => {
  await page.keyboard.press('Control+3');
  await page.getByRole('textbox', { name: 'Text of the greeting' }).fill('good morning');
  await page.getByRole('button', { name: 'Say hello' }).click();
  const saw = page.getByRole('table', { name: 'What rtmgr saw' });
  await expect(saw).toContainText('RTMGR_MSG_HELLO');
  await expect(page.getByLabel('Greeting').first()).toContainText('good morning');
  await page.getByRole('button', { name: /^Answer #/ }).click();
  await expect(page.locator('[aria-current=page]')).toHaveText('Inspector');
  await expect(messages(page).locator('.is-selected')).toContainText('RTMGR_MSG_HELLO');
  await expect(fields(page).getByText('RTMGR_A_TEXT').first()).toBeVisible();
});

test('the counts follow, and a table is flushed after a question', async ({ page }) => {
  await page.keyboard.press('Control+3');
  const counted = page.locator('[data-count=routes]');
  await expect(counted).toHaveText(/^[1-9]/);
  const before = Number(await page.locator('[data-count=messages]').textContent());
  await expect
    .poll(async () => Number(await page.locator('[data-count=messages]').textContent()))
    .toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Flush table main' }).first().click();
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('Delete all routes of table main?');
  await asked.getByRole('button', { name: 'Flush main' }).click();
  await expect(page.getByRole('button', { name: 'Flush table main' })).toHaveCount(0);
  await page.keyboard.press('Control+1');
  await expect(routes(page, FIRST)).toHaveCount(0);
});

test('what another process says is shown when it is asked for', async ({ program, page }) => {
  await page.keyboard.press('Control+2');
  await page.getByRole('button', { name: /^Other/ }).click();
  await expect(page.getByRole('button', { name: /^Other/ })).toHaveAttribute('aria-pressed', 'true');
  const { rtmgr } = await program.call('targets.state', {});
  expect(await cli('hello', 'from afar', '--port', String(rtmgr!.port))).toBe(0);
  const other = messages(page).locator('.is-other', { hasText: '"from afar"' }).first();
  await expect(other).toBeVisible();
  await expect(other.locator('.tr-other')).toContainText('port');
  await other.click();
  await expect(fields(page).getByText('RTMGR_A_DIRECTION').first()).toBeVisible();
  await fields(page).focus();
  await page.keyboard.press('End');
  await expect(fields(page).getByText('RTMGR_A_TEXT').first()).toBeVisible();
});

test('when its process is killed the window says so, and starts it again', async ({ program, page }) => {
  const { rtmgr } = await program.call('targets.state', {});
  process.kill(rtmgr!.pid!, 'SIGKILL');
  await expect(page.locator('.status-state')).toContainText('Lost');
  await expect(page.locator('.grid-notice')).toContainText('rtmgr-user has ended');
  await expect(page.locator('.grid-notice')).toContainText('SIGKILL');
  expect((await program.ask('rtmgr.stats', {})).ok).toBe(false);
  await page.getByRole('button', { name: 'Start it again' }).click();
  await expect(page.locator('.status-state')).toContainText('Connected');
  await expect(routes(page, FIRST)).toHaveCount(1);
});
