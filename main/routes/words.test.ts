// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { LinkRow } from '../../app/contract/index.ts';
import { ERRNO } from '../codec/index.ts';
import { aDraft, aHop } from '../session/testing.ts';
import { specOfDraft } from './draft.ts';
import type { KernelError } from './words.ts';
import { differences, inWords } from './words.ts';

const link = (ifindex: number, name: string, up = true): LinkRow => ({
  ifindex,
  name,
  kind: 'veth',
  up,
  carrier: up,
  mtu: 1500,
  addresses: [],
});
const links = [link(1, 'lo'), link(2, 'lan0'), link(3, 'wan0', false)];
const spec = (over: Parameters<typeof aDraft>[0] = {}) =>
  specOfDraft(aDraft(over), (name) => links.find((one) => one.name === name)?.ifindex ?? null);
const refused = (errnoName: keyof typeof ERRNO, over: Partial<KernelError> = {}): KernelError => ({
  kind: 'kernel',
  errno: ERRNO[errnoName][0],
  errnoName,
  errnoText: ERRNO[errnoName][1],
  what: 'The kernel refused the request',
  ...over,
});

describe('inWords', () => {
  it('lets the attribute that the kernel points at decide the cell, and its sentence be the reason', () => {
    const error = refused('EINVAL', { attribute: 'RTA_TABLE', extack: 'Unknown attribute type', offset: 36 });
    expect(inWords(error, { asked: 'add', spec: spec({ prefsrc: '192.0.2.9' }), links })).toMatchObject({
      field: 'table',
      why: 'Unknown attribute type',
      what: 'The kernel does not take route 10.200.0.0/16 in table main',
      offset: 36,
    });
  });

  it('names the device that is down', () => {
    const over = { hops: [aHop('192.0.2.7', 'lan0'), aHop(null, 'wan0')] };
    expect(inWords(refused('ENETDOWN'), { asked: 'add', spec: spec(over), links })).toMatchObject({
      what: 'Device wan0 is down',
      field: 'device',
    });
  });

  it('shows a clash at the part of the key that was changed', () => {
    const before = spec();
    const field = (over: Parameters<typeof aDraft>[0]) => {
      const error = inWords(refused('EEXIST'), { asked: 'edit', spec: spec(over), before, links });
      return 'field' in error ? error.field : undefined;
    };
    expect(field({ destination: '10.201.0.0/16', metric: 3 })).toBe('destination');
    expect(field({ metric: 3 })).toBe('metric');
    expect(field({ table: 3 })).toBe('table');
    expect(field({ tos: 8 })).toBe('tos');
  });

  it('has words for every errno, and keeps number, name and the sentence of the kernel', () => {
    for (const name of Object.keys(ERRNO) as (keyof typeof ERRNO)[])
      for (const asked of ['add', 'edit', 'delete'] as const) {
        const error = inWords(refused(name, { extack: 'Because' }), { asked, spec: spec(), links });
        expect(error).toMatchObject({ kind: 'kernel', errnoName: name, extack: 'Because', why: 'Because' });
        expect(error.what).toMatch(/^[A-Z].*[^.!]$/);
      }
  });

  it('leaves other errors as they are', () => {
    const error = { kind: 'timeout', what: 'Nothing came', afterMs: 5 } as const;
    expect(inWords(error, { asked: 'add', spec: spec(), links })).toBe(error);
  });
});

describe('differences', () => {
  it('is silent when the kernel did as it was asked', () => {
    expect(differences(spec(), spec(), { metric: true })).toEqual([]);
  });
  it('names each one', () => {
    const asked = spec({ mtu: 9000, protocol: 4, metric: 0 });
    const stored = spec({ mtu: 1500, protocol: 3, metric: 1024, prefsrc: '192.0.2.1' });
    expect(differences(asked, stored, { metric: true })).toEqual([
      'The kernel made the metric 1024, not 0',
      'The kernel made the protocol boot, not static',
      'The kernel made the preferred source 192.0.2.1, not empty',
      'The kernel made the MTU 1500, not 9000',
    ]);
    expect(differences(asked, stored, { metric: false })).toHaveLength(3);
  });
});
