// SPDX-License-Identifier: MIT
// What the tests of This machine see of the window, and what they do there.
import { expect } from '../fixture.ts';
import type { Locator, Page } from '../fixture.ts';
import { cell, routes } from './window.ts';

export const lock = (page: Page): Locator => page.locator('header .lock');
export const notice = (page: Page): Locator => page.locator('.notice');

export async function at(page: Page, key: string, name: string): Promise<void> {
  await page.keyboard.press(`Control+${key}`);
  await expect(page.locator('[aria-current=page]')).toHaveText(name);
}

export async function select(page: Page, destination: string): Promise<void> {
  await cell(routes(page, destination), 'destination').click();
}

export async function unlock(page: Page): Promise<void> {
  await lock(page).click();
  await expect(lock(page)).toContainText('Unlocked');
}
