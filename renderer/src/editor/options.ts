// SPDX-License-Identifier: MIT
// What the lists of the editor offer.
import type { LinkRow, RouteDraft, Vocabulary } from '../../../app/contract/index.ts';
import { defaultScope } from '../../../app/contract/index.ts';
import type { Option } from './Choice.tsx';
import type { NamedField } from './form.ts';
import { BY_TYPE, namesOf } from './form.ts';

const stateOf = (link: LinkRow): string => (!link.up ? 'down' : link.carrier ? 'up' : 'up, no carrier');

export const deviceOptions = (links: readonly LinkRow[]): Option[] =>
  links.map((link) => ({ text: link.name, hint: stateOf(link) }));

/** Addresses of the machine, those of the route's own devices first. */
export function sourceOptions(links: readonly LinkRow[], draft: RouteDraft): Option[] {
  const devices = new Set(draft.hops.map((hop) => hop.device));
  const own = links.filter((link) => devices.has(link.name));
  const others = links.filter((link) => !devices.has(link.name));
  const seen = new Set<string>();
  return [...own, ...others].flatMap((link) =>
    link.addresses.flatMap((prefix) => {
      const text = prefix.split('/')[0]!;
      if (text.includes(':') !== (draft.family === 6) || seen.has(text)) return [];
      seen.add(text);
      return [{ text, hint: link.name }];
    }),
  );
}

/** The names of a field; for the scope also the one that is left to the type, with what it comes to. */
export function nameOptions(field: NamedField, vocabulary: Vocabulary, draft: RouteDraft): Option[] {
  const names = namesOf(field, vocabulary);
  // one text, one option: names are the keys of the list
  const options = [...new Map(names.map((one) => [one.name, one.value]))].map(([text, value]) =>
    text === String(value) ? { text } : { text, hint: String(value) },
  );
  if (field !== 'scope') return options;
  const usual = defaultScope(draft.family, draft.type, draft.hops);
  const name = names.find((one) => one.value === usual)?.name ?? String(usual);
  return [{ text: BY_TYPE, hint: `by type: ${name}` }, ...options];
}
