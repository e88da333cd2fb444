// SPDX-License-Identifier: MIT
// Does the text of a destination contain a word? Answered without making the text: a finite automaton (Knuth, Morris,
// Pratt) is fed with whole octets of IPv4 addresses at once, and with the digits of IPv6 addresses one by one.
import { formatAddress } from '../../app/contract/index.ts';
import { viewOf } from '../codec/bytes.ts';
import { AF_INET } from '../codec/tables/families.ts';
import type { Columns } from './columns.ts';

const DOT = 46;
const SLASH = 47;
const COLON = 58;
/** The grid reads this for prefixes of length zero. */
const DEFAULT = 'default';

/** Transition table: state * 128 + character code. The last state, the whole word found, is never left. */
function automaton(word: string): Uint8Array {
  const states = word.length;
  const next = new Uint8Array((states + 1) * 128);
  let fallback = 0;
  for (let state = 0; state < states; state++) {
    if (state > 0) next.copyWithin(state * 128, fallback * 128, fallback * 128 + 128);
    next[state * 128 + word.charCodeAt(state)] = state + 1;
    if (state > 0) fallback = next[fallback * 128 + word.charCodeAt(state)]!;
  }
  next.fill(states, states * 128);
  return next;
}

/** Tests destinations for a word in lower case. */
export type DestinationTest = (slot: number) => boolean;

/** Null when no destination can contain the word. */
export function destinationTest(c: Columns, word: string): DestinationTest | null {
  const isDefault = DEFAULT.includes(word);
  const v4 = /^[0-9./]{1,18}$/.test(word) ? ipv4Test(c, word) : null;
  const v6 = /^[0-9a-f:./]{1,49}$/.test(word) ? ipv6Test(c, word) : null;
  if (!isDefault && !v4 && !v6) return null;
  return (slot) => {
    if (isDefault && c.dstLength[slot] === 0) return true;
    const test = c.family[slot] === AF_INET ? v4 : v6;
    return test !== null && test(slot);
  };
}

function ipv4Test(c: Columns, word: string): DestinationTest {
  const next = automaton(word);
  const states = word.length + 1;
  const run = (state: number, text: string): number => {
    for (let i = 0; i < text.length; i++) state = next[state * 128 + text.charCodeAt(i)]!;
    return state;
  };
  const octetDot = new Uint8Array(states * 256);
  const octet = new Uint8Array(states * 256);
  const length = new Uint8Array(states * 256);
  for (let state = 0; state < states; state++)
    for (let value = 0; value < 256; value++) {
      const after = run(state, String(value));
      octet[state * 256 + value] = after;
      octetDot[state * 256 + value] = next[after * 128 + DOT]!;
      length[state * 256 + value] = run(state, `/${value}`);
    }
  const found = word.length;
  return (slot) => {
    const address = c.dst0[slot]!;
    let state = octetDot[address >>> 24]!;
    state = octetDot[state * 256 + ((address >>> 16) & 0xff)]!;
    state = octetDot[state * 256 + ((address >>> 8) & 0xff)]!;
    state = octet[state * 256 + (address & 0xff)]!;
    return length[state * 256 + c.dstLength[slot]!] === found;
  };
}

function ipv6Test(c: Columns, word: string): DestinationTest {
  const next = automaton(word);
  const found = word.length;
  const hextets = new Uint16Array(8);
  const digit = Array.from('0123456789abcdef', (char) => char.charCodeAt(0));

  return (slot) => {
    const d0 = c.dst0[slot]!;
    const d1 = c.dst1[slot]!;
    const d2 = c.dst2[slot]!;
    const d3 = c.dst3[slot]!;
    // written with a dotted tail: rare enough for the long way
    if (d0 === 0 && d1 === 0 && (d2 === 0xffff || (d2 === 0 && d3 >>> 16 !== 0)))
      return `${destinationText(c, slot)}/${c.dstLength[slot]}`.includes(word);
    hextets[0] = d0 >>> 16;
    hextets[1] = d0;
    hextets[2] = d1 >>> 16;
    hextets[3] = d1;
    hextets[4] = d2 >>> 16;
    hextets[5] = d2;
    hextets[6] = d3 >>> 16;
    hextets[7] = d3;
    let gap = -1;
    let gapEnd = -1;
    for (let i = 0; i < 8;) {
      let end = i;
      while (end < 8 && hextets[end] === 0) end++;
      if (end - i >= 2 && end - i > gapEnd - gap) {
        gap = i;
        gapEnd = end;
      }
      i = end + 1;
    }
    let state = 0;
    for (let i = 0; i < 8; i++) {
      if (i === gap) {
        state = next[next[state * 128 + COLON]! * 128 + COLON]!;
        i = gapEnd - 1;
        continue;
      }
      if (i > 0 && i !== gapEnd) state = next[state * 128 + COLON]!;
      const value = hextets[i]!;
      if (value > 0xfff) state = next[state * 128 + digit[value >>> 12]!]!;
      if (value > 0xff) state = next[state * 128 + digit[(value >>> 8) & 15]!]!;
      if (value > 0xf) state = next[state * 128 + digit[(value >>> 4) & 15]!]!;
      state = next[state * 128 + digit[value & 15]!]!;
    }
    state = next[state * 128 + SLASH]!;
    const length = c.dstLength[slot]!;
    if (length >= 100) state = next[state * 128 + 49]!;
    if (length >= 10) state = next[state * 128 + 48 + (Math.floor(length / 10) % 10)]!;
    return next[state * 128 + 48 + (length % 10)] === found;
  };
}

/** Words of an address from its 4 or 16 bytes; IPv4 fills the first only. */
export function addressWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(4);
  const view = viewOf(bytes);
  for (let i = 0; i < bytes.length; i += 4) words[i >> 2] = view.getUint32(i);
  return words;
}

/** The destination's 4 or 16 bytes. */
export function destinationBytes(c: Columns, slot: number): Uint8Array {
  const isV4 = c.family[slot] === AF_INET;
  const bytes = new Uint8Array(isV4 ? 4 : 16);
  const view = viewOf(bytes);
  view.setUint32(0, c.dst0[slot]!);
  if (!isV4) {
    view.setUint32(4, c.dst1[slot]!);
    view.setUint32(8, c.dst2[slot]!);
    view.setUint32(12, c.dst3[slot]!);
  }
  return bytes;
}

/** The destination's address in text. */
export const destinationText = (c: Columns, slot: number): string =>
  formatAddress(destinationBytes(c, slot), c.family[slot] === AF_INET ? 4 : 6);
