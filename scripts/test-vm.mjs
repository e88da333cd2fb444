// SPDX-License-Identifier: MIT
// npm run test:vm [-- SUITE...]: builds the module for Debian's kernel, boots that in QEMU and runs the suites of
// kernel/tests/vm in it: the module comes and goes, is driven over protocol 31, and compared with the user-mode build; the
// helper is started through the real polkit.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { SYSTEM, ensureNodeModules, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root, say } from './lib/root.mjs';
import { lastLines } from './lib/suites.mjs';
import { runInGuest } from './vm/guest.mjs';

/** Longer than it ever takes, also on a slow machine. */
const MINUTES = 20;

/**
 * The report of kernel/tests/vm/run: a line for each test, and a last one that says that it came to its end.
 * @param {string} text
 */
function read(text) {
  const lines = text.split('\n').filter(Boolean);
  const isWhole = lines.at(-1) === 'end';
  const tests = (isWhole ? lines.slice(0, -1) : lines).map((line) => {
    const [verdict = '', suite = '', name = '', why = ''] = line.split('\t');
    return { verdict, suite, name, why };
  });
  return { isWhole, tests };
}

/** The folders of earlier runs, which were left for a look. */
function forgetOldRuns() {
  const folder = join(cache, 'vm');
  try {
    for (const name of readdirSync(folder)
      .filter((name) => name.startsWith('run-'))
      .sort()
      .slice(0, -3)) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // there is none
  }
}

const suites = process.argv.slice(2);
if (suites.some((word) => word.startsWith('-'))) {
  const there = readdirSync(join(root, 'kernel/tests/vm/suites')).map((file) => file.slice(3, -3));
  say(`npm run test:vm -- [SUITE...]\nsuites: ${there.join(', ')}`);
  process.exit(2);
}
const { qemu, busybox, cpio, xz, make, gcc, libc, python, iproute2, dbus, polkitd, pkexec } = SYSTEM;
ensureSystem([qemu, busybox, cpio, xz, make, gcc, libc, python, iproute2, dbus, polkitd, pkexec]);
if (suites.length === 0 || suites.includes('window')) {
  ensureNodeModules();
  ensureSystem([SYSTEM.chromium, SYSTEM.xvfb]);
  ensureBuilt();
}
const targets = ['6.1', 'user', 'tests', 'helper'];
const { status } = spawnSync('make', ['-s', '-C', join(root, 'kernel'), '-j2', ...targets], {
  stdio: ['ignore', 2, 2],
});
if (status !== 0) giveUp('The kernel module and its tests could not be built; the reason is above');

forgetOldRuns();
const words = suites.map((suite) => `'${suite.replaceAll("'", '')}'`).join(' ');
const run = await runInGuest(`exec '${root}/kernel/tests/vm/run' /run/results ${words}\n`, {
  minutes: MINUTES,
  onLine: (line) => {
    if (line.startsWith('vm: ')) say(line.slice(4));
  },
});
let text = '';
try {
  text = readFileSync(join(run.results, 'report'), 'utf8');
} catch {
  // told below
}
const { isWhole, tests } = read(text);
const count = (/** @type {string} */ verdict) => tests.filter((test) => test.verdict === verdict).length;
const counts = {
  passed: count('passed'),
  failed: count('failed'),
  skipped: count('skipped'),
  failures: tests.flatMap(({ verdict, suite, name, why }) =>
    verdict === 'failed' ? [`${suite}: ${name}: ${why}`] : [],
  ),
};
if (!isWhole || run.status !== 0) {
  counts.failed++;
  counts.failures.push('the guest ended too early');
  say(
    `the guest ended too early (${run.status ?? 'not by itself'}); what it printed: ${run.results}/console.log`,
  );
  const console = readFileSync(join(run.results, 'console.log'), 'latin1').trimEnd().split('\n');
  for (const line of console.slice(-15)) say(`  ${line.trimEnd()}`);
}
const report = process.env['VM_JSON'];
if (report !== undefined) writeFileSync(report, JSON.stringify({ counts, tests }));
say(`the guest was there for ${run.seconds.toFixed(0)} s; its files: ${run.results}`);
process.stdout.write(lastLines(counts));
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
