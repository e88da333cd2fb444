// SPDX-License-Identifier: MIT
// The grid's columns, and how what is remembered of them becomes what is shown.
import type { GridColumn, Prefs, RouteField } from '../../../../app/contract/index.ts';
import { GRID_COLUMNS } from '../../../../app/contract/index.ts';

export interface ColumnInfo {
  id: GridColumn;
  title: string;
  /** Said of the column in its menu. */
  meaning: string;
  /** CSS pixels. */
  width: number;
  min: number;
  align: 'start' | 'end';
  mono: boolean;
  /** The cell that is edited here; null: the column is only shown. */
  field: RouteField | null;
  isHiddenAtFirst: boolean;
}

const column = (
  id: GridColumn,
  title: string,
  width: number,
  field: RouteField | null,
  meaning: string,
  more: Partial<ColumnInfo> = {},
): ColumnInfo => ({
  id,
  title,
  width,
  field,
  meaning,
  min: 48,
  align: 'start',
  mono: false,
  isHiddenAtFirst: false,
  ...more,
});

export const COLUMNS: readonly ColumnInfo[] = [
  column('destination', 'Destination', 190, 'destination', 'Prefix of the addresses that take the route', {
    mono: true,
    min: 90,
  }),
  column('nexthop', 'Next hop', 180, 'gateway', 'Gateways, with their weights where there are several', {
    mono: true,
    min: 90,
  }),
  column('device', 'Device', 100, 'device', 'Interface that packets leave by'),
  column('table', 'Table', 82, 'table', 'Routing table'),
  column('protocol', 'Protocol', 84, 'protocol', 'Who made the route'),
  column('type', 'Type', 96, 'type', 'What happens to packets'),
  column('scope', 'Scope', 72, 'scope', 'How far the destination is (IPv4)'),
  column('metric', 'Metric', 74, 'metric', 'The lowest is preferred', { align: 'end' }),
  column('prefsrc', 'Source', 130, 'prefsrc', 'Preferred source address', { mono: true }),
  column('mtu', 'MTU', 84, 'mtu', 'Largest packet along the route', { align: 'end' }),
  column('flags', 'Flags', 110, null, 'Flags of the route and of its next hops'),
  column('metrics', 'Other metrics', 130, null, 'Metrics besides the MTU', { isHiddenAtFirst: true }),
  column('tos', 'TOS', 56, 'tos', 'Type of service (IPv4)', { align: 'end', isHiddenAtFirst: true }),
  column('nhid', 'Next-hop id', 92, null, 'Next-hop object that the route uses', {
    align: 'end',
    isHiddenAtFirst: true,
  }),
  column('expires', 'Expires', 80, null, 'Seconds until the route ends', {
    align: 'end',
    isHiddenAtFirst: true,
  }),
];

const BY_ID = new Map(COLUMNS.map((info) => [info.id, info]));
export const columnInfo = (id: GridColumn): ColumnInfo => BY_ID.get(id)!;
const isColumn = (id: string): id is GridColumn => (GRID_COLUMNS as readonly string[]).includes(id);

/** Column state as TanStack Table keeps it. */
export interface ColumnState {
  columnOrder: string[];
  columnVisibility: Record<string, boolean>;
  columnSizing: Record<string, number>;
}

/** Columns that a newer version brought stand at their usual place; names that are no columns are passed over. */
export function columnState({ order, hidden, widths }: Prefs['columns']): ColumnState {
  const isFirst = order.length === 0;
  const columnOrder: string[] = order.filter(isColumn);
  COLUMNS.forEach(({ id }, at) => {
    if (!columnOrder.includes(id)) columnOrder.splice(isFirst ? columnOrder.length : at, 0, id);
  });
  const columnVisibility = Object.fromEntries(
    COLUMNS.map(({ id, isHiddenAtFirst }) => {
      const isHidden = order.includes(id) ? hidden.includes(id) : isHiddenAtFirst;
      // a grid without its first column would have rows that nobody can tell apart
      return [id, id === 'destination' || !isHidden];
    }),
  );
  const columnSizing = Object.fromEntries(Object.entries(widths).filter(([id]) => isColumn(id)));
  return { columnOrder, columnVisibility, columnSizing };
}

/** What is remembered: always the whole order, so that a hidden column is told from a new one. */
export function columnPrefs({ columnOrder, columnVisibility, columnSizing }: ColumnState): Prefs['columns'] {
  return {
    order: columnOrder,
    hidden: columnOrder.filter((id) => columnVisibility[id] === false),
    widths: Object.fromEntries(
      Object.entries(columnSizing).map(([id, width]) => [
        id,
        Math.round(Math.min(2000, Math.max(24, width))),
      ]),
    ),
  };
}

/** The order with one column moved by `by` places among those that are shown. */
export function moved(order: readonly string[], shown: readonly string[], id: string, by: number): string[] {
  const at = shown.indexOf(id);
  const to = Math.min(shown.length - 1, Math.max(0, at + by));
  if (at < 0 || to === at) return [...order];
  const rest = order.filter((other) => other !== id);
  rest.splice(rest.indexOf(shown[to]!) + (by > 0 ? 1 : 0), 0, id);
  return rest;
}

/** The next sort after a click: ascending, descending, none; with `add` the other columns stay. */
export function nextSort(
  sort: readonly { column: GridColumn; descending: boolean }[],
  column: GridColumn,
  add: boolean,
): { column: GridColumn; descending: boolean }[] {
  const present = sort.find((entry) => entry.column === column);
  const next = present
    ? present.descending
      ? null
      : { column, descending: true }
    : { column, descending: false };
  if (!add) return next ? [next] : [];
  if (!present) return [...sort, next!].slice(-4);
  return sort.flatMap((entry) => (entry.column === column ? (next ? [next] : []) : [entry]));
}
