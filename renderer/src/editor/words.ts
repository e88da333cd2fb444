// SPDX-License-Identifier: MIT
// The editor's words: names of the cells, and what applying will do.
import type { GridColumn, RouteDraft, RouteField } from '../../../app/contract/index.ts';
import { patchOf } from './patch.ts';

export const FIELD_NAMES: Record<RouteField, string> = {
  destination: 'Destination',
  gateway: 'Next hop',
  device: 'Device',
  weight: 'Weight',
  table: 'Table',
  protocol: 'Protocol',
  type: 'Type',
  scope: 'Scope',
  metric: 'Metric',
  prefsrc: 'Preferred source',
  mtu: 'MTU',
  tos: 'TOS',
  onlink: 'On link',
};

/** `Next hop` for the first, `Next hop 2` for the second. */
export const hopLabel = (field: RouteField, hop: number): string =>
  hop === 0 ? FIELD_NAMES[field] : `${FIELD_NAMES[field]} ${hop + 1}`;

/** The field that a column edits; the columns that are left out cannot be edited. */
export const FIELD_OF_COLUMN: Partial<Record<GridColumn, RouteField>> = {
  destination: 'destination',
  nexthop: 'gateway',
  device: 'device',
  table: 'table',
  protocol: 'protocol',
  type: 'type',
  scope: 'scope',
  metric: 'metric',
  prefsrc: 'prefsrc',
  mtu: 'mtu',
  tos: 'tos',
};

// what the kernel tells routes apart by, besides the family
const KEY = ['destination', 'table', 'metric', 'tos'] as const;
const KEY_NAMES = { destination: 'destination', table: 'table', metric: 'metric', tos: 'TOS' };

function list(names: readonly string[]): string {
  const last = names.at(-1)!;
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** What Apply sends, in a line. `before` is null for a new route. */
export function summaryOf(before: RouteDraft | null, after: RouteDraft): string {
  if (!before) return 'Adds a route';
  const patch = patchOf(before, after);
  if (Object.keys(patch).length === 0) return 'Nothing is changed';
  const keys = KEY.filter((field) => field in patch).map((field) => `the ${KEY_NAMES[field]}`);
  if (keys.length === 0) return 'Replaces the route in place';
  return `Changes ${list(keys)}: adds the new route first, then deletes the old one`;
}
