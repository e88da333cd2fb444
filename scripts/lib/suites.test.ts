// SPDX-License-Identifier: MIT
// A test run that is counted wrongly is worse than none: what must never be counted as passed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  asOne,
  fromLastLine,
  fromPlaywright,
  fromVitest,
  inWords,
  lastLines,
  nothing,
  runCommand,
  runCounted,
  sum,
} from './suites.mjs';

const folder = mkdtempSync(join(tmpdir(), 'routelens-suites-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const vitest = (passed: number, failed: number, testResults: unknown[] = []): object => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults,
});

describe('vitest', () => {
  it('counts tests', () => {
    expect(fromVitest(report(vitest(3, 0)), 0)).toEqual({ passed: 3, failed: 0, skipped: 1, failures: [] });
    expect(fromVitest(report(vitest(3, 2)), 1)).toEqual({ passed: 3, failed: 2, skipped: 1, failures: [] });
  });

  it('counts a file that could not be loaded as failed', () => {
    const broken = vitest(3, 0, [{ status: 'failed', assertionResults: [] }]);
    expect(fromVitest(report(broken), 1).failed).toBe(1);
  });

  it('names what failed', () => {
    const one = (status: string, fullName: string): object => ({ status, fullName });
    const file = { status: 'failed', assertionResults: [one('passed', 'good'), one('failed', 'bad')] };
    expect(fromVitest(report(vitest(1, 1, [file])), 1).failures).toEqual(['bad']);
  });

  it('counts a run that ended badly as failed, whatever the report says', () => {
    expect(fromVitest(report(vitest(3, 0)), 1).failed).toBe(1);
    expect(fromVitest(report(vitest(3, 0)), null).failed).toBe(1);
  });

  it('counts a missing or cut report as failed', () => {
    expect(fromVitest(join(folder, 'none.json'), 0)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [],
    });
    expect(fromVitest(report('{"numPassed'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0, failures: [] });
  });
});

describe('playwright', () => {
  const stats = { expected: 5, unexpected: 1, skipped: 2, flaky: 1 };

  it('counts tests, flaky ones and errors outside of tests as failed', () => {
    expect(fromPlaywright(report({ stats, errors: [{}] }), 1)).toEqual({
      passed: 5,
      failed: 3,
      skipped: 2,
      failures: [],
    });
  });

  it('names what failed, those that passed only at a second try among them', () => {
    const spec = (title: string, status: string): object => ({ title, tests: [{ status }] });
    const suites = [
      { specs: [spec('bad', 'unexpected')], suites: [{ specs: [spec('shaky', 'flaky')] }] },
      { specs: [spec('good', 'expected'), spec('left out', 'skipped')] },
    ];
    expect(fromPlaywright(report({ stats, suites }), 1).failures?.toSorted()).toEqual(['bad', 'shaky']);
  });

  it('counts a run that died as failed', () => {
    expect(fromPlaywright(join(folder, 'none.json'), null).failed).toBe(1);
  });
});

describe('programs that count themselves', () => {
  const run = (script: string) => fromLastLine(runCounted(['sh', '-c', script], { minutes: 1 }));

  it('count in their last line', () => {
    expect(run('echo 9 passed, 9 failed, 9 skipped; echo 3 passed, 0 failed, 1 skipped')).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
      failures: [],
    });
    expect(run('echo 3 passed, 2 failed, 0 skipped; exit 1')).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
      failures: [],
    });
  });

  it('name what failed before it, but not counts of their own parts', () => {
    const said =
      'echo a: passed: b; echo failed: window: it opens; echo passed: a failed build; echo 12 passed, 1 failed';
    expect(run(`${said}; echo 3 passed, 1 failed, 0 skipped; exit 1`).failures).toEqual([
      'failed: window: it opens',
    ]);
  });

  it('end as they are read', () => {
    const counts = { passed: 2, failed: 1, skipped: 0, failures: ['window: it opens'] };
    expect(fromLastLine({ status: 1, output: lastLines(counts) })).toEqual({
      ...counts,
      failures: ['failed: window: it opens'],
    });
  });

  it('failed when they ended badly, whatever they count', () => {
    expect(run('echo 3 passed, 0 failed, 0 skipped; exit 1').failed).toBe(1);
    expect(run('echo 3 passed, 0 failed, 0 skipped; kill -9 $$').failed).toBe(1);
  });

  it('failed when they count nothing, or say something behind it', () => {
    expect(run('echo 0 passed, 0 failed, 0 skipped').failed).toBe(1);
    expect(run('true').failed).toBe(1);
    expect(run('echo 3 passed, 0 failed, 0 skipped; echo Segmentation fault').failed).toBe(1);
    expect(fromLastLine(runCounted(['/no/such/program'], { minutes: 1 })).failed).toBe(1);
  });
});

describe('commands', () => {
  it('pass or fail by their exit code, and fail when they hang', () => {
    expect(asOne(runCommand(['true'], { minutes: 1 }))).toEqual({
      passed: 1,
      failed: 0,
      skipped: 0,
      failures: [],
    });
    expect(asOne(runCommand(['false'], { minutes: 1 })).failed).toBe(1);
    expect(asOne(runCommand(['sleep', '60'], { minutes: 0.001 })).failed).toBe(1);
    expect(asOne(runCommand(['/no/such/program'], { minutes: 1 })).failed).toBe(1);
  });

  it('are summed', () => {
    const total = sum(
      { ...nothing(), passed: 1, failed: 2, skipped: 3 },
      { ...nothing(), passed: 10, failed: 20, skipped: 30 },
    );
    expect(inWords(total)).toBe('11 passed, 22 failed, 33 skipped');
    const named = sum({ ...nothing(), failures: ['a'] }, { ...nothing(), failures: ['b'] });
    expect(named.failures).toEqual(['a', 'b']);
  });
});
