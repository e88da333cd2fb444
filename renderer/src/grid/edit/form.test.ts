// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { draftOfRow } from '../../../../app/contract/index.ts';
import { LINKS, SAMPLES, VOCABULARY } from '../../../dev/fake-data.ts';
import { EMPTY_HOP, familyOf, formOfRow, newForm, numberOf, patchOf, readForm, valueOfName } from './form.ts';
import type { RouteForm } from './form.ts';

const form = (patch: Partial<RouteForm>): RouteForm => ({ ...newForm(VOCABULARY), ...patch });
const read = (patch: Partial<RouteForm>) => readForm(form(patch), VOCABULARY, LINKS);
const gateway = (text: string, device = ''): RouteForm['hops'] => [{ ...EMPTY_HOP, gateway: text, device }];

describe('a form', () => {
  it('gives every sample back as it came', () => {
    for (const row of SAMPLES) {
      const { draft, problems } = readForm(formOfRow(row, VOCABULARY), VOCABULARY, LINKS);
      expect(problems, row.destination).toEqual([]);
      expect(draft).toEqual(draftOfRow(row));
      expect(patchOf(row, draft)).toBeNull();
    }
  });

  it('takes names, numbers and 0x notation', () => {
    expect(valueOfName('main', VOCABULARY.tables)).toBe(254);
    expect(valueOfName(' 100 ', VOCABULARY.tables)).toBe(100);
    expect(valueOfName('nowhere', VOCABULARY.tables)).toBeNull();
    expect(numberOf('0x10')).toBe(16);
    for (const text of ['', '1.5', '-1', '12x', '1e3', '007']) expect(numberOf(text), text).toBeNull();
  });

  it('starts a new route in table main, static, unicast, with its scope left open', () => {
    const { draft } = read({ destination: '10.0.0.0/8', hops: gateway('192.0.2.1') });
    expect(draft).toMatchObject({
      family: 4,
      table: 254,
      protocol: 4,
      type: 1,
      scope: null,
      metric: null,
      tos: 0,
    });
  });

  it('follows the family of the destination, else of the gateway, else the one chosen', () => {
    expect(familyOf(form({ destination: '2001:db8::/32' }))).toBe(6);
    expect(familyOf(form({ destination: '2001:' }))).toBe(6);
    expect(familyOf(form({ destination: 'default', family: 6 }))).toBe(6);
    expect(familyOf(form({ destination: 'default', family: 6, hops: gateway('192.0.2.1') }))).toBe(4);
    // RTA_VIA: IPv4 through an IPv6 gateway
    expect(familyOf(form({ destination: '10.0.0.0/8', hops: gateway('fe80::1', 'lan0') }))).toBe(4);
  });

  it('says in words what is no number or name, and does not say it twice', () => {
    const { problems } = read({
      destination: '10.0.0.0/8',
      hops: gateway('192.0.2.1'),
      metric: '12x',
      table: 'mian',
    });
    expect(problems.map(({ field }) => field).sort()).toEqual(['metric', 'table']);
    expect(problems.find(({ field }) => field === 'table')!.message).toBe('There is no table mian');
    const weights = read({
      destination: '10.0.0.0/8',
      hops: [
        { ...EMPTY_HOP, gateway: '192.0.2.1', weight: 'x' },
        { ...EMPTY_HOP, gateway: '192.0.2.2' },
      ],
    }).problems;
    expect(weights).toEqual([expect.objectContaining({ field: 'weight', hop: 0 })]);
  });

  it('passes on what validateDraft finds, with what would be right', () => {
    const { problems } = read({ destination: '10.1.2.3/8', hops: gateway('', 'nowhere') });
    expect(problems[0]).toMatchObject({ field: 'destination', suggestion: '10.0.0.0/8' });
    expect(problems[1]).toMatchObject({ field: 'device', message: 'There is no interface nowhere' });
  });

  it('needs no next hop for a blackhole', () => {
    const { draft, problems } = read({ destination: '10.0.0.0/8', type: 'blackhole' });
    expect(draft.hops).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('a patch', () => {
  const row = SAMPLES.find(({ destination }) => destination === '10.10.0.0/16')!;
  const patched = (change: Partial<RouteForm>) =>
    patchOf(row, readForm({ ...formOfRow(row, VOCABULARY), ...change }, VOCABULARY, LINKS).draft);

  it('holds only the cells that differ', () => {
    expect(patched({ metric: '77' })).toEqual({ metric: 77 });
    expect(patched({ destination: '10.11.0.0/16' })).toEqual({ destination: '10.11.0.0/16' });
    expect(patched({})).toBeNull();
  });
  it('asks for the usual scope anew where the next hops change', () => {
    expect(patched({ hops: gateway('', 'lan0') })).toEqual({
      hops: [{ gateway: null, device: 'lan0', weight: 1, onlink: false }],
      scope: null,
    });
  });
});
