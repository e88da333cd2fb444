// SPDX-License-Identifier: MIT
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRoute, messageBytes, mutated } from './arbitraries.ts';
import { viewOf } from './bytes.ts';
import { encodeMessage } from './encode.ts';
import { route } from './fixtures.ts';
import { stampHeader } from './messages.ts';
import { FAST_ERRORS, decodeRouteInto, readHops, readMetrics } from './route-fast.ts';
import { newRouteRecord } from './route-record.ts';
import type { RouteRecord } from './route-record.ts';
import type { RouteSpec } from './route-spec.ts';
import { addressLength, allFlags, decodeRoute, encodeRoute } from './route.ts';
import {
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTA_DST,
  RTA_OIF,
  RTA_VIA,
  RTM_GETROUTE,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTNH_F_ONLINK,
} from './tables/index.ts';

const header = { type: RTM_NEWROUTE, flags: NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The address words of a record as bytes again. */
function addressOf(words: Uint32Array, family: number): Uint8Array {
  const out = new Uint8Array(16);
  words.forEach((word, i) => new DataView(out.buffer).setUint32(i * 4, word));
  return out.slice(0, addressLength(family));
}

/** What a record and a spec both know must be the same. */
function agree(record: RouteRecord, spec: RouteSpec, view: DataView, bytes: Uint8Array): void {
  const { family } = spec;
  expect(record).toMatchObject({
    family,
    dstLength: spec.dstLength,
    srcLength: spec.srcLength,
    tos: spec.tos,
    table: spec.table,
    protocol: spec.protocol,
    scope: spec.scope,
    type: spec.type,
    flags: allFlags(spec),
    priority: spec.priority ?? 0,
    hasPrefsrc: spec.prefsrc !== null,
    nhId: spec.nhId ?? 0,
    prefPlus1: spec.pref === null ? 0 : spec.pref + 1,
  });
  expect(addressOf(record.dst, family)).toEqual(spec.dst);
  if (spec.src) expect(addressOf(record.src, family)).toEqual(spec.src);
  if (spec.prefsrc) expect(addressOf(record.prefsrc, family)).toEqual(spec.prefsrc);
  const [only] = spec.hops;
  if (!spec.multipath && only) {
    expect(record.oif | 0).toBe(only.ifindex);
    expect(record.gatewayFamily).toBe(only.gateway?.family ?? 0);
    if (only.gateway) expect(addressOf(record.gateway, only.gateway.family)).toEqual(only.gateway.bytes);
  }
  const hops =
    record.multipathStart < 0 ? [] : readHops(view, record.multipathStart, record.multipathEnd, family);
  if (spec.multipath)
    expect(
      hops.map((hop) => ({
        ifindex: hop.ifindex,
        hops: hop.hops,
        flags: hop.flags,
        gateway:
          hop.gatewayAt < 0
            ? null
            : {
                family: hop.gatewayFamily,
                bytes: bytes.slice(hop.gatewayAt, hop.gatewayAt + addressLength(hop.gatewayFamily)),
              },
      })),
    ).toEqual(
      spec.hops.map(({ ifindex, gateway, hops: weight, flags }) => ({
        ifindex,
        hops: weight,
        flags,
        gateway,
      })),
    );
  const metrics = new Map<number, number | Uint8Array>();
  if (record.metricsStart >= 0)
    readMetrics(view, record.metricsStart, record.metricsEnd, (type, value, start, end) =>
      metrics.set(type, end - start === 4 && type !== 16 ? value : bytes.slice(start, end)),
    );
  expect(metrics).toEqual(spec.metrics);
}

describe('encodeRoute', () => {
  test('lays a simple route out as rtnetlink wants it', () => {
    const bytes = encodeRoute(route({ priority: 5, metrics: new Map([[2, 1400]]) }), header);
    expect(hex(bytes)).toBe(
      '48000000' +
        '1800' +
        '0106' +
        '00000000' +
        '00000000' + // nlmsghdr
        '02100000' +
        'fe040001' +
        '00000000' + // rtmsg
        '08000100' +
        '0a140000' + // RTA_DST
        '08000600' +
        '05000000' + // RTA_PRIORITY
        '08000500' +
        'c0000202' + // RTA_GATEWAY
        '08000400' +
        '03000000' + // RTA_OIF
        '0c000800' +
        '08000200' +
        '78050000', // RTA_METRICS, RTAX_MTU
    );
    stampHeader(bytes, 0, 7, 4242);
    expect(hex(bytes.subarray(8, 16))).toBe('0700000092100000');
  });

  test('writes a table above 255 as RTA_TABLE, onlink into rtm_flags, and the default route without RTA_DST', () => {
    const [hop] = route().hops;
    if (!hop) throw new Error('the fixture has a hop');
    const bytes = encodeRoute(
      route({ table: 1000, dst: new Uint8Array(4), dstLength: 0, hops: [{ ...hop, flags: RTNH_F_ONLINK }] }),
      header,
    );
    expect(bytes[20]).toBe(0);
    expect(bytes[24]).toBe(4);
    expect(hex(bytes)).toContain('08000f00e8030000');
    expect(hex(bytes.subarray(28))).not.toContain('08000100');
  });

  test('writes an IPv6 gateway of an IPv4 route as RTA_VIA', () => {
    const [hop] = route().hops;
    if (!hop) throw new Error('the fixture has a hop');
    const gateway = { family: 10, bytes: Uint8Array.from({ length: 16 }, (_, i) => i) };
    const bytes = encodeRoute(route({ hops: [{ ...hop, gateway }] }), header);
    expect(hex(bytes)).toContain('160012000a00000102030405060708090a0b0c0d0e0f0000');
    expect(decodeRoute(bytes)).toMatchObject({ ok: true, value: { hops: [{ gateway }] } });
  });

  test('grows beyond its first buffer', () => {
    const [hop] = route().hops;
    if (!hop) throw new Error('the fixture has a hop');
    const many = route({
      multipath: true,
      hops: Array.from({ length: 500 }, (_, i) => ({ ...hop, ifindex: i })),
    });
    expect(decodeRoute(encodeRoute(many, header))).toEqual({ ok: true, value: many });
  });
});

describe('decodeRoute', () => {
  test('gives back what encodeRoute wrote', () => {
    fc.assert(
      fc.property(anyRoute, (spec) => {
        expect(decodeRoute(encodeRoute(spec, header))).toEqual({ ok: true, value: spec });
      }),
      { numRuns: 1000 },
    );
  });

  test('loses nothing: what it reads from any bytes it reads again from its own bytes', () => {
    fc.assert(
      fc.property(mutated(messageBytes), (bytes) => {
        const first = decodeRoute(bytes);
        if (!first.ok) return;
        expect(decodeRoute(encodeRoute(first.value, header))).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });

  test('answers an error with its place for bytes that are no route', () => {
    expect(decodeRoute(new Uint8Array(3))).toMatchObject({ ok: false, error: { code: 'short', offset: 0 } });
    const link = encodeMessage({ type: RTM_NEWLINK, flags: 1, family: {} });
    expect(decodeRoute(link)).toMatchObject({ ok: false, error: { code: 'type', offset: 4 } });
    const family = encodeMessage({ type: RTM_NEWROUTE, flags: 1, family: { rtm_family: 28 } });
    expect(decodeRoute(family)).toMatchObject({ ok: false, error: { code: 'family' } });
    const wrong = encodeMessage({
      type: RTM_NEWROUTE,
      flags: 1,
      family: { rtm_family: 2 },
      attributes: [
        { type: RTA_OIF, value: 3 },
        { type: RTA_DST, value: new Uint8Array(16) },
      ],
    });
    expect(decodeRoute(wrong)).toEqual({
      ok: false,
      error: { code: 'length', offset: 36, path: 'RTA_DST', message: 'RTA_DST has 16 bytes instead of 4' },
    });
  });
});

describe('decodeRouteInto', () => {
  const record = newRouteRecord();

  test('agrees with decodeRoute on whole routes', () => {
    fc.assert(
      fc.property(anyRoute, (spec) => {
        const bytes = encodeRoute(spec, { type: RTM_NEWROUTE, flags: 1, seq: 9, portId: 11 });
        expect(decodeRouteInto(bytes, viewOf(bytes), 0, bytes.length, record)).toBe(0);
        expect(record).toMatchObject({ messageType: RTM_NEWROUTE, messageFlags: 1, seq: 9, portId: 11 });
        agree(record, spec, viewOf(bytes), bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test('agrees with decodeRoute on any bytes, and reads nothing outside its span', () => {
    fc.assert(
      fc.property(mutated(messageBytes), fc.nat({ max: 20 }), (message, before) => {
        // In the middle of a larger buffer full of 0xff.
        const bytes = new Uint8Array(message.length + 40).fill(0xff);
        bytes.set(message, before);
        const view = viewOf(bytes);
        const code = decodeRouteInto(bytes, view, before, before + message.length, record);
        const careful = decodeRoute(message);
        if (careful.ok) {
          expect(code).toBe(0);
          const at = { ...record };
          for (const span of ['metricsStart', 'metricsEnd', 'multipathStart', 'multipathEnd'] as const)
            if (at[span] >= 0) at[span] -= before;
          agree(at, careful.value, viewOf(message), message);
        } else if (code !== 0)
          expect(['ok', 'short', 'length', 'type', 'family']).toContain(FAST_ERRORS[code]);
        // Only nests can be wrong without the fast path seeing it: it does not look into them.
        else expect(careful.error.path).toMatch(/^(RTA_METRICS|RTA_MULTIPATH)/);
      }),
      { numRuns: 3000 },
    );
  });

  test('says which kind of wrong', () => {
    const bytes = encodeRoute(route(), { type: RTM_GETROUTE, flags: 1 });
    const codeOf = (change: (bytes: Uint8Array) => void, end = bytes.length): string | undefined => {
      const copy = bytes.slice();
      change(copy);
      return FAST_ERRORS[decodeRouteInto(copy, viewOf(copy), 0, end, record)];
    };
    expect(codeOf(() => {})).toBe('ok');
    expect(codeOf(() => {}, 20)).toBe('short');
    expect(codeOf(() => {}, bytes.length + 1)).toBe('short');
    expect(codeOf((b) => (b[0] = 200))).toBe('length');
    expect(codeOf((b) => (b[4] = 16))).toBe('type');
    expect(codeOf((b) => (b[16] = 28))).toBe('family');
    expect(codeOf((b) => (b[28] = 7))).toBe('length');
  });

  test('keeps a via of a strange family among the others', () => {
    const bytes = encodeMessage({
      type: RTM_NEWROUTE,
      flags: 1,
      family: { rtm_family: 2 },
      attributes: [{ type: RTA_VIA, value: Uint8Array.of(17, 0, 1, 2, 3, 4) }],
    });
    expect(decodeRouteInto(bytes, viewOf(bytes), 0, bytes.length, record)).toBe(0);
    expect(record).toMatchObject({ gatewayFamily: 0, hasOthers: true });
    expect(decodeRoute(bytes)).toMatchObject({ ok: true, value: { hops: [] } });
  });
});
