// SPDX-License-Identifier: MIT
// Whatever bytes come, the trace neither throws nor loses one of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_TRACE_FILTER } from '../../app/contract/index.ts';
import type { TapBatch } from '../netlink/tap.ts';
import { concerns } from './of-route.ts';
import { message, PORT } from './testing.ts';
import { Trace } from './trace.ts';

/** Bytes that begin like messages more often than noise would. */
const datagram = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .record({
        type: fc.constantFrom(1, 2, 3, 4, 16, 24, 25, 26, 0xffff),
        flags: fc.constantFrom(0, 2, 0x12, 5, 0x301, 0x605),
        seq: fc.integer({ min: 0, max: 3 }),
        port: fc.constantFrom(0, PORT, 77),
        length: fc.option(fc.nat(80), { nil: undefined }),
        body: fc.uint8Array({ maxLength: 48 }),
      })
      .map(({ body, length, ...header }) =>
        message(length === undefined ? header : { ...header, length }, body),
      ),
  ),
  { maxLength: 5 },
);

const tap = fc.record({
  direction: fc.constantFrom('out' as const, 'in' as const),
  socket: fc.constantFrom('request' as const, 'dump' as const, 'events' as const),
  messages: datagram,
  group: fc.constantFrom(0, 0, 7),
  time: fc.oneof(fc.double({ min: 0, max: 1000 }), fc.constant(NaN)),
});

test('any datagrams can be recorded, listed, opened and filtered', () => {
  fc.assert(
    fc.property(fc.array(tap, { maxLength: 12 }), fc.string({ maxLength: 3 }), (taps, text) => {
      const trace = new Trace({ messages: 20, bytes: 400 });
      let sent = 0;
      let dropped = 0;
      trace.recorder.store.onEvict = ((old) => (position: number) => {
        dropped += trace.store.view(position).length;
        old(position);
      })(trace.recorder.store.onEvict);
      for (const one of taps) {
        const parts = one.messages.flatMap((m) => [...m]);
        sent += parts.length;
        const batch: TapBatch = {
          direction: one.direction,
          socket: one.socket,
          portId: PORT,
          bytes: Uint8Array.from(parts),
          spans: Uint32Array.of(0, parts.length),
          times: Float64Array.of(one.time),
          groups: Uint32Array.of(one.group),
        };
        trace.push(batch, 0);
      }
      trace.drain(0, true);
      expect(trace.store.bytes + dropped).toBe(sent);
      const { rows } = trace.rows(0, 500);
      expect(rows.length).toBe(trace.store.count);
      for (const row of rows) {
        const detail = trace.reader.detail(trace.store.find(row.id));
        expect(detail.tree.length).toBeGreaterThan(0);
        expect(() => JSON.stringify(detail)).not.toThrow();
        for (const id of row.related) expect(id).toBeLessThanOrEqual(trace.recorder.seen);
      }
      trace.filter({ ...DEFAULT_TRACE_FILTER, text, errorsOnly: text.length > 1 });
      expect(trace.state(1).matched).toBeLessThanOrEqual(trace.store.count);
      trace.expire(1e9);
    }),
    { numRuns: 400 },
  );
});

test('any bytes can be asked whether they concern a route', () => {
  const spec = { family: 2, dst: new Uint8Array(4), dstLength: 0, table: 254, priority: null };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(typeof concerns(bytes, spec as Parameters<typeof concerns>[1])).toBe('boolean');
    }),
  );
});
