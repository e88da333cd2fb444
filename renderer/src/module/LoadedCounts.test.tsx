// SPDX-License-Identifier: MIT
// What the loaded module counts while it is not the open target.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { fail, ok } from '../../../app/contract/index.ts';
import type { Outcome, RtmgrStats } from '../../../app/contract/index.ts';
import { FakeMain } from '../../dev/fake-bridge.ts';
import { STATS, lifeIn } from '../../dev/fake-module.ts';

let fake: FakeMain;
let root: Root | null = null;

beforeAll(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }));
afterEach(async () => {
  await act(async () => root?.unmount());
  root = null;
});

const settle = (ms = 20): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });

async function open(stats: Outcome<RtmgrStats> = ok(STATS)): Promise<void> {
  vi.resetModules();
  fake = new FakeMain();
  fake.module.life = lifeIn('loaded');
  fake.module.stats = stats;
  window.routelens = fake.bridge;
  const { ModulePage } = await import('./ModulePage.tsx');
  const box = document.createElement('div');
  document.body.replaceChildren(box);
  root = createRoot(box);
  await act(async () => root!.render(<ModulePage onShowMessages={() => {}} />));
  await settle();
}
const texts = (selector: string): string[] =>
  [...document.querySelectorAll(selector)].map((one) => one.textContent);
const asked = (): number => fake.module.calls.filter(({ name }) => name === 'module.stats').length;

it('is shown whatever target is open, is asked for again, and no longer when the page is left', async () => {
  await open();
  expect(texts('.life [aria-label=Counts] > div')).toEqual([
    'Running for01:11:11',
    'Routes1,240',
    'Memory212 KiB',
    'Messages3,511',
    'Errors2',
  ]);
  expect(texts('[aria-label="Routes by table"] tbody td, [aria-label="Routes by table"] tbody th')).toEqual(
    ['100', '9', '0', '8,192 B'].concat(['main', '1,200', '31', '204 KiB']),
  );
  fake.module.stats = ok({ counts: { ...STATS.counts, messages: 3512 }, tables: [] });
  await settle(3200);
  expect(texts('.life [data-count=messages]')).toEqual(['3,512']);
  expect(texts('.life-more')).toEqual(['No table has a route.']);
  expect(asked()).toBe(2);
  await act(async () => root?.unmount());
  await settle(3200);
  expect(asked()).toBe(2);
});

it('is not asked for while the module goes', async () => {
  await open();
  await act(async () => fake.module.become('unloading'));
  await settle();
  expect(texts('.life [data-count]')).toEqual([]);
  expect(asked()).toBe(1);
});

it('is told in words where it refuses, and no number stays', async () => {
  await open(
    fail({
      kind: 'kernel',
      errno: 1,
      errnoName: 'EPERM',
      errnoText: 'Operation not permitted',
      what: 'The module did not tell what it counts',
      why: 'It answers others than you: it was loaded for user 1001',
      wayOut: 'Ask whoever loaded it',
    }),
  );
  const [words] = texts('.life-untold');
  for (const one of ['did not tell', 'loaded for user 1001', 'EPERM', 'Ask whoever loaded it.'])
    expect(words).toContain(one);
  expect(texts('.life [data-count]')).toEqual([]);
});
