// SPDX-License-Identifier: MIT
// The columns: what stands in them, how wide they are, which are shown and in which order. What a person changed is in
// the preferences; everything here is derived from them.
import type { GridColumn, HopRow, Prefs, RouteField, RouteRow } from '../../../app/contract/index.ts';
import { GRID_COLUMNS } from '../../../app/contract/index.ts';

export interface Column {
  id: GridColumn;
  title: string;
  /** Tooltip of the heading. */
  hint: string;
  width: number;
  number?: boolean;
  mono?: boolean;
  /** Hidden until the person shows it. */
  hidden?: boolean;
  text: (row: RouteRow) => string;
  /** Less important than the others: drawn in the muted colour. */
  isMuted?: (row: RouteRow) => boolean;
  /** The whole content where the cell shows only a part. */
  full?: (row: RouteRow) => string;
}

export const GUTTER = 28;
const LEAST_WIDTH = 40;

const hopText = (hop: HopRow, family: 4 | 6): string => {
  if (hop.gateway === null) return 'on link';
  const other = (hop.gateway.includes(':') ? 6 : 4) !== family;
  return other ? `inet${family === 4 ? '6' : ''} ${hop.gateway}` : hop.gateway;
};

/** One next hop in a line, as a tooltip has it. */
const hopLine = (row: RouteRow, hop: HopRow): string =>
  [
    hopText(hop, row.family),
    hop.device === null ? '' : `dev ${hop.device}`,
    row.hops.length > 1 ? `weight ${hop.weight}` : '',
    ...hop.flags,
  ]
    .filter((word) => word !== '')
    .join(' ');

const hopLines = (row: RouteRow): string => row.hops.map((hop) => hopLine(row, hop)).join('\n');

function nextHop(row: RouteRow): string {
  const [first] = row.hops;
  if (!first) return '';
  if (row.hops.length === 1)
    return first.device === null && first.gateway === null ? '' : hopText(first, row.family);
  return `${hopText(first, row.family)} ×${first.weight}`;
}

const devices = (row: RouteRow): string[] => [
  ...new Set(row.hops.map((hop) => hop.device).filter((device) => device !== null)),
];

export const COLUMNS: readonly Column[] = [
  {
    id: 'destination',
    title: 'Destination',
    hint: 'The prefix that a packet’s address must lie in',
    width: 176,
    mono: true,
    text: (row) => (row.isDefault ? 'default' : row.destination),
    full: (row) => row.destination,
  },
  {
    id: 'nexthop',
    title: 'Next hop',
    hint: 'The neighbour that packets are handed to, with its weight where there are several',
    width: 176,
    mono: true,
    text: nextHop,
    isMuted: (row) => row.hops.length > 0 && row.hops[0]!.gateway === null,
    full: hopLines,
  },
  {
    id: 'device',
    title: 'Device',
    hint: 'The interface that packets leave by',
    width: 88,
    text: (row) => devices(row).join(', '),
    full: hopLines,
  },
  {
    id: 'table',
    title: 'Table',
    hint: 'The routing table that the route is in',
    width: 72,
    text: (row) => row.table.name,
  },
  {
    id: 'protocol',
    title: 'Protocol',
    hint: 'Who made the route',
    width: 80,
    text: (row) => row.protocol.name,
  },
  {
    id: 'type',
    title: 'Type',
    hint: 'What happens to packets',
    width: 92,
    text: (row) => row.type.name,
    isMuted: (row) => row.type.value === 1,
  },
  {
    id: 'scope',
    title: 'Scope',
    hint: 'How far away the destination is',
    width: 68,
    text: (row) => row.scope.name,
    isMuted: (row) => row.scope.value === 0,
  },
  {
    id: 'metric',
    title: 'Metric',
    hint: 'Among routes to the same destination the lowest one is taken',
    width: 68,
    number: true,
    text: (row) => String(row.metric),
    isMuted: (row) => row.metric === 0,
  },
  {
    id: 'prefsrc',
    title: 'Preferred source',
    hint: 'The source address of packets that start here',
    width: 128,
    mono: true,
    text: (row) => row.prefsrc ?? '',
  },
  {
    id: 'mtu',
    title: 'MTU',
    hint: 'The largest packet for this route, in bytes',
    width: 60,
    number: true,
    text: (row) => (row.mtu === null ? '' : `${row.mtuLocked ? 'lock ' : ''}${row.mtu}`),
  },
  {
    id: 'metrics',
    title: 'Metrics',
    hint: 'Further metrics of TCP and of the path',
    width: 120,
    hidden: true,
    text: (row) => row.metrics.join(', '),
  },
  {
    id: 'tos',
    title: 'TOS',
    hint: 'The type of service that packets must have',
    width: 52,
    number: true,
    hidden: true,
    text: (row) => (row.tos === 0 ? '' : `0x${row.tos.toString(16).padStart(2, '0')}`),
  },
  {
    id: 'flags',
    title: 'Flags',
    hint: 'onlink, linkdown, offload and others',
    width: 96,
    text: (row) => [...new Set([...row.flags, ...row.hops.flatMap((hop) => hop.flags)])].join(' '),
  },
  {
    id: 'nhid',
    title: 'Next hop id',
    hint: 'The next-hop object that the route uses',
    width: 80,
    number: true,
    hidden: true,
    text: (row) => (row.nhid === null ? '' : String(row.nhid)),
  },
  {
    id: 'expires',
    title: 'Expires',
    hint: 'Seconds until the route goes by itself',
    width: 72,
    number: true,
    hidden: true,
    text: (row) => (row.expires === null ? '' : `${row.expires} s`),
  },
];

const BY_ID = new Map(COLUMNS.map((column) => [column.id as string, column]));
export const columnOf = (id: string): Column | undefined => BY_ID.get(id);

export type ColumnPrefs = Prefs['columns'];

/** Every column in the person's order; columns that the preferences do not know stand where they stand by default. */
export function orderedColumns(prefs: ColumnPrefs): Column[] {
  const known = prefs.order.filter((id, i) => BY_ID.has(id) && prefs.order.indexOf(id) === i);
  const order: string[] = [...known];
  for (const [i, id] of GRID_COLUMNS.entries()) {
    if (order.includes(id)) continue;
    const before = GRID_COLUMNS.slice(0, i).findLast((other) => order.includes(other));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id);
  }
  return order.map((id) => BY_ID.get(id)!);
}

/** `hidden` holds columns that differ from their default: shown ones by `+name`, hidden ones by their name. */
export const isHidden = (prefs: ColumnPrefs, column: Column): boolean =>
  column.hidden ? !prefs.hidden.includes(`+${column.id}`) : prefs.hidden.includes(column.id);

export function visibleColumns(prefs: ColumnPrefs): Column[] {
  const shown = orderedColumns(prefs).filter((column) => !isHidden(prefs, column));
  // a grid without columns could not be brought back by the mouse
  return (shown.length === 0 ? [COLUMNS[0]!] : shown).map((column) => ({
    ...column,
    width: prefs.widths[column.id] ?? column.width,
  }));
}

export function withHidden(prefs: ColumnPrefs, id: GridColumn, hide: boolean): ColumnPrefs {
  const column = BY_ID.get(id)!;
  const mark = column.hidden ? `+${id}` : id;
  const rest = prefs.hidden.filter((other) => other !== mark);
  return { ...prefs, hidden: hide === Boolean(column.hidden) ? rest : [...rest, mark] };
}

export const withWidth = (prefs: ColumnPrefs, id: GridColumn, width: number): ColumnPrefs => ({
  ...prefs,
  widths: { ...prefs.widths, [id]: Math.round(Math.max(LEAST_WIDTH, Math.min(2000, width))) },
});

/** Puts a column where another one stands. */
export function withMoved(prefs: ColumnPrefs, id: GridColumn, to: GridColumn): ColumnPrefs {
  const order = orderedColumns(prefs).map((column) => column.id);
  const from = order.indexOf(id);
  const target = order.indexOf(to);
  order.splice(from, 1);
  order.splice(target, 0, id);
  return { ...prefs, order };
}

/** The column that an error's cell stands in. */
export function columnOfField(field: RouteField): GridColumn {
  if (field === 'gateway' || field === 'weight' || field === 'onlink') return 'nexthop';
  return field;
}
