// SPDX-License-Identifier: MIT
// The rows of the grid as the page knows them: the pages near the screen, which rows have just changed, and which have
// just gone.
import type { GridChange, GridSpec, GridState, RouteRow } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { get, sayError, set } from '../state/store.ts';
import { PageCache } from './page-cache.ts';

/** How long a change is worth a flash, ms. */
const FLASH_MS = 900;

export interface Ghost {
  row: RouteRow;
  index: number;
}

class Rows {
  private readonly cache = new PageCache(
    async (start, count) => {
      const answer = await bridge['grid.rows']({ start, count });
      if (answer.ok) return answer.value;
      sayError(answer.error);
      return null;
    },
    () => this.tell(),
  );
  private readonly listeners = new Set<() => void>();
  private readonly ghostListeners = new Set<(ghosts: Ghost[]) => void>();
  /** Change numbers and when they were reached, of the last second. */
  private recent: { time: number; before: number }[] = [];
  /** The change that each row has flashed for. */
  private flashed = new Map<number, number>();
  private viewing = 0;

  at = (index: number): RouteRow | undefined => this.cache.at(index);
  indexOf = (id: number): number => this.cache.indexOf(id);
  want = (first: number, last: number): void => this.cache.want(first, last);
  get complete(): boolean {
    return this.cache.complete;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls with rows that were deleted while they were near the screen. */
  onGhosts(listener: (ghosts: Ghost[]) => void): () => void {
    this.ghostListeners.add(listener);
    return () => void this.ghostListeners.delete(listener);
  }

  onState(state: GridState): void {
    set({ grid: state });
    this.cache.invalidate();
    this.tell();
  }

  onChange(change: GridChange): void {
    const before = get().grid;
    const now = performance.now();
    if (before && !change.state.loading && !before.loading)
      this.recent.push({ time: now, before: before.change });
    this.recent = this.recent.filter(({ time }) => now - time < FLASH_MS);
    if (change.deletedIds.length > 0 && this.ghostListeners.size > 0) this.tellGhosts(change.deletedIds);
    const moved = !before || before.version !== change.state.version || before.change !== change.state.change;
    set({ grid: change.state });
    if (moved) {
      this.cache.invalidate();
      void followCursor();
    }
    this.tell();
  }

  /** True once for each change of a row that is still news. */
  takeFlash(row: RouteRow): boolean {
    if (row.change === 0 || this.recent.length === 0) return false;
    const now = performance.now();
    const oldest = this.recent.find(({ time }) => now - time < FLASH_MS);
    if (!oldest || row.change <= oldest.before || this.flashed.get(row.id) === row.change) return false;
    if (this.flashed.size > 5000) this.flashed.clear();
    this.flashed.set(row.id, row.change);
    return true;
  }

  /** Sets order and filter; of several in a row only the last one's answer counts. */
  async view(patch: Partial<GridSpec>): Promise<void> {
    const spec = { ...get().spec, ...patch };
    set({ spec });
    const mine = ++this.viewing;
    const answer = await bridge['grid.view'](spec);
    if (mine !== this.viewing) return;
    if (!answer.ok) {
      sayError(answer.error);
      return;
    }
    this.onState(answer.value);
    await followCursor();
  }

  refetch(): void {
    this.cache.invalidate();
  }

  clear(): void {
    this.cache.clear();
    this.recent = [];
    this.flashed.clear();
    set({ grid: null });
    this.tell();
  }

  private tellGhosts(ids: readonly number[]): void {
    const ghosts: Ghost[] = [];
    for (const id of ids) {
      const index = this.cache.indexOf(id);
      const row = index < 0 ? undefined : this.cache.at(index);
      if (row) ghosts.push({ row, index });
    }
    if (ghosts.length > 0) for (const listener of this.ghostListeners) listener(ghosts);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Rows may have moved: the cursor goes with its row; when the row is gone, it stays at its place. */
async function followCursor(): Promise<void> {
  const { cursor } = get();
  if (!cursor) return;
  const answer = await bridge['grid.locate']({ rowId: cursor.id });
  const now = get().cursor;
  if (!answer.ok || now?.id !== cursor.id) return;
  const { index, row } = answer.value;
  if (index !== null) {
    if (index !== now.index) set({ cursor: { id: now.id, index } });
  } else if (row === null) {
    const selected = new Set(get().selected);
    selected.delete(now.id);
    set({ cursor: null, selected, lit: [] });
  }
}

export const rows = new Rows();
