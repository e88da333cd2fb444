// SPDX-License-Identifier: MIT
// What went wrong lately: the last error for the status bar, refusals by row for the grid, and short messages that
// are read out.
import { create } from 'zustand';
import type { AppError, Outcome } from '../../../app/contract/index.ts';

export interface Refusal {
  error: AppError;
  /** What it concerned, e.g. the destination. */
  subject: string;
}

interface Errors {
  last: Refusal | null;
  /** Refused deletes, by row id; an edit shows its refusal in its own editor. */
  byRow: ReadonlyMap<number, Refusal>;
  /** Said once, politely: "Copied 3 routes"; empty after some seconds. */
  said: string;
  report(error: AppError, subject?: string): void;
  refuse(refusals: [rowId: number, refusal: Refusal][]): void;
  /** Forgets the refusals of these rows, or all. */
  forgive(rowIds?: Iterable<number>): void;
  dismiss(): void;
  say(text: string): void;
  /** What was said is not true any more. */
  hush(): void;
}

const SAID_MS = 6000;
let silence: ReturnType<typeof setTimeout> | null = null;

export const useErrors = create<Errors>((set, get) => ({
  last: null,
  byRow: new Map(),
  said: '',
  report: (error, subject = '') => set({ last: { error, subject } }),
  refuse: (refusals) => {
    const byRow = new Map(get().byRow);
    for (const [rowId, refusal] of refusals) byRow.set(rowId, refusal);
    set({ byRow, last: refusals.at(-1)?.[1] ?? get().last });
  },
  forgive: (rowIds) => {
    if (get().byRow.size === 0) return;
    const byRow = new Map(rowIds ? get().byRow : []);
    for (const rowId of rowIds ?? []) byRow.delete(rowId);
    set({ byRow });
  },
  dismiss: () => set({ last: null }),
  say: (text) => {
    set({ said: text });
    if (silence !== null) clearTimeout(silence);
    silence = setTimeout(() => set({ said: '' }), SAID_MS);
  },
  hush: () => set({ said: '' }),
}));

/** The value of an outcome; reports the error and answers null when there is none. */
export function valueOf<T>(outcome: Outcome<T>, subject = ''): T | null {
  if (outcome.ok) return outcome.value;
  useErrors.getState().report(outcome.error, subject);
  return null;
}
