// SPDX-License-Identifier: MIT
// What is counted of a suite's report: nothing is lost, nothing is passed that was not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fromLastLine, fromPlaywright, fromVitest, nothing, sum } from './suites.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suites-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function report(value: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(value));
  return file;
}

it('counts by the last line, and names what failed before it', () => {
  const output =
    'a: passed: b\nfailed: window: it opens: no page\n12 passed, 1 failed\n3 passed, 1 failed, 2 skipped\n';
  expect(fromLastLine({ status: 1, output })).toEqual({
    passed: 3,
    failed: 1,
    skipped: 2,
    failures: ['failed: window: it opens: no page'],
  });
});

it.each([
  ['died without a count', { status: 139, output: 'a: passed\n' }],
  ['tested nothing', { status: 0, output: '0 passed, 0 failed, 0 skipped\n' }],
  ['ended badly after its count', { status: 1, output: '4 passed, 0 failed, 0 skipped\n' }],
])('a suite that %s has failed', (_, run) => {
  expect(fromLastLine(run).failed).toBe(1);
});

it('names the failed tests of vitest, and counts a file that could not be loaded', () => {
  const file = report({
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 1,
    testResults: [
      {
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'good' },
          { status: 'failed', fullName: 'bad' },
        ],
      },
      { status: 'failed', assertionResults: [] },
    ],
  });
  expect(fromVitest(file, 1)).toEqual({ passed: 1, failed: 2, skipped: 1, failures: ['bad'] });
});

it('names the failed tests of Playwright, those that only passed at a second try among them', () => {
  const spec = (title: string, status: string): object => ({ title, tests: [{ status }] });
  const file = report({
    stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 },
    suites: [
      { specs: [spec('bad', 'unexpected')], suites: [{ specs: [spec('shaky', 'flaky')] }] },
      { specs: [spec('good', 'expected')] },
    ],
  });
  const { failed, failures } = fromPlaywright(file, 1);
  expect(failed).toBe(2);
  expect(failures?.toSorted()).toEqual(['bad', 'shaky']);
});

it('a report that is not there is a failure', () => {
  expect(fromVitest(join(folder, 'none.json'), 0).failed).toBe(1);
  expect(fromPlaywright(join(folder, 'none.json'), 0).failed).toBe(1);
});

it('sums counts and names', () => {
  const one = { passed: 1, failed: 1, skipped: 0, failures: ['a'] };
  expect(sum(sum(nothing(), one), { ...one, failures: ['b'] })).toEqual({
    passed: 2,
    failed: 2,
    skipped: 0,
    failures: ['a', 'b'],
  });
});
