// SPDX-License-Identifier: MIT
// Which rows and which message are chosen, always by id: positions move, ids stay.
import { create } from 'zustand';
import { bridge } from '../bridge.ts';

interface Selection {
  /** Selected rows. */
  rows: ReadonlySet<number>;
  /** The row that the keyboard stands on. */
  focus: number | null;
  /** The row that takes the address asked for. */
  hit: number | null;
  /** The message shown in the inspector. */
  message: number | null;
  /** Messages that concern the focused row, newest first. */
  lit: readonly number[];
  choose(rows: ReadonlySet<number>, focus: number | null): void;
  point(hit: number | null): void;
  show(message: number | null): void;
  clear(): void;
}

const NONE: readonly number[] = [];
const LIGHT_AFTER_MS = 60;
let timer: ReturnType<typeof setTimeout> | null = null;

export const useSelection = create<Selection>((set, get) => {
  /** Asks a moment later which messages concern the row: arrow keys pass over many. */
  function light(): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      void (async () => {
        const rowId = get().focus;
        if (rowId === null) return set({ lit: NONE });
        const outcome = await bridge['trace.ofRow']({ rowId });
        // a row that is gone meanwhile has no messages to show; that is no error to tell
        if (get().focus === rowId) set({ lit: outcome.ok ? outcome.value : NONE });
        return undefined;
      })();
    }, LIGHT_AFTER_MS);
  }
  return {
    rows: new Set(),
    focus: null,
    hit: null,
    message: null,
    lit: NONE,
    choose: (rows, focus) => {
      const moved = focus !== get().focus;
      set({ rows, focus });
      if (moved) light();
    },
    point: (hit) => set({ hit }),
    show: (message) => {
      set({ message });
      light();
    },
    clear: () => set({ rows: new Set(), focus: null, hit: null, message: null, lit: NONE }),
  };
});
