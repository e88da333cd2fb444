// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { ANSWER_HOLD_MS, HOLD_MS, Order } from './order.ts';
import type { Sink } from './order.ts';
import { batch, message } from './testing.ts';

function sink(ready: () => boolean = () => true): Sink & { times: number[] } {
  const times: number[] = [];
  return { times, ready, take: (b, i) => void times.push(b.times[i]!) };
}
const one = message({ type: 24 });
const out = (...times: number[]) =>
  batch(
    'out',
    'request',
    times.map((at) => ({ at, messages: [one] })),
  );
const incoming = (...times: number[]) =>
  batch(
    'in',
    'request',
    times.map((at) => ({ at, messages: [one] })),
  );

test('datagrams of both directions come out by time, whichever port was faster', () => {
  const order = new Order();
  const s = sink();
  order.push(incoming(2, 4), 10);
  order.push(out(1, 3), 10.5);
  order.push(incoming(5), 10.6);
  expect(order.drain(10.6, s)).toBeGreaterThan(0);
  expect(s.times).toEqual([]);
  expect(order.drain(10.6 + HOLD_MS, s)).toBeNull();
  expect(s.times).toEqual([1, 2, 3, 4, 5]);
});

test('an answer waits for its request, but not for ever', () => {
  const order = new Order();
  let known = false;
  const s = sink(() => known);
  order.push(incoming(2), 10);
  expect(order.drain(50, s)).toBe(HOLD_MS);
  expect(s.times).toEqual([]);
  order.push(out(1), 50);
  known = true;
  order.drain(50 + HOLD_MS, s);
  expect(s.times).toEqual([1, 2]);

  known = false;
  order.push(incoming(9), 60);
  order.drain(60 + ANSWER_HOLD_MS, s);
  expect(s.times).toEqual([1, 2, 9]);
});

test('draining everything waits for nothing, and empty batches are nothing', () => {
  const order = new Order();
  const s = sink(() => false);
  order.push(incoming(), 1);
  order.push(incoming(2), 1);
  expect(order.drain(1, s, true)).toBeNull();
  expect(s.times).toEqual([2]);
});
