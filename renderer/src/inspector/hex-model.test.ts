// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { FieldNode, Layer } from '../../../app/contract/index.ts';
import {
  asciiByte,
  bytesPerRow,
  bytesSource,
  fromBase64,
  HexModel,
  hexText,
  intervalsOf,
} from './hex-model.ts';
import { routeSample } from './testing.ts';

const node = (
  id: string,
  start: number,
  end: number,
  children: FieldNode[] = [],
  layer: Layer = 'value',
): FieldNode => ({ id, name: id, type: '', value: '', explanation: '', start, end, layer, children });
const plain = (tree: FieldNode[], length: number): [number, number, string | null][] =>
  intervalsOf(tree, length).map((i) => [i.start, i.end, i.node?.id ?? null]);

test('intervals cover every byte once, and the deepest field owns it', () => {
  const tree = [node('a', 0, 4), node('b', 4, 12, [node('b1', 4, 6), node('b2', 8, 10)])];
  expect(plain(tree, 14)).toEqual([
    [0, 4, 'a'],
    [4, 6, 'b1'],
    [6, 8, 'b'],
    [8, 10, 'b2'],
    [10, 12, 'b'],
    [12, 14, null],
  ]);
});

test('spans that overlap, reach outside or stand in disorder are cut', () => {
  const tree = [node('late', 6, 99), node('first', 0, 8, [node('outside', 5, 30)]), node('empty', 3, 3)];
  expect(plain(tree, 10)).toEqual([
    [0, 5, 'first'],
    [5, 8, 'outside'],
    [8, 10, 'late'],
  ]);
  expect(plain([], 3)).toEqual([[0, 3, null]]);
  expect(plain([], 0)).toEqual([]);
});

test('each byte of a real tree is found by search', () => {
  const sample = routeSample(1);
  const model = new HexModel(bytesSource(Uint8Array.from(sample.bytes)), sample.roots, 16);
  expect(model.intervalAt(0)?.node?.name).toBe('nlmsg_len');
  expect(model.intervalAt(16)?.node?.name).toBe('rtm_family');
  expect(model.intervalAt(sample.bytes.length - 1)).toMatchObject({ layer: 'padding' });
  expect(model.intervalAt(sample.bytes.length)).toBeNull();
  expect(model.intervalAt(-1)).toBeNull();
});

test('the caret stays inside, and up and down keep the column', () => {
  const model = new HexModel(bytesSource(new Uint8Array(37)), [], 16);
  expect(model.rows).toBe(3);
  expect(model.move(0, 'left')).toBe(0);
  expect(model.move(15, 'right')).toBe(16);
  expect(model.move(36, 'right')).toBe(36);
  expect(model.move(20, 'up')).toBe(4);
  expect(model.move(4, 'up')).toBe(4);
  expect(model.move(4, 'down')).toBe(20);
  // the last row is short: it ends at 36
  expect(model.move(28, 'down')).toBe(36);
  expect(model.move(34, 'down')).toBe(34);
  expect(model.move(3, 'pageDown', 9)).toBe(35);
  expect(model.move(35, 'pageUp', 9)).toBe(3);
  expect(model.move(20, 'rowStart')).toBe(16);
  expect(model.move(34, 'rowEnd')).toBe(36);
  expect(model.move(20, 'first')).toBe(0);
  expect(model.move(20, 'last')).toBe(36);
});

test('as many bytes a row as fit', () => {
  expect([700, 400, 200].map((width) => bytesPerRow(width, 7.21))).toEqual([16, 8, 4]);
});

test('text forms of bytes', () => {
  const source = bytesSource(Uint8Array.from([0x34, 0, 0xff, 0x41]));
  expect(hexText(source)).toBe('34 00 ff 41');
  expect(hexText(source, 1, 99)).toBe('00 ff 41');
  expect([0x41, 0x20, 0x7f, 0].map(asciiByte).join('')).toBe('A ··');
  expect([...fromBase64('NAD/QQ==')]).toEqual([0x34, 0, 0xff, 0x41]);
});
