// SPDX-License-Identifier: MIT
// The module's operations through the whole main process, with a helper that does what a script says. The machine is a
// folder, so nobody answers on protocol 31 after a load; that is tested in the virtual machine.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModuleLife, TargetInfo } from '../../app/contract/index.ts';
import { INSTALLED, scriptedHelper } from '../helper/testing.ts';
import type { ScriptedHelper } from '../helper/testing.ts';
import type { Routelens } from '../index.ts';
import { must, start, until } from './testing.ts';

let world: ScriptedHelper;
let open: { app: Routelens; end(): Promise<void> };
beforeEach(async () => {
  world = scriptedHelper();
  open = await start('rtmgr-kernel');
});
afterEach(async () => {
  await open.end();
  world.end();
});

it('a load and an unload are told at once: the module’s state, and what can be opened', async () => {
  const { app } = open;
  const h = app.handlers;
  const lives: ModuleLife[] = [];
  const lists: TargetInfo[][] = [];
  app.on('module.changed', (life) => void lives.push(life));
  app.on('targets.changed', (list) => void lists.push(list));
  const isAvailable = () => lists.at(-1)?.find(({ id }) => id === 'rtmgr-kernel')?.available;

  expect(must(await h['targets.state']({}))).toMatchObject({ state: 'not-loaded' });
  expect(must(await h['module.state']({}))).toMatchObject({ state: 'no-headers' });
  world.put(INSTALLED, '');
  world.script({ log_lines: ['rtmgr: version 0.1.0, netlink protocol 31'] });
  const loaded = must(await h['module.load']({ maxRoutes: 10 }));
  expect(loaded).toMatchObject({ state: 'loaded', loaded: { maxRoutes: 10 } });
  expect(isAvailable()).toBe(true);
  expect(loaded.steps.at(-1)).toMatchObject({
    ok: false,
    what: expect.stringContaining('without an answer'),
  });
  expect(lives.map(({ state }) => state)).toEqual(expect.arrayContaining(['loading', 'loaded']));
  await until(
    async () => must(await h['module.log']({})).length,
    (count) => count === 1,
    'no log',
  );

  expect(must(await h['module.unload']({}))).toMatchObject({ state: 'ready', loaded: null });
  expect(isAvailable()).toBe(false);
  expect(must(await h['targets.state']({}))).toMatchObject({ state: 'not-loaded' });
});

it('a helper that waits for an answer ends with the program', async () => {
  world.put(INSTALLED, '');
  world.script({ start: { delay_ms: 60_000 } });
  const loading = open.app.handlers['module.load']({ maxRoutes: null });
  await until(
    async () => must(await open.app.handlers['module.state']({})).state,
    (state) => state === 'loading',
    'not loading',
  );
  const began = Date.now();
  await open.app.close();
  expect(Date.now() - began).toBeLessThan(2000);
  expect(must(await loading)).toMatchObject({ loaded: null, problem: null });
});
