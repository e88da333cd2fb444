// SPDX-License-Identifier: MIT
// The editor's cells as the texts that stand in them, and the way from them to a draft. A text that is half typed has
// no number yet, so the form keeps texts, and a draft is made of them again with each key.
import type {
  DraftProblem,
  HopDraft,
  Named,
  RouteDraft,
  RouteField,
  Vocabulary,
} from '../../../app/contract/index.ts';
import { typeHasHops } from '../../../app/contract/index.ts';

export interface HopForm {
  /** Tells next hops apart while others are added and removed. */
  id: number;
  gateway: string;
  device: string;
  weight: string;
  onlink: boolean;
}

/** The cells that are one text each. */
export type TextField = Exclude<RouteField, 'gateway' | 'device' | 'weight' | 'onlink'>;
export type NamedField = 'table' | 'protocol' | 'type' | 'scope';

export type Form = Record<TextField, string> & { family: 4 | 6; hops: HopForm[] };

/** Stands in the cell of the scope when it is left to the type; short, for the column is narrow. */
export const BY_TYPE = 'auto';

let lastHopId = 0;
export const newHop = (): HopForm => ({
  id: ++lastHopId,
  gateway: '',
  device: '',
  weight: '1',
  onlink: false,
});

export const namesOf = (field: NamedField, vocabulary: Vocabulary): readonly Named[] =>
  ({
    table: vocabulary.tables,
    protocol: vocabulary.protocols,
    type: vocabulary.types,
    scope: vocabulary.scopes,
  })[field];

const nameOf = (value: number, names: readonly Named[]): string =>
  names.find((one) => one.value === value)?.name ?? String(value);

export function formOf(draft: RouteDraft, vocabulary: Vocabulary): Form {
  const hops = draft.hops.map((hop) => ({
    id: ++lastHopId,
    gateway: hop.gateway ?? '',
    device: hop.device ?? '',
    weight: String(hop.weight),
    onlink: hop.onlink,
  }));
  return {
    family: draft.family,
    destination: draft.destination,
    // kept while the type has no next hops, so that there is one when the type is changed
    hops: hops.length > 0 ? hops : [newHop()],
    table: nameOf(draft.table, vocabulary.tables),
    protocol: nameOf(draft.protocol, vocabulary.protocols),
    type: nameOf(draft.type, vocabulary.types),
    scope: draft.scope === null ? BY_TYPE : nameOf(draft.scope, vocabulary.scopes),
    metric: draft.metric === null ? '' : String(draft.metric),
    prefsrc: draft.prefsrc ?? '',
    mtu: draft.mtu === null ? '' : String(draft.mtu),
    tos: draft.tos === 0 ? '' : String(draft.tos),
  };
}

/** Decimal or 0x; NaN for everything else, which no check lets pass. */
function number(text: string): number {
  const trimmed = text.trim();
  return /^(?:0x[0-9a-f]+|[0-9]+)$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
}

const optional = (text: string): number | null => (text.trim() === '' ? null : number(text));
const words = (text: string): string | null => text.trim() || null;

/** The family that a destination belongs to; `default` and what is half typed leave it as it is. */
export function familyOf(destination: string, present: 4 | 6): 4 | 6 {
  if (destination.includes(':')) return 6;
  return destination.includes('.') ? 4 : present;
}

const hopOf = (hop: HopForm): HopDraft => ({
  gateway: words(hop.gateway),
  device: words(hop.device),
  weight: number(hop.weight),
  onlink: hop.onlink,
});

const USUAL: Record<NamedField, string> = {
  table: 'The usual one is main (254)',
  protocol: 'The usual one is static (4)',
  type: 'The usual one is unicast (1)',
  scope: `Write ${BY_TYPE} for the usual one`,
};

/** The draft that the texts say; `problems`: the names that nobody knows. Where there is one, its number is NaN. */
export function draftOf(form: Form, vocabulary: Vocabulary): { draft: RouteDraft; problems: DraftProblem[] } {
  const problems: DraftProblem[] = [];
  const named = (field: NamedField): number => {
    const text = form[field].trim();
    const known = namesOf(field, vocabulary).find((one) => one.name.toLowerCase() === text.toLowerCase());
    if (known) return known.value;
    const value = number(text);
    if (Number.isNaN(value))
      problems.push({
        field,
        message: text === '' ? `A ${field} is needed` : `No ${field} is called ${text}`,
        wayOut: `${USUAL[field]}; a number will do as well`,
      });
    return value;
  };
  const scope = form.scope.trim().toLowerCase();
  const type = named('type');
  const draft: RouteDraft = {
    family: form.family,
    destination: form.destination.trim(),
    hops: typeHasHops(type) ? form.hops.map(hopOf) : [],
    table: named('table'),
    protocol: named('protocol'),
    type,
    scope: scope === '' || scope === BY_TYPE || scope === 'by type' ? null : named('scope'),
    metric: optional(form.metric),
    tos: optional(form.tos) ?? 0,
    prefsrc: words(form.prefsrc),
    mtu: optional(form.mtu),
  };
  return { draft, problems };
}
