// SPDX-License-Identifier: MIT
// Random routes and messages for property tests, and the law of the field tree.
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { FieldNode } from '../../app/contract/index.ts';
import { align4 } from './bytes.ts';
import { encodeRoute } from './route.ts';
import type { HopSpec, RouteSpec } from './route-spec.ts';
import { layoutOf } from './tables/messages.ts';

const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** A whole attribute with its padding. */
const rawAttribute = (types: readonly number[]): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 12 })).map(([type, payload]) => {
    const length = 4 + payload.length;
    const out = new Uint8Array(align4(length));
    out.set([length & 0xff, length >> 8, type & 0xff, type >> 8]);
    out.set(payload, 4);
    return out;
  });

const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Attributes that RouteSpec has no place for: RTA_IIF, RTA_MARK, RTA_PAD, RTA_UID, and unknown ones. */
const others = fc.array(rawAttribute([3, 16, 24, 25, 60, 300]), { maxLength: 3 }).map(joined);
/** Of a hop: RTA_FLOW and an encapsulation. */
const hopOthers = fc.array(rawAttribute([11, 22]), { maxLength: 2 }).map(joined);

const size = (family: number): number => (family === 2 ? 4 : 16);

const gateway = (family: number): fc.Arbitrary<HopSpec['gateway']> =>
  fc.oneof(
    fc.constant(null),
    bytes(size(family)).map((address) => ({ family, bytes: address })),
    bytes(size(12 - family)).map((address) => ({ family: 12 - family, bytes: address })),
  );

const multipathHop = (family: number): fc.Arbitrary<HopSpec> =>
  fc.record({
    ifindex: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    gateway: gateway(family),
    hops: u8,
    flags: u8,
    others: hopOthers,
  });

const singleHop = (family: number): fc.Arbitrary<HopSpec> =>
  fc.record({
    ifindex: fc.integer({ min: 1, max: 0x7fffffff }),
    gateway: gateway(family),
    hops: fc.constant(0),
    flags: fc.integer({ min: 0, max: 127 }),
    others: hopOthers,
  });

const ofFamily = (family: number): fc.Arbitrary<RouteSpec> =>
  fc
    .record({
      fixed: fc.record({
        family: fc.constant(family),
        dst: bytes(size(family)),
        dstLength: fc.integer({ min: 0, max: size(family) * 8 }),
        src: fc.option(bytes(size(family))),
        srcLength: fc.integer({ min: 0, max: size(family) * 8 }),
        tos: u8,
        // Table 0 with an RTA_TABLE is written as table 0 without.
        table: fc.oneof(u8, u32),
        protocol: u8,
        scope: u8,
        type: u8,
        priority: fc.option(u32),
        prefsrc: fc.option(bytes(size(family))),
        metrics: fc
          .uniqueArray(
            fc.oneof(
              fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 8, 10, 12, 15, 17, 40), u32),
              fc.tuple(fc.constant(16), fc.uint8Array({ maxLength: 15 })),
            ),
            { selector: ([type]) => type, maxLength: 5 },
          )
          .map((list) => new Map<number, number | Uint8Array>(list)),
        nhId: fc.option(u32),
        pref: fc.option(u8),
        others,
      }),
      flags: u32,
      hops: fc.oneof(
        fc.constant({ hops: [] as HopSpec[], multipath: false }),
        singleHop(family).map((hop) => ({ hops: [hop], multipath: false })),
        fc
          .array(multipathHop(family), { minLength: 1, maxLength: 5 })
          .map((hops) => ({ hops, multipath: true })),
      ),
    })
    .map(({ fixed, flags, hops }) =>
      Object.assign(fixed, hops, {
        // The lowest byte belongs to the hop when there is one.
        flags: hops.hops.length === 1 && !hops.multipath ? (flags & ~0x7f) >>> 0 : flags,
      }),
    );

export const anyRoute: fc.Arbitrary<RouteSpec> = fc.oneof(ofFamily(2), ofFamily(10));

/** A message of any type that has a table, with attributes of random numbers and payloads, nested now and then. */
const anyMessage: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(2, 3, 16, 18, 20, 24, 26, 28, 32, 36, 88, 104, 108, 116),
    fc.constantFrom(0, 0x100, 0x200, 0x301),
    fc.uint8Array({ minLength: 20, maxLength: 20 }),
    fc.array(
      fc.oneof(
        rawAttribute(Array.from({ length: 70 }, (_, i) => i)),
        fc.array(rawAttribute(Array.from({ length: 20 }, (_, i) => i)), { maxLength: 3 }).chain((inner) =>
          fc.constantFrom(8, 9, 12, 18, 22, 26).map((type) => {
            const payload = joined(inner);
            return Uint8Array.of(4 + payload.length, 0, type, 0, ...payload);
          }),
        ),
      ),
      { maxLength: 6 },
    ),
    fc.constantFrom(0, 2, 7, 10, 28),
  )
  .map(([type, flags, fixed, list, family]) => {
    const header = fixed.slice(0, align4(layoutOf(type)?.header.size ?? 20));
    if (layoutOf(type)) header[0] = family;
    const body = joined([header, ...list]);
    const length = 16 + body.length;
    return Uint8Array.of(
      length & 0xff,
      length >> 8,
      0,
      0,
      type,
      0,
      flags & 0xff,
      flags >> 8,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...body,
    );
  });

/** All but RTMGR_A_TABLE_STATS, which is a nest. */
const RTMGR_TYPES = Array.from({ length: 30 }, (_, i) => i).filter((type) => type !== 14);

/** Messages of rtmgr's own, with attributes of random numbers and payloads, and datagrams inside now and then. */
export const rtmgrBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.integer({ min: 0x100, max: 0x106 }),
    u8,
    fc.array(
      fc.oneof(
        rawAttribute(RTMGR_TYPES),
        fc.array(rawAttribute(RTMGR_TYPES), { maxLength: 3 }).map((inner) => {
          const payload = joined(inner);
          return Uint8Array.of(4 + payload.length, 0, 14, 0, ...payload);
        }),
        fc.array(anyRoute, { maxLength: 2 }).map((list) => {
          const data = joined(list.map((spec) => encodeRoute(spec, { type: 24, flags: 1 })));
          const length = 4 + data.length;
          return Uint8Array.of(length & 0xff, length >> 8, 24, 0, ...data);
        }),
      ),
      { maxLength: 5 },
    ),
  )
  .map(([type, family, list]) => {
    const body = joined([Uint8Array.of(family, 0, 0, 0), ...list]);
    const length = 16 + body.length;
    const bytes = new Uint8Array(length);
    bytes.set([length & 0xff, length >> 8, 0, 0, type & 0xff, type >> 8, 5, 0]);
    bytes.set(body, 16);
    return bytes;
  });

/** Whole messages, as bytes. */
export const messageBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  anyRoute.map((spec) => encodeRoute(spec, { type: 24, flags: 1 })),
  anyMessage,
);

/** The same bytes, a few of them changed, cut off or appended to. */
export const mutated = (from: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(from, fc.array(fc.tuple(fc.nat(), u8), { maxLength: 4 }), fc.integer({ min: -12, max: 12 }))
    .map(([original, changes, growth]) => {
      const out = new Uint8Array(Math.max(0, original.length + growth));
      out.set(original.subarray(0, out.length));
      for (const [at, value] of changes) if (out.length > 0) out[at % out.length] = value;
      return out;
    });

/** Leaves in order, without a gap or an overlap, from 0 to `length`; children inside their parents; ids unique. */
export function coverage(tree: readonly FieldNode[], length: number): void {
  let position = 0;
  const ids = new Set<string>();
  const visit = (list: readonly FieldNode[], start: number, end: number): void => {
    for (const one of list) {
      expect(ids.has(one.id), `id ${one.id} is there twice`).toBe(false);
      ids.add(one.id);
      expect(one.start).toBeGreaterThanOrEqual(start);
      expect(one.end).toBeLessThanOrEqual(end);
      expect(one.end).toBeGreaterThan(one.start);
      if (one.children.length > 0) visit(one.children, one.start, one.end);
      else {
        expect(one.start, one.id).toBe(position);
        position = one.end;
      }
    }
  };
  visit(tree, 0, length);
  expect(position).toBe(length);
}
