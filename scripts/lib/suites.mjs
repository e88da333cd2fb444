// SPDX-License-Identifier: MIT
// Runs test suites and counts what happened from their machine-readable reports. A suite that dies, hangs or leaves no
// report counts as failed, whatever it printed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, say } from './root.mjs';

/** `failures` names what failed, for the end of a long run, where a log that was cut still has it. */
/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts */

/** @returns {Counts} */
export const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

export const inWords = (/** @type {Omit<Counts, 'failures'>} */ c) =>
  `${c.passed} passed, ${c.failed} failed, ${c.skipped} skipped`;

/** A fresh file for a suite's report. */
export function reportFile(/** @type {string} */ name) {
  mkdirSync(join(cache, 'reports'), { recursive: true });
  const file = join(cache, 'reports', `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/**
 * Runs a command whose output is for people. Answers its exit code; null when it was killed or took too long.
 * @param {string[]} words @param {{ minutes: number, env?: Record<string, string> }} options
 */
export function runCommand(words, { minutes, env = {} }) {
  const { status } = spawnSync(words[0] ?? '', words.slice(1), {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
    timeout: minutes * 60_000,
    killSignal: 'SIGKILL',
  });
  return status;
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Counts of a report, made to agree with the exit code: a suite that failed without a failed test has died.
 * @param {Counts | null} counts @param {number | null} status @param {string} name @returns {Counts}
 */
function settle(counts, status, name) {
  if (counts === null) {
    say(`${name}: died without a report (exit code ${status})`);
    return { ...nothing(), failed: 1 };
  }
  if (status !== 0 && counts.failed === 0) {
    say(`${name}: ended with exit code ${status} though no test failed`);
    return { ...counts, failed: 1 };
  }
  return counts;
}

/** vitest's `--reporter=json`. @returns {Counts} */
export function fromVitest(/** @type {string} */ file, /** @type {number | null} */ status, name = 'vitest') {
  const report = readReport(file);
  if (report === null) return settle(null, status, name);
  // a file that could not be loaded has no tests to count
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ r) =>
      r.status === 'failed' && r.assertionResults.length === 0,
  ).length;
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults
      .flatMap(
        (/** @type {{ assertionResults: { status: string, fullName: string }[] }} */ r) => r.assertionResults,
      )
      .filter((/** @type {{ status: string }} */ test) => test.status === 'failed')
      .map((/** @type {{ fullName: string }} */ test) => test.fullName),
  };
  return settle(counts, status, name);
}

/**
 * Names of the tests of Playwright's report that did not do as they should, those that did so at a second try among them.
 * @typedef {{ title: string, tests: { status: string }[] }} Spec
 * @typedef {{ suites?: Suite[], specs?: Spec[] }} Suite
 * @param {Suite} suite @returns {string[]}
 */
const unexpected = ({ suites = [], specs = [] }) => [
  ...suites.flatMap(unexpected),
  ...specs
    .filter((spec) => spec.tests.some(({ status }) => status === 'unexpected' || status === 'flaky'))
    .map((spec) => spec.title),
];

/** Playwright's `json` reporter. @returns {Counts} */
export function fromPlaywright(
  /** @type {string} */ file,
  /** @type {number | null} */ status,
  name = 'playwright',
) {
  const report = readReport(file);
  if (report === null) return settle(null, status, name);
  const { stats } = report;
  return settle(
    {
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + (report.errors?.length ?? 0),
      skipped: stats.skipped,
      failures: unexpected(report),
    },
    status,
    name,
  );
}

/** What a program of ours ends with, for `fromLastLine` to read: what failed, and its count. @param {Counts} counts */
export const lastLines = (counts) =>
  `${counts.failures.map((name) => `failed: ${name}\n`).join('')}${inWords(counts)}\n`;

/**
 * Runs a command whose last line on stdout is its count, `N passed, N failed, N skipped`, as all programs of kernel/ end.
 * Answers what it printed, too.
 * @param {string[]} words @param {{ minutes: number, env?: Record<string, string> }} options
 */
export function runCounted(words, { minutes, env = {} }) {
  const { status, stdout } = spawnSync(words[0] ?? '', words.slice(1), {
    cwd: root,
    stdio: ['ignore', 'pipe', 2],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...env },
    timeout: minutes * 60_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: stdout ?? '' };
}

/** Its counts; a run that tested nothing has failed. @returns {Counts} */
export function fromLastLine(
  /** @type {{ status: number | null, output: string }} */ { status, output },
  name = 'command',
) {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last);
  if (found === null) return settle(null, status, name);
  const lines = output.split('\n').slice(0, -1);
  const counts = {
    passed: Number(found[1]),
    failed: Number(found[2]),
    skipped: Number(found[3]),
    // a verdict has a colon: that something failed is what many a test is about
    failures: lines.filter((line) => /\bfailed:/i.test(line)),
  };
  if (counts.passed + counts.failed + counts.skipped === 0) {
    say(`${name}: tested nothing`);
    return { ...counts, failed: 1 };
  }
  return settle(counts, status, name);
}

/** A command that passes or fails as a whole. @returns {Counts} */
export const asOne = (/** @type {number | null} */ status) =>
  status === 0 ? { ...nothing(), passed: 1 } : { ...nothing(), failed: 1 };
