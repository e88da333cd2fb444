// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { draftOf, familyOf, formOf } from './form.ts';
import { sourceOptions } from './options.ts';
import { emptyDraft } from './patch.ts';
import { problemsOf, shownOf } from './problems.ts';
import { LINKS, VOCABULARY } from './testing.ts';

const full = {
  ...emptyDraft(null, 4),
  destination: '10.0.0.0/8',
  hops: [
    { gateway: '192.0.2.1', device: 'lan0', weight: 1, onlink: false },
    { gateway: '198.51.100.1', device: 'wan0', weight: 256, onlink: true },
  ],
  table: 4_294_967_295,
  scope: 200,
  metric: 7,
  tos: 16,
  prefsrc: '192.0.2.10',
  mtu: 1400,
};

describe('texts and draft', () => {
  it('come back as they were', () => {
    for (const draft of [full, emptyDraft(null, 6), { ...full, type: 6, hops: [] }])
      expect(draftOf({ ...formOf(draft, VOCABULARY), destination: draft.destination }, VOCABULARY)).toEqual({
        draft,
        problems: [],
      });
  });

  it('take names in any case, numbers, and hexadecimal', () => {
    const form = {
      ...formOf(full, VOCABULARY),
      table: 'BLUE',
      protocol: '99',
      tos: '0x10',
      scope: 'by type',
    };
    expect(draftOf(form, VOCABULARY).draft).toMatchObject({ table: 100, protocol: 99, tos: 16, scope: null });
  });

  it.each([
    ['table', '', 'A table is needed'],
    ['table', 'gren', 'No table is called gren'],
    ['protocol', '1e3', 'No protocol is called 1e3'],
    ['type', '-1', 'No type is called -1'],
    ['scope', 'x', 'No scope is called x'],
  ] as const)('refuse the %s %j once', (field, text, message) => {
    const form = { ...formOf(full, VOCABULARY), [field]: text };
    const { draft, problems: unread } = draftOf(form, VOCABULARY);
    const problems = problemsOf({ form, draft, unread, links: LINKS, before: null });
    expect(problems.map((one) => [one.field, one.message])).toEqual([[field, message]]);
  });

  it('follow the destination into its family', () => {
    expect(familyOf('2001:', 4)).toBe(6);
    expect(familyOf('10.', 6)).toBe(4);
    expect(familyOf('default', 6)).toBe(6);
    expect(familyOf('', 6)).toBe(6);
  });
});

describe('problems', () => {
  const look = (change: object, attention = {}) => {
    const form = { ...formOf(emptyDraft(null, 4), VOCABULARY), ...change };
    const { draft, problems: unread } = draftOf(form, VOCABULARY);
    const checked = { form, draft, unread, links: LINKS, before: null };
    const rest = { tried: false, touched: new Set<string>(), focused: null, ...attention };
    return shownOf(problemsOf(checked), checked, VOCABULARY, rest).map((one) => one.field);
  };

  it('are not said of empty fields that nobody touched', () => {
    expect(look({})).toEqual([]);
    expect(look({}, { touched: new Set(['destination']) })).toEqual(['destination']);
    expect(look({}, { tried: true })).toEqual(['destination', 'gateway']);
  });

  it('leave a name the time to be typed', () => {
    const hops = [{ id: 1, gateway: '', device: 'la', weight: '1', onlink: false }];
    expect(look({ hops }, { focused: 'device.0' })).toEqual([]);
    expect(look({ hops })).toEqual(['device']);
    expect(look({ hops: [{ ...hops[0], device: 'lax' }] }, { focused: 'device.0' })).toEqual(['device']);
    expect(look({ table: 'mai' }, { focused: 'table' })).toEqual([]);
    expect(look({ destination: 'def' }, { focused: 'destination' })).toEqual([]);
  });

  it('that an existing route has already do not forbid to edit it', () => {
    const before = { ...full, hops: [{ gateway: null, device: 'gone0', weight: 1, onlink: false }] };
    const form = { ...formOf(before, VOCABULARY), metric: '9' };
    const { draft, problems: unread } = draftOf(form, VOCABULARY);
    expect(problemsOf({ form, draft, unread, links: LINKS, before })).toEqual([]);
    expect(problemsOf({ form, draft, unread, links: LINKS, before: null })).toHaveLength(1);
  });

  it('do not tell an edit to change its family', () => {
    const form = { ...formOf(full, VOCABULARY), destination: '2001:db8::/32' };
    const { draft, problems: unread } = draftOf(form, VOCABULARY);
    const [problem] = problemsOf({ form, draft, unread, links: LINKS, before: full });
    expect(problem).toMatchObject({
      field: 'destination',
      wayOut: 'Write an IPv4 prefix, or make a new route',
    });
  });
});

it('suggests sources of the family, those of the route’s device first', () => {
  expect(sourceOptions(LINKS, { ...full, hops: [full.hops[1]!] })).toEqual([
    { text: '198.51.100.10', hint: 'wan0' },
    { text: '127.0.0.1', hint: 'lo' },
    { text: '192.0.2.10', hint: 'lan0' },
  ]);
  expect(sourceOptions(LINKS, emptyDraft(null, 6))).toEqual([{ text: '2001:db8::10', hint: 'lan0' }]);
});
