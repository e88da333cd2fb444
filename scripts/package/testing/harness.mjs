// SPDX-License-Identifier: MIT
// Tests of the packages: each has a name and throws when it fails. Counts, and says what it does as it goes.
import { say } from '../../lib/root.mjs';
import { nothing } from '../../lib/suites.mjs';

export const counts = nothing();

/** @param {'passed' | 'failed' | 'skipped'} verdict @param {string} name @param {string} [why] */
export function record(verdict, name, why = '') {
  counts[verdict]++;
  if (verdict === 'failed') counts.failures.push(name);
  const reason = why === '' ? '' : `\n${why.trim().replace(/^/gm, '    ')}`;
  say(`${verdict}: ${name}${reason}`);
}

/** @param {string} name @param {() => unknown} run */
export async function test(name, run) {
  try {
    await run();
    record('passed', name);
  } catch (error) {
    record('failed', name, error instanceof Error ? error.message : String(error));
  }
}
