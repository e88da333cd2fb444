// SPDX-License-Identifier: MIT
// What the page Module shows of a loaded module: what it counts, its greeting, the steps that led there, its log.
import { join } from 'node:path';
import { rtmgrUserPath } from '../main/targets/rtmgr-program.ts';
import { expect, test } from './fixture.ts';
import type { Locator } from './fixture.ts';
import {
  LOADED_LINES,
  button,
  install,
  load,
  log,
  logPanel,
  machine,
  onScriptedMachine,
  page,
  panel,
  program,
  said,
  serve,
  state,
  steps,
} from './support/module.ts';
import { ROOT } from './support/program.ts';
import { messages } from './support/window.ts';

onScriptedMachine();

test.describe('what it counts', () => {
  test.skip(rtmgrUserPath() === null, 'kernel/build/rtmgr-user is not built');
  const counted = (name: string): Locator => panel().locator(`[data-count=${name}]`);

  test('is shown while another target is open, goes on, and leaves nobody who holds it', async () => {
    install();
    await serve(rtmgrUserPath()!);
    await load();
    expect((await program.call('targets.state', {})).target).toBe('lab');
    await expect(counted('uptime_ns')).toHaveText(/^00:00:\d\d$/);
    await expect(counted('routes')).toHaveText('0');
    await expect(counted('errors')).toHaveText('0');
    await expect(panel()).toContainText('No table has a route.');
    const before = await counted('messages').textContent();
    await expect(counted('messages')).not.toHaveText(before!);
    await expect(panel().getByRole('table', { name: 'Who has a socket open' })).toHaveCount(0);
    // who leaves the page asks no more: only the question that brings this answer is counted
    await page.keyboard.press('Control+1');
    const messages = async (): Promise<number> =>
      (await program.call('module.stats', {})).counts.messages ?? 0;
    const left = await messages();
    await page.waitForTimeout(4000);
    expect(await messages()).toBe(left + 1);
  });

  test('by table and family', async ({ start }) => {
    install();
    // the window's own target, which the module's page then asks as if it were the module
    const other = await start({ target: 'rtmgr-user' });
    const { rtmgr } = await other.call('targets.state', {});
    machine.put('run/rtmgr-user.port', String(rtmgr!.port));
    await load();
    const table = panel().getByRole('table', { name: 'Routes by table' });
    await expect(table.getByRole('row').filter({ hasText: 'main' })).toContainText(/main\d+\d+/);
    const { tables, counts } = await program.call('module.stats', {});
    expect(tables.reduce((sum, one) => sum + one.routes, 0)).toBe(counts.routes);
    await expect(counted('routes')).toHaveText(String(counts.routes));
  });

  test('is told in words where a module answers others only', async () => {
    install();
    await serve(join(ROOT, 'e2e/support/refusing-rtmgr.py'), 'EPERM');
    await load();
    await expect(panel()).toContainText('The module did not tell what it counts');
    await expect(panel()).toContainText('it was loaded for user 1000');
    await expect(panel()).toContainText('Ask whoever loaded it');
    await expect(counted('routes')).toHaveCount(0);
    // it is all that is missing: it is unloaded as ever
    await button('Unload…').click();
    await expect(state()).toHaveText('Not loaded');
  });
});

test('is greeted, and its steps lead to the messages that show them', async () => {
  test.skip(rtmgrUserPath() === null, 'kernel/build/rtmgr-user is not built');
  install();
  await serve(rtmgrUserPath()!);
  await load();
  const hello = steps().filter({ hasText: 'Said HELLO over protocol 31' });
  await expect(hello).toHaveCount(1);
  await button('Greet it').click();
  const text = page.getByRole('textbox', { name: 'Text of the greeting' });
  await expect(text).toBeFocused();
  await text.fill('good morning');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'What rtmgr saw' })).toContainText('RTMGR_MSG_HELLO');
  await expect(page.getByLabel('Greeting').first()).toContainText('good morning');

  // now that it is open the inspector has seen a greeting
  await expect(hello).toHaveCount(2);
  const links = hello.last().getByRole('button', { name: /^Message #/ });
  const ids = await links.allTextContents();
  expect(ids.length).toBeGreaterThanOrEqual(2);
  for (const at of ids.keys()) {
    await links.nth(at).click();
    await expect(page.locator('[aria-current=page]')).toHaveText('Inspector');
    const selected = messages(page).locator('.is-selected');
    await expect(selected).toContainText(ids[at]!.replace(/^Message #/, '').trim());
    if (at < 2) await expect(selected).toContainText('RTMGR_MSG_HELLO');
    await page.keyboard.press('Control+3');
  }

  // our own sockets do not keep it
  await button('Unload…').click();
  await expect(state()).toHaveText('Not loaded');
  await expect(steps().filter({ hasText: 'Closed its own sockets of protocol 31' })).toHaveCount(1);
});

test('the log waits while it is paused, and is copied', async () => {
  install();
  await load({ log_lines: [...LOADED_LINES, { after_ms: 6000, text: 'rtmgr: later' }] });
  await expect(log()).toContainText('version 0.1.0');
  await log().focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Paused' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: '1 newer line' }).waitFor({ timeout: 15_000 });
  await expect(log()).not.toContainText('later');
  await page.keyboard.press('Control+c');
  await expect(said()).toHaveText('Copied 2 lines');
  await page.getByRole('button', { name: '1 newer line' }).click();
  await expect(log()).toContainText('rtmgr: later');
  await expect(log()).toBeFocused();
  // another page, and back: nothing is lost, nothing twice
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+3');
  await expect(log().locator('.life-log-line')).toHaveCount(3);
  await expect(logPanel()).toContainText('3 lines · seconds');
});

test('the log stays where one has scrolled to', async () => {
  install();
  const many = Array.from({ length: 60 }, (_, i) => `rtmgr: line ${i + 1}`);
  await load({ log_lines: [...many, { after_ms: 5000, text: 'rtmgr: the last' }] });
  await expect(log().getByText('rtmgr: line 60')).toBeInViewport();
  await log().focus();
  await page.keyboard.press('Control+Home');
  await expect(log().getByText('rtmgr: line 1', { exact: true })).toBeInViewport();
  await expect(log()).toContainText('the last', { timeout: 15_000 });
  await expect(log().getByText('rtmgr: the last')).not.toBeInViewport();
  await page.getByRole('button', { name: 'Newest' }).click();
  await expect(log().getByText('rtmgr: the last')).toBeInViewport();
});

test('when the helper dies the log says so, and is followed again', async () => {
  install();
  machine.script({ load: { lines: LOADED_LINES }, log_lines: LOADED_LINES, die: { after_ms: 1500 } });
  await button('Load').click();
  await expect(log()).toContainText('version 0.1.0');
  await expect(logPanel()).toContainText('Not followed any more');
  machine.script({ log_lines: [...LOADED_LINES, 'rtmgr: again'] });
  await logPanel().getByRole('button', { name: 'Follow' }).click();
  await expect(log()).toContainText('rtmgr: again');
  await expect(log().getByText('rtmgr: version 0.1.0')).toHaveCount(1);
});
