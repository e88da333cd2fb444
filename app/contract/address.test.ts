// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  formatPrefix,
  hasHostBits,
  maskPrefix,
  parseAddress,
  parsePrefix,
} from './address.ts';

describe('parseAddress', () => {
  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
    '::1.2.3',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%eth0',
    '1.2.3.4::',
    'g::',
    '1:2:3:4:5:6:7:8::',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  // texts as inet_ntop(3) of glibc 2.36 writes them
  it.each([
    '0.0.0.0',
    '255.255.255.255',
    '192.0.2.1',
    '::',
    '::1',
    '2001:db8::1',
    '::ffff:192.0.2.1',
    '::192.0.2.1',
    '64:ff9b::c000:201',
    '1:0:0:2::3',
    'fe80::',
    '2001:db8:1:2:3:4:5:6',
    '2001:db8:0:1:1:1:1:1',
    'ff02::1:ff00:1',
  ])('reads and writes %s alike', (text) => {
    const address = parseAddress(text)!;
    expect(formatAddress(address.bytes, address.family)).toBe(text);
  });

  it('shortens what is written long', () => {
    const address = parseAddress('2001:0DB8:0000:0000:0000:0000:0000:0001')!;
    expect(formatAddress(address.bytes, 6)).toBe('2001:db8::1');
  });

  it('reads back every address it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(parseAddress(formatAddress(bytes, 6))).toEqual({ family: 6, bytes });
        const four = bytes.slice(0, 4);
        expect(parseAddress(formatAddress(four, 4))).toEqual({ family: 4, bytes: four });
      }),
    );
  });

  it('reads an address in the middle of a buffer', () => {
    expect(formatAddress(Uint8Array.of(9, 9, 192, 0, 2, 1), 4, 2)).toBe('192.0.2.1');
  });
});

describe('prefixes', () => {
  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '::/129', '/8', '10.0.0.0/8/8'])(
    'refuses %j',
    (text) => {
      expect(parsePrefix(text)).toBeNull();
    },
  );

  it('takes an address alone as its own prefix', () => {
    expect(parsePrefix('192.0.2.1')?.length).toBe(32);
    expect(parsePrefix('2001:db8::1')?.length).toBe(128);
  });

  it.each([
    ['10.20.30.40/12', '10.16.0.0/12'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ])('masks %s to %s', (text, masked) => {
    expect(formatPrefix(maskPrefix(parsePrefix(text)!))).toBe(masked);
  });

  it('tells host bits', () => {
    expect(hasHostBits(parsePrefix('10.0.0.1/8')!)).toBe(true);
    expect(hasHostBits(parsePrefix('10.0.0.0/8')!)).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(32), (bytes, length) => {
        expect(hasHostBits(maskPrefix({ family: 4, bytes, length }))).toBe(false);
      }),
    );
  });
});
