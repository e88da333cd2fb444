// SPDX-License-Identifier: MIT
// Golden vectors of rtmgr: the bytes that rtmgr-user and our command line exchanged (golden-rtmgr/*.json, made by
// golden-rtmgr/capture.mjs). What the codec reads in them is whole and known, and what it writes is the same bytes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FieldNode } from '../../app/contract/index.ts';
import { coverage } from './arbitraries.ts';
import { align4, viewOf } from './bytes.ts';
import { encodeMessage } from './encode.ts';
import { fieldTree } from './field-tree.ts';
import { messages, readHeader } from './messages.ts';
import { readBack } from './readback.ts';
import { decodeBatchCookie, decodeFlushed, decodeHello, decodeStats } from './rtmgr.ts';
import { decodeRoute } from './route.ts';
import { summarize } from './summarize.ts';
import * as tables from './tables/index.ts';
import { layoutOf } from './tables/messages.ts';
import { decodeError } from './verdict.ts';

interface Golden {
  command: string;
  datagrams: { direction: 'out' | 'in'; hex: string }[];
}

const FOLDER = join(import.meta.dirname, 'golden-rtmgr');
const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Golden] => [
    name.slice(0, -'.json'.length),
    JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Golden,
  ]);
const golden = (name: string): Golden => vectors.find(([one]) => one === name)![1];

function split(hex: string): Uint8Array[] {
  const datagram = new Uint8Array(Buffer.from(hex, 'hex'));
  const list: Uint8Array[] = [];
  const whole = messages(viewOf(datagram), 0, datagram.length, (start, end) => {
    list.push(datagram.subarray(start, end));
  });
  expect(whole.ok).toBe(true);
  return list;
}
const messagesOf = ({ datagrams }: Golden, direction?: 'out' | 'in'): Uint8Array[] =>
  datagrams.flatMap((one) => (direction === undefined || one.direction === direction ? split(one.hex) : []));
const typeOf = (message: Uint8Array): number => readHeader(viewOf(message))!.type;
const ofType = (list: readonly Uint8Array[], type: number): Uint8Array[] =>
  list.filter((message) => typeOf(message) === type);
const last = (list: readonly Uint8Array[], type: number): Uint8Array => ofType(list, type).at(-1)!;
const flat = (tree: readonly FieldNode[]): FieldNode[] => tree.flatMap((one) => [one, ...flat(one.children)]);

test('there are vectors of every kind', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(10);
  const types = new Set(vectors.flatMap(([, one]) => messagesOf(one).map(typeOf)));
  for (const type of [tables.RTMGR_MSG_HELLO, tables.RTMGR_MSG_BATCH_END, tables.RTMGR_MSG_SOCKOPT])
    expect(types.has(type)).toBe(true);
});

describe.each(vectors)('%s', (_, one) => {
  test(`is whole and known: ${one.command}`, () => {
    for (const message of messagesOf(one)) {
      const tree = fieldTree(message, { protocol: 'rtmgr' });
      coverage(tree, message.length);
      const nodes = flat(tree);
      expect(
        nodes.filter(({ error }) => error !== undefined).map(({ id, error }) => `${id}: ${error}`),
      ).toEqual([]);
      expect(nodes.filter(({ explanation }) => explanation === '')).toEqual([]);
      expect(nodes.filter(({ name, type }) => name === 'bytes' && type === '')).toEqual([]);
      expect(summarize(message, (index) => `if${index}`, 'rtmgr')).not.toMatch(/undefined|NaN/);
    }
  });

  test('is written as the same bytes again', () => {
    for (const message of messagesOf(one)) {
      if (!layoutOf(typeOf(message), 'rtmgr')) continue;
      const value = readBack(message, 'rtmgr');
      expect(value.ok).toBe(true);
      if (!value.ok) continue;
      const again = encodeMessage(value.value, 'rtmgr');
      expect(Buffer.from(again.subarray(0, message.length)).toString('hex')).toBe(
        Buffer.from(message).toString('hex'),
      );
      expect(again.length).toBe(align4(message.length));
    }
  });
});

describe('values', () => {
  test('of a greeting and what was seen of it', () => {
    const all = messagesOf(golden('hello'));
    const asked = last(messagesOf(golden('hello'), 'out'), tables.RTMGR_MSG_HELLO);
    const seen = decodeHello(last(all, tables.RTMGR_MSG_HELLO));
    expect(seen).toMatchObject({ version: 1, text: 'good morning', writable: true });
    expect(seen.seen).toMatchObject({ length: asked.length, type: tables.RTMGR_MSG_HELLO, flags: 5, pid: 0 });
    expect(seen.seen.seq).toBe(readHeader(viewOf(asked))!.seq);
  });

  test('of counts', () => {
    const empty = decodeStats(last(messagesOf(golden('stats-empty')), tables.RTMGR_MSG_GETSTATS));
    expect(empty.counts.routes).toBe(0);
    expect(empty.tables.filter(({ routes }) => routes > 0)).toEqual([]);
    expect(Object.keys(empty.counts)).toHaveLength(16);
    const { counts, tables: each } = decodeStats(
      last(messagesOf(golden('stats')), tables.RTMGR_MSG_GETSTATS),
    );
    expect(counts).toMatchObject({ routes: 3, added: 3, batches: 1, errors: 0 });
    const used = each.filter(({ routes }) => routes > 0);
    expect(used.map(({ family, table, routes }) => [family, table, routes]).sort()).toEqual(
      [
        [2, 254, 1],
        [2, 100, 1],
        [10, 254, 1],
      ].sort(),
    );
    for (const { bytes } of used) expect(bytes).toBeGreaterThan(0);
  });

  test('of a flush', () => {
    expect(decodeFlushed(last(messagesOf(golden('flush-table')), tables.RTMGR_MSG_FLUSH))).toBe(1);
    expect(decodeFlushed(last(messagesOf(golden('flush-all')), tables.RTMGR_MSG_FLUSH))).toBe(2);
  });

  test('of a batch: one datagram, and the verdict on its end', () => {
    const datagram = golden('batch').datagrams.find(({ hex }) =>
      split(hex).some((message) => typeOf(message) === tables.RTMGR_MSG_BATCH_BEGIN),
    );
    expect(split(datagram!.hex).map(typeOf)).toEqual([
      tables.RTMGR_MSG_BATCH_BEGIN,
      24,
      24,
      24,
      tables.RTMGR_MSG_BATCH_END,
    ]);
    const verdict = decodeError(last(messagesOf(golden('batch')), 2), undefined, 'rtmgr');
    expect(verdict.ok && verdict.value).toMatchObject({ errno: 0 });
  });

  test.each([
    ['batch-refused', 17, 1],
    ['batch-no-such-route', 3, 1],
  ])('of %s: the end names the message', (name, errno, index) => {
    const verdict = decodeError(last(messagesOf(golden(name)), 2), undefined, 'rtmgr');
    if (!verdict.ok) throw new Error(verdict.error.message);
    expect(verdict.value).toMatchObject({ errno, request: { type: tables.RTMGR_MSG_BATCH_END } });
    expect(verdict.value.message).not.toBe('');
    expect(decodeBatchCookie(verdict.value.cookie!)?.index).toBe(index);
  });

  test('of a dump', () => {
    const routes = ofType(messagesOf(golden('dump'), 'in'), 24).map((message) => {
      const spec = decodeRoute(message);
      if (!spec.ok) throw new Error(spec.error.message);
      return spec.value;
    });
    expect(routes.map(({ family, hops, priority }) => [family, hops.length, priority])).toEqual([
      [2, 2, null],
      [2, 1, 5],
      [10, 1, 7],
    ]);
  });
});
