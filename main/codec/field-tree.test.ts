// SPDX-License-Identifier: MIT
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldNode } from '../../app/contract/index.ts';
import { coverage, messageBytes, mutated } from './arbitraries.ts';
import {
  encodeMessage,
  encodeRoute,
  fieldTree,
  RTA_DST,
  RTM_NEWROUTE,
  NLM_F_REQUEST,
  NLM_F_CREATE,
} from './index.ts';
import { route } from './fixtures.ts';

const leafOf = (tree: FieldNode[], id: string): FieldNode => {
  for (const one of tree) {
    if (one.id === id) return one;
    const inner = one.children.length > 0 ? find(one.children, id) : null;
    if (inner) return inner;
  }
  throw new Error(`no ${id}`);
};
const find = (tree: FieldNode[], id: string): FieldNode | null => {
  for (const one of tree) {
    if (one.id === id) return one;
    const inner = find(one.children, id);
    if (inner) return inner;
  }
  return null;
};

describe('fieldTree', () => {
  const bytes = encodeRoute(route({ metrics: new Map([[2, 1400]]) }), {
    type: RTM_NEWROUTE,
    flags: NLM_F_REQUEST | NLM_F_CREATE,
    seq: 7,
  });

  test('names fields, their spans and values', () => {
    const tree = fieldTree(bytes, { ifname: (index) => (index === 3 ? 'lan0' : null) });
    expect(leafOf(tree, 'nlmsghdr.nlmsg_type').value).toBe('RTM_NEWROUTE (24)');
    expect(leafOf(tree, 'nlmsghdr.nlmsg_flags').value).toBe('REQUEST | CREATE (0x401)');
    expect(leafOf(tree, 'rtmsg.rtm_table').value).toBe('RT_TABLE_MAIN (254)');
    const destination = leafOf(tree, 'RTA_DST');
    expect(destination).toMatchObject({
      start: 28,
      end: 36,
      value: '10.20.0.0',
      type: 'struct nlattr',
      layer: 'attribute',
    });
    expect(leafOf(tree, 'RTA_DST.value')).toMatchObject({ start: 32, end: 36, layer: 'value' });
    expect(leafOf(tree, 'RTA_OIF.value').value).toBe('lan0 (3)');
    expect(leafOf(tree, 'RTA_METRICS/RTAX_MTU.value').value).toBe('1400 bytes');
    expect(leafOf(tree, 'rtmsg.rtm_type').explanation).toContain('RTN_UNICAST: A route to other machines');
  });

  test('shows padding as padding, and what follows the message as trailing', () => {
    const name = encodeMessage({ type: 16, flags: 1, family: {}, attributes: [{ type: 3, value: 'lan0' }] });
    const tree = fieldTree(Uint8Array.of(...name, 1, 2, 3));
    expect(tree.map(({ name, layer, start, end }) => [name, layer, start, end])).toEqual([
      ['nlmsghdr', 'header', 0, 16],
      ['ifinfomsg', 'family', 16, 32],
      ['IFLA_IFNAME', 'attribute', 32, 41],
      ['padding', 'padding', 41, 44],
      ['trailing bytes', 'trailing', 44, 47],
    ]);
  });

  test('says what is wrong where it is wrong', () => {
    const broken = bytes.slice();
    broken[28] = 200;
    const node = leafOf(fieldTree(broken), 'broken attribute');
    expect(node.error).toBe(`nla_len is 200, but ${bytes.length - 28} bytes are left`);
    const wrongSize = encodeMessage({
      type: 24,
      flags: 1,
      family: {},
      attributes: [{ type: RTA_DST, value: Uint8Array.of(1, 2) }],
    });
    expect(leafOf(fieldTree(wrongSize), 'RTA_DST').error).toBe('an address has 4 or 16 bytes, here are 2');
  });

  test('covers every byte of anything exactly once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => coverage(fieldTree(any), any.length)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(mutated(messageBytes), (any) => coverage(fieldTree(any), any.length)),
      { numRuns: 1000 },
    );
  });
});
