// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { routeSample } from './testing.ts';
import { treeKey, TreeModel } from './tree-model.ts';

const model = new TreeModel(routeSample(1).roots);

test('what is open decides what is visible', () => {
  const closed = model.visible(new Set());
  expect(closed.map((r) => r.node.name)).toEqual(['nlmsghdr', 'rtmsg', 'RTA_DST', 'RTA_GATEWAY', 'RTA_TAG']);
  expect(closed[1]).toMatchObject({ level: 1, place: 2, siblings: 5, expanded: false });
  const open = model.visible(model.initiallyOpen());
  expect(open.length).toBe(model.size);
  expect(open[1]).toMatchObject({ level: 2, place: 1, siblings: 5, expanded: null });
  expect(model.ancestors('RTA_DST.value')).toEqual(['RTA_DST']);
});

test('keys follow the tree pattern', () => {
  const rows = model.visible(new Set(['nlmsghdr']));
  expect(treeKey(rows, 0, 'ArrowDown', 5)).toEqual({ select: 'nlmsghdr.nlmsg_len' });
  expect(treeKey(rows, 0, 'ArrowRight', 5)).toEqual({ select: 'nlmsghdr.nlmsg_len' });
  expect(treeKey(rows, 2, 'ArrowLeft', 5)).toEqual({ select: 'nlmsghdr' });
  expect(treeKey(rows, 0, 'ArrowLeft', 5)).toEqual({ toggle: 'nlmsghdr' });
  expect(treeKey(rows, 6, 'ArrowRight', 5)).toEqual({ toggle: 'rtmsg' });
  expect(treeKey(rows, 6, 'End', 5)).toEqual({ select: 'RTA_TAG' });
  expect(treeKey(rows, 0, 'PageDown', 5)).toEqual({ select: 'nlmsghdr.nlmsg_pid' });
  expect(treeKey(rows, 0, 'x', 5)).toBeNull();
});
