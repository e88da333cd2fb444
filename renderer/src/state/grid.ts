// SPDX-License-Identifier: MIT
// The table's state as the main process tells it, and what the grid asks to see. Rows are not here: the grid's own
// cache holds those near the screen.
import { create } from 'zustand';
import type { GridChange, GridSpec, GridState } from '../../../app/contract/index.ts';
import { DEFAULT_GRID_SPEC } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { valueOf } from './errors.ts';

interface Grid {
  state: GridState | null;
  spec: GridSpec;
  /** True from a new spec to its answer. */
  isSorting: boolean;
  take(state: GridState): void;
  look(patch: Partial<GridSpec>): Promise<void>;
}

let asked = 0;

export const useGrid = create<Grid>((set, get) => ({
  state: null,
  spec: DEFAULT_GRID_SPEC,
  isSorting: false,
  take: (state) => set({ state }),
  look: async (patch) => {
    const mine = ++asked;
    const spec = { ...get().spec, ...patch };
    set({ spec, isSorting: true });
    const state = valueOf(await bridge['grid.view'](spec));
    // an answer that was overtaken says nothing of what is wanted now
    if (mine !== asked) return;
    set({ isSorting: false, ...(state && { state }) });
  },
}));

type ChangeListener = (change: GridChange) => void;
const listeners = new Set<ChangeListener>();

/** For the grid's flashing and fading. Answers the function that ends it. */
export function onGridChange(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
export function tellGridChange(change: GridChange): void {
  useGrid.getState().take(change.state);
  for (const listener of listeners) listener(change);
}
