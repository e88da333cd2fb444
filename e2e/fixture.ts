// SPDX-License-Identifier: MIT
// One program for each test file, started afresh where a test asks for it. After every test the page must not have
// complained: no console error, no uncaught exception, no CSP violation.
import { expect, test as base } from 'playwright/test';
import type { Locator, Page } from 'playwright/test';
import { startProgram } from './support/program.ts';
import type { Program, ShellName, StartOptions } from './support/program.ts';

export interface Shell {
  shell: ShellName;
}

export interface Fixtures {
  /** Starts a program with settings of its own; it is closed at the end of the test when it still runs. */
  start(options?: Partial<StartOptions>): Promise<Program>;
  /** The program that the tests of a file share, with a fresh Lab for each test. */
  program: Program;
  page: Page;
}

const display = (): string => process.env['DISPLAY'] ?? ':0';

export const test = base.extend<Fixtures & Shell, { shared: { program: Program | null } }>({
  shell: ['chromium', { option: true }],

  shared: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const shared: { program: Program | null } = { program: null };
      await use(shared);
      await shared.program?.close();
    },
    { scope: 'worker' },
  ],

  program: [
    async ({ shared, shell }, use, info) => {
      shared.program ??= await startProgram({ shell, display: display() });
      const { program } = shared;
      program.complaints.length = 0;
      await use(program);
      if (info.status !== info.expectedStatus) {
        await info.attach('output', { body: program.output() });
        await program.close();
        shared.program = null;
        return;
      }
      expect(program.complaints, 'what the page complained of').toEqual([]);
    },
    // the first start of all may find nothing in the page cache
    { timeout: 90_000 },
  ],

  page: async ({ program }, use) => {
    await use(program.page);
  },

  start: async ({ shell }, use) => {
    const all: Program[] = [];
    await use(async (options = {}) => {
      const program = await startProgram({ shell, display: display(), ...options });
      all.push(program);
      return program;
    });
    for (const program of all) await program.close().catch(() => []);
    for (const program of all) expect(program.complaints, 'what the page complained of').toEqual([]);
  },
});

export { expect };
export type { Locator, Page };
