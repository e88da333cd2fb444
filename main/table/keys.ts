// SPDX-License-Identifier: MIT
// Keys of routes: comparing and hashing them, and what their prefixes cover.
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import type { Columns } from './columns.ts';

/** True when both rows have the same key. */
export function sameKey(c: Columns, a: number, b: number): boolean {
  return (
    c.dst0[a] === c.dst0[b] &&
    c.dstLength[a] === c.dstLength[b] &&
    c.family[a] === c.family[b] &&
    c.table[a] === c.table[b] &&
    c.priority[a] === c.priority[b] &&
    c.tos[a] === c.tos[b] &&
    (c.family[a] !== AF_INET6 ||
      (c.dst1[a] === c.dst1[b] && c.dst2[a] === c.dst2[b] && c.dst3[a] === c.dst3[b]))
  );
}

/** The bits of word `index` of an address that a prefix of this length fixes. */
export function maskWord(length: number, index: number): number {
  const bits = length - 32 * index;
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** True when the row's prefix covers the address, which is of the row's family. */
export function covers(c: Columns, slot: number, address: Uint32Array): boolean {
  const length = c.dstLength[slot]!;
  if (((c.dst0[slot]! ^ address[0]!) & maskWord(length, 0)) !== 0) return false;
  if (c.family[slot] === AF_INET) return true;
  return (
    ((c.dst1[slot]! ^ address[1]!) & maskWord(length, 1)) === 0 &&
    ((c.dst2[slot]! ^ address[2]!) & maskWord(length, 2)) === 0 &&
    ((c.dst3[slot]! ^ address[3]!) & maskWord(length, 3)) === 0
  );
}

/** Hash of a key. */
export function mix(
  family: number,
  table: number,
  length: number,
  tos: number,
  priority: number,
  dst0: number,
  dst1: number,
  dst2: number,
  dst3: number,
): number {
  let hash = Math.imul(dst0 ^ (length << 24) ^ (family << 8) ^ tos, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash ^ priority ^ (table << 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  if ((dst1 | dst2 | dst3) !== 0) {
    hash = Math.imul(hash ^ dst1, 0xc2b2ae35);
    hash ^= hash >>> 15;
    hash = Math.imul(hash ^ dst2, 0x9e3779b1);
    hash ^= hash >>> 14;
    hash = Math.imul(hash ^ dst3, 0x85ebca6b);
  }
  hash ^= hash >>> 16;
  return hash >>> 0;
}

/** True when two rows say the same, key and expiry aside. */
export const sameContents = (c: Columns, a: number, b: number): boolean =>
  c.hops[a] === c.hops[b] &&
  c.extras[a] === c.extras[b] &&
  c.flags[a] === c.flags[b] &&
  c.protocol[a] === c.protocol[b] &&
  c.type[a] === c.type[b] &&
  c.scope[a] === c.scope[b];
