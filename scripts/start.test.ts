// SPDX-License-Identifier: MIT
// npm start as a person calls it wrongly or asks it for help: it answers at once and starts nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const start = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(process.cwd(), 'scripts/start.mjs'), ...args], { encoding: 'utf8' });

it('explains its options', () => {
  const { status, stdout } = start('--help');
  expect(status).toBe(0);
  for (const option of ['--shell', '--target', '--smoke', '--help']) expect(stdout).toContain(option);
});

it.each([
  [['--no-such'], 'no-such'],
  [['here'], 'here'],
  [['--shell=firefox'], 'There is no shell firefox'],
  [['--target=mars'], 'There is no target mars'],
  [['--smoke'], 'smoke'],
  [['--smoke', 'a.png', '--target=system'], 'works on the Lab only'],
])('refuses %j and says why', (args, words) => {
  const { status, stderr } = start(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
  expect(stderr).toContain('npm start -- [options]');
});
