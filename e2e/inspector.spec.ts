// SPDX-License-Identifier: MIT
// The inspector under the grid: what was just done is in sight, three panes that follow each other, and the list.
import { expect, test } from './fixture.ts';
import {
  apply,
  bytes,
  cell,
  editRoute,
  fields,
  grid,
  message,
  messages,
  newRoute,
  routes,
  selectedHex,
  type,
} from './support/window.ts';

test.beforeEach(async ({ program, page }) => {
  await program.call('lab.reset', {});
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
  await expect(messages(page)).toBeVisible();
});

test("the bytes of an edit and the kernel's verdict are in sight at once", async ({ page }) => {
  await editRoute(page, routes(page, '10.30.0.0/16'), 'mtu');
  await type(page, 'MTU', '1222');
  await apply(page);
  const chosen = messages(page).locator('.tr-row.is-selected');
  await expect(chosen).toContainText('RTM_NEWROUTE');
  await expect(chosen).toContainText('ack');
  await expect(fields(page).getByRole('treeitem').first()).toContainText('RTM_NEWROUTE');
  // the value of RTA_DST
  await expect(bytes(page)).toContainText('0a1e0000');
});

test('a refusal shows its verdict and the errno in the list', async ({ page }) => {
  await grid(page).focus();
  await newRoute(page);
  await page.keyboard.type('10.79.0.0/16');
  await type(page, 'Gateway', '9.9.9.9');
  await page.keyboard.press('Enter');
  await expect(messages(page).locator('.tr-row.is-selected')).toContainText('ENETUNREACH');
  await page.keyboard.press('Escape');
});

test('tree and bytes follow each other', async ({ program, page }) => {
  await cell(routes(page, '10.10.0.0/16'), 'destination').click();
  const { rowIds } = await program.call('route.add', {
    draft: {
      family: 4,
      destination: '10.66.0.0/16',
      hops: [{ gateway: '192.0.2.6', device: null, weight: 1, onlink: false }],
      table: 254,
      protocol: 4,
      type: 1,
      scope: null,
      metric: null,
      tos: 0,
      prefsrc: null,
      mtu: null,
    },
  });
  expect(rowIds).toHaveLength(1);
  const row = messages(page).locator('.tr-row.is-out', { hasText: 'RTM_NEWROUTE' }).last();
  await row.click();
  const length = fields(page).getByRole('treeitem').filter({ hasText: 'nlmsg_len' }).first();
  await length.click();
  const hex = await selectedHex(page);
  expect(hex.split(' ')).toHaveLength(4);
  // from the bytes to the tree: the type stands at 4
  await bytes(page).locator('.hx-byte[data-o="4"]').click();
  await expect(fields(page).getByRole('treeitem', { selected: true })).toContainText('nlmsg_type');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(fields(page).getByRole('treeitem', { selected: true })).toContainText('nlmsg_flags');
  // pointing is enough to see the other side
  await length.hover();
  await expect(bytes(page).locator('.hx-byte.is-hovered')).toHaveCount(4);
  await bytes(page).locator('.hx-byte[data-o="8"]').hover();
  await expect(fields(page).locator('.is-hovered')).toContainText('nlmsg_seq');
});

test('a row of the grid lights its messages, and a message lights its row', async ({ page }) => {
  await editRoute(page, routes(page, '10.30.0.0/16'), 'metric');
  await type(page, 'Metric', '222');
  await apply(page);
  await cell(routes(page, '10.70.0.0/24'), 'destination').click();
  await cell(routes(page, '10.30.0.0/16'), 'destination').click();
  await expect(messages(page).locator('.tr-row.is-lit').first()).toBeVisible();
  await cell(routes(page, '10.70.0.0/24'), 'destination').click();
  await messages(page)
    .locator('.tr-row.is-out', { hasText: /RTM_NEWROUTE.*10\.30\.0\.0\/16/ })
    .last()
    .click();
  await expect(routes(page, '10.30.0.0/16')).toHaveClass(/is-selected|is-hit/);
});

test('filter by words, by errors, by type; pause and clear', async ({ program, page }) => {
  await program.ask('route.lookup', { address: '10.20.1.1' });
  const rows = messages(page).locator('.tr-row[data-id]');
  await expect(rows.filter({ hasText: 'RTM_GETROUTE' }).first()).toBeVisible();
  await page.getByRole('button', { name: /^Errors/ }).click();
  await expect(rows).toHaveCount(0);
  await page.getByRole('button', { name: /^Errors/ }).click();
  const filter = page.getByRole('textbox', { name: /Filter by type, flags/ });
  await filter.fill('10.20.1.1');
  await expect(rows.first()).toContainText('10.20.1.1');
  await filter.fill('');
  await page.getByRole('button', { name: 'All types' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'NLMSG_DONE' }).click();
  await page.keyboard.press('Escape');
  await expect
    .poll(async () => [...new Set(await rows.locator('.c-type').allTextContents())])
    .toEqual(['NLMSG_DONE']);
  await page.getByRole('button', { name: 'NLMSG_DONE' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'NLMSG_DONE' }).click();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const { kept } = await program.call('trace.state', {});
  await program.ask('route.lookup', { address: '10.20.1.2' });
  expect((await program.call('trace.state', {})).kept).toBe(kept);
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByRole('button', { name: 'Clear the list' }).click();
  await expect(rows).toHaveCount(0);
  await program.ask('route.lookup', { address: '10.20.1.3' });
  await expect(rows.filter({ hasText: '10.20.1.3' }).first()).toBeVisible();
});

test('a reply leads to its request', async ({ program, page }) => {
  await program.ask('route.lookup', { address: '10.20.1.4' });
  const answer = messages(page).locator('.tr-row.is-in', { hasText: '10.20.1.4 via' }).first();
  const link = answer.locator('.tr-link');
  const id = Number((await link.textContent())!.replace(/^.*#/, ''));
  await link.click();
  await expect(message(page, id)).toHaveClass(/is-selected/);
});

test('the page Inspector shows the same list, larger', async ({ page }) => {
  await page.keyboard.press('Control+2');
  await expect(messages(page)).toBeVisible();
  await expect(grid(page)).toBeHidden();
  await page.keyboard.press('Control+1');
  await expect(grid(page)).toBeVisible();
});

test('F9 docks and undocks the inspector', async ({ page }) => {
  await page.keyboard.press('F9');
  await expect(messages(page)).toBeHidden();
  await page.keyboard.press('F9');
  await expect(messages(page)).toBeVisible();
});
