// SPDX-License-Identifier: MIT
// This machine with the real helper, in a namespace that plays the machine: what is kept stays, and what is not is put
// back by the helper alone, at whatever moment the program dies.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Handlers, RouteRow } from '../../app/contract/index.ts';
import { aDraft, aHop, must, until } from './testing.ts';
import { lives, openMachine } from './testing/machine.ts';
import type { Machine, MachineOptions, MachineProgram } from './testing/machine.ts';

const HELPER = join(process.cwd(), 'kernel/build/routelens-helper');
/** When the program is killed: so many ms after one of the steps of `changeMuch` has begun. */
const MOMENTS = [0, 4].flatMap((ms) => Array.from({ length: 12 }, (_, step) => ({ step, ms })));

// processes are started by the dozen, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

let machine: Machine;
let asItWas: string;
let programs: MachineProgram[] = [];
beforeAll(async () => {
  execFileSync('make', ['-s', '-C', 'kernel', 'helper'], { stdio: 'pipe' });
  machine = await openMachine();
  asItWas = machine.look();
}, 120_000);
afterAll(() => machine?.end());
afterEach(async () => {
  for (const program of programs) await program.end();
  programs = [];
});

async function start(options: Partial<MachineOptions> = {}): Promise<MachineProgram> {
  const program = await machine.start({ helper: HELPER, confirmSeconds: 5, ...options });
  programs.push(program);
  return program;
}
const noHelper = () =>
  until(
    () => machine.processes('routelens-helper'),
    (all) => all.length === 0,
    'a helper lives',
    8000,
  );

async function row(h: Handlers, destination: string, table = 254): Promise<RouteRow> {
  const { rows } = must(await h['grid.rows']({ start: 0, count: 500 }));
  const found = rows.find((one) => one.destination === destination && one.table.value === table);
  if (!found) throw new Error(`${destination} is not in the grid`);
  return found;
}
const pending = (program: MachineProgram, changes: number) =>
  until(
    () => program.state().pending?.changes,
    (count) => count === changes,
    `not ${changes} pending`,
  );

const DRAFT = aDraft({ destination: '10.200.0.0/16', hops: [aHop('192.0.2.7', 'eth0')] });
const SIXTH = aDraft({ family: 6, destination: '2001:db8:9::/48', hops: [aHop('2001:db8:1::9', 'eth0')] });

/**
 * Of each kind of change one or more, as fast as they go; `before` is called with the number of each step. What fails
 * because the program dies is nobody's concern.
 */
async function changeMuch(h: Handlers, before: (step: number) => void = () => {}): Promise<void> {
  const many = Array.from(
    { length: 300 },
    (_, i) => `ip route add 10.100.${i & 255}.${i >> 8}/32 via 192.0.2.2`,
  ).join('\n');
  const id = async (destination: string, table?: number) => (await row(h, destination, table)).id;
  const another = aDraft({ destination: '0.0.0.0/0', hops: [aHop('198.51.100.77', 'eth1')] });
  const steps: (() => Promise<unknown>)[] = [
    () => h['lock.unlock']({}),
    () => h['route.add']({ draft: DRAFT }),
    async () => h['route.edit']({ rowId: await id('10.1.0.0/16'), patch: { mtu: 1300 } }),
    async () =>
      h['route.edit']({ rowId: await id('10.2.0.0/16'), patch: { hops: [aHop('198.51.100.9', 'eth1')] } }),
    async () => h['route.delete']({ rowIds: [await id('0.0.0.0/0')] }),
    () => h['route.add']({ draft: another }),
    () => h['route.add']({ draft: SIXTH }),
    async () => h['route.delete']({ rowIds: [await id('10.4.0.0/16'), await id('2001:db8:2::/48')] }),
    async () => h['route.edit']({ rowId: await id('10.3.0.0/16', 100), patch: { metric: 9 } }),
    async () => h['route.delete']({ rowIds: [await id('10.7.0.0/16')] }),
    () => h['route.batch']({ commands: many }),
    async () => before(STEPS),
  ];
  for (const [i, step] of steps.entries()) {
    before(i);
    await step();
  }
}
/** When everything is changed. */
const STEPS = 11;

describe('This machine, through the real helper', () => {
  it('takes changes, refuses what the kernel refuses, and keeps what is kept', async () => {
    const program = await start();
    const { h } = program;
    const state = must(await h['lock.unlock']({}));
    expect(state).toMatchObject({ writable: true, lock: { state: 'unlocked' } });
    const added = must(await h['route.add']({ draft: DRAFT }));
    expect(machine.run('ip', 'route', 'show', '10.200.0.0/16')).toContain(
      'via 192.0.2.7 dev eth0 proto static',
    );
    expect(added.messageIds).toHaveLength(2);
    expect(await h['route.add']({ draft: DRAFT })).toMatchObject({
      ok: false,
      error: { kind: 'kernel', errnoName: 'EEXIST', field: 'destination' },
    });
    const far = aDraft({ destination: '10.201.0.0/16', hops: [aHop('203.0.113.1', 'eth0')] });
    // the kernel's own sentence comes all the way
    expect(await h['route.add']({ draft: far })).toMatchObject({
      ok: false,
      error: { kind: 'kernel', errnoName: 'ENETUNREACH', extack: 'Nexthop has invalid gateway' },
    });
    await pending(program, 1);
    expect(must(await h['pending.keep']({}))).toEqual({ how: 'kept', changes: 1, restored: 0, failed: 0 });
    await program.end();
    await noHelper();
    expect(machine.run('ip', 'route', 'show', '10.200.0.0/16')).toContain('192.0.2.7');
    machine.ip('route del 10.200.0.0/16');
    expect(machine.look()).toBe(asItWas);
  });

  it('is as it was when the time is over, whatever was changed', async () => {
    const program = await start();
    const { h } = program;
    await changeMuch(h);
    expect(machine.look()).not.toBe(asItWas);
    const [settled] = await until(
      () => program.settled,
      (all) => all.length > 0,
      'not put back',
      12_000,
    );
    expect(settled).toMatchObject({ how: 'expired', failed: 0 });
    expect(settled!.changes).toBeGreaterThan(300);
    expect(machine.look()).toBe(asItWas);
    expect(must(await h['grid.verify']({})).differences).toBe(0);
    expect(program.state()).toMatchObject({ pending: null, lock: { state: 'unlocked' } });
  });

  it('is as it was when the person says so, and what was kept before stays', async () => {
    const program = await start();
    const { h } = program;
    must(await h['lock.unlock']({}));
    must(await h['route.add']({ draft: DRAFT }));
    must(await h['pending.keep']({}));
    const kept = machine.look();
    await changeMuch(h);
    expect(must(await h['pending.revert']({}))).toMatchObject({ how: 'reverted', failed: 0 });
    expect(machine.look()).toBe(kept);
    machine.ip('route del 10.200.0.0/16');
  });

  const ways: [string, (program: MachineProgram) => Promise<unknown>][] = [
    ['is locked', ({ h }) => h['lock.lock']({})],
    ['is left for another target', ({ h }) => h['targets.open']({ id: 'lab' })],
    ['loses its screen to the lock', async (program) => program.screenLocked()],
    ['sees the program end', (program) => program.end()],
  ];
  it.each(ways)('is as it was when it %s', async (_, way) => {
    const program = await start();
    await changeMuch(program.h);
    expect(machine.look()).not.toBe(asItWas);
    await way(program);
    await noHelper();
    expect(machine.look()).toBe(asItWas);
  });

  it('gives another time from the next change on, without asking again', async () => {
    const program = await start({ confirmSeconds: 60 });
    const { h } = program;
    must(await h['lock.unlock']({}));
    const helpers = machine.processes('routelens-helper');
    must(await h['route.add']({ draft: DRAFT }));
    await pending(program, 1);
    // what waits, waits as long as it was told
    must(await h['prefs.set']({ confirmSeconds: 120 }));
    must(await h['route.add']({ draft: SIXTH }));
    await pending(program, 2);
    expect(program.state().pending!.seconds).toBe(60);
    must(await h['pending.revert']({}));
    const seconds = async (wished: number) => {
      must(await h['prefs.set']({ confirmSeconds: wished }));
      const added = must(await h['route.add']({ draft: DRAFT }));
      await pending(program, 1);
      const own = must(await h['trace.message']({ id: added.messageIds[0]! }));
      expect(own.row).toMatchObject({
        direction: 'out',
        socket: 'relay',
        summary: expect.stringContaining('10.200.0.0/16') as string,
      });
      const told = program.state().pending!.seconds;
      must(await h['pending.revert']({}));
      return told;
    };
    expect([await seconds(120), await seconds(90), await seconds(5)]).toEqual([120, 90, 5]);
    expect(machine.processes('routelens-helper')).toEqual(helpers);
    expect(machine.look()).toBe(asItWas);
  });

  it('leaves alone what others do meanwhile', async () => {
    const program = await start();
    must(await program.h['lock.unlock']({}));
    must(await program.h['route.add']({ draft: DRAFT }));
    machine.ip('route add 10.55.0.0/16 via 192.0.2.5', 'route del blackhole 10.4.0.0/16 metric 7');
    must(await program.h['pending.revert']({}));
    expect(machine.run('ip', 'route', 'show', '10.55.0.0/16')).toContain('192.0.2.5');
    expect(machine.run('ip', 'route', 'show', '10.4.0.0/16')).toBe('');
    machine.ip('route del 10.55.0.0/16', 'route add blackhole 10.4.0.0/16 metric 7');
    expect(machine.look()).toBe(asItWas);
  });

  it(
    'is as it was though the program is killed, at any moment',
    async () => {
      let changed = 0;
      for (const { step, ms } of MOMENTS) {
        const program = await start();
        let killing: Promise<void> | null = null;
        const kill = async (): Promise<void> => {
          await new Promise((resolve) => setTimeout(resolve, ms));
          await program.kill();
          if (program.state().pending) changed++;
        };
        await changeMuch(program.h, (now) => {
          if (now === step) killing = kill();
        }).catch(() => {});
        await killing;
        await noHelper();
        expect(machine.look(), `killed ${ms} ms after the begin of step ${step}`).toBe(asItWas);
      }
      // otherwise nothing was proven: the helper had told of changes when the program died
      expect(changed).toBeGreaterThan(MOMENTS.length / 3);
    },
    MOMENTS.length * 8000,
  );

  it('is locked when the helper is ended from outside, which puts back first', async () => {
    const program = await start();
    await changeMuch(program.h);
    const [helper] = machine.processes('routelens-helper');
    process.kill(helper!, 'SIGTERM');
    await until(
      () => program.state().lock!.state,
      (state) => state === 'locked',
      'not locked',
    );
    expect(lives(helper!)).toBe(false);
    expect(machine.look()).toBe(asItWas);
    const [settled] = await until(
      () => program.settled,
      (all) => all.length > 0,
      'nobody is told',
    );
    expect(settled).toMatchObject({ how: 'ended', failed: 0 });
    expect(settled!.changes).toBeGreaterThan(300);
    expect(program.state()).toMatchObject({
      pending: null,
      lock: { error: { what: 'The helper has ended' } },
    });
  });

  const killed: [name: string, pids: (program: MachineProgram) => number[], why: string][] = [
    ['worker', (program) => program.workers(), 'Its exit code was 1'],
    [
      'helper',
      (program) => program.helpers(),
      'It was ended by SIGKILL; it said: routelens-helper: 2 differences to the old state are left',
    ],
  ];
  it.each(killed)('whose %s is killed may not be as it was, and the person is told', async (_, pids, why) => {
    const program = await start({ confirmSeconds: 60 });
    const { h } = program;
    must(await h['lock.unlock']({}));
    must(await h['route.add']({ draft: DRAFT }));
    must(await h['route.add']({ draft: SIXTH }));
    await pending(program, 2);
    const [pid, ...others] = pids(program);
    expect(others).toEqual([]);
    process.kill(pid!, 'SIGKILL');
    const [settled] = await until(
      () => program.settled,
      (all) => all.length > 0,
      'nobody is told',
    );
    expect(settled).toEqual({ how: 'unknown', changes: 2, restored: 0, failed: 0, why });
    expect(program.state()).toMatchObject({
      state: 'connected',
      writable: false,
      pending: null,
      lock: { state: 'locked', error: { kind: 'helper', what: 'The helper has ended', why } },
    });
    await noHelper();
    expect(machine.run('ip', 'route', 'show', '10.200.0.0/16')).toContain('192.0.2.7');
    // what was told to do: to look, and to put right by hand, which takes another helper
    must(await h['lock.unlock']({}));
    const ids = [(await row(h, '10.200.0.0/16')).id, (await row(h, '2001:db8:9::/48')).id];
    must(await h['route.delete']({ rowIds: ids }));
    must(await h['pending.keep']({}));
    expect(machine.look()).toBe(asItWas);
  });

  it('says what may stand when the worker is killed under many changes', async () => {
    const program = await start({ confirmSeconds: 60 });
    const { h } = program;
    must(await h['lock.unlock']({}));
    const many = Array.from(
      { length: 60_000 },
      (_, i) => `ip route add 10.${128 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) << 2}/30 via 192.0.2.2`,
    ).join('\n');
    const changing = h['route.batch']({ commands: many });
    await until(
      () => machine.run('ip', 'route', 'show', 'root', '10.128.0.0/14').length,
      (length) => length > 0,
      'nothing changed',
    );
    process.kill(program.workers()[0]!, 'SIGKILL');
    const answer = must(await changing);
    expect(answer.applied).toBeLessThan(60_000);
    expect(answer.failures.at(-1)!.error).toMatchObject({
      wayOut: 'Look at the table, then unlock editing again',
    });
    const [settled] = await until(
      () => program.settled,
      (all) => all.length > 0,
      'nobody is told',
    );
    expect(settled).toMatchObject({ how: 'unknown', more: true, why: 'Its exit code was 1' });
    await noHelper();
    machine.ip('route flush root 10.128.0.0/14');
    expect(machine.look()).toBe(asItWas);
  });
});

describe('a named namespace, through the real helper', () => {
  it('is read, written once it is unlocked, and read on while it is locked', async () => {
    machine.ip('netns add red', '-n red link set lo up', '-n red route add 10.77.0.0/16 dev lo');
    const program = await start();
    const { h } = program;
    expect(must(await h['targets.open']({ id: 'netns:red' }))).toMatchObject({
      state: 'connected',
      writable: false,
      lock: { state: 'locked' },
    });
    await noHelper();
    expect((await row(h, '10.77.0.0/16')).hops[0]!.device).toBe('lo');
    const inRed = aDraft({ destination: '10.200.0.0/16', hops: [aHop(null, 'lo')] });
    expect(await h['route.add']({ draft: inRed })).toMatchObject({
      ok: false,
      error: { wayOut: 'Unlock editing first' },
    });
    must(await h['lock.unlock']({}));
    must(await h['route.add']({ draft: inRed }));
    expect(machine.run('ip', '-n', 'red', 'route')).toContain('10.200.0.0/16 dev lo');
    expect(program.state().pending).toBeNull();
    must(await h['lock.lock']({}));
    await noHelper();
    machine.ip('-n red route add 10.78.0.0/16 dev lo');
    await until(
      () => row(h, '10.78.0.0/16').catch(() => null),
      (found) => found !== null,
      'not seen',
    );
    expect(must(await h['route.lookup']({ address: '10.78.0.1' })).matched).toBe('10.78.0.0/16');
    must(await h['lock.unlock']({}));
    must(await h['route.delete']({ rowIds: [(await row(h, '10.78.0.0/16')).id] }));
    expect(machine.run('ip', '-n', 'red', 'route')).not.toContain('10.78');
    expect(machine.look()).toBe(asItWas);
  });

  it('that was made anew under the same name is not written', async () => {
    machine.ip('netns add green', '-n green link set lo up');
    const program = await start();
    const { h } = program;
    must(await h['targets.open']({ id: 'netns:green' }));
    machine.ip('netns del green', 'netns add green');
    expect(await h['lock.unlock']({})).toMatchObject({ ok: false, error: { kind: 'gone' } });
    expect(program.state()).toMatchObject({ writable: false, lock: { state: 'locked' } });
    await noHelper();
  });
});
