// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { Settled } from '../../app/contract/index.ts';
import { leftWords } from './left-words.ts';

const settled = (how: Settled['how'], others: Partial<Settled> = {}): Settled => ({
  how,
  changes: 2,
  restored: 2,
  failed: 0,
  ...others,
});

test.each(['kept', 'reverted', 'expired', 'ended'] as const)('%s: nothing is left', (how) => {
  expect(leftWords(settled(how))).toBeNull();
});

test('what may still stand is said with its number, why, and what to do', () => {
  expect(leftWords(settled('unknown', { restored: 0, why: 'It was ended by SIGKILL' }))).toBe(
    '2 changes may not have been put back: the helper that does so could not tell whether it did (It was ended by SIGKILL). Look at the table (ip route show table all), and put right by hand what you changed since you last kept',
  );
  expect(leftWords(settled('unknown', { changes: 1 }))).toMatch(
    /^1 change may not .* could not tell whether it did\. Look/,
  );
  expect(leftWords(settled('unknown', { more: true }))).toMatch(/^2 changes or more may not/);
  expect(leftWords(settled('unknown', { changes: 0, more: true }))).toMatch(/^Changes may not/);
});

test('what the kernel refused is said, too', () => {
  expect(leftWords(settled('expired', { failed: 1 }))).toMatch(
    /^2 changes could not be put back entirely: the kernel refused 1 of 2 messages\. Look at the table/,
  );
});
