// SPDX-License-Identifier: MIT
// What others do in the Lab's namespace shows by itself.
import { expect, test } from './fixture.ts';
import { cell, routes } from './support/window.ts';

test.beforeEach(async ({ program, page }) => {
  await program.call('lab.reset', {});
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
});

test('a route that somebody adds appears and flashes; deleted, it goes', async ({ program, page }) => {
  const row = routes(page, '10.88.0.0/16');
  const flashed = row.and(page.locator('.is-flash')).waitFor({ timeout: 3000 });
  await program.inLab('ip', 'route', 'add', '10.88.0.0/16', 'via', '192.0.2.8');
  await flashed;
  await expect(cell(row, 'nexthop')).toHaveText('192.0.2.8');
  await expect(row).not.toHaveClass(/is-flash/);
  await program.inLab('ip', 'route', 'del', '10.88.0.0/16');
  await expect(row).toHaveCount(0);
});

test('the kernel drops routes in silence when a link goes down: they go here, too', async ({
  program,
  page,
}) => {
  await expect(routes(page, '10.30.0.0/16')).toHaveCount(1);
  await program.inLab('ip', 'link', 'set', 'mgmt0', 'down');
  await expect(routes(page, '10.30.0.0/16')).toHaveCount(0);
  expect(await program.call('grid.verify', {})).toMatchObject({ differences: 0 });
});
