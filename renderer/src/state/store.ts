// SPDX-License-Identifier: MIT
// What the window knows besides the rows: target, interfaces, names, preferences, selection, what was said last.
import { create } from 'zustand';
import type {
  AppError,
  AppInfo,
  GridSpec,
  GridState,
  LinkRow,
  LookupAnswer,
  Prefs,
  TargetInfo,
  TargetState,
  TraceState,
  Vocabulary,
} from '../../../app/contract/index.ts';
import { DEFAULT_GRID_SPEC, DEFAULT_PREFS } from '../../../app/contract/index.ts';

export type Page = 'routes' | 'inspector' | 'module' | 'lessons';

/** What the person edits: a row in place, or a route that is to be made. */
export type Editing = { kind: 'row'; rowId: number } | { kind: 'new'; like: number | null } | null;

export interface Said {
  /** Counts, so that the same words twice are news twice. */
  number: number;
  tone: 'error' | 'warning' | 'done';
  words: string;
  error: AppError | null;
}

export interface WindowState {
  page: Page;
  info: AppInfo | null;
  prefs: Prefs;
  /** False until prefs.json has been read: nothing is written back before. */
  prefsKnown: boolean;
  targets: TargetInfo[];
  target: TargetState | null;
  links: LinkRow[];
  vocabulary: Vocabulary;
  grid: GridState | null;
  spec: GridSpec;
  traffic: TraceState | null;
  /** The row that the keyboard is on, and the rows selected (the cursor's among them, if any). */
  cursor: { id: number; index: number } | null;
  selected: ReadonlySet<number>;
  editing: Editing;
  /** Messages that concern the cursor's row. */
  lit: readonly number[];
  message: number | null;
  /** The row that the selected message is about. */
  litRow: number | null;
  lookup: { address: string; answer: LookupAnswer | null; error: AppError | null; busy: boolean } | null;
  said: Said | null;
  help: boolean;
}

export const EMPTY_VOCABULARY: Vocabulary = { tables: [], protocols: [], scopes: [], types: [] };

export const useWindow = create<WindowState>(() => ({
  page: 'routes',
  info: null,
  prefs: DEFAULT_PREFS,
  prefsKnown: false,
  targets: [],
  target: null,
  links: [],
  vocabulary: EMPTY_VOCABULARY,
  grid: null,
  spec: DEFAULT_GRID_SPEC,
  traffic: null,
  cursor: null,
  selected: new Set(),
  editing: null,
  lit: [],
  message: null,
  litRow: null,
  lookup: null,
  said: null,
  help: false,
}));

export const get = useWindow.getState;
export const set = useWindow.setState;

let number = 0;

/** Puts words into the status bar. */
export function say(tone: Said['tone'], words: string, error: AppError | null = null): void {
  set({ said: { number: ++number, tone, words, error } });
}

/** What a person reads of an error in one line. */
export function errorLine(error: AppError): string {
  const name = error.kind === 'kernel' ? ` (${error.errnoName})` : '';
  return `${error.what}${name}`;
}

export const sayError = (error: AppError): void => say('error', errorLine(error), error);
