// SPDX-License-Identifier: MIT
// The helper ends, or hangs, while changes are on trial: the person is told what became of them, and never that they were
// put back where nobody knows. The helper does what a script says; machine.test.ts kills the real one.
import { describe, expect, it, vi } from 'vitest';
import type { Settled } from '../../app/contract/index.ts';
import { aDraft, aHop, must, until } from './testing.ts';
import type { MachineProgram } from './testing/machine.ts';
import { locked, scriptedMachine } from './testing/scripted.ts';

const DRAFT = aDraft({ destination: '10.200.0.0/16', hops: [aHop('192.0.2.7', 'eth0')] });
const LEFT = 'routelens-helper: 1 differences to the old state are left';

// processes are started by the dozen, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const scripted = scriptedMachine();
const { script, start } = scripted;
const has = (): boolean => scripted.machine.run('ip', 'route', 'show', '10.200.0.0/16') !== '';

/** With one change on trial. */
async function onTrial(): Promise<MachineProgram> {
  const program = await start({ confirmSeconds: 60 });
  must(await program.h['lock.unlock']({}));
  must(await program.h['route.add']({ draft: DRAFT }));
  await until(() => program.state().pending, Boolean, 'nothing pending');
  return program;
}
async function told(program: MachineProgram): Promise<Settled> {
  const [settled] = await until(
    () => program.settled,
    (all) => all.length > 0,
    'nobody is told',
    25_000,
  );
  return settled!;
}
const unknown = (why: string) => ({ how: 'unknown', changes: 1, restored: 0, failed: 0, why });

describe('The helper ends while a change is on trial', () => {
  it('killed: it may still stand, and that is said; the way out goes well', async () => {
    const program = await onTrial();
    const { h } = program;
    process.kill(program.helpers()[0]!, 'SIGKILL');
    await locked(program);
    expect(await told(program)).toEqual(unknown('It was ended by SIGKILL'));
    expect(has()).toBe(true);
    expect(program.state()).toMatchObject({
      state: 'connected',
      writable: false,
      pending: null,
      lock: { error: { kind: 'helper', what: 'The helper has ended', why: 'It was ended by SIGKILL' } },
    });
    expect(must(await h['route.lookup']({ address: '10.200.1.1' })).matched).toBe('10.200.0.0/16');
    must(await h['lock.unlock']({}));
    const { rows } = must(await h['grid.rows']({ start: 0, count: 500 }));
    const row = rows.find(({ destination }) => destination === '10.200.0.0/16');
    must(await h['route.delete']({ rowIds: [row!.id] }));
    must(await h['pending.keep']({}));
    expect(program.settled).toHaveLength(1);
    expect(has()).toBe(false);
  });

  const ends: [how: string, script: object, said: object][] = [
    ['with another number than 0', { exit: 1 }, unknown('Its exit code was 1')],
    [
      'with 0, which it does only when it has put back',
      { exit: 0 },
      { how: 'ended', changes: 1, restored: 0, failed: 0 },
    ],
    [
      'with 0, and complains that something is left',
      { exit: 0, stderr: LEFT },
      unknown(`Its exit code was 0; it said: ${LEFT}`),
    ],
  ];
  it.each(ends)('%s, when it is asked to put back', async (_, revert, said) => {
    const program = await onTrial();
    script({ revert });
    expect(await program.h['pending.revert']({})).toMatchObject({ ok: false, error: { kind: 'helper' } });
    await locked(program);
    expect(await told(program)).toEqual(said);
    expect(program.state()).toMatchObject({
      pending: null,
      lock: { error: { what: 'The helper has ended' } },
    });
    // this one did what the script said, and nothing else
    scripted.machine.ip('route del 10.200.0.0/16');
  });

  it('killed when another target is opened: that is said there', async () => {
    const program = await onTrial();
    script({ revert: { signal: 'KILL' } });
    const state = must(await program.h['targets.open']({ id: 'lab' }));
    expect(state).toMatchObject({ target: 'lab', state: 'connected', pending: null, lock: null });
    expect(await told(program)).toEqual(unknown('It was ended by SIGKILL'));
    scripted.machine.ip('route del 10.200.0.0/16');
  });

  it('killed when the window is closed: then it is said in the terminal', async () => {
    const program = await onTrial();
    script({ revert: { signal: 'KILL' } });
    await program.end();
    await until(
      () => program.said(),
      (said) => said.includes('put right by hand'),
      'not said',
    );
    expect(program.said()).toBe(
      'routelens: 1 change may not have been put back: the helper that does so could not tell whether it did (It was ended by SIGKILL). Look at the table (ip route show table all), and put right by hand what you changed since you last kept\n',
    );
    scripted.machine.ip('route del 10.200.0.0/16');
  });

  it('hanging, until its line is closed: then it does put back', async () => {
    const program = await onTrial();
    script({ revert: { hang: true } });
    must(await program.h['lock.lock']({}));
    expect(await told(program)).toEqual({ how: 'ended', changes: 1, restored: 0, failed: 0 });
    expect(has()).toBe(false);
  });

  it('stopped: nobody knows, and the end of the program is not held up for ever', async () => {
    const program = await onTrial();
    const [helper] = program.helpers();
    process.kill(helper!, 'SIGSTOP');
    try {
      must(await program.h['lock.lock']({}));
      expect(await told(program)).toEqual(unknown('It did not end when it was asked to'));
      expect(has()).toBe(true);
    } finally {
      process.kill(helper!, 'SIGCONT');
    }
    // when it goes on it does what it is there for
    await until(has, (is) => !is, 'not put back');
  });

  it('killed under the first change: nobody was told of it yet, and still it is said', async () => {
    const program = await start({ confirmSeconds: 60 });
    must(await program.h['lock.unlock']({}));
    const [helper] = program.helpers();
    process.kill(helper!, 'SIGSTOP');
    const adding = program.h['route.add']({ draft: DRAFT });
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(helper!, 'SIGKILL');
    expect(await adding).toMatchObject({
      ok: false,
      error: {
        kind: 'unavailable',
        why: 'A change that was just under way may have been made, and not put back',
      },
    });
    expect(await told(program)).toEqual({
      ...unknown('It was ended by SIGKILL'),
      changes: 0,
      more: true,
    });
  });

  it('killed after the time was over: what was told of that stays true', async () => {
    const program = await start({ confirmSeconds: 5 });
    must(await program.h['lock.unlock']({}));
    must(await program.h['route.add']({ draft: DRAFT }));
    expect(await told(program)).toEqual({ how: 'expired', changes: 1, restored: 1, failed: 0 });
    process.kill(program.helpers()[0]!, 'SIGKILL');
    await locked(program);
    await until(
      () => program.helpers(),
      (all) => all.length === 0,
      'it lives',
    );
    expect(program.settled).toHaveLength(1);
    expect(has()).toBe(false);
  });

  it('with nothing on trial, there is nothing to tell but the end', async () => {
    const program = await start();
    must(await program.h['lock.unlock']({}));
    process.kill(program.helpers()[0]!, 'SIGKILL');
    await locked(program);
    expect(program.state().lock!.error).toMatchObject({ what: 'The helper has ended' });
    await until(
      () => program.helpers(),
      (all) => all.length === 0,
      'it lives',
    );
    expect(program.settled).toEqual([]);
  });
});
