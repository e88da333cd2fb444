// SPDX-License-Identifier: MIT
// Focus, selection and finding rows: the grid without its looks. Rows are known by id; a position is only used until
// the row at it is known.
import type { Bridge, GridChange, GridState } from '../../../app/contract/index.ts';
import { useErrors } from '../state/errors.ts';
import { useSelection } from '../state/selection.ts';
import { count } from '../words.ts';
import type { GridBody } from './body.ts';
import { RowPages } from './core/pages.ts';
import { RecentChanges } from './core/recent.ts';

export type GridBridge = Pick<Bridge, 'grid.rows' | 'grid.locate'>;
export type SelectHow = 'only' | 'extend' | 'toggle' | 'move';

/** Most rows that are selected at once by a range: their ids are all held. */
export const MOST_SELECTED = 10_000;
const ROWS_AT_ONCE = 500;

export class GridController {
  readonly pages: RowPages;
  readonly recent = new RecentChanges();
  readonly #bridge: GridBridge;
  #body: GridBody | null = null;
  #state: GridState | null = null;
  /** Position of the focused row; its id stands in the selection store once it is known. */
  focusIndex: number | null = null;
  focusColumn = 0;
  #anchor = 0;
  /** What to do once the row under the focus is there. */
  #pending: SelectHow | null = null;
  #rangeAsked = 0;
  #locating = false;
  #listener: (() => void) | null = null;

  constructor(bridge: GridBridge) {
    this.#bridge = bridge;
    this.pages = new RowPages({
      fetch: (start, count) => bridge['grid.rows']({ start, count }),
      onRows: () => this.#onRows(),
      onError: (error) => {
        // while a target is being opened there are no rows to be had
        if (error.kind !== 'unavailable') useErrors.getState().report(error);
      },
    });
  }

  attach(body: GridBody): () => void {
    this.#body = body;
    body.resize();
    return () => {
      this.#body = null;
      body.end();
    };
  }

  /** Calls `listener` when focus or rows have moved. Answers the function that ends it. */
  onMove(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  get body(): GridBody | null {
    return this.#body;
  }

  /** Takes the table's state; `change` when it came with one. */
  take(state: GridState): void {
    const before = this.#state;
    this.#state = state;
    if (before === null) this.recent.start(state.change);
    else if (state.change < before.change) this.restart(state.change);
    this.pages.take(state);
    this.#body?.resize();
    const hasMoved = before !== null && before.version !== state.version;
    if (hasMoved && this.focusIndex !== null) void this.#relocate();
  }

  change({ state, deletedIds }: GridChange): void {
    this.recent.tell(state.change, performance.now());
    if (deletedIds.length > 0) {
      this.#body?.fade(deletedIds);
      this.#deselect(deletedIds);
    }
    this.take(state);
  }

  /** Another target, or the same one anew. */
  restart(change = 0): void {
    this.pages.clear();
    this.recent.start(change);
    this.#state = null;
    this.focusIndex = null;
    this.#pending = null;
    this.#anchor = 0;
    this.#body?.restart();
    this.#listener?.();
  }

  /** Moves the focus to a row, and selects as `how` says. */
  focus(index: number, how: SelectHow, column = this.focusColumn): void {
    const { total } = this.pages;
    if (total === 0) return;
    const to = Math.min(total - 1, Math.max(0, index));
    this.focusIndex = to;
    this.focusColumn = Math.max(0, column);
    this.#body?.reveal(to);
    if (how !== 'extend') this.#anchor = to;
    this.#rangeAsked++;
    if (how === 'extend') void this.#selectRange(this.#anchor, to);
    else this.#settle(how);
    this.#listener?.();
  }

  /** The focused row by id, or null while it is not known. */
  get focusedId(): number | null {
    return this.focusIndex === null ? null : (this.pages.row(this.focusIndex)?.id ?? null);
  }

  async selectAll(): Promise<void> {
    if (this.pages.total === 0) return;
    this.#rangeAsked++;
    await this.#selectRange(0, this.pages.total - 1);
  }

  /** Brings a row into sight and focuses it; answers false when the view does not show it. */
  async show(rowId: number, how: SelectHow = 'only'): Promise<boolean> {
    const outcome = await this.#bridge['grid.locate']({ rowId });
    if (!outcome.ok || outcome.value.index === null) return false;
    const { index } = outcome.value;
    this.focusIndex = index;
    this.#anchor = index;
    // the row that is at this place in the cache may be of an older order
    const rows = how === 'only' ? new Set([rowId]) : useSelection.getState().rows;
    useSelection.getState().choose(rows, rowId);
    this.#pending = null;
    this.#body?.resize();
    this.#body?.centre(index);
    this.#listener?.();
    return true;
  }

  #onRows(): void {
    if (this.#pending) this.#settle(this.#pending);
    else if (this.focusIndex !== null) this.#follow();
    this.#body?.draw();
    this.#listener?.();
  }

  /** Keeps the focus on its row when the row has moved a little and is still in the cache. */
  #follow(): void {
    const { focus } = useSelection.getState();
    if (focus === null || this.focusedId === focus) return;
    const index = this.pages.indexOf(focus);
    if (index >= 0) this.focusIndex = index;
  }

  #settle(how: SelectHow): void {
    const id = this.focusedId;
    if (id === null) {
      this.#pending = how;
      return;
    }
    this.#pending = null;
    const { rows, choose } = useSelection.getState();
    if (how === 'only') choose(new Set([id]), id);
    else if (how === 'toggle') {
      const next = new Set(rows);
      if (!next.delete(id)) next.add(id);
      choose(next, id);
    } else choose(rows, id);
  }

  async #selectRange(a: number, b: number): Promise<void> {
    const mine = this.#rangeAsked;
    const [from, to] = a < b ? [a, b] : [b, a];
    const end = Math.min(to, from + MOST_SELECTED - 1);
    const ids = new Set<number>();
    for (let start = from; start <= end; start += ROWS_AT_ONCE) {
      const size = Math.min(ROWS_AT_ONCE, end - start + 1);
      const known: number[] = [];
      for (let index = start; index < start + size; index++) {
        const row = this.pages.row(index);
        if (!row) break;
        known.push(row.id);
      }
      if (known.length < size) {
        const outcome = await this.#bridge['grid.rows']({ start, count: size });
        if (!outcome.ok) return useErrors.getState().report(outcome.error);
        for (const row of outcome.value.rows) ids.add(row.id);
      } else for (const id of known) ids.add(id);
      // the person has moved on
      if (mine !== this.#rangeAsked) return undefined;
    }
    const focus = this.focusedId ?? useSelection.getState().focus;
    useSelection.getState().choose(ids, focus);
    if (end < to)
      useErrors
        .getState()
        .say(`Only the first ${count(MOST_SELECTED)} rows were selected: a range holds no more`);
    this.#listener?.();
    return undefined;
  }

  #deselect(rowIds: readonly number[]): void {
    const { rows, focus, choose } = useSelection.getState();
    const gone = rowIds.filter((id) => rows.has(id));
    const isFocusGone = focus !== null && rowIds.includes(focus);
    if (gone.length === 0 && !isFocusGone) return;
    const next = new Set(rows);
    for (const id of gone) next.delete(id);
    // the focus stays at its place: the row that takes it is next
    if (isFocusGone) this.#pending = 'move';
    choose(next, isFocusGone ? null : focus);
  }

  async #relocate(): Promise<void> {
    const { focus } = useSelection.getState();
    if (focus === null || this.#locating) return;
    this.#locating = true;
    const outcome = await this.#bridge['grid.locate']({ rowId: focus });
    this.#locating = false;
    if (useSelection.getState().focus !== focus || !outcome.ok) return;
    const { index } = outcome.value;
    if (index === null) this.focusIndex = null;
    else this.focusIndex = index;
    this.#body?.draw();
    this.#listener?.();
  }
}
