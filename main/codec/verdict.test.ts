// SPDX-License-Identifier: MIT
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageBytes, mutated } from './arbitraries.ts';
import { align4, viewOf } from './bytes.ts';
import { encodeMessage, encodeRoute } from './index.ts';
import { route } from './fixtures.ts';
import { decodeAddr, decodeLink } from './link.ts';
import { summarize } from './summarize.ts';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_MULTI, RTM_NEWLINK, RTM_NEWROUTE } from './tables/index.ts';
import { decodeError, placeAt } from './verdict.ts';

/** NLMSG_ERROR as the kernel's netlink_ack makes it. */
function kernelError(
  errno: number,
  request: Uint8Array,
  options: { flags?: number; attributes?: [number, Uint8Array][] } = {},
): Uint8Array {
  const flags = options.flags ?? 0;
  const echo = (flags & NLM_F_CAPPED) === 0 ? request : request.subarray(0, 16);
  const list = (options.attributes ?? []).flatMap(([type, payload]) => {
    const out = new Uint8Array(align4(4 + payload.length));
    out.set([4 + payload.length, 0, type, 0]);
    out.set(payload, 4);
    return Array.from(out);
  });
  const bytes = Uint8Array.of(...new Uint8Array(20), ...echo, ...list);
  const view = viewOf(bytes);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, flags, true);
  view.setInt32(16, -errno, true);
  return bytes;
}

const u32 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, (value >> 8) & 0xff, 0, 0);
const text = (value: string): Uint8Array => new TextEncoder().encode(`${value}\0`);

const request = encodeRoute(
  route({
    metrics: new Map([[2, 1400]]),
    multipath: true,
    hops: [
      {
        ifindex: 3,
        gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 2) },
        hops: 0,
        flags: 0,
        others: new Uint8Array(0),
      },
      {
        ifindex: 4,
        gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 3) },
        hops: 0,
        flags: 0,
        others: new Uint8Array(0),
      },
    ],
  }),
  { type: RTM_NEWROUTE, flags: 0x605, seq: 9 },
);
// nlmsghdr 0, rtmsg 16, RTA_DST 28, RTA_METRICS 36, RTAX_MTU 40, RTA_MULTIPATH 48, hop 52, gateway 60, hop 68, gateway 76
const PLACES: [number, string[]][] = [
  [17, ['rtm_dst_len']],
  [28, ['RTA_DST']],
  [32, ['RTA_DST']],
  [36, ['RTA_METRICS']],
  [40, ['RTA_METRICS', 'RTAX_MTU']],
  [48, ['RTA_MULTIPATH']],
  [52, ['RTA_MULTIPATH']],
  [60, ['RTA_MULTIPATH', 'RTA_GATEWAY']],
  [76, ['RTA_MULTIPATH', 'RTA_GATEWAY']],
  [84, []],
  [5000, []],
  [3, []],
];

describe('decodeError', () => {
  test.each(PLACES)('finds what stands at offset %i of the request', (offset, names) => {
    expect(placeAt(request, offset).names).toEqual(names);
    const error = kernelError(22, request, {
      flags: NLM_F_ACK_TLVS,
      attributes: [
        [1, text('Invalid attribute')],
        [2, u32(offset)],
      ],
    });
    expect(decodeError(error)).toMatchObject({
      ok: true,
      value: {
        kind: 'error',
        errno: 22,
        message: 'Invalid attribute',
        offset,
        attribute: names,
        request: { type: RTM_NEWROUTE, seq: 9 },
        echo: { start: 20, end: 20 + request.length },
      },
    });
  });

  test('looks into the request that was sent when the kernel echoed its header only', () => {
    const capped = kernelError(22, request, {
      flags: NLM_F_ACK_TLVS | NLM_F_CAPPED,
      attributes: [[2, u32(40)]],
    });
    expect(decodeError(capped)).toMatchObject({
      value: { offset: 40, attribute: [], echo: { start: 20, end: 36 } },
    });
    expect(decodeError(capped, request)).toMatchObject({ value: { attribute: ['RTA_METRICS', 'RTAX_MTU'] } });
  });

  test('names what is missing, at the top and in a nest', () => {
    const missing = (attributes: [number, Uint8Array][]): unknown => {
      const result = decodeError(kernelError(22, request, { flags: NLM_F_ACK_TLVS, attributes }));
      return result.ok ? result.value.missing : result;
    };
    expect(missing([[5, u32(4)]])).toEqual({ type: 4, name: 'RTA_OIF', nest: null });
    expect(
      missing([
        [5, u32(8)],
        [6, u32(36)],
      ]),
    ).toEqual({ type: 8, name: 'RTAX_ADVMSS', nest: 36 });
    expect(missing([[5, u32(200)]])).toEqual({ type: 200, name: 'attribute 200', nest: null });
  });

  test('takes warnings on success, and a cookie', () => {
    const warned = kernelError(0, request, {
      flags: NLM_F_ACK_TLVS | NLM_F_CAPPED,
      attributes: [
        [1, text('Works, but')],
        [3, Uint8Array.of(1, 2, 3)],
      ],
    });
    expect(decodeError(warned)).toMatchObject({
      value: { errno: 0, message: 'Works, but', cookie: Uint8Array.of(1, 2, 3) },
    });
    expect(summarize(warned, String)).toBe('ok – Works, but');
  });

  test('reads NLMSG_DONE: a number, then attributes, and no echo', () => {
    const done = (errno: number, ...rest: number[]): Uint8Array => {
      const bytes = Uint8Array.of(...new Uint8Array(20), ...rest);
      const view = viewOf(bytes);
      view.setUint32(0, bytes.length, true);
      view.setUint16(4, 3, true);
      view.setUint16(6, NLM_F_MULTI | (rest.length > 0 ? NLM_F_ACK_TLVS : 0), true);
      view.setInt32(16, -errno, true);
      return bytes;
    };
    expect(decodeError(done(0))).toMatchObject({
      value: { kind: 'done', errno: 0, request: null, echo: null },
    });
    expect(decodeError(done(105, 7, 0, 1, 0, 0x68, 0x69, 0, 0))).toMatchObject({
      value: { kind: 'done', errno: 105, message: 'hi' },
    });
    const bare = done(0).slice(0, 16);
    bare[0] = 16;
    expect(decodeError(bare)).toMatchObject({ value: { kind: 'done', errno: 0 } });
  });

  test('answers errors for what is no whole verdict', () => {
    expect(decodeError(new Uint8Array(5))).toMatchObject({ ok: false, error: { code: 'short' } });
    expect(decodeError(request)).toMatchObject({ ok: false, error: { code: 'type', offset: 4 } });
    const cut = kernelError(1, request);
    viewOf(cut).setUint32(20, 5000, true);
    expect(decodeError(cut)).toMatchObject({ ok: false, error: { code: 'length', offset: 20 } });
    expect(decodeError(kernelError(1, request).subarray(0, 40))).toMatchObject({
      ok: false,
      error: { code: 'length' },
    });
  });
});

test('nothing throws on any bytes', () => {
  const typed = fc
    .tuple(mutated(messageBytes), fc.constantFrom(1, 2, 3, 4, 16, 20, 24, 26, 28, 32, 104, 999))
    .map(([bytes, type]) => {
      if (bytes.length >= 8) viewOf(bytes).setUint16(4, type, true);
      return bytes;
    });
  fc.assert(
    fc.property(typed, fc.nat({ max: 200 }), (bytes, offset) => {
      decodeError(bytes, bytes);
      decodeLink(bytes);
      decodeAddr(bytes);
      placeAt(bytes, offset);
      expect(typeof summarize(bytes, (index) => `if${index}`)).toBe('string');
    }),
    { numRuns: 3000 },
  );
});

test('reads a link whose attributes have odd lengths without them', () => {
  const link = encodeMessage({
    type: RTM_NEWLINK,
    flags: 0,
    family: { ifi_index: 7 },
    attributes: [
      { type: 4, value: Uint8Array.of(1) },
      { type: 3, value: Uint8Array.of(0x61) },
    ],
  });
  expect(decodeLink(link)).toMatchObject({ ok: true, value: { ifindex: 7, mtu: 0, name: 'a' } });
  expect(decodeLink(request)).toMatchObject({ ok: false, error: { code: 'type' } });
  expect(decodeAddr(link)).toMatchObject({ ok: false, error: { code: 'type' } });
});
