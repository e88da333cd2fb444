// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RouteDraft, RouteRow } from '../../../app/contract/index.ts';
import { emptyDraft, patchOf } from './patch.ts';
import { summaryOf } from './words.ts';

const draft: RouteDraft = {
  family: 4,
  destination: '10.0.0.0/8',
  hops: [{ gateway: '192.0.2.1', device: 'lan0', weight: 1, onlink: false }],
  table: 254,
  protocol: 4,
  type: 1,
  scope: null,
  metric: null,
  tos: 0,
  prefsrc: null,
  mtu: null,
};

const row: RouteRow = {
  id: 7,
  family: 6,
  destination: '2001:db8::/32',
  isDefault: false,
  hops: [{ gateway: 'fe80::1', device: 'lan0', ifindex: 2, weight: 1, flags: ['onlink'] }],
  table: { value: 100, name: 'blue' },
  protocol: { value: 2, name: 'kernel' },
  type: { value: 1, name: 'unicast' },
  scope: { value: 0, name: 'global' },
  metric: 1024,
  tos: 0,
  prefsrc: '2001:db8::10',
  mtu: 1400,
  mtuLocked: false,
  metrics: [],
  flags: [],
  nhid: null,
  pref: 'medium',
  encap: null,
  expires: null,
  change: 0,
};

describe('emptyDraft', () => {
  it('starts a static unicast route of the main table with one empty next hop', () => {
    expect(emptyDraft(null, 6)).toEqual({
      family: 6,
      destination: '',
      hops: [{ gateway: null, device: null, weight: 1, onlink: false }],
      table: 254,
      protocol: 4,
      type: 1,
      scope: null,
      metric: null,
      tos: 0,
      prefsrc: null,
      mtu: null,
    });
  });

  it('copies a route, as made by a person', () => {
    expect(emptyDraft(row, 4)).toMatchObject({
      family: 6,
      destination: '2001:db8::/32',
      hops: [{ gateway: 'fe80::1', device: 'lan0', weight: 1, onlink: true }],
      table: 100,
      protocol: 4,
      metric: 1024,
      mtu: 1400,
    });
  });
});

describe('patchOf', () => {
  it('is empty when nothing changed, also when it is written in another way', () => {
    const same = {
      ...draft,
      destination: ' 10.0.0.0/8',
      metric: 0,
      hops: [{ ...draft.hops[0]!, device: 'lan0 ' }],
    };
    expect(patchOf(draft, same)).toEqual({});
    const six = { ...draft, family: 6 as const, destination: '2001:db8:0:0::/64' };
    expect(patchOf(six, { ...six, destination: '2001:DB8::/64' })).toEqual({});
    expect(patchOf({ ...draft, destination: 'default' }, { ...draft, destination: '0.0.0.0/0' })).toEqual({});
  });

  it('tells no metric from metric 0 for IPv6, where none is 1024', () => {
    const six = { ...draft, family: 6 as const, destination: '2001:db8::/32' };
    expect(patchOf(six, { ...six, metric: 0 })).toEqual({ metric: 0 });
  });

  it('holds each cell that changed, and no other', () => {
    const after: RouteDraft = {
      ...draft,
      destination: '10.0.0.0/9',
      hops: [...draft.hops, { gateway: '192.0.2.2', device: null, weight: 2, onlink: true }],
      table: 100,
      protocol: 3,
      type: 2,
      scope: 254,
      metric: 5,
      tos: 16,
      prefsrc: '192.0.2.10',
      mtu: 1400,
    };
    const { family: _, ...all } = after;
    expect(patchOf(draft, after)).toEqual(all);
    for (const field of Object.keys(all) as (keyof typeof all)[])
      expect(patchOf(draft, { ...draft, [field]: after[field] })).toEqual({ [field]: after[field] });
  });

  it('sees a change of the weight or of onlink alone', () => {
    for (const change of [{ weight: 2 }, { onlink: true }, { gateway: null }, { device: 'wan0' }]) {
      const hops = [{ ...draft.hops[0]!, ...change }];
      expect(patchOf(draft, { ...draft, hops })).toEqual({ hops });
    }
  });
});

describe('summaryOf', () => {
  it('says what is sent', () => {
    expect(summaryOf(null, draft)).toBe('Adds a route');
    expect(summaryOf(draft, draft)).toBe('Nothing is changed');
    expect(summaryOf(draft, { ...draft, mtu: 1400 })).toBe('Replaces the route in place');
    expect(summaryOf(draft, { ...draft, metric: 5, mtu: 1400 })).toBe(
      'Changes the metric: adds the new route first, then deletes the old one',
    );
    expect(summaryOf(draft, { ...draft, destination: '10.0.0.0/9', table: 100, tos: 16 })).toBe(
      'Changes the destination, the table and the TOS: adds the new route first, then deletes the old one',
    );
  });
});
