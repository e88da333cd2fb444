// SPDX-License-Identifier: MIT
// A route while it is typed: text in every cell, and what is wrong with it. Text that is no number or name of the
// vocabulary is a problem of its own; the rest is for `validateDraft`.
import type {
  DraftProblem,
  HopDraft,
  LinkRow,
  Named,
  RouteDraft,
  RouteField,
  RoutePatch,
  RouteRow,
  Vocabulary,
} from '../../../../app/contract/index.ts';
import { draftOfRow, parseAddress, parsePrefix, validateDraft } from '../../../../app/contract/index.ts';

export interface HopForm {
  gateway: string;
  device: string;
  weight: string;
  onlink: boolean;
}

/** What stands in the cells. */
export interface RouteForm {
  /** Used while the destination does not tell it (`default`, or nothing yet). */
  family: 4 | 6;
  destination: string;
  /** One or more; the first is what the cells show. */
  hops: HopForm[];
  table: string;
  protocol: string;
  type: string;
  scope: string;
  metric: string;
  prefsrc: string;
  mtu: string;
  tos: string;
}

export const EMPTY_HOP: HopForm = { gateway: '', device: '', weight: '1', onlink: false };

/** RT_TABLE_MAIN, RTPROT_STATIC, RTN_UNICAST: what ip(8) takes too, but for the protocol. */
export function newForm(vocabulary: Vocabulary): RouteForm {
  const name = (list: readonly Named[], value: number): string =>
    list.find((entry) => entry.value === value)?.name ?? String(value);
  return {
    family: 4,
    destination: '',
    hops: [EMPTY_HOP],
    table: name(vocabulary.tables, 254),
    protocol: name(vocabulary.protocols, 4),
    type: name(vocabulary.types, 1),
    scope: '',
    metric: '',
    prefsrc: '',
    mtu: '',
    tos: '',
  };
}

const hopForm = ({ gateway, device, weight, onlink }: HopDraft): HopForm => ({
  gateway: gateway ?? '',
  device: device ?? '',
  weight: String(weight),
  onlink,
});

export function formOfRow(row: RouteRow, vocabulary: Vocabulary): RouteForm {
  const draft = draftOfRow(row);
  return {
    family: draft.family,
    destination: draft.destination,
    hops: draft.hops.length > 0 ? draft.hops.map(hopForm) : [EMPTY_HOP],
    table: row.table.name,
    protocol: row.protocol.name,
    type: row.type.name,
    scope:
      draft.scope === null
        ? ''
        : (vocabulary.scopes.find(({ value }) => value === draft.scope)?.name ?? String(draft.scope)),
    metric: draft.metric === null ? '' : String(draft.metric),
    prefsrc: draft.prefsrc ?? '',
    mtu: draft.mtu === null ? '' : String(draft.mtu),
    tos: draft.tos === 0 ? '' : String(draft.tos),
  };
}

/** The family that the texts tell, else the one chosen. */
export function familyOf(form: RouteForm): 4 | 6 {
  const prefix = parsePrefix(form.destination.trim());
  if (prefix) return prefix.family;
  if (form.destination.includes(':')) return 6;
  if (/^\d+\./.test(form.destination.trim())) return 4;
  for (const { gateway } of form.hops) {
    const address = parseAddress(gateway.trim());
    // an IPv4 route may go through an IPv6 gateway, never the other way round
    if (address?.family === 4) return 4;
  }
  return form.family;
}

/** A number in decimal or 0x notation; null when it is none. */
export function numberOf(text: string): number | null {
  const trimmed = text.trim();
  if (/^(0|[1-9][0-9]{0,15})$/.test(trimmed)) return Number(trimmed);
  return /^0x[0-9a-f]{1,8}$/i.test(trimmed) ? Number.parseInt(trimmed, 16) : null;
}

/** A name of the list, or a number; null when it is neither. */
export function valueOfName(text: string, list: readonly Named[]): number | null {
  const trimmed = text.trim();
  return list.find(({ name }) => name === trimmed)?.value ?? numberOf(trimmed);
}

export interface Read {
  draft: RouteDraft;
  problems: DraftProblem[];
}

const blank = (hop: HopForm): boolean => hop.gateway.trim() === '' && hop.device.trim() === '';

/** What the texts mean, and all that is wrong with them. */
export function readForm(form: RouteForm, vocabulary: Vocabulary, links: readonly LinkRow[] | null): Read {
  const unread: DraftProblem[] = [];
  const named = (field: RouteField & ('table' | 'protocol' | 'type'), list: readonly Named[]): number => {
    const value = valueOfName(form[field], list);
    if (value !== null) return value;
    const names = list.map(({ name }) => name).slice(0, 6);
    unread.push({
      field,
      message:
        form[field].trim() === '' ? `A ${field} is needed` : `There is no ${field} ${form[field].trim()}`,
      wayOut: `Use a number, or a name like ${names.join(', ')}`,
    });
    return 1;
  };
  const optional = (field: 'metric' | 'mtu' | 'tos'): number | null => {
    const text = form[field].trim();
    if (text === '') return null;
    const value = numberOf(text);
    if (value === null)
      unread.push({
        field,
        message: `${text} is not a number`,
        wayOut: 'Write a whole number, or leave it empty',
      });
    return value;
  };
  const scope = (): number | null => {
    if (form.scope.trim() === '') return null;
    const value = valueOfName(form.scope, vocabulary.scopes);
    if (value === null)
      unread.push({
        field: 'scope',
        message: `There is no scope ${form.scope.trim()}`,
        wayOut: 'Use global, site, link or host, or leave it empty',
      });
    return value;
  };
  const type = named('type', vocabulary.types);
  const isLoneBlank = form.hops.length === 1 && blank(form.hops[0]!) && !form.hops[0]!.onlink;
  const hops = isLoneBlank
    ? []
    : form.hops.map((hop, index): HopDraft => {
        const weight = numberOf(hop.weight);
        if (weight === null)
          unread.push({ field: 'weight', hop: index, message: 'A weight is a whole number from 1 to 256' });
        return {
          gateway: hop.gateway.trim() || null,
          device: hop.device.trim() || null,
          weight: weight ?? 1,
          onlink: hop.onlink,
        };
      });
  const draft: RouteDraft = {
    family: familyOf(form),
    destination: form.destination.trim(),
    hops,
    table: named('table', vocabulary.tables),
    protocol: named('protocol', vocabulary.protocols),
    type,
    scope: scope(),
    metric: optional('metric'),
    tos: optional('tos') ?? 0,
    prefsrc: form.prefsrc.trim() || null,
    mtu: optional('mtu'),
  };
  const isUnread = (problem: DraftProblem): boolean =>
    unread.some(({ field, hop }) => field === problem.field && hop === problem.hop);
  const found = validateDraft(draft, { links }).filter((problem) => !isUnread(problem));
  return { draft, problems: [...unread, ...found] };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The cells that differ from the row; null when none does. */
export function patchOf(row: RouteRow, draft: RouteDraft): RoutePatch | null {
  const before = draftOfRow(row);
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(draft) as (keyof RouteDraft)[]) {
    if (key !== 'family' && !same(before[key], draft[key])) patch[key] = draft[key];
  }
  // the usual scope follows from type and next hops: where these change it is asked for anew
  if (draft.scope === null && ('hops' in patch || 'type' in patch)) patch['scope'] = null;
  return Object.keys(patch).length === 0 ? null : (patch as RoutePatch);
}
