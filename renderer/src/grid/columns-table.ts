// SPDX-License-Identifier: MIT
// TanStack Table keeps the columns: their order, widths and which are hidden. It never sees a row; sorting is done by
// the table thread.
import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { ColumnDef, Updater } from '@tanstack/react-table';
import { useMemo } from 'react';
import type { GridColumn } from '../../../app/contract/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { COLUMNS, columnInfo, columnPrefs, columnState } from './core/columns.ts';
import type { ColumnInfo, ColumnState } from './core/columns.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});
type NoRow = Record<string, never>;
const DEFINITIONS: ColumnDef<typeof features, NoRow>[] = COLUMNS.map(({ id, title, width, min }) => ({
  id,
  header: title,
  size: width,
  minSize: min,
  maxSize: 2000,
}));
const NO_ROWS: NoRow[] = [];

export interface ShownColumn extends ColumnInfo {
  width: number;
  isResizing: boolean;
  /** For the pointer that drags the column's edge. */
  startResize: (event: unknown) => void;
}

const shownColumn = (
  info: ColumnInfo,
  width: number,
  isResizing: boolean,
  startResize: ShownColumn['startResize'],
): ShownColumn => ({ ...info, width, isResizing, startResize });

export interface GridColumns {
  shown: ShownColumn[];
  /** All, in their order. */
  all: { info: ColumnInfo; isShown: boolean }[];
  order: string[];
  setOrder: (order: string[]) => void;
  setShown: (id: GridColumn, isShown: boolean) => void;
  setWidth: (id: GridColumn, width: number) => void;
  reset: () => void;
}

export function useGridColumns(): GridColumns {
  const remembered = usePrefs((store) => store.prefs.columns);
  const state = useMemo(() => columnState(remembered), [remembered]);

  const update = (patch: Partial<ColumnState>): void => {
    const present = columnState(usePrefs.getState().prefs.columns);
    usePrefs.getState().change({ columns: columnPrefs({ ...present, ...patch }) });
  };
  const apply = <K extends keyof ColumnState>(key: K, updater: Updater<ColumnState[K]>): void => {
    const present = columnState(usePrefs.getState().prefs.columns)[key];
    update({ [key]: typeof updater === 'function' ? updater(present) : updater } as Pick<ColumnState, K>);
  };

  const table = useTable({
    features,
    columns: DEFINITIONS,
    data: NO_ROWS,
    state,
    columnResizeMode: 'onChange',
    onColumnOrderChange: (updater) => apply('columnOrder', updater),
    onColumnVisibilityChange: (updater) => apply('columnVisibility', updater),
    onColumnSizingChange: (updater) => apply('columnSizing', updater),
  });

  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  return {
    shown: headers.map((header) =>
      shownColumn(
        columnInfo(header.column.id as GridColumn),
        Math.round(header.getSize()),
        header.column.getIsResizing(),
        header.getResizeHandler(),
      ),
    ),
    all: table
      .getAllLeafColumns()
      .map((column) => ({ info: columnInfo(column.id as GridColumn), isShown: column.getIsVisible() }))
      .sort((a, b) => state.columnOrder.indexOf(a.info.id) - state.columnOrder.indexOf(b.info.id)),
    order: state.columnOrder,
    setOrder: (order) => table.setColumnOrder(order),
    setShown: (id, isShown) => table.setColumnVisibility((present) => ({ ...present, [id]: isShown })),
    setWidth: (id, width) =>
      table.setColumnSizing((present) => ({
        ...present,
        [id]: Math.min(2000, Math.max(columnInfo(id).min, Math.round(width))),
      })),
    reset: () => usePrefs.getState().change({ columns: { order: [], hidden: [], widths: {} } }),
  };
}
