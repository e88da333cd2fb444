// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RouteRow } from '../../../app/contract/index.ts';
import { DEFAULT_PREFS, GRID_COLUMNS } from '../../../app/contract/index.ts';
import {
  COLUMNS,
  columnOf,
  orderedColumns,
  visibleColumns,
  withHidden,
  withMoved,
  withWidth,
} from './columns.ts';

const fresh = DEFAULT_PREFS.columns;
const ids = (columns: { id: string }[]) => columns.map((column) => column.id);

export const sample: RouteRow = {
  id: 1,
  family: 4,
  destination: '10.20.0.0/16',
  isDefault: false,
  hops: [{ gateway: '192.0.2.2', device: 'lan0', ifindex: 2, weight: 1, flags: [] }],
  table: { value: 254, name: 'main' },
  protocol: { value: 4, name: 'static' },
  type: { value: 1, name: 'unicast' },
  scope: { value: 0, name: 'global' },
  metric: 0,
  tos: 0,
  prefsrc: null,
  mtu: null,
  mtuLocked: false,
  metrics: [],
  flags: [],
  nhid: null,
  pref: null,
  encap: null,
  expires: null,
  change: 0,
};

describe('which columns are shown', () => {
  it('has every column of the contract once', () => {
    expect(ids([...COLUMNS]).sort()).toEqual([...GRID_COLUMNS].sort());
    expect(ids(orderedColumns(fresh)).sort()).toEqual([...GRID_COLUMNS].sort());
  });

  it('hides and shows, also those that are hidden by default', () => {
    const without = withHidden(fresh, 'metric', true);
    expect(ids(visibleColumns(without))).not.toContain('metric');
    expect(withHidden(without, 'metric', false)).toEqual(fresh);
    const withTos = withHidden(fresh, 'tos', false);
    expect(ids(visibleColumns(fresh))).not.toContain('tos');
    expect(ids(visibleColumns(withTos))).toContain('tos');
    expect(withHidden(withTos, 'tos', true)).toEqual(fresh);
  });

  it('never hides the last one', () => {
    let prefs = fresh;
    for (const id of GRID_COLUMNS) prefs = withHidden(prefs, id, true);
    expect(ids(visibleColumns(prefs))).toEqual(['destination']);
  });

  it('moves a column to the place of another, both ways', () => {
    expect(ids(visibleColumns(withMoved(fresh, 'metric', 'destination')))[0]).toBe('metric');
    const last = withMoved(fresh, 'destination', 'device');
    expect(ids(visibleColumns(last)).slice(0, 3)).toEqual(['nexthop', 'device', 'destination']);
  });

  it('survives preferences of another version', () => {
    const odd = { order: ['metric', 'nonsense', 'metric'], hidden: ['gone'], widths: { gone: 4 } };
    const shown = ids(orderedColumns(odd));
    expect(shown).toHaveLength(GRID_COLUMNS.length);
    expect(new Set(shown).size).toBe(GRID_COLUMNS.length);
  });

  it('keeps widths within bounds', () => {
    expect(visibleColumns(withWidth(fresh, 'metric', 3)).find(({ id }) => id === 'metric')?.width).toBe(40);
    expect(visibleColumns(withWidth(fresh, 'metric', 99_999)).find(({ id }) => id === 'metric')?.width).toBe(
      2000,
    );
  });
});

describe('what stands in the cells', () => {
  const text = (id: string, row: Partial<RouteRow>) => columnOf(id)!.text({ ...sample, ...row });

  it('says default for the prefix of length zero', () => {
    expect(text('destination', { isDefault: true, destination: '0.0.0.0/0' })).toBe('default');
  });

  it('tells a route on the link, one by a neighbour of the other family, and one without next hop', () => {
    const hop = sample.hops[0]!;
    expect(text('nexthop', { hops: [{ ...hop, gateway: null }] })).toBe('on link');
    expect(text('nexthop', { hops: [{ ...hop, gateway: '2001:db8::1' }] })).toBe('inet6 2001:db8::1');
    expect(text('nexthop', { hops: [] })).toBe('');
  });

  it('shows the first of several next hops, and all of them in full', () => {
    const hops = [
      sample.hops[0]!,
      { ...sample.hops[0]!, gateway: '198.51.100.2', device: 'wan0', weight: 3, flags: ['onlink'] },
    ];
    expect(text('nexthop', { hops })).toBe('192.0.2.2 ×1');
    expect(text('device', { hops })).toBe('lan0, wan0');
    expect(columnOf('nexthop')!.full!({ ...sample, hops })).toBe(
      '192.0.2.2 dev lan0 weight 1\n198.51.100.2 dev wan0 weight 3 onlink',
    );
    expect(text('flags', { hops })).toBe('onlink');
  });
});
