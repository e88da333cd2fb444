// SPDX-License-Identifier: MIT
// What must hold of the tables among themselves; headers.test.ts compares them with C.
import { describe, expect, test } from 'vitest';
import type { AttributeSet, Entry, Enumeration, Field, Flags, Struct, ValueType } from './schema.ts';
import * as tables from './tables/index.ts';

type Table = Enumeration | Flags | AttributeSet | Struct;
const all = Object.entries(tables).flatMap(([name, value]): [string, Table][] =>
  typeof value === 'object' && 'kind' in value ? [[name, value]] : [],
);

/** What an attribute's payload leads to. */
function reached(type: ValueType): AttributeSet[] {
  if (type.kind === 'nest' || type.kind === 'hops') return [type.set()];
  if (type.kind === 'chosen') return [...type.cases.values()].flatMap(reached);
  if (type.kind === 'family') return [...type.cases.values(), type.other].flatMap(reached);
  return [];
}

describe.each(all)('%s', (_, table) => {
  test('explains each entry in a sentence', () => {
    const texts =
      table.kind === 'attributes'
        ? Object.values(table.entries).map(({ text }) => text)
        : table.kind === 'struct'
          ? [table.text, ...Object.values<Field>(table.fields).map(({ text }) => text)]
          : Object.values<Entry>(table.entries).map(([, text]) => text);
    for (const text of texts) expect(text).toMatch(/^[A-Z0-9….].*[.…]$/);
  });
});

describe.each(all.filter(([, { kind }]) => kind !== 'struct'))('%s', (_, table) => {
  test('has each number once, but for aliases of the header, and flags one bit each', () => {
    if (table.kind === 'struct') throw new Error('structs are left out');
    const values = Object.values<number>(table.values);
    expect(values.length - new Set(values).size).toBeLessThanOrEqual(1);
    if (table.kind === 'flags') for (const bit of values) expect(Math.log2(bit) % 1, String(bit)).toBe(0);
  });
});

test('every nest leads to a set', () => {
  const sets = all.flatMap(([, table]) => (table.kind === 'attributes' ? Object.values(table.entries) : []));
  const targets = sets.flatMap(({ type }) => reached(type));
  expect(targets.length).toBeGreaterThan(50);
  for (const target of targets) expect(target.kind).toBe('attributes');
});
