// SPDX-License-Identifier: MIT
// The quick filter. Each word becomes a test of a slot that looks numbers up: which sets of hops, which protocols, which
// tables contain the word is found out once for each distinct one, not once for each row.
import { maskPrefix, parseAddress, parsePrefix } from '../../app/contract/index.ts';
import type { GridSpec } from '../../app/contract/index.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import { RT_TABLE_LOCAL } from '../codec/tables/rtmsg.ts';
import { addressWords, destinationTest } from './destination-text.ts';
import { covers, maskWord } from './keys.ts';
import type { RouteStore } from './store.ts';
import type { Texts } from './texts.ts';

export type SlotTest = (slot: number) => boolean;

const BLOCK = 1 << 16;

/** The tests that a row must all pass for a view. Good until links are renamed or numbers of sets change. */
export class Filter {
  private readonly tests: SlotTest[] = [];

  constructor(store: RouteStore, texts: Texts, spec: GridSpec) {
    const place = placeTest(store, spec);
    if (place) this.tests.push(place);
    for (const word of spec.text.toLowerCase().split(/\s+/))
      if (word !== '') this.tests.push(wordTest(store, texts, word));
  }

  /** True when every row passes. */
  get isTrivial(): boolean {
    return this.tests.length === 0;
  }

  readonly test: SlotTest = (slot) => {
    for (const test of this.tests) if (!test(slot)) return false;
    return true;
  };

  /** Those of the first `length` slots that pass, in a new array. Yields now and then. */
  *select(order: Uint32Array, length: number): Generator<void, { order: Uint32Array; length: number }, void> {
    const selected = order.slice(0, length);
    let count = length;
    for (const test of this.tests) {
      let kept = 0;
      for (let start = 0; start < count; start += BLOCK) {
        const end = Math.min(count, start + BLOCK);
        for (let i = start; i < end; i++) {
          const slot = selected[i]!;
          if (test(slot)) selected[kept++] = slot;
        }
        yield;
      }
      count = kept;
    }
    return { order: selected, length: count };
  }
}

/** The table and the families of a view; null when it shows all. */
function placeTest(store: RouteStore, spec: GridSpec): SlotTest | null {
  const { columns: c, tables } = store;
  const four = spec.families.length === 0 || spec.families.includes(4);
  const six = spec.families.length === 0 || spec.families.includes(6);
  const { table } = spec;
  if (four && six && table === 'all') return null;
  return (slot) => {
    if (c.family[slot] === AF_INET ? !four : !six) return false;
    const number = tables[c.table[slot]!]!;
    return table === 'all' || (table === 'no-local' ? number !== RT_TABLE_LOCAL : number === table);
  };
}

function wordTest(store: RouteStore, texts: Texts, word: string): SlotTest {
  if (/[.:]/.test(word)) {
    const address = parseAddress(word);
    if (address) return coversTest(store, addressWords(address.bytes), address.family);
    const prefix = word.includes('/') ? parsePrefix(word) : null;
    if (prefix) {
      const masked = maskPrefix(prefix);
      return insideTest(store, addressWords(masked.bytes), masked.length, masked.family);
    }
  }
  return textTest(store, texts, word);
}

/** Routes that cover an address. */
function coversTest(store: RouteStore, address: Uint32Array, family: 4 | 6): SlotTest {
  const { columns: c } = store;
  const af = family === 4 ? AF_INET : AF_INET6;
  return (slot) => c.family[slot] === af && covers(c, slot, address);
}

/** Routes to a prefix and to what is inside it. */
function insideTest(store: RouteStore, network: Uint32Array, length: number, family: 4 | 6): SlotTest {
  const { columns: c } = store;
  const af = family === 4 ? AF_INET : AF_INET6;
  const masks = [0, 1, 2, 3].map((index) => maskWord(length, index));
  return (slot) => {
    if (c.family[slot] !== af || c.dstLength[slot]! < length) return false;
    if (((c.dst0[slot]! ^ network[0]!) & masks[0]!) !== 0) return false;
    if (family === 4) return true;
    return (
      ((c.dst1[slot]! ^ network[1]!) & masks[1]!) === 0 &&
      ((c.dst2[slot]! ^ network[2]!) & masks[2]!) === 0 &&
      ((c.dst3[slot]! ^ network[3]!) & masks[3]!) === 0
    );
  };
}

/** Which numbers have a text that contains the word, found out when first asked. 0: not known yet, 1: no, 2: yes. */
function known(word: string, textOf: (id: number) => string): SlotTest {
  let answers = new Uint8Array(256);
  return (id) => {
    if (id >= answers.length) {
      const grown = new Uint8Array(id * 2);
      grown.set(answers);
      answers = grown;
    }
    return (answers[id] ||= textOf(id).includes(word) ? 2 : 1) === 2;
  };
}

function numbers(word: string): SlotTest {
  if (!/^\d{1,10}$/.test(word)) return () => false;
  // few distinct ones: a small cache spares making the text of each
  const values = new Float64Array(1024).fill(-1);
  const answers = new Uint8Array(1024);
  return (value) => {
    const at = value & 1023;
    if (values[at] !== value) {
      values[at] = value;
      answers[at] = String(value).includes(word) ? 1 : 0;
    }
    return answers[at] === 1;
  };
}

function textTest(store: RouteStore, texts: Texts, word: string): SlotTest {
  const { columns: c } = store;
  const hops = known(word, (id) => texts.hops(id));
  const extras = known(word, (id) => texts.extras(id));
  const table = known(word, texts.table);
  const protocol = known(word, texts.protocol);
  const type = known(word, texts.type);
  const scope = known(word, texts.scope);
  const number = numbers(word);
  const destination = destinationTest(c, word) ?? (() => false);
  const flagAnswers = new Map<number, boolean>([[0, false]]);
  const flags = (value: number): boolean => {
    let answer = flagAnswers.get(value);
    if (answer === undefined) {
      answer = texts.flags(value).includes(word);
      flagAnswers.set(value, answer);
    }
    return answer;
  };
  return (slot) =>
    hops(c.hops[slot]!) ||
    protocol(c.protocol[slot]!) ||
    type(c.type[slot]!) ||
    scope(c.scope[slot]!) ||
    table(c.table[slot]!) ||
    extras(c.extras[slot]!) ||
    destination(slot) ||
    number(c.priority[slot]!) ||
    (c.tos[slot] !== 0 && number(c.tos[slot]!)) ||
    (c.flags[slot] !== 0 && flags(c.flags[slot]!));
}
