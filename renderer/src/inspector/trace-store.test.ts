// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeTrace, row } from './testing.ts';
import { TraceStore } from './trace-store.ts';

let fake: FakeTrace;
let store: TraceStore;
let stop: () => void;
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const rowCalls = (): number => fake.calls.filter((name) => name === 'trace.rows').length;

beforeEach(async () => {
  fake = new FakeTrace();
  for (let id = 1; id <= 300; id++) fake.add(row(id));
  store = new TraceStore(fake.bridge);
  stop = store.start();
  await settle();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('rows in sight are fetched once, with a margin', async () => {
  store.want(100, 120);
  await settle();
  expect(store.row(100)?.id).toBe(101);
  expect(store.row(119)?.id).toBe(120);
  expect(store.row(299)).toBeUndefined();
  const before = rowCalls();
  store.want(105, 125);
  await settle();
  expect(rowCalls()).toBe(before);
});

test('while one request is under way the newest wish waits, not each of them', async () => {
  const before = rowCalls();
  for (let first = 0; first < 250; first += 10) store.want(first, first + 20);
  await settle();
  expect(rowCalls() - before).toBeLessThanOrEqual(2);
  expect(store.row(240)?.id).toBe(241);
});

test('rows that did not change keep their objects, those that did are new', async () => {
  store.want(0, 10);
  await settle();
  const [first, second] = [store.row(0), store.row(1)];
  fake.messages[1]!.row = { ...row(2), verdict: { kind: 'ok' }, related: [9] };
  fake.messages[0]!.row = { ...row(1) };
  fake.tell();
  await settle();
  expect(store.row(0)).toBe(first);
  expect(store.row(1)).not.toBe(second);
  expect(store.row(1)?.verdict).toEqual({ kind: 'ok' });
});

test('what is known of a target that was left meanwhile is told, but not as current', async () => {
  store.want(0, 10);
  await settle();
  stop();
  // another target counts anew while no inspector listens
  fake.messages = [];
  fake.seen = 0;
  fake.add(row(1));
  const filter = fake.bridge['trace.filter'];
  fake.bridge['trace.filter'] = async (wanted) => {
    // rows come first
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return filter(wanted);
  };
  const told: [number | undefined, boolean][] = [];
  const leave = store.subscribe(() => void told.push([store.state?.seen, store.isCurrent]));
  stop = store.start();
  store.want(200, 210);
  await settle();
  leave();
  // whoever counts on the number sees it fall only where both are current
  expect(told[0]).toEqual([300, false]);
  expect(told.filter(([, isCurrent]) => isCurrent).map(([seen]) => seen)).not.toContain(300);
  expect(told.at(-1)).toEqual([1, true]);
});

test('typing waits for the next key before it filters', async () => {
  vi.useFakeTimers();
  for (const text of ['1', '10', '10.2']) store.setFilter({ text });
  expect(store.filter.text).toBe('10.2');
  vi.advanceTimersByTime(60);
  expect(fake.filter.text).toBe('');
  vi.advanceTimersByTime(100);
  expect(fake.filter.text).toBe('10.2');
  store.setFilter({ text: '' });
  vi.advanceTimersByTime(1);
  expect(fake.filter.text).toBe('');
});

test('a message is located among the fetched rows, else by asking', async () => {
  store.want(0, 10);
  await settle();
  expect(await store.locate(5)).toBe(4);
  expect(fake.calls).not.toContain('trace.locate');
  expect(await store.locate(290)).toBe(289);
  expect(await store.locate(999)).toBeNull();
});
