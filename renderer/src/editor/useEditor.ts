// SPDX-License-Identifier: MIT
// The state of the editor: texts, what is wrong with them, what the kernel said, and applying.
import { createContext, useContext, useEffect, useId, useMemo, useRef, useState } from 'react';
import type {
  AppError,
  Applied,
  DraftProblem,
  LinkRow,
  Outcome,
  RouteDraft,
  RouteField,
  Vocabulary,
} from '../../../app/contract/index.ts';
import { typeHasHops } from '../../../app/contract/index.ts';
import type { Form, HopForm, TextField } from './form.ts';
import { draftOf, familyOf, formOf, newHop } from './form.ts';
import { patchOf } from './patch.ts';
import { placeOf, placeOfProblem, problemsOf, shownOf } from './problems.ts';

/** After so long a person wants to know that something is going on, ms. */
const SLOW_MS = 300;

export interface EditorOptions {
  initial: RouteDraft;
  isNew: boolean;
  links: readonly LinkRow[];
  vocabulary: Vocabulary;
  onApply: (draft: RouteDraft) => Promise<Outcome<Applied>>;
  onClose: () => void;
  /** Puts the keyboard into the control at a place, or into the editor when there is none. */
  focusPlace: (place: string | null) => void;
}

export interface EditorState {
  form: Form;
  draft: RouteDraft;
  /** null for a new route. */
  before: RouteDraft | null;
  isNew: boolean;
  links: readonly LinkRow[];
  vocabulary: Vocabulary;
  hasHops: boolean;
  applying: boolean;
  /** True when applying takes long enough to say so. */
  slow: boolean;
  /** The problems that are said at present. */
  shown: readonly DraftProblem[];
  refusal: AppError | null;
  refusalId: string;
  idOf: (problem: DraftProblem) => string;
  /** Id of the words about a control that something is wrong with; undefined: nothing is. */
  mark: (field: RouteField, hop?: number) => string | undefined;
  setText: (field: TextField, text: string) => void;
  setHop: (hop: number, change: Partial<HopForm>) => void;
  addHop: () => void;
  removeHop: (hop: number) => void;
  setFamily: (family: 4 | 6) => void;
  takeSuggestion: (problem: DraftProblem) => void;
  focused: (place: string | null) => void;
  apply: () => void;
}

export const EditorContext = createContext<EditorState | null>(null);

export function useEditorState(): EditorState {
  const state = useContext(EditorContext);
  if (!state) throw new Error('a control of the editor stands outside of it');
  return state;
}

const placeOfError = (error: AppError | null): string | null =>
  (error?.kind === 'kernel' || error?.kind === 'invalid') && error.field ? placeOf(error.field) : null;

export function useEditor(options: EditorOptions): EditorState {
  const { isNew, links, vocabulary, onApply, onClose, focusPlace } = options;
  const [initial] = useState(options.initial);
  const before = isNew ? null : initial;
  const [form, setForm] = useState(() => formOf(initial, vocabulary));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<AppError | null>(null);
  /** The control that the refusal is about, until it is changed. */
  const [refused, setRefused] = useState<string | null>(null);
  const [applying, setApplying] = useState(false);
  const [slow, setSlow] = useState(false);
  const busy = useRef(false);
  const mounted = useRef(true);
  const base = useId();

  const { draft, problems, shown } = useMemo(() => {
    const { draft, problems: unread } = draftOf(form, vocabulary);
    const checked = { form, draft, unread, links, before };
    const problems = problemsOf(checked);
    return { draft, problems, shown: shownOf(problems, checked, vocabulary, { tried, touched, focused }) };
  }, [form, vocabulary, links, before, tried, touched, focused]);

  useEffect(() => {
    mounted.current = true;
    return () => void (mounted.current = false);
  }, []);

  // controls can take the keyboard again only once they are drawn as usable
  const wanted = useRef<{ place: string | null } | null>(null);
  useEffect(() => {
    if (applying || !wanted.current) return;
    const { place } = wanted.current;
    wanted.current = null;
    focusPlace(place);
  });

  useEffect(() => {
    if (!applying) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [applying]);

  const touch = (...places: string[]): void => {
    setTouched((before) => new Set([...before, ...places]));
    setRefused((place) => (place !== null && places.includes(place) ? null : place));
  };

  const setText = (field: TextField, text: string): void => {
    setForm((form) => ({
      ...form,
      [field]: text,
      ...(field === 'destination' && isNew ? { family: familyOf(text, form.family) } : {}),
    }));
    touch(field);
  };

  const setHop = (hop: number, change: Partial<HopForm>): void => {
    setForm((form) => ({
      ...form,
      hops: form.hops.map((one, i) => (i === hop ? { ...one, ...change } : one)),
    }));
    touch(...Object.keys(change).map((field) => placeOf(field as RouteField, hop)));
  };

  const send = async (): Promise<void> => {
    busy.current = true;
    const back = focused;
    // before the controls are disabled: a disabled one loses the keyboard to the document
    focusPlace(null);
    setApplying(true);
    setRefusal(null);
    setRefused(null);
    let outcome: Outcome<Applied>;
    try {
      outcome = await onApply(draft);
    } catch (cause) {
      outcome = {
        ok: false,
        error: { kind: 'internal', what: 'The change could not be sent', why: String(cause) },
      };
    }
    busy.current = false;
    if (!mounted.current) return;
    if (outcome.ok) {
      onClose();
      return;
    }
    const place = placeOfError(outcome.error);
    setRefusal(outcome.error);
    setRefused(place);
    wanted.current = { place: place ?? back };
    setApplying(false);
  };

  const apply = (): void => {
    if (busy.current) return;
    if (problems.length > 0) {
      setTried(true);
      focusPlace(placeOfProblem(problems[0]!));
    } else if (before && Object.keys(patchOf(before, draft)).length === 0) onClose();
    else void send();
  };

  const idOf = (problem: DraftProblem): string => `${base}${placeOfProblem(problem)}`;
  const refusalId = `${base}refusal`;
  return {
    form,
    draft,
    before,
    isNew,
    links,
    vocabulary,
    hasHops: typeHasHops(draft.type),
    applying,
    slow,
    shown,
    refusal,
    refusalId,
    idOf,
    mark: (field, hop = 0) => {
      const place = placeOf(field, hop);
      const problem = shown.find((one) => placeOfProblem(one) === place);
      if (problem) return idOf(problem);
      return refused === place ? refusalId : undefined;
    },
    setText,
    setHop,
    addHop: () => {
      wanted.current = { place: placeOf('gateway', form.hops.length) };
      setForm((form) => ({ ...form, hops: [...form.hops, newHop()] }));
    },
    removeHop: (hop) => {
      wanted.current = { place: placeOf('gateway', Math.max(0, hop - 1)) };
      setForm((form) => ({ ...form, hops: form.hops.filter((_, i) => i !== hop) }));
      // the places behind it have moved
      setTouched((before) => new Set([...before].filter((place) => !place.includes('.'))));
      setRefused(null);
    },
    setFamily: (family) => setForm((form) => ({ ...form, family })),
    takeSuggestion: (problem) => {
      const { field, hop = 0, suggestion = '' } = problem;
      if (field === 'gateway' || field === 'device' || field === 'weight')
        setHop(hop, { [field]: suggestion });
      else if (field !== 'onlink') setText(field, suggestion);
      wanted.current = { place: placeOfProblem(problem) };
    },
    focused: setFocused,
    apply,
  };
}
