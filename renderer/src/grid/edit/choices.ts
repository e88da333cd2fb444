// SPDX-License-Identifier: MIT
// What the editors' lists offer: names from the running system, usual ones first.
import type { LinkRow, Named, Vocabulary } from '../../../../app/contract/index.ts';
import type { Choice } from './NameBox.tsx';

/** The same lists for the same input: cells are only drawn anew when what they offer changes. */
function once<T extends object, R>(make: (input: T) => R): (input: T) => R {
  const made = new WeakMap<T, R>();
  return (input) => {
    const known = made.get(input);
    if (known !== undefined) return known;
    const fresh = make(input);
    made.set(input, fresh);
    return fresh;
  };
}

const named = (list: readonly Named[]): Choice[] =>
  list.map(({ name, value }) => ({ id: name, hint: String(value) }));

/** RT_TABLE_MAIN, DEFAULT, LOCAL: the order in which one needs them. */
const TABLES_FIRST = [254, 253, 255];

export const tableChoices = once(({ tables }: Vocabulary): Choice[] =>
  named([
    ...TABLES_FIRST.flatMap((value) => tables.filter((table) => table.value === value)),
    ...tables.filter((table) => !TABLES_FIRST.includes(table.value)),
  ]),
);
export const protocolChoices = once(({ protocols }: Vocabulary): Choice[] => named(protocols));
/** RTN_UNICAST to RTN_THROW: what the kernel takes. */
export const typeChoices = once(({ types }: Vocabulary): Choice[] =>
  named(types.filter(({ value }) => value >= 1 && value <= 9)),
);
export const scopeChoices = once(({ scopes }: Vocabulary): Choice[] =>
  named(scopes.filter(({ value }) => value < 255)),
);

const NO_LINKS: readonly LinkRow[] = [];
const devices = once((links: readonly LinkRow[]): Choice[] =>
  links.map(({ name, kind, up, addresses }) => ({
    id: name,
    hint: [up ? null : 'down', kind, addresses[0]].filter(Boolean).join(' · '),
  })),
);
export const deviceChoices = (links: readonly LinkRow[] | null): Choice[] => devices(links ?? NO_LINKS);
