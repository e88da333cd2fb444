// SPDX-License-Identifier: MIT
// The suites of kernel/: its builds, its static checks, its tests, and the virtual machine that the module is loaded in.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './root.mjs';
import { asOne, fromLastLine, runCommand, runCounted, sum } from './suites.mjs';

/** @typedef {import('./suites.mjs').Counts} Counts */

const kernel = join(root, 'kernel');
const make = (/** @type {string[]} */ ...targets) => ['make', '-s', '-C', kernel, ...targets];

/** @param {string} name @param {string[]} words @param {number} minutes */
function counted(name, words, minutes) {
  const run = runCounted(words, { minutes });
  process.stderr.write(run.output);
  return fromLastLine(run, name);
}

/** rtmgr-user, routelens-helper and the tests; the module for two kernel series, where a warning is an error. */
function builds() {
  /** @type {[string, string[]][]} */
  const steps = [
    ['rtmgr-user, routelens-helper and the tests', make('-j2', 'user', 'helper', 'tests')],
    ['rtmgr.ko for 6.1', make('6.1')],
    ['rtmgr.ko for 6.12', make('6.12')],
  ];
  return steps
    .map(([name, words]) => {
      const counts = asOne(runCommand(words, { minutes: 10 }));
      say(`${name}: ${counts.failed === 0 ? 'built' : 'not built'}`);
      return counts;
    })
    .reduce(sum);
}

function staticChecks() {
  const style = counted('checkpatch', [join(kernel, 'scripts/checkpatch')], 5);
  return sum(style, counted('sparse', [join(kernel, 'scripts/sparse'), '6.1'], 5));
}

function fuzz() {
  const corpus = join(kernel, 'tests/fuzz/corpus');
  const files = existsSync(corpus) ? readdirSync(corpus).map((file) => join(corpus, file)) : [];
  return counted('fuzz corpus', [join(kernel, 'build/fuzz/replay'), ...files], 5);
}

/** In the order in which they are worth running: what is broken shows early. @type {[string, () => Counts][]} */
export const kernelSuites = [
  ['kernel: builds', builds],
  ['kernel: static checks', staticChecks],
  ['kernel: unit tests', () => counted('unit tests', make('check-unit'), 10)],
  ['kernel: fuzz corpus replay', fuzz],
  [
    'kernel: allocation failures',
    () => counted('allocation failures', [join(kernel, 'build/fuzz/alloc')], 5),
  ],
  ['kernel: rtmgr-user and its clients', () => counted('rtmgr-user', make('check-user'), 5)],
  ['kernel: routelens-helper', () => counted('routelens-helper', make('check-helper'), 10)],
  ['kernel: a stock ip', () => counted('ip', make('check-ip'), 5)],
  ["kernel: beside the kernel's own tables", () => counted('differential', make('check-differential'), 10)],
  [
    'kernel: virtual machine',
    () => counted('virtual machine', [process.execPath, join(root, 'scripts/test-vm.mjs')], 25),
  ],
];
