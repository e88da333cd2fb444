// SPDX-License-Identifier: MIT
// What stands in a cell: text for the eye, and the longer text for its title and for screen readers.
import type { GridColumn, HopRow, RouteRow } from '../../../../app/contract/index.ts';

const isWithoutHops = (row: RouteRow): boolean => row.type.value >= 6 && row.type.value <= 9;

/** A next hop in words, e.g. `via 192.0.2.2 dev lan0 weight 2 linkdown`. */
export function hopText(hop: HopRow): string {
  return [
    hop.gateway && `via ${hop.gateway}`,
    hop.device && `dev ${hop.device}`,
    hop.weight > 1 && `weight ${hop.weight}`,
    ...hop.flags,
  ]
    .filter(Boolean)
    .join(' ');
}

function nextHop(row: RouteRow): string {
  if (isWithoutHops(row)) return '';
  const [first] = row.hops;
  if (!first) return row.nhid === null ? '' : `object ${row.nhid}`;
  const gateway = first.gateway ?? 'on link';
  return row.hops.length > 1 ? `${gateway} ×${first.weight}` : first.gateway ? gateway : 'on link';
}

function devices(row: RouteRow): string {
  if (isWithoutHops(row)) return '';
  if (row.hops.length === 1) return row.hops[0]!.device ?? '';
  return [...new Set(row.hops.map((hop) => hop.device).filter(Boolean))].join(', ');
}

const flagsOf = (row: RouteRow): string[] => [
  ...new Set([
    ...row.flags,
    ...row.hops.flatMap((hop) => hop.flags),
    ...(row.encap ? [`encap ${row.encap}`] : []),
    ...(row.pref && row.pref !== 'medium' ? [`pref ${row.pref}`] : []),
  ]),
];

export function cellText(row: RouteRow, column: GridColumn): string {
  switch (column) {
    case 'destination':
      return row.isDefault ? 'default' : row.destination;
    case 'nexthop':
      return nextHop(row);
    case 'device':
      return devices(row);
    case 'table':
      return row.table.name;
    case 'protocol':
      return row.protocol.name;
    case 'type':
      return row.type.name;
    case 'scope':
      return row.scope.name;
    case 'metric':
      return String(row.metric);
    case 'prefsrc':
      return row.prefsrc ?? '';
    case 'mtu':
      return row.mtu === null ? '' : row.mtuLocked ? `${row.mtu} lock` : String(row.mtu);
    case 'metrics':
      return row.metrics.join(', ');
    case 'tos':
      return row.tos === 0 ? '' : `0x${row.tos.toString(16).padStart(2, '0')}`;
    case 'flags':
      return flagsOf(row).join(' ');
    case 'nhid':
      return row.nhid === null ? '' : String(row.nhid);
    case 'expires':
      return row.expires === null ? '' : `${row.expires} s`;
  }
}

/** What the cell says when it is pointed at; null: what stands in it. */
export function cellTitle(row: RouteRow, column: GridColumn): string | null {
  switch (column) {
    case 'destination':
      return row.isDefault ? `default (${row.destination}), IPv${row.family}` : null;
    case 'nexthop':
    case 'device':
      return row.hops.length > 1 && !isWithoutHops(row) ? row.hops.map(hopText).join('\n') : null;
    case 'table':
    case 'protocol':
    case 'type':
    case 'scope': {
      const { name, value } = row[column];
      return name === String(value) ? null : `${name} (${value})`;
    }
    default:
      return null;
  }
}

/** How many next hops do not fit into the row. */
export const moreHops = (row: RouteRow): number =>
  isWithoutHops(row) ? 0 : Math.max(0, row.hops.length - 1);
