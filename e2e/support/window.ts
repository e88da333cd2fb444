// SPDX-License-Identifier: MIT
// The window in the words of a person: the grid, a route's row, the list of messages.
import { expect } from 'playwright/test';
import type { Locator, Page } from 'playwright/test';

export const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Routes' });

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Rows of the grid that show this destination; with `table` only those in it. */
export function routes(page: Page, destination: string, table?: string): Locator {
  const exactly = (column: string, text: string): Locator =>
    page.locator(`.c-${column}`, { hasText: new RegExp(`^${escape(text)}$`) });
  const rows = grid(page).locator('.grid-row:not(.is-unused):not(.is-ghost)');
  const found = rows.filter({ has: exactly('destination', destination) });
  return table === undefined ? found : found.filter({ has: exactly('table', table) });
}

export const cell = (row: Locator, column: string): Locator => row.locator(`.grid-cell.c-${column}`);

/** The place where a route is typed. */
export const editor = (page: Page): Locator => grid(page).locator('.grid-editor');
export const field = (page: Page, name: string): Locator => editor(page).getByLabel(name, { exact: true });
/** What is said of the route being typed. */
export const words = (page: Page): Locator => editor(page).getByRole('alert');

/** Opens the editor for a new route by keyboard. */
export async function newRoute(page: Page): Promise<void> {
  await page.keyboard.press('Control+n');
  await expect(field(page, 'Destination')).toBeFocused();
}

/** Goes with Tab to a field and types into it. */
export async function type(page: Page, name: string, text: string): Promise<void> {
  const target = field(page, name);
  for (let presses = 0; presses < 24; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
  await page.keyboard.press('Control+a');
  if (text === '') await page.keyboard.press('Delete');
  else await page.keyboard.type(text);
}

/** Puts the keyboard on a route and opens it there. */
export async function editRoute(page: Page, row: Locator, column = 'destination'): Promise<void> {
  await cell(row, column).click();
  await page.keyboard.press('Enter');
  await expect(editor(page)).toBeVisible();
}

/** Enter, and the route has been taken. */
export async function apply(page: Page): Promise<void> {
  await page.keyboard.press('Enter');
  await expect(editor(page)).toHaveCount(0);
}

export const messages = (page: Page): Locator => page.getByRole('grid', { name: 'Messages' });
export const message = (page: Page, id: number): Locator => messages(page).locator(`[data-id="${id}"]`);
export const fields = (page: Page): Locator => page.getByRole('tree', { name: 'Fields' });
export const bytes = (page: Page): Locator => page.getByRole('grid', { name: /^Bytes/ });

/** Hexadecimal text of the bytes that are marked as selected. */
export const selectedHex = (page: Page): Promise<string> =>
  bytes(page)
    .locator('.hx-byte.is-selected')
    .allTextContents()
    .then((texts) => texts.join(' '));
