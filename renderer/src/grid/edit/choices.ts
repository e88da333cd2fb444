// SPDX-License-Identifier: MIT
// What the editors' lists offer: names from the running system, usual ones first.
import type { LinkRow, Named, Vocabulary } from '../../../../app/contract/index.ts';
import type { Choice } from './NameBox.tsx';

const named = (list: readonly Named[]): Choice[] =>
  list.map(({ name, value }) => ({ id: name, hint: String(value) }));

/** RT_TABLE_MAIN, DEFAULT, LOCAL: the order in which one needs them. */
const TABLES_FIRST = [254, 253, 255];

export const tableChoices = ({ tables }: Vocabulary): Choice[] =>
  named([
    ...TABLES_FIRST.flatMap((value) => tables.filter((table) => table.value === value)),
    ...tables.filter((table) => !TABLES_FIRST.includes(table.value)),
  ]);
export const protocolChoices = ({ protocols }: Vocabulary): Choice[] => named(protocols);
/** RTN_UNICAST to RTN_THROW: what the kernel takes. */
export const typeChoices = ({ types }: Vocabulary): Choice[] =>
  named(types.filter(({ value }) => value >= 1 && value <= 9));
export const scopeChoices = ({ scopes }: Vocabulary): Choice[] =>
  named(scopes.filter(({ value }) => value < 255));

export const deviceChoices = (links: readonly LinkRow[] | null): Choice[] =>
  (links ?? []).map(({ name, kind, up, addresses }) => ({
    id: name,
    hint: [up ? null : 'down', kind, addresses[0]].filter(Boolean).join(' · '),
  }));
