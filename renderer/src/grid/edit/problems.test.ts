// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { DraftProblem } from '../../../../app/contract/index.ts';
import { columnOf, fieldOf, shownProblems } from './problems.ts';

const problems: DraftProblem[] = [
  { field: 'destination', message: 'A destination is needed' },
  { field: 'gateway', hop: 0, message: 'A gateway or a device is needed' },
  { field: 'mtu', message: 'An MTU is a number' },
];

it('keeps quiet about cells that were not touched, until one tries', () => {
  expect(shownProblems(problems, new Set(), false, null).first).toBeNull();
  const touched = shownProblems(problems, new Set(['mtu']), false, null);
  expect(touched.first).toBe(problems[2]);
  expect([...touched.byField.keys()]).toEqual(['mtu']);
  const tried = shownProblems(problems, new Set(), true, null);
  expect(tried.first).toBe(problems[0]);
  expect(tried.more).toBe(2);
});

it('speaks of the cell one is in first', () => {
  expect(shownProblems(problems, new Set(), true, 'mtu').first).toBe(problems[2]);
});

it('brings a refusal to its column', () => {
  expect(columnOf('weight')).toBe('nexthop');
  expect(
    fieldOf({
      kind: 'kernel',
      errno: 22,
      errnoName: 'EINVAL',
      errnoText: 'Invalid argument',
      what: 'No',
      field: 'prefsrc',
    }),
  ).toBe('prefsrc');
  expect(fieldOf({ kind: 'timeout', what: 'No answer', afterMs: 10 })).toBeNull();
  expect(fieldOf(null)).toBeNull();
});
