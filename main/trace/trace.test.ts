// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { DEFAULT_TRACE_FILTER } from '../../app/contract/index.ts';
import { HOLD_MS } from './order.ts';
import { Rate } from './rate.ts';
import { LOST_AFTER_MS, PARTS_KEPT } from './recorder.ts';
import {
  answer,
  attribute,
  batch,
  DELROUTE,
  GETROUTE,
  message,
  NEWROUTE,
  PORT,
  REQUEST_ACK,
  REQUEST_DUMP,
  route4,
  s32,
} from './testing.ts';
import { Trace } from './trace.ts';

const LIMITS = { messages: 4000, bytes: 1 << 20 };
const add = (seq: number, third = 20) =>
  message({ type: NEWROUTE, flags: REQUEST_ACK | 0x600, seq }, [
    ...route4([10, third, 0, 0], 16),
    ...attribute(4, s32(3)),
  ]);
/** NLMSG_ERROR with NLMSGERR_ATTR_MSG, the request capped to its header. */
const refuse = (request: Uint8Array, errno: number, sentence: string) => {
  const seq = new DataView(request.buffer).getUint32(8, true);
  const text = [...new TextEncoder().encode(`${sentence}\0`)];
  return message({ type: 2, flags: 0x300, seq, port: PORT }, [
    ...s32(-errno),
    ...request.subarray(0, 16),
    ...attribute(1, text),
  ]);
};

function filled() {
  const trace = new Trace(LIMITS);
  trace.reader.originMs = 1000;
  trace.reader.setNames([[3, 'lan0']]);
  trace.push(batch('out', 'request', [{ at: 1001.5, messages: [add(1), add(2, 21)] }]), 0);
  trace.push(
    batch('in', 'request', [
      { at: 1002, messages: [answer(add(1), 0)] },
      { at: 1002.25, messages: [refuse(add(2), 17, 'No, really')] },
    ]),
    0,
  );
  trace.push(
    batch(
      'in',
      'events',
      [
        {
          at: 1002.5,
          group: 7,
          messages: [
            message({ type: NEWROUTE, flags: 0x600, seq: 1, port: PORT }, route4([10, 20, 0, 0], 16)),
          ],
        },
      ],
      77,
    ),
    0,
  );
  trace.drain(1, true);
  return trace;
}

test('rows read as a person reads them', () => {
  const { rows } = filled().rows(0, 100);
  expect(rows.map((r) => [r.id, r.datagram, r.time, r.direction, r.type, r.related])).toEqual([
    [1, 1, 1.5, 'out', 'RTM_NEWROUTE', [3]],
    [2, 1, 1.5, 'out', 'RTM_NEWROUTE', [4]],
    [3, 2, 2, 'in', 'NLMSG_ERROR', [1]],
    [4, 3, 2.25, 'in', 'NLMSG_ERROR', [2]],
    [5, 4, 2.5, 'in', 'RTM_NEWROUTE', [1]],
  ]);
  expect(rows[0]).toMatchObject({
    flags: ['REQUEST', 'ACK', 'EXCL', 'CREATE'],
    seq: 1,
    verdict: { kind: 'ok' },
    latency: null,
  });
  expect(rows[0]!.summary).toContain('10.20.0.0/16');
  expect(rows[0]!.summary).toContain('lan0');
  expect(rows[1]!.verdict).toEqual({ kind: 'error', errnoName: 'EEXIST', text: 'No, really' });
  expect(rows[3]).toMatchObject({
    latency: 0.75,
    verdict: { kind: 'error', errnoName: 'EEXIST', text: 'No, really' },
  });
  expect(rows[4]!.verdict).toEqual({ kind: 'event' });
});

test('details carry the bytes and their tree', () => {
  const trace = filled();
  const detail = trace.reader.detail(trace.store.find(1));
  expect([...Buffer.from(detail.bytes, 'base64')]).toEqual([...add(1)]);
  expect(detail.tree[0]).toMatchObject({ name: 'nlmsghdr', start: 0, end: 16 });
});

test('filters by direction, type, errors and text, and keeps up with what comes', () => {
  const trace = filled();
  const ids = (patch: object) => {
    trace.filter({ ...DEFAULT_TRACE_FILTER, ...patch });
    return trace.rows(0, 100).rows.map((r) => r.id);
  };
  expect(ids({ direction: 'out' })).toEqual([1, 2]);
  expect(ids({ types: ['NLMSG_ERROR'] })).toEqual([3, 4]);
  expect(ids({ text: 'really' })).toEqual([2, 4]);
  expect(ids({ text: 'really ' })).toEqual([2, 4]);
  expect(ids({ text: 'really not' })).toEqual([]);
  expect(ids({ text: 'reall', direction: 'in' })).toEqual([4]);
  expect(ids({ text: '10.20.0.0' })).toEqual([1, 5]);
  expect(ids({ text: 'EXCL', direction: 'out' })).toEqual([1, 2]);
  expect(ids({ errorsOnly: true })).toEqual([2, 4]);
  expect(trace.locate(4)).toBe(1);
  expect(trace.locate(3)).toBeNull();
  // a request joins the errors only when its refusal has come, in its place
  trace.push(batch('out', 'request', [{ at: 1010, messages: [add(8), add(9)] }]), 20);
  trace.drain(20, true);
  expect(trace.state(20).matched).toBe(2);
  trace.push(batch('in', 'request', [{ at: 1011, messages: [refuse(add(8), 22, 'Bad')] }]), 30);
  trace.drain(30, true);
  expect(trace.rows(0, 100).rows.map((r) => r.id)).toEqual([2, 4, 6, 8]);
});

test('the filtered list forgets what falls out of the ring', () => {
  const trace = new Trace({ messages: 10, bytes: 1 << 20 });
  trace.filter({ ...DEFAULT_TRACE_FILTER, types: ['RTM_DELROUTE'] });
  for (let seq = 1; seq <= 30; seq++) {
    const one = message({ type: seq % 2 ? DELROUTE : NEWROUTE, flags: REQUEST_ACK, seq });
    trace.push(batch('out', 'request', [{ at: seq, messages: [one] }]), seq);
    trace.drain(seq, true);
  }
  expect(trace.rows(0, 100).rows.map((r) => r.id)).toEqual([21, 23, 25, 27, 29]);
  expect(trace.state(100)).toMatchObject({ seen: 30, kept: 10, matched: 5, limits: { messages: 10 } });
});

test('an answer that comes first still gets the higher number', () => {
  const trace = new Trace(LIMITS);
  trace.push(batch('in', 'request', [{ at: 2, messages: [answer(add(1), 0)] }]), 10);
  expect(trace.drain(10 + HOLD_MS, false)).not.toBeNull();
  expect(trace.state(20).seen).toBe(0);
  trace.push(batch('out', 'request', [{ at: 1, messages: [add(1)] }]), 40);
  trace.drain(40 + HOLD_MS);
  expect(trace.rows(0, 10).rows.map((r) => [r.id, r.direction, r.verdict.kind])).toEqual([
    [1, 'out', 'ok'],
    [2, 'in', 'ok'],
  ]);
});

test('a pause keeps what came before it and counts what passes', () => {
  const trace = new Trace(LIMITS);
  trace.push(batch('out', 'request', [{ at: 1, messages: [add(1)] }]), 10);
  trace.pause(true, 10);
  trace.push(batch('in', 'request', [{ at: 2, messages: [answer(add(1), 0)] }]), 11);
  trace.drain(20);
  expect(trace.state(20)).toMatchObject({ paused: true, kept: 1, missed: 1, seen: 2 });
  trace.pause(false, 21);
  trace.push(batch('out', 'request', [{ at: 30, messages: [add(2)] }]), 30);
  trace.drain(40);
  expect(trace.rows(0, 10).rows.map((r) => r.id)).toEqual([1, 3]);
  trace.clear(50);
  expect(trace.state(50)).toMatchObject({ kept: 0, matched: 0, bytes: 0, seen: 3, missed: 0 });
});

test('a long dump says on its last kept part what is missing', () => {
  const trace = new Trace(LIMITS);
  const request = message({ type: GETROUTE, flags: REQUEST_DUMP, seq: 4 }, route4([0, 0, 0, 0], 0));
  trace.push(batch('out', 'dump', [{ at: 1, messages: [request] }]), 0);
  const part = message({ type: NEWROUTE, flags: 2, seq: 4, port: PORT }, route4([10, 0, 0, 0], 8));
  const parts = Array.from({ length: PARTS_KEPT + 50 }, () => part);
  const done = message({ type: 3, flags: 2, seq: 4, port: PORT }, s32(0));
  trace.push(
    batch('in', 'dump', [
      { at: 2, messages: parts },
      { at: 3, messages: [done] },
    ]),
    0,
  );
  trace.drain(10, true);
  const total = PARTS_KEPT + 50;
  expect(trace.state(10)).toMatchObject({ seen: total + 2, kept: PARTS_KEPT + 2, skipped: 50 });
  const [first] = trace.rows(0, 1).rows;
  expect(first!.verdict).toEqual({ kind: 'data', parts: total, done: true });
  expect(first!.related).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  const [last, end] = trace.rows(PARTS_KEPT, 2).rows;
  expect(last).toMatchObject({ id: PARTS_KEPT + 1, skipped: 50 });
  expect(end).toMatchObject({
    id: total + 2,
    type: 'NLMSG_DONE',
    verdict: { kind: 'data', parts: total, done: true },
  });
});

test('broken frames are rows with a reason, and can be opened', () => {
  const trace = new Trace(LIMITS);
  const cases = [
    message({ type: NEWROUTE, length: 4 }),
    message({ type: NEWROUTE, length: 900 }),
    new Uint8Array([9, 9]),
  ];
  for (const bytes of cases) trace.push(batch('in', 'events', [{ at: 1, group: 7, messages: [bytes] }]), 0);
  trace.drain(1, true);
  expect(trace.rows(0, 9).rows.map((r) => r.verdict)).toEqual([
    { kind: 'lost', text: 'nlmsg_len 4 is less than a header' },
    { kind: 'lost', text: 'Cut off: 16 of 900 bytes' },
    { kind: 'lost', text: '2 bytes are no message' },
  ]);
  for (let p = 0; p < 3; p++) expect(trace.reader.detail(p).tree.length).toBeGreaterThan(0);
});

test('a request is lost after a while, and the ids of an answered one are complete', () => {
  const trace = filled();
  expect(trace.idsOf('request', 2)).toEqual({ ids: [2, 4], complete: true });
  trace.push(batch('out', 'request', [{ at: 1500, messages: [add(50)] }]), 600);
  trace.drain(600, true);
  expect(trace.idsOf('request', 50)).toEqual({ ids: [6], complete: false });
  trace.expire(1500 + LOST_AFTER_MS + 1);
  expect(trace.rows(5, 1).rows[0]!.verdict).toEqual({ kind: 'lost', text: 'No answer within 10 s' });
});

test('the rate is of the last second', () => {
  const rate = new Rate();
  rate.add(5, 1000);
  rate.add(2, 1950);
  expect(rate.perSecond(1999)).toBe(7);
  expect(rate.perSecond(2000)).toBe(2);
  expect(rate.perSecond(9000)).toBe(0);
});
