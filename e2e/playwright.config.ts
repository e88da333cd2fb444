// SPDX-License-Identifier: MIT
// The whole program, driven as a person would. Two projects, the same tests: the Chromium shell, and Electron wherever
// a binary of it is there. `npx playwright test -c e2e`; scripts/test.mjs reads the JSON report.
import { defineConfig } from 'playwright/test';
import type { Shell } from './fixture.ts';
import { electronDist } from './support/program.ts';

const json = process.env['E2E_JSON'];

export default defineConfig<Shell>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: process.env['E2E_OUTPUT'] ?? '../.cache/e2e',
  globalSetup: './support/setup.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 5000 },
  use: { actionTimeout: 5000 },
  reporter: json ? [['list'], ['json', { outputFile: json }]] : [['list']],
  projects: [
    { name: 'chromium shell', use: { shell: 'chromium' } },
    // left out, not skipped, without a binary: support/setup.ts says so
    ...(electronDist() === null ? [] : [{ name: 'electron', use: { shell: 'electron' as const } }]),
  ],
});
