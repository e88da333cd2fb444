// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { FakeTrace, row } from './testing.ts';
import {
  bytesText,
  keptText,
  latencyText,
  limitsText,
  lossSentences,
  relation,
  verdictWord,
} from './words.ts';

test('numbers in words', () => {
  expect([0.2143, 1.24, 12.7, 3400].map(latencyText)).toEqual(['214 µs', '1.2 ms', '13 ms', '3.4 s']);
  expect([12, 1536, 64 * 1024 * 1024].map(bytesText)).toEqual(['12 B', '1.5 KiB', '64 MiB']);
});

test('a verdict has a word for each case', () => {
  expect(verdictWord(row(1))).toBe('waiting');
  expect(verdictWord(row(1, { flags: ['REQUEST'] }))).toBe('no ack asked');
  expect(verdictWord(row(1, { verdict: { kind: 'error', errnoName: 'EEXIST', text: '' } }))).toBe('EEXIST');
  expect(verdictWord(row(1, { verdict: { kind: 'data', parts: 1, done: true } }))).toBe('1 part');
  expect(verdictWord(row(1, { verdict: { kind: 'data', parts: 1200, done: false } }))).toBe('1,200 parts …');
  expect(verdictWord(row(2, { direction: 'in', verdict: { kind: 'data', parts: 7, done: false } }))).toBe(
    'part 7',
  );
});

test('relations name who answers whom', () => {
  expect(relation(row(1))).toBeNull();
  expect(relation(row(1, { related: [2] }))).toEqual({ words: 'answer', id: 2 });
  expect(relation(row(2, { direction: 'in', related: [1] }))).toEqual({ words: 'answers', id: 1 });
  expect(relation(row(3, { direction: 'in', verdict: { kind: 'event' }, related: [1] }))?.words).toBe(
    'caused by',
  );
});

test('what is not kept is said', () => {
  const fake = new FakeTrace();
  fake.add(row(1));
  expect(keptText(fake.state())).toBe('1 message');
  fake.seen = 99_000;
  fake.skipped = 90_000;
  fake.missed = 4000;
  expect(keptText(fake.state())).toBe('1 of 99,000 kept');
  expect(limitsText(fake.state())).toBe('limit 100,000 messages or 64 MiB');
  expect(lossSentences(fake.state())).toEqual([
    '90,000 parts of very long answers counted, not kept.',
    '4,000 messages passed while paused.',
    '4,999 older messages are no longer kept (limit reached, or cleared).',
  ]);
});
