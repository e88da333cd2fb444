// SPDX-License-Identifier: MIT
// Routes added, changed and deleted by keyboard, in the grid and in the kernel's own table; and what the kernel refuses.
import { expect, test } from './fixture.ts';
import {
  apply,
  cell,
  editor,
  editRoute,
  field,
  grid,
  newRoute,
  routes,
  type,
  words,
} from './support/window.ts';

test.beforeEach(async ({ program, page }) => {
  await program.call('lab.reset', {});
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(1);
  await grid(page).focus();
});

test('an IPv4 route is added by keyboard alone, and ip sees it', async ({ program, page }) => {
  await newRoute(page);
  await page.keyboard.type('10.77.0.0/16');
  await type(page, 'Gateway', '192.0.2.9');
  await type(page, 'Device', 'lan0');
  await type(page, 'Metric', '77');
  await apply(page);
  const row = routes(page, '10.77.0.0/16');
  await expect(row).toHaveCount(1);
  await expect(cell(row, 'nexthop')).toHaveText('192.0.2.9');
  await expect(cell(row, 'metric')).toHaveText('77');
  expect((await program.inLab('ip', 'route', 'show', '10.77.0.0/16')).trim()).toBe(
    '10.77.0.0/16 via 192.0.2.9 dev lan0 proto static metric 77',
  );
});

test('an IPv6 route is added by keyboard alone, and ip sees it', async ({ program, page }) => {
  await newRoute(page);
  await page.keyboard.type('2001:db8:77::/48');
  await type(page, 'Gateway', '2001:db8:1::9');
  await apply(page);
  const row = routes(page, '2001:db8:77::/48');
  await expect(row).toHaveCount(1);
  // the kernel fills in the device and the metric
  await expect(cell(row, 'device')).toHaveText('lan0');
  await expect(cell(row, 'metric')).toHaveText('1024');
  expect(await program.inLab('ip', '-6', 'route', 'show', '2001:db8:77::/48')).toContain(
    'via 2001:db8:1::9 dev lan0 proto static metric 1024',
  );
});

for (const [name, column, label, text, shown, told] of [
  ['gateway', 'nexthop', 'Gateway', '192.0.2.77', '192.0.2.77', 'via 192.0.2.77'],
  ['metric', 'metric', 'Metric', '321', '321', 'metric 321'],
  ['MTU', 'mtu', 'MTU', '1300', '1300', 'mtu 1300'],
] as const) {
  test(`the ${name} of a route is changed in place`, async ({ program, page }) => {
    const row = routes(page, '10.10.0.0/16');
    await editRoute(page, row, column);
    await expect(field(page, label)).toBeFocused();
    await type(page, label, text);
    await apply(page);
    await expect(row).toHaveCount(1);
    await expect(cell(row, column)).toHaveText(shown);
    expect(await program.inLab('ip', 'route', 'show', '10.10.0.0/16')).toContain(told);
  });
}

test('the device of a route is changed in place', async ({ program, page }) => {
  const row = routes(page, '10.70.0.0/24');
  await editRoute(page, row, 'device');
  await type(page, 'Device', 'wan0');
  await page.keyboard.press('Escape'); // the list of names
  await apply(page);
  await expect(cell(row, 'device')).toHaveText('wan0');
  expect(await program.inLab('ip', 'route', 'show', '10.70.0.0/24')).toContain('dev wan0');
});

test('another destination: the route moves, and nothing of the old one stays', async ({ program, page }) => {
  await editRoute(page, routes(page, '10.10.0.0/16'));
  await type(page, 'Destination', '10.11.0.0/16');
  await apply(page);
  await expect(routes(page, '10.11.0.0/16')).toHaveCount(1);
  await expect(routes(page, '10.10.0.0/16')).toHaveCount(0);
  expect(await program.inLab('ip', 'route', 'show', '10.10.0.0/16')).toBe('');
  expect(await program.inLab('ip', 'route', 'show', '10.11.0.0/16')).toContain('via 192.0.2.254 dev lan0');
});

test('a route is deleted with the Delete key', async ({ program, page }) => {
  await cell(routes(page, '10.30.0.0/16'), 'destination').click();
  await page.keyboard.press('Delete');
  await expect(routes(page, '10.30.0.0/16')).toHaveCount(0);
  expect(await program.inLab('ip', 'route', 'show', '10.30.0.0/16')).toBe('');
});

test('a route that exists already is refused at its destination, with errno', async ({ page }) => {
  await newRoute(page);
  await page.keyboard.type('10.10.0.0/16');
  await type(page, 'Gateway', '192.0.2.254');
  await page.keyboard.press('Enter');
  await expect(words(page)).toContainText('EEXIST');
  await expect(words(page)).toContainText('10.10.0.0/16');
  await expect(field(page, 'Destination')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(page, 'Destination')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveCount(0);
});

test("a gateway that cannot be reached is refused at the gateway, in the kernel's own words", async ({
  page,
}) => {
  await newRoute(page);
  await page.keyboard.type('10.78.0.0/16');
  await type(page, 'Gateway', '9.9.9.9');
  await page.keyboard.press('Enter');
  await expect(words(page)).toContainText('Nexthop has invalid gateway');
  await expect(words(page)).toContainText('ENETUNREACH');
  await expect(field(page, 'Gateway')).toHaveAttribute('aria-invalid', 'true');
  // put right in the same place
  await type(page, 'Gateway', '192.0.2.9');
  await apply(page);
  await expect(routes(page, '10.78.0.0/16')).toHaveCount(1);
});

test('what is wrong is said as one types', async ({ page }) => {
  await newRoute(page);
  await page.keyboard.type('10.1.2.3/8');
  await expect(words(page)).toContainText('10.1.2.3/8 has bits set behind the first 8');
  await expect(field(page, 'Destination')).toHaveAttribute('aria-invalid', 'true');
  await words(page).getByRole('button', { name: 'Use 10.0.0.0/8' }).click();
  await expect(field(page, 'Destination')).toHaveValue('10.0.0.0/8');
  await expect(words(page)).toHaveCount(0);
  await type(page, 'Device', 'eth99');
  await expect(words(page)).toContainText('There is no interface eth99');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveCount(0);
});
