// SPDX-License-Identifier: MIT
// Named namespaces, opened and changed through the helper.
import { expect, test } from './fixture.ts';
import { HELPER } from './support/helper.ts';
import { at, lock, machine, onMachine, select, unlock } from './support/lock.ts';
import { HEARD } from './support/machine.ts';
import { routes } from './support/window.ts';

const LONG = 'customer-7-uplink-frankfurt-am-main';

onMachine(['blue', LONG]);

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
