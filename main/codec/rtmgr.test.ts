// SPDX-License-Identifier: MIT
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldNode } from '../../app/contract/index.ts';
import { coverage, mutated, rtmgrBytes } from './arbitraries.ts';
import { align4, viewOf } from './bytes.ts';
import { route } from './fixtures.ts';
import {
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTMGR_A,
  RTMGR_MSG,
  RTM_NEWROUTE,
  cascade,
  decodeBatchCookie,
  decodeFlushed,
  decodeHello,
  decodeMirrored,
  decodeStats,
  encodeMessage,
  encodeRoute,
  fieldTree,
  flagNames,
  layoutOf,
  messageTypeName,
  messageTypeValue,
  summarize,
} from './index.ts';
import type { AttributeValue } from './index.ts';
import { readBack } from './readback.ts';

const A = RTMGR_A.values;
const M = RTMGR_MSG.values;
const make = (
  type: number,
  attributes: AttributeValue[] = [],
  more: { flags?: number; family?: number } = {},
): Uint8Array =>
  encodeMessage(
    { type, flags: more.flags ?? 0, seq: 9, family: { rtmgr_family: more.family ?? 0 }, attributes },
    'rtmgr',
  );
const all = (tree: readonly FieldNode[]): FieldNode[] => tree.flatMap((one) => [one, ...all(one.children)]);
const named = (tree: FieldNode[], id: string): FieldNode => {
  const found = all(tree).find((one) => one.id === id);
  if (!found) throw new Error(`no ${id} in ${all(tree).map((one) => one.id)}`);
  return found;
};
const ifname = (index: number): string => `if${index}`;

const HELLO = make(M.RTMGR_MSG_HELLO, [
  { type: A.RTMGR_A_VERSION, value: 1 },
  { type: A.RTMGR_A_RELEASE, value: '0.1.0' },
  { type: A.RTMGR_A_TEXT, value: 'good morning' },
  { type: A.RTMGR_A_SEEN_LEN, value: 37 },
  { type: A.RTMGR_A_SEEN_TYPE, value: 0x100 },
  { type: A.RTMGR_A_SEEN_FLAGS, value: 5 },
  { type: A.RTMGR_A_SEEN_SEQ, value: 9 },
  { type: A.RTMGR_A_SEEN_PID, value: 0 },
  { type: A.RTMGR_A_PORTID, value: 4242 },
  { type: A.RTMGR_A_UID, value: 1000 },
  { type: A.RTMGR_A_WRITABLE, value: 1 },
]);

describe('the same numbers on another protocol', () => {
  test('mean nothing', () => {
    expect(messageTypeName(0x100)).toBe('0x100');
    expect(messageTypeName(0x100, 'rtmgr')).toBe('RTMGR_MSG_HELLO');
    expect(messageTypeName(24, 'rtmgr')).toBe('RTM_NEWROUTE');
    expect(messageTypeValue('RTMGR_MSG_MIRROR')).toBe(0x105);
    expect(layoutOf(0x100)).toBeUndefined();
    expect(layoutOf(0x107, 'rtmgr')).toBeUndefined();
    expect(summarize(HELLO, ifname)).toBe('');
    expect(fieldTree(HELLO).map(({ name }) => name)).toEqual(['nlmsghdr', 'bytes']);
    // bits of a GET or a NEW they are not
    expect(flagNames(0x101, 0x301)).toEqual(['REQUEST', '0x300']);
  });
});

describe('HELLO', () => {
  test('is read', () => {
    expect(decodeHello(HELLO)).toEqual({
      version: 1,
      release: '0.1.0',
      text: 'good morning',
      seen: { length: 37, type: 0x100, flags: 5, seq: 9, pid: 0 },
      portId: 4242,
      uid: 1000,
      writable: true,
    });
  });
  test('is explained field by field', () => {
    const tree = fieldTree(HELLO, { protocol: 'rtmgr' });
    coverage(tree, HELLO.length);
    expect(named(tree, 'nlmsghdr.nlmsg_type').value).toBe('RTMGR_MSG_HELLO (256)');
    expect(named(tree, 'nlmsghdr.nlmsg_type').explanation).toContain('what rtmgr saw of it');
    expect(named(tree, 'rtmgrmsg.rtmgr_family').value).toBe('AF_UNSPEC (0)');
    expect(named(tree, 'RTMGR_A_TEXT').value).toBe('"good morning"');
    expect(named(tree, 'RTMGR_A_SEEN_TYPE').value).toBe('RTMGR_MSG_HELLO (256)');
    expect(named(tree, 'RTMGR_A_SEEN_FLAGS').value).toBe('NLM_F_REQUEST | NLM_F_ACK (0x5)');
    expect(all(tree).filter(({ explanation }) => explanation === '')).toEqual([]);
  });
  test('reads in a few words, both ways', () => {
    expect(summarize(HELLO, ifname, 'rtmgr')).toBe(
      '"good morning" back, rtmgr 0.1.0, interface 1; port 4242, user 1000, may write',
    );
    const asked = make(M.RTMGR_MSG_HELLO, [{ type: A.RTMGR_A_TEXT, value: 'hi' }], { flags: NLM_F_REQUEST });
    expect(summarize(asked, ifname, 'rtmgr')).toBe('"hi"');
    expect(summarize(make(M.RTMGR_MSG_HELLO, [], { flags: 1 }), ifname, 'rtmgr')).toBe('without a word');
  });
  test('is nothing but zeros when it is empty', () => {
    expect(decodeHello(make(M.RTMGR_MSG_HELLO))).toMatchObject({ version: 0, text: '', writable: false });
  });
});

describe('GETSTATS', () => {
  const table = (family: number, id: number, routes: number): AttributeValue => ({
    type: A.RTMGR_A_TABLE_STATS,
    value: [
      { type: A.RTMGR_A_FAMILY, value: family },
      { type: A.RTMGR_A_TABLE, value: id },
      { type: A.RTMGR_A_ROUTES, value: routes },
      { type: A.RTMGR_A_NODES, value: 7 },
      { type: A.RTMGR_A_PAD, value: new Uint8Array(0) },
      { type: A.RTMGR_A_BYTES, value: 5_000_000_000n },
    ],
  });
  const stats = make(M.RTMGR_MSG_GETSTATS, [
    {
      type: A.RTMGR_A_STATS,
      value: { struct: { routes: 12, max_routes: 1_000_000n, messages: 34, uptime_ns: 1_500_000_000n } },
    },
    table(2, 254, 10),
    table(10, 1000, 2),
  ]);
  test('is read, 8-byte numbers too', () => {
    const { counts, tables } = decodeStats(stats);
    expect(counts).toMatchObject({ routes: 12, max_routes: 1_000_000, messages: 34, mirrored: 0 });
    expect(counts.uptime_ns).toBe(1.5e9);
    expect(tables).toEqual([
      { family: 2, table: 254, routes: 10, nodes: 7, bytes: 5e9 },
      { family: 10, table: 1000, routes: 2, nodes: 7, bytes: 5e9 },
    ]);
    expect(summarize(stats, ifname, 'rtmgr')).toBe('12 routes in 2 tables, 34 messages so far');
  });
  test('is explained down to the tables', () => {
    const tree = fieldTree(stats, { protocol: 'rtmgr' });
    coverage(tree, stats.length);
    expect(named(tree, 'RTMGR_A_STATS.uptime_ns').value).toBe('1.500000 s');
    expect(named(tree, 'RTMGR_A_TABLE_STATS#2/RTMGR_A_FAMILY').value).toBe('AF_INET6 (10)');
    expect(named(tree, 'RTMGR_A_TABLE_STATS/RTMGR_A_TABLE').value).toBe('RT_TABLE_MAIN (254)');
  });
  test('of an older or a newer rtmgr is read as far as it is known', () => {
    const bytes = (length: number): Uint8Array =>
      make(M.RTMGR_MSG_GETSTATS, [{ type: A.RTMGR_A_STATS, value: new Uint8Array(length).fill(1) }]);
    expect(Object.keys(decodeStats(bytes(24)).counts)).toEqual(['routes', 'max_routes', 'nexthop_sets']);
    const longer = bytes(136);
    expect(Object.keys(decodeStats(longer).counts)).toHaveLength(16);
    coverage(fieldTree(longer, { protocol: 'rtmgr' }), longer.length);
  });
});

test('FLUSH, BATCH and SOCKOPT read in a few words', () => {
  const flush = make(M.RTMGR_MSG_FLUSH, [{ type: A.RTMGR_A_TABLE, value: 254 }], { flags: 5, family: 2 });
  expect(summarize(flush, ifname, 'rtmgr')).toBe('table main of AF_INET');
  const flushed = make(M.RTMGR_MSG_FLUSH, [{ type: A.RTMGR_A_ROUTES, value: 3 }]);
  expect(decodeFlushed(flushed)).toBe(3);
  expect(summarize(flushed, ifname, 'rtmgr')).toBe('3 routes deleted');
  expect(summarize(make(M.RTMGR_MSG_BATCH_BEGIN), ifname, 'rtmgr')).toBe('all or nothing, from here');
  const option = make(
    M.RTMGR_MSG_SOCKOPT,
    [
      { type: A.RTMGR_A_OPTION, value: 1 },
      { type: A.RTMGR_A_VALUE, value: 7 },
    ],
    { flags: 5 },
  );
  expect(summarize(option, ifname, 'rtmgr')).toBe('NETLINK_ADD_MEMBERSHIP 7');
});

test('the cookie of a refused batch names the message', () => {
  expect(decodeBatchCookie(Uint8Array.of(2, 0, 0, 0, 77, 1, 0, 0))).toEqual({ index: 2, seq: 333 });
  expect(decodeBatchCookie(new Uint8Array(4))).toBeNull();
});

describe('MIRROR', () => {
  const one = encodeRoute(route(), { type: RTM_NEWROUTE, flags: NLM_F_REQUEST | NLM_F_ACK, seq: 3 });
  const refusal = Uint8Array.of(...new Uint8Array(16), 0xef, 0xff, 0xff, 0xff, ...one);
  viewOf(refusal).setUint32(0, refusal.length, true);
  viewOf(refusal).setUint16(4, 2, true);
  const copy = (data: Uint8Array, direction: number, more: AttributeValue[] = []): Uint8Array =>
    make(M.RTMGR_MSG_MIRROR, [
      { type: A.RTMGR_A_DIRECTION, value: direction },
      { type: A.RTMGR_A_PORTID, value: 4711 },
      ...more,
      { type: A.RTMGR_A_LENGTH, value: data.length },
      { type: A.RTMGR_A_DATA, value: data },
    ]);

  test('shows the datagram inside, message by message', () => {
    const message = copy(cascade([one, refusal]), 0);
    const tree = fieldTree(message, { protocol: 'rtmgr', ifname: () => 'lan0' });
    coverage(tree, message.length);
    expect(named(tree, 'RTMGR_A_DATA').value).toBe('2 messages');
    expect(named(tree, 'RTMGR_A_DATA.message[0]').value).toBe('RTM_NEWROUTE');
    expect(named(tree, 'RTMGR_A_DATA.message[0]/RTA_DST').value).toBe('10.20.0.0');
    expect(named(tree, 'RTMGR_A_DATA.message[0]/RTA_OIF').value).toBe('lan0 (3)');
    expect(named(tree, 'RTMGR_A_DATA.message[1]/nlmsgerr.error').value).toBe('-17 (EEXIST)');
    expect(all(tree).filter(({ error }) => error !== undefined)).toEqual([]);
    expect(summarize(message, ifname, 'rtmgr')).toBe(
      'from port 4711: RTM_NEWROUTE 10.20.0.0/16 via 192.0.2.2 dev if3 table main proto static and 1 more message',
    );
  });
  test('tells where the datagram stands', () => {
    const message = copy(one, 1, [{ type: A.RTMGR_A_GROUP, value: 7 }]);
    const mirrored = decodeMirrored(message)!;
    expect(mirrored).toMatchObject({ fromKernel: true, portId: 4711, group: 7, length: one.length });
    expect(message.slice(mirrored.start, mirrored.end)).toEqual(one.slice());
    expect(decodeMirrored(make(M.RTMGR_MSG_MIRROR))).toBeNull();
  });
  test('of a datagram that was cut off says so', () => {
    const message = copy(one.subarray(0, 30), 0);
    const tree = fieldTree(message, { protocol: 'rtmgr' });
    coverage(tree, message.length);
    expect(named(tree, 'RTMGR_A_DATA.message[0]/nlmsghdr').error).toContain('only 30 bytes are here');
  });
});

describe('any bytes', () => {
  test('are covered by the tree, once each, and never make a decoder throw', () => {
    fc.assert(
      fc.property(fc.oneof(rtmgrBytes, mutated(rtmgrBytes)), (bytes) => {
        if (bytes.length === 0) return;
        coverage(fieldTree(bytes, { protocol: 'rtmgr' }), bytes.length);
        summarize(bytes, ifname, 'rtmgr');
        decodeHello(bytes);
        decodeStats(bytes);
        decodeMirrored(bytes);
      }),
      { numRuns: 400 },
    );
  });
  test('that are a message are written again as they were', () => {
    fc.assert(
      fc.property(rtmgrBytes, (bytes) => {
        const value = readBack(bytes, 'rtmgr');
        expect(value.ok).toBe(true);
        if (!value.ok) return;
        const again = encodeMessage(value.value, 'rtmgr');
        expect(again.length).toBe(align4(bytes.length));
        expect(again.subarray(0, bytes.length)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
