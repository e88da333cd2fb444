// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFS, GRID_COLUMNS, prefs } from '../../../../app/contract/index.ts';
import { COLUMNS, columnPrefs, columnState, moved, nextSort } from './columns.ts';

describe('what is remembered of columns', () => {
  it('shows the usual ones at first', () => {
    const state = columnState(DEFAULT_PREFS.columns);
    expect([...state.columnOrder].sort()).toEqual([...GRID_COLUMNS].sort());
    expect(state.columnVisibility['mtu']).toBe(true);
    expect(state.columnVisibility['nhid']).toBe(false);
  });

  it('goes to the main process and back, in the shape that it accepts', () => {
    const state = columnState(DEFAULT_PREFS.columns);
    const changed = {
      columnOrder: moved(state.columnOrder, state.columnOrder, 'metric', -3),
      columnVisibility: { ...state.columnVisibility, nhid: true, scope: false },
      columnSizing: { destination: 260.4, metric: 3 },
    };
    const remembered = columnPrefs(changed);
    expect(prefs.shape.columns.safeParse(remembered).success).toBe(true);
    expect(remembered.widths).toEqual({ destination: 260, metric: 24 });
    const back = columnState(remembered);
    expect(back.columnOrder).toEqual(changed.columnOrder);
    expect(back.columnVisibility).toEqual(changed.columnVisibility);
  });

  it('passes over columns that are none, and puts those that are new at their place', () => {
    const order = COLUMNS.map(({ id }) => id as string).filter((id) => id !== 'table');
    const state = columnState({ order: ['colour', ...order], hidden: [], widths: { colour: 90, mtu: 70 } });
    expect(state.columnOrder).not.toContain('colour');
    expect(state.columnOrder.indexOf('table')).toBe(3);
    expect(state.columnSizing).toEqual({ mtu: 70 });
  });

  it('never hides the destination', () => {
    const order = COLUMNS.map(({ id }) => id as string);
    expect(columnState({ order, hidden: order, widths: {} }).columnVisibility['destination']).toBe(true);
  });
});

describe('moving a column', () => {
  const order = ['a', 'hidden', 'b', 'c', 'd'];
  const shown = ['a', 'b', 'c', 'd'];
  it('counts the shown ones', () => {
    expect(moved(order, shown, 'a', 1)).toEqual(['hidden', 'b', 'a', 'c', 'd']);
    expect(moved(order, shown, 'b', -1)).toEqual(['b', 'a', 'hidden', 'c', 'd']);
    expect(moved(order, shown, 'a', 3)).toEqual(['hidden', 'b', 'c', 'd', 'a']);
  });
  it('stays at the ends', () => {
    expect(moved(order, shown, 'a', -1)).toEqual(order);
    expect(moved(order, shown, 'd', 1)).toEqual(order);
  });
});

describe('sorting', () => {
  const up = { column: 'metric', descending: false } as const;
  const down = { column: 'metric', descending: true } as const;
  const other = { column: 'table', descending: false } as const;
  it('goes up, down, and back to the usual order', () => {
    expect(nextSort([], 'metric', false)).toEqual([up]);
    expect(nextSort([up], 'metric', false)).toEqual([down]);
    expect(nextSort([down], 'metric', false)).toEqual([]);
    expect(nextSort([up], 'table', false)).toEqual([other]);
  });
  it('adds with shift, in the order of the clicks, four at most', () => {
    expect(nextSort([other], 'metric', true)).toEqual([other, up]);
    expect(nextSort([other, up], 'metric', true)).toEqual([other, down]);
    expect(nextSort([down, other], 'metric', true)).toEqual([other]);
    const four = (['table', 'type', 'scope', 'mtu'] as const).map((column) => ({
      column,
      descending: false,
    }));
    expect(nextSort(four, 'metric', true)).toEqual([...four.slice(1), up]);
  });
});
