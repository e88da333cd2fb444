// SPDX-License-Identifier: MIT
// The namespace that plays the machine in the tests of This machine, what they see of the window, and what they do there.
import { expect, test } from '../fixture.ts';
import type { Locator, Page } from '../fixture.ts';
import { buildHelper } from './helper.ts';
import { openMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { cell, routes } from './window.ts';

export let machine: Machine;

/** The tests of the file share one, with these named namespaces, and the real helper is there. */
export function onMachine(namespaces: readonly string[] = []): void {
  test.describe.configure({ timeout: 90_000 });
  test.beforeAll(async () => {
    buildHelper();
    machine = await openMachine(namespaces);
  });
  test.afterAll(() => machine?.end());
}

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
