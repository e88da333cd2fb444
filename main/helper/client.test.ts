// SPDX-License-Identifier: MIT
// The client with a helper that does what a script says: how it starts, answers, misbehaves and ends.
import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../app/contract/index.ts';
import * as libc from '../netlink/libc.ts';
import { must, until } from '../session/testing.ts';
import { startHelper } from './client.ts';
import type { Helper, HelperEvent, HelperMode, HelperOptions } from './client.ts';
import { LEFT_BEHIND, hasPutBack } from './ended.ts';
import { followLog, loadModule, unloadModule } from './module.ts';
import * as P from './protocol.ts';
import { scriptedHelper } from './testing.ts';
import type { ScriptedHelper } from './testing.ts';

let world: ScriptedHelper;
const open: Helper[] = [];
beforeEach(() => void (world = scriptedHelper()));
afterEach(async () => {
  for (const helper of open.splice(0)) await helper.end();
  world.end();
});

async function begin(mode: HelperMode = 'module', options: HelperOptions = {}): Promise<Helper> {
  const helper = must(await startHelper(mode, options));
  open.push(helper);
  return helper;
}
async function refusal(mode: HelperMode = 'module'): Promise<AppError> {
  const started = await startHelper(mode);
  if (started.ok) throw new Error('it started');
  return started.error;
}
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('starting', () => {
  it('greets, and learns whom polkit authorised', async () => {
    world.script({ uid: 1234 });
    const helper = await begin();
    expect(helper).toMatchObject({ mode: 'module', uid: 1234, ended: null });
    await helper.end();
    expect(isAlive(helper.pid)).toBe(false);
  });

  it.each([
    [126, 'Error executing command as another user: Request dismissed', 'dismissed'],
    [
      127,
      'Error executing command as another user: Not authorized\n\nThis incident has been reported.',
      'not-authorised',
    ],
    [127, 'Error executing command as another user: No authentication agent found.', 'no-agent'],
    [
      127,
      'Error creating textual authentication agent: Error opening current controlling terminal for the process (`/dev/tty’): No such device or address',
      'no-agent',
    ],
    [
      127,
      'Error accessing /usr/libexec/routelens/routelens-helper: No such file or directory',
      'not-installed',
    ],
    [
      127,
      'Error getting authority: Error initializing authority: Could not connect: No such file or directory',
      'unknown',
    ],
    [127, '', 'unknown'],
  ])('says why polkit refused: exit code %i, %s', async (exit, stderr, cause) => {
    world.script({ start: { exit, stderr } });
    const error = await refusal();
    expect(error).toMatchObject({ kind: 'polkit', cause });
    expect(error.wayOut ?? '').not.toBe('');
  });

  it('says what the helper said when it ends by itself', async () => {
    world.script({ start: { exit: 1, stderr: 'routelens-helper: no\n' } });
    expect(await refusal()).toMatchObject({
      kind: 'helper',
      what: 'The helper could not be started',
      why: 'Its exit code was 1; it said: routelens-helper: no',
    });
  });

  it('says that it is not installed when it is not there', async () => {
    process.env['ROUTELENS_HELPER'] = '/nowhere/routelens-helper';
    expect(await refusal()).toMatchObject({
      kind: 'polkit',
      cause: 'not-installed',
      why: '/nowhere/routelens-helper is missing',
      wayOut: expect.stringContaining('npm run install-system'),
    });
  });

  it('refuses a helper of another version', async () => {
    world.script({ version: 2 });
    expect(await refusal()).toMatchObject({ kind: 'helper', errnoName: 'EPROTONOSUPPORT' });
  });

  it('refuses what speaks something else', async () => {
    const path = `${world.root}/other`;
    world.put('other', '#!/bin/sh\necho a greeting of another kind\nexec cat >/dev/null\n');
    chmodSync(path, 0o755);
    process.env['ROUTELENS_HELPER'] = path;
    expect(await refusal()).toMatchObject({
      kind: 'helper',
      what: 'The helper said something that is not understood',
    });
  });

  it('can be given up while the person is asked', async () => {
    world.script({ start: { delay_ms: 30_000 } });
    const stop = new AbortController();
    const starting = startHelper('module', { signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    expect(await starting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });
});

describe('asking', () => {
  it('brings answers, and refusals as answers', async () => {
    const helper = await begin();
    world.script({
      load: [{ error: 'EKEYREJECTED', lines: ['Loading of unsigned module is rejected'] }, {}],
    });
    expect(must(await loadModule(helper, null))).toEqual({
      error: 129,
      reason: P.REASON.HELPER_REASON_KERNEL,
      lines: ['Loading of unsigned module is rejected'],
    });
    expect(must(await loadModule(helper, 1000))).toMatchObject({ error: 0, reason: 0 });
    expect(existsSync(`${world.root}/sys/module/rtmgr`)).toBe(true);
    expect(must(await unloadModule(helper)).lines).toEqual(['rtmgr: unloaded']);
    // of the other mode
    expect(must(await helper.request(P.VERB.HELPER_KEEP))).toMatchObject({
      error: 22,
      reason: P.REASON.HELPER_REASON_BAD_REQUEST,
    });
  });

  it('pairs answers with requests, whatever their order', async () => {
    world.script({
      load: { delay_ms: 300, effect: false, lines: ['late'] },
      unload: { effect: false, lines: ['soon'] },
    });
    const helper = await begin();
    const order: string[] = [];
    const [late, soon] = await Promise.all([
      loadModule(helper, null).finally(() => order.push('load')),
      unloadModule(helper).finally(() => order.push('unload')),
    ]);
    expect([must(late).lines, must(soon).lines]).toEqual([['late'], ['soon']]);
    expect(order).toEqual(['unload', 'load']);
  });

  it('does not wait for ever', async () => {
    world.script({ keep: { hang: true } });
    const helper = await begin('routes');
    expect(await helper.request(P.VERB.HELPER_KEEP, undefined, 100)).toMatchObject({
      ok: false,
      error: { kind: 'timeout', afterMs: 100 },
    });
    expect(must(await helper.request(P.VERB.HELPER_REVERT)).error).toBe(0);
  });

  it('brings lines of the log as events', async () => {
    world.script({ log_lines: ['rtmgr: version 0.1.0', { text: 'rtmgr: später', after_ms: 20 }] });
    const events: HelperEvent[] = [];
    const helper = await begin('module', { onEvent: (event) => events.push(event) });
    must(await followLog(helper));
    await until(
      () => events.length,
      (count) => count === 2,
      'no lines',
    );
    expect(events).toMatchObject([
      { type: 'log', text: 'rtmgr: version 0.1.0' },
      { type: 'log', text: 'rtmgr: später' },
    ]);
    const [first] = events as Extract<HelperEvent, { type: 'log' }>[];
    expect(Math.abs(Number(process.hrtime.bigint() / 1_000_000n) - first!.time)).toBeLessThan(60_000);
  });

  it('brings descriptors, as many as were told of', async () => {
    world.script({ namespaces: ['blue'] });
    const helper = await begin('routes');
    const here = must(await helper.request(P.VERB.HELPER_OPEN, P.openPayload(0, '')));
    const there = must(await helper.request(P.VERB.HELPER_OPEN, P.openPayload(0, 'blue')));
    expect([here.fds.length, there.fds.length]).toEqual([1, 4]);
    for (const fd of there.fds.slice(1)) expect(libc.netlinkPortId(fd).ok).toBe(true);
    for (const fd of [...here.fds, ...there.fds]) expect(libc.close(fd).ok).toBe(true);
    const nowhere = must(await helper.request(P.VERB.HELPER_OPEN, P.openPayload(0, 'green')));
    expect(nowhere).toMatchObject({ error: 2, reason: P.REASON.HELPER_REASON_NO_NAMESPACE, fds: [] });
  });
});

describe('the end', () => {
  it.each([
    [{ exit: 3, stderr: 'oh' }, 'Its exit code was 3; it said: oh'],
    [{ signal: 'KILL' }, 'It was ended by SIGKILL'],
  ])('of a helper that ends under a request fails it, and is told once: %j', async (how, why) => {
    const ended: AppError[] = [];
    const helper = await begin('module', { onEnd: (error) => ended.push(error) });
    world.script({ load: how, unload: { hang: true } });
    const both = await Promise.all([unloadModule(helper), loadModule(helper, null)]);
    for (const outcome of both)
      expect(outcome).toMatchObject({
        ok: false,
        error: { kind: 'helper', what: 'The helper has ended', why },
      });
    expect(ended).toHaveLength(1);
    expect(helper.ended).toEqual(ended[0]);
    expect(await loadModule(helper, null)).toMatchObject({ ok: false, error: { why } });
  });

  it.each([
    [0, '', true],
    [0, 'routelens-helper: 3 differences to the old state are left\n', false],
    [1, '', false],
    [126, '', false],
    // by a signal
    [null, '', false],
  ])('with %j, saying %j: has it put back what was not kept? %j', (code, said, isSo) => {
    expect(hasPutBack({ code, said })).toBe(isSo);
  });

  it('that left something behind is told by words that it still has', () => {
    const source = join(import.meta.dirname, '../../kernel/worker/relay.c');
    expect(readFileSync(source, 'utf8')).toContain(`%u ${LEFT_BEHIND}`);
  });

  it('tells whether it has put back', async () => {
    const helper = await begin('routes');
    expect(helper.hasPutBack).toBe(false);
    await helper.end();
    expect(helper.hasPutBack).toBe(true);
    const other = await begin('routes');
    process.kill(other.pid, 'SIGKILL');
    await other.end();
    expect(other.hasPutBack).toBe(false);
  });

  it('when it is asked for fails what waits, and is not told', async () => {
    const ended: AppError[] = [];
    const helper = await begin('module', { onEnd: (error) => ended.push(error) });
    world.script({ load: { hang: true } });
    const waiting = loadModule(helper, null);
    await Promise.all([helper.end(), helper.end()]);
    expect(await waiting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(isAlive(helper.pid)).toBe(false);
    expect(ended).toEqual([]);
  });

  it('leaves no descriptor open', async () => {
    const count = (): number => readdirSync('/proc/self/fd').length;
    const helper = await begin('routes');
    await helper.end();
    const before = count();
    for (let i = 0; i < 5; i++) {
      const one = must(await startHelper('routes'));
      // nobody takes these
      const asked = one.request(P.VERB.HELPER_OPEN, P.openPayload(0, ''), 1);
      await asked.then((answer) => answer.ok && answer.value.fds.forEach((fd) => libc.close(fd)));
      await one.end();
    }
    await until(count, (now) => now <= before, 'descriptors are left');
  });
});
