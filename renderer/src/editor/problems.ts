// SPDX-License-Identifier: MIT
// What is wrong with the draft, and which of it is said at present: a field that nobody has touched yet is not shouted
// at, and a name that is still being typed gets the time to be finished.
import type {
  DraftProblem,
  LinkRow,
  RouteDraft,
  RouteField,
  Vocabulary,
} from '../../../app/contract/index.ts';
import { ROUTE_FIELDS, validateDraft } from '../../../app/contract/index.ts';
import type { Form } from './form.ts';
import { namesOf } from './form.ts';

const HOP_FIELDS: ReadonlySet<RouteField> = new Set(['gateway', 'device', 'weight', 'onlink']);

export const isHopField = (field: RouteField): boolean => HOP_FIELDS.has(field);

/** One name for each control: `metric`, `gateway.0`. */
export const placeOf = (field: RouteField, hop = 0): string =>
  isHopField(field) ? `${field}.${hop}` : field;

export const placeOfProblem = (problem: DraftProblem): string => placeOf(problem.field, problem.hop);

/** The text that stands in a control; `on` or nothing for a checkbox. */
export function textAt(form: Form, field: RouteField, hop = 0): string {
  if (field === 'gateway' || field === 'device' || field === 'weight') return form.hops[hop]?.[field] ?? '';
  if (field === 'onlink') return form.hops[hop]?.onlink ? 'on' : '';
  return form[field];
}

const key = (problem: DraftProblem): string => `${placeOfProblem(problem)} ${problem.message}`;

export interface Checked {
  form: Form;
  draft: RouteDraft;
  /** Texts that are no values, from `draftOf`. */
  unread: readonly DraftProblem[];
  links: readonly LinkRow[];
  /** What an existing route was when the edit began; null for a new one. */
  before: RouteDraft | null;
}

/** All that stands in the way of applying, in the order of the cells. */
export function problemsOf({ draft, unread, links, before }: Checked): DraftProblem[] {
  const context = { links: links.length > 0 ? links : null };
  const unreadFields = new Set(unread.map((problem) => problem.field));
  // what was so already, and the kernel has taken, is not for us to forbid
  const known = new Set(before ? validateDraft(before, context).map(key) : []);
  const said = validateDraft(draft, context)
    .filter((problem) => !unreadFields.has(problem.field) && !known.has(key(problem)))
    .map((problem) => ofEdit(problem, draft, before));
  return [...unread, ...said].sort((a, b) => ROUTE_FIELDS.indexOf(a.field) - ROUTE_FIELDS.indexOf(b.field));
}

/** A route cannot change its family: an edit must not be told to. */
function ofEdit(problem: DraftProblem, draft: RouteDraft, before: RouteDraft | null): DraftProblem {
  const isFamily =
    problem.field === 'destination' && / is IPv[46], the route is IPv[46]$/.test(problem.message);
  if (!before || !isFamily) return problem;
  return { ...problem, wayOut: `Write an IPv${draft.family} prefix, or make a new route` };
}

export interface Attention {
  /** Apply was asked for. */
  tried: boolean;
  /** Places that something was typed into. */
  touched: ReadonlySet<string>;
  /** The place that has the keyboard. */
  focused: string | null;
}

const isBegun = (typed: string, names: readonly string[]): boolean =>
  typed !== '' && names.some((name) => name !== typed && name.startsWith(typed));

/** What is said now. */
export function shownOf(
  problems: readonly DraftProblem[],
  { form, links }: Checked,
  vocabulary: Vocabulary,
  { tried, touched, focused }: Attention,
): DraftProblem[] {
  return problems.filter((problem) => {
    const { field } = problem;
    const place = placeOfProblem(problem);
    const typed = textAt(form, field, problem.hop);
    if (typed === '' && !tried && !touched.has(place)) return false;
    if (place !== focused || tried) return true;
    if (field === 'device')
      return !isBegun(
        typed,
        links.map((link) => link.name),
      );
    if (field === 'destination') return !isBegun(typed, ['default']);
    if (field === 'table' || field === 'protocol' || field === 'type' || field === 'scope')
      return !isBegun(
        typed,
        namesOf(field, vocabulary).map((one) => one.name),
      );
    return true;
  });
}
