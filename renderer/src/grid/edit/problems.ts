// SPDX-License-Identifier: MIT
// Which cell shows what: problems found as one types, and the kernel's refusal, brought to the column concerned.
import type { AppError, DraftProblem, GridColumn, RouteField } from '../../../../app/contract/index.ts';

const COLUMN_OF: Record<RouteField, GridColumn> = {
  destination: 'destination',
  gateway: 'nexthop',
  weight: 'nexthop',
  onlink: 'nexthop',
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
export const columnOf = (field: RouteField): GridColumn => COLUMN_OF[field];

/** The cell that an error points at; null when it points at none. */
export const fieldOf = (error: AppError | null): RouteField | null =>
  error && (error.kind === 'kernel' || error.kind === 'invalid') ? (error.field ?? null) : null;

export interface Shown {
  /** Every problem that is told now, by cell. */
  byField: ReadonlyMap<RouteField, DraftProblem>;
  /** The one that is spelt out, and how many more there are. */
  first: DraftProblem | null;
  more: number;
}

/** Problems of cells that were not touched wait until one tries to apply; the cell one is in comes first. */
export function shownProblems(
  problems: readonly DraftProblem[],
  touched: ReadonlySet<string>,
  hasTried: boolean,
  focused: string | null,
): Shown {
  const told = problems.filter(({ field }) => hasTried || touched.has(field));
  const byField = new Map<RouteField, DraftProblem>();
  for (const problem of told) if (!byField.has(problem.field)) byField.set(problem.field, problem);
  const first = told.find(({ field }) => field === focused) ?? told[0] ?? null;
  return { byField, first, more: Math.max(0, told.length - 1) };
}
