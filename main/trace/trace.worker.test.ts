// SPDX-License-Identifier: MIT
// The trace thread as a thread: from the bundle that `npm run build` makes.
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { monotonicMs } from '../threads/clock.ts';
import { bundlePath } from '../threads/locate.ts';
import { remote } from '../threads/rpc.ts';
import type { TraceEvents, TraceService } from './service.ts';
import { answer, batch, message, NEWROUTE, REQUEST_ACK, route4 } from './testing.ts';

const worker = new Worker(bundlePath('trace'));
afterAll(() => worker.terminate());

test('batches from two ports become paired messages, and the page hears of them', async () => {
  const { call, on } = remote<TraceService, TraceEvents>(worker);
  const sender = new MessageChannel();
  const receiver = new MessageChannel();
  const originMs = monotonicMs();
  await call.attach({ taps: [sender.port1, receiver.port1], originMs }, [sender.port1, receiver.port1]);
  const told = new Promise<number>((resolve) => {
    on('trace', (state) => void (state.seen === 2 && resolve(state.perSecond)));
  });
  const add = message({ type: NEWROUTE, flags: REQUEST_ACK, seq: 7 }, route4([10, 1, 0, 0], 16));
  // the answer overtakes its request
  receiver.port2.postMessage(batch('in', 'request', [{ at: originMs + 2, messages: [answer(add, -17)] }]));
  const waiting = call.idsOf({ socket: 'request', seq: 7, timeoutMs: 10_000 });
  sender.port2.postMessage(batch('out', 'request', [{ at: originMs + 1, messages: [add] }]));
  expect(await waiting).toEqual([1, 2]);
  expect(await told).toBeGreaterThan(0);
  const { rows } = await call.rows({ start: 0, count: 10 });
  expect(rows.map((r) => [r.id, r.type, r.verdict.kind, r.related])).toEqual([
    [1, 'RTM_NEWROUTE', 'error', [2]],
    [2, 'NLMSG_ERROR', 'error', [1]],
  ]);
  expect(await call.message({ id: 3 })).toBeNull();
  expect(await call.bytes({ id: 1 })).toEqual(add);
  // another target: the numbers begin again, the version does not
  const { version } = await call.state();
  await call.attach({ taps: [], originMs });
  const state = await call.state();
  expect(state.seen).toBe(0);
  expect(state.version).toBeGreaterThan(version);
  expect(await call.idsOf({ socket: 'request', seq: 7, timeoutMs: 1 })).toEqual([]);
});
