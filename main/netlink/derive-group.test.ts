// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { derivedGroup } from './derive-group.ts';
import { message } from './fake-kernel.ts';

describe('the group that a unicast notification stands for', () => {
  const route = (family: number, type = 24): Uint8Array => message(type, Uint8Array.of(family, 0, 0, 0));
  it.each([
    ['events', route(2), 7],
    ['events', route(10), 11],
    ['events', route(10, 25), 11],
    ['mirror', message(0x105, new Uint8Array(4)), 30],
    // acknowledgements and the word of an overflow answer us
    ['events', message(2, new Uint8Array(20)), 0],
    ['events', message(4), 0],
    // and what comes on the other sockets was asked for
    ['request', route(2), 0],
    ['dump', route(2), 0],
    ['events', new Uint8Array(10), 0],
  ] as const)('on %s', (name, bytes, group) => {
    const shifted = new Uint8Array(8 + bytes.length);
    shifted.set(bytes, 8);
    expect(derivedGroup(name, shifted, 8, bytes.length)).toBe(group);
  });
});
