// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { TapBatch } from '../netlink/tap.ts';
import { ofRoute } from './of-route.ts';
import { Recorder, LOST_AFTER_MS, PARTS_KEPT } from './recorder.ts';
import { Store, VERDICT } from './store.ts';
import {
  answer,
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

const quiet = { added: () => {}, changed: () => {}, evicted: () => {} };

function record(limits = { messages: 5000, bytes: 1 << 20 }) {
  const store = new Store(limits);
  const recorder = new Recorder(store, quiet);
  const take = (b: TapBatch): void => {
    for (let i = 0; i < b.times.length; i++) recorder.take(b, i);
  };
  const at = (id: number) => {
    const slot = store.slot(store.find(id));
    const c = store.columns;
    return {
      verdict: c.verdict[slot],
      errno: c.errno[slot],
      parts: c.parts[slot],
      done: c.done[slot],
      request: c.request[slot],
      latency: c.latency[slot],
      skipped: c.skipped[slot],
      datagram: c.datagram[slot],
    };
  };
  return { store, recorder, take, at };
}

const add = (seq: number) => message({ type: NEWROUTE, flags: REQUEST_ACK, seq }, route4([10, 1, 0, 0], 16));

test('an acknowledgement and an error are paired with their cascaded requests', () => {
  const { take, at, recorder, store } = record();
  take(batch('out', 'request', [{ at: 100, messages: [add(1), add(2)] }]));
  expect(at(1).verdict).toBe(VERDICT.pending);
  take(
    batch('in', 'request', [
      { at: 100.25, messages: [answer(add(1), 0)] },
      { at: 100.5, messages: [answer(add(2), -17)] },
    ]),
  );
  expect(at(1)).toMatchObject({ verdict: VERDICT.ok, done: 1, datagram: 1 });
  expect(at(2)).toMatchObject({ verdict: VERDICT.error, errno: 17, datagram: 1 });
  expect(at(3)).toMatchObject({ verdict: VERDICT.ok, request: 1, latency: 0.25 });
  expect(at(4)).toMatchObject({ verdict: VERDICT.error, errno: 17, request: 2, latency: 0.5 });
  expect(recorder.answersOf(store.find(2), 8).map((p) => store.columns.id[store.slot(p)])).toEqual([4]);
});

test('the same sequence number on another socket, or for another port, is another conversation', () => {
  const { take, at } = record();
  take(batch('out', 'request', [{ at: 1, messages: [add(7)] }]));
  take(batch('in', 'dump', [{ at: 2, messages: [answer(add(7), 0)] }]));
  take(
    batch('in', 'request', [
      { at: 3, messages: [message({ type: 2, seq: 7, port: 99 }, [...s32(0), ...add(7)])] },
    ]),
  );
  expect(at(1).verdict).toBe(VERDICT.pending);
  expect(at(2).request).toBe(0);
  expect(at(3).request).toBe(0);
});

test('a long dump is counted, its first parts, its first interrupted part and its end are kept', () => {
  const { take, at, recorder, store } = record();
  take(
    batch('out', 'dump', [
      {
        at: 1,
        messages: [message({ type: GETROUTE, flags: REQUEST_DUMP, seq: 5 }, route4([0, 0, 0, 0], 0))],
      },
    ]),
  );
  const part = (flags: number) =>
    message({ type: NEWROUTE, flags, seq: 5, port: PORT }, route4([1, 2, 3, 0], 24));
  const total = PARTS_KEPT + 500;
  const parts = Array.from({ length: total }, (_, i) => part(i === PARTS_KEPT + 99 ? 0x12 : 2));
  take(batch('in', 'dump', [{ at: 2, messages: parts }]));
  expect(at(1)).toMatchObject({ verdict: VERDICT.data, parts: total, done: 0 });
  take(
    batch('in', 'dump', [{ at: 3, messages: [message({ type: 3, flags: 2, seq: 5, port: PORT }, s32(0))] }]),
  );
  expect(at(1)).toMatchObject({ verdict: VERDICT.data, parts: total, done: 1 });
  expect(store.count).toBe(1 + PARTS_KEPT + 1 + 1);
  expect(recorder.seen).toBe(1 + total + 1);
  expect(recorder.skipped).toBe(499);
  expect(at(1 + PARTS_KEPT).skipped).toBe(99);
  expect(at(1 + PARTS_KEPT + 100).skipped).toBe(400);
  expect(at(total + 2)).toMatchObject({
    verdict: VERDICT.data,
    parts: total,
    done: 1,
    request: 1,
    latency: 2,
  });
});

test('a dump that ends with an error has the error as its verdict', () => {
  const { take, at } = record();
  take(
    batch('out', 'dump', [{ at: 1, messages: [message({ type: GETROUTE, flags: REQUEST_DUMP, seq: 5 })] }]),
  );
  take(
    batch('in', 'dump', [
      { at: 2, messages: [message({ type: 3, flags: 2, seq: 5, port: PORT }, s32(-22))] },
    ]),
  );
  expect(at(1)).toMatchObject({ verdict: VERDICT.error, errno: 22 });
});

test('an event names the request that caused it, and does not count as its answer', () => {
  const { take, at, recorder, store } = record();
  take(batch('out', 'request', [{ at: 1, messages: [add(9)] }]));
  take(
    batch(
      'in',
      'events',
      [{ at: 2, group: 7, messages: [message({ type: NEWROUTE, seq: 9, port: PORT })] }],
      77,
    ),
  );
  expect(at(2)).toMatchObject({ verdict: VERDICT.event, request: 1, latency: NaN });
  expect(at(1).verdict).toBe(VERDICT.pending);
  expect(recorder.answersOf(store.find(1), 8)).toEqual([]);
});

test('a lookup is answered by one message', () => {
  const { take, at } = record();
  take(batch('out', 'request', [{ at: 1, messages: [message({ type: GETROUTE, flags: 1, seq: 3 })] }]));
  take(batch('in', 'request', [{ at: 2, messages: [message({ type: NEWROUTE, seq: 3, port: PORT })] }]));
  expect(at(1)).toMatchObject({ verdict: VERDICT.data, parts: 1, done: 1 });
});

test('data of a request that asked for an acknowledgement waits for it', () => {
  const { take, at } = record();
  const request = message({ type: GETROUTE, flags: REQUEST_ACK, seq: 3 });
  take(batch('out', 'request', [{ at: 1, messages: [request] }]));
  take(batch('in', 'request', [{ at: 2, messages: [message({ type: NEWROUTE, seq: 3, port: PORT })] }]));
  expect(at(1)).toMatchObject({ verdict: VERDICT.data, parts: 1, done: 0 });
  take(batch('in', 'request', [{ at: 3, messages: [answer(request, 0)] }]));
  expect(at(1)).toMatchObject({ verdict: VERDICT.data, parts: 1, done: 1 });
});

test('hostile lengths lose no byte and no message before them', () => {
  const { take, at, store, recorder } = record();
  const lengths = [0, 15, 17, 0x7fff_ffff, 0xffff_ffff];
  for (const length of lengths) {
    take(batch('in', 'events', [{ at: 1, group: 7, messages: [add(1), message({ type: 24, length })] }]));
  }
  expect(recorder.seen).toBe(2 * lengths.length);
  for (let i = 0; i < lengths.length; i++) expect(at(2 * i + 2).verdict).toBe(VERDICT.lost);
  expect(store.bytes).toBe(lengths.length * (add(1).length + 16));

  take(batch('in', 'events', [{ at: 1, group: 7, messages: [add(1), new Uint8Array([1, 2, 3])] }]));
  expect([...store.view(store.head - 1)]).toEqual([1, 2, 3]);
  expect(at(recorder.seen).verdict).toBe(VERDICT.lost);
});

test('spans beyond the buffer end at the buffer', () => {
  const { take, store } = record();
  const b = batch('in', 'events', [{ at: 1, group: 7, messages: [add(1)] }]);
  b.spans[1] = 0xffff;
  take(b);
  expect(store.count).toBe(1);
});

test('an error without its number is lost, not taken for an acknowledgement', () => {
  const { take, at } = record();
  take(batch('out', 'request', [{ at: 1, messages: [add(1)] }]));
  take(batch('in', 'request', [{ at: 2, messages: [message({ type: 2, seq: 1, port: PORT }, [0])] }]));
  expect(at(2).verdict).toBe(VERDICT.lost);
});

test('the ring keeps the newest and forgets requests with their messages', () => {
  const { take, store, recorder } = record({ messages: 8, bytes: 1 << 20 });
  for (let seq = 1; seq <= 20; seq++) take(batch('out', 'request', [{ at: seq, messages: [add(seq)] }]));
  expect(store.count).toBe(8);
  expect(store.find(12)).toBe(-1);
  expect(store.find(13)).toBe(store.tail);
  expect(recorder.requestAt('request', 12)).toBe(-1);
  expect(recorder.requestAt('request', 20)).toBe(store.head - 1);
  // its request's slot is taken over by the answer itself
  take(batch('in', 'request', [{ at: 30, messages: [answer(add(13), -17)] }]));
  const slot = store.slot(store.head - 1);
  expect(store.columns.request[slot]).toBe(0);
  expect(store.columns.verdict[slot]).toBe(VERDICT.error);
});

test('the byte limit holds, and bytes are those of the right message', () => {
  const { take, store } = record({ messages: 5000, bytes: 600_000 });
  for (let i = 0; i < 300; i++) {
    const body = new Uint8Array(1000 + ((i * 7919) % 9000)).fill(i & 0xff);
    take(batch('in', 'events', [{ at: i, group: 1, messages: [message({ type: 16 }, body)] }]));
    expect(store.bytes).toBeLessThanOrEqual(600_000);
  }
  for (let p = store.tail; p < store.head; p++) {
    const bytes = store.view(p);
    const id = store.columns.id[store.slot(p)]!;
    expect(bytes[16]).toBe((id - 1) & 0xff);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)).toBe(
      16 + 1000 + (((id - 1) * 7919) % 9000),
    );
  }
});

test('what passes during a pause is counted', () => {
  const { take, store, recorder } = record();
  recorder.paused = true;
  take(batch('out', 'request', [{ at: 1, messages: [add(1), add(2)] }]));
  recorder.paused = false;
  take(batch('out', 'request', [{ at: 2, messages: [add(3)] }]));
  expect(recorder).toMatchObject({ missed: 2, seen: 3 });
  expect(store.count).toBe(1);
  expect(store.find(3)).toBe(store.tail);
});

test('a request that nobody answers is given up, one that asks for no answer is not', () => {
  const { take, at, recorder } = record();
  take(
    batch('out', 'request', [{ at: 0, messages: [message({ type: NEWROUTE, flags: 1, seq: 1 }), add(2)] }]),
  );
  recorder.expire(LOST_AFTER_MS - 1);
  expect(at(2).verdict).toBe(VERDICT.pending);
  recorder.expire(LOST_AFTER_MS + 1);
  expect(at(1).verdict).toBe(VERDICT.pending);
  expect(at(2).verdict).toBe(VERDICT.lost);
  take(batch('in', 'request', [{ at: 20_000, messages: [answer(add(2), 0)] }]));
  expect(at(2).verdict).toBe(VERDICT.ok);
});

test('messages about a route are found by family, destination, table and metric', () => {
  const { take, recorder } = record();
  const about = (type: number, dst: number[], length: number, table: number, metric?: number, seq = 1) =>
    message({ type, flags: REQUEST_ACK, seq }, route4(dst, length, table, metric));
  const mine = about(NEWROUTE, [10, 20, 0, 0], 16, 254, 5, 41);
  take(
    batch('out', 'request', [
      { at: 1, messages: [mine] },
      { at: 2, messages: [about(NEWROUTE, [10, 21, 0, 0], 16, 254, 5, 42)] },
      { at: 3, messages: [about(NEWROUTE, [10, 20, 0, 0], 16, 254, 6, 43)] },
      { at: 4, messages: [about(NEWROUTE, [10, 20, 0, 0], 16, 1000, 5, 44)] },
      { at: 5, messages: [about(DELROUTE, [10, 20, 0, 0], 16, 254, undefined, 45)] },
    ]),
  );
  take(batch('in', 'request', [{ at: 6, messages: [answer(mine, 0)] }]));
  const spec = {
    family: 2,
    dst: new Uint8Array([10, 20, 0, 0]),
    dstLength: 16,
    table: 254,
    priority: 5,
  } as Parameters<typeof ofRoute>[1];
  expect(ofRoute(recorder, spec, 32)).toEqual([6, 5, 1]);
});
