// SPDX-License-Identifier: MIT
// A named namespace, for which the helper is needed twice: to be let in for reading, and for writing once the person has
// unlocked it. The helper does what a script says.
import { describe, expect, it, vi } from 'vitest';
import { aDraft, aHop, must, until } from './testing.ts';
import { locked, scriptedMachine } from './testing/scripted.ts';

const DRAFT = aDraft({ destination: '10.200.0.0/16', hops: [aHop('192.0.2.7', 'eth0')] });

// processes are started by the dozen, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const scripted = scriptedMachine();
const { script, start } = scripted;
const has = (destination: string): boolean =>
  scripted.machine.run('ip', 'route', 'show', destination).includes(destination);

describe('a named namespace', () => {
  it('is listed with its way out while there is no helper, and opens locked with one', async () => {
    scripted.machine.ip('netns add blue');
    const without = await start({ helper: '/nonexistent/helper' });
    const listed = must(await without.h['targets.list']({})).find(({ id }) => id === 'netns:blue');
    expect(listed).toMatchObject({ available: false, name: 'Namespace blue' });
    expect(listed!.reason!.why).toContain('/nonexistent/helper is missing');
    expect(await without.h['lock.unlock']({})).toMatchObject({
      ok: false,
      error: { kind: 'polkit', cause: 'not-installed' },
    });

    script({ namespaces: ['blue'] });
    const program = await start();
    const { h } = program;
    expect(must(await h['targets.list']({})).find(({ id }) => id === 'netns:blue')!.available).toBe(true);
    const state = must(await h['targets.open']({ id: 'netns:blue' }));
    expect(state).toMatchObject({
      state: 'connected',
      writable: false,
      readOnlyReason: 'Editing is locked: the namespace was opened for reading',
      lock: { state: 'locked', relocksAt: null, error: null },
      pending: null,
    });
    // what has let us in does not stay
    expect(program.helpers()).toEqual([]);
    expect(await h['targets.open']({ id: 'netns:gone' })).toMatchObject({
      ok: false,
      error: { kind: 'invalid' },
    });
    // the next start asks nobody
    expect(must(await h['prefs.get']({})).target).toBe('lab');
  });

  it('is read while it is locked, and written only after the person has unlocked it', async () => {
    script({ namespaces: ['blue'] });
    const program = await start();
    const { h } = program;
    must(await h['targets.open']({ id: 'netns:blue' }));
    expect(await h['route.add']({ draft: DRAFT })).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', wayOut: 'Unlock editing first' },
    });
    expect(has('10.200.0.0/16')).toBe(false);
    expect(must(await h['route.lookup']({ address: '10.1.2.3' })).matched).toBe('10.1.0.0/16');

    expect(must(await h['lock.unlock']({}))).toMatchObject({ writable: true, lock: { state: 'unlocked' } });
    expect(program.state().lock!.relocksAt! - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(program.helpers()).toHaveLength(1);
    must(await h['route.add']({ draft: DRAFT }));
    expect(has('10.200.0.0/16')).toBe(true);
    // nobody is cut off here: it stands at once
    expect(program.state().pending).toBeNull();

    must(await h['lock.lock']({}));
    expect(program.helpers()).toEqual([]);
    expect(await h['route.add']({ draft: DRAFT })).toMatchObject({ ok: false });
    expect(must(await h['route.lookup']({ address: '10.200.1.1' })).matched).toBe('10.200.0.0/16');
    expect(must(await h['grid.verify']({})).differences).toBe(0);
    must(await h['lock.unlock']({}));
    expect(program.state()).toMatchObject({ state: 'connected', writable: true });
    scripted.machine.ip('route del 10.200.0.0/16');
  });

  it('stays open and locked when polkit says no to writing', async () => {
    script({ namespaces: ['blue'] });
    const program = await start();
    const { h } = program;
    must(await h['targets.open']({ id: 'netns:blue' }));
    script({ start: { exit: 126, stderr: 'dismissed' } });
    expect(await h['lock.unlock']({})).toMatchObject({
      ok: false,
      error: { kind: 'polkit', cause: 'dismissed' },
    });
    expect(program.state()).toMatchObject({
      state: 'connected',
      writable: false,
      lock: { state: 'locked', error: { cause: 'dismissed' } },
    });
    expect(must(await h['route.lookup']({ address: '10.1.2.3' })).matched).toBe('10.1.0.0/16');
  });

  it('is locked again with the screen, and when nothing is done for a while', async () => {
    script({ namespaces: ['blue'] });
    const program = await start({ idleMs: 2000 });
    const { h } = program;
    must(await h['targets.open']({ id: 'netns:blue' }));
    must(await h['lock.unlock']({}));
    program.screenLocked();
    await locked(program);
    expect(program.state().lock!.error).toMatchObject({ what: 'Editing was locked with the screen' });
    must(await h['lock.unlock']({}));
    await locked(program);
    expect(program.state().lock!.error).toMatchObject({
      what: 'Editing was locked because nothing was done for a while',
    });
    await until(
      () => program.helpers(),
      (all) => all.length === 0,
      'the helper lives',
    );
  });

  it('holds up nothing while the person is asked whether it may be entered', async () => {
    script({ start: { delay_ms: 60_000 } });
    const program = await start();
    const { h } = program;
    const began = Date.now();
    const opening = h['targets.open']({ id: 'netns:blue' });
    await until(
      () => program.helpers(),
      (all) => all.length === 1,
      'nobody is asked',
    );
    const next = must(await h['targets.open']({ id: 'system' }));
    expect(next).toMatchObject({ target: 'system', state: 'connected' });
    expect(must(await opening)).toMatchObject({ target: 'netns:blue', state: 'unavailable' });
    expect(program.helpers()).toEqual([]);
    // nor the end
    void h['targets.open']({ id: 'netns:blue' });
    await until(
      () => program.helpers(),
      (all) => all.length === 1,
      'nobody is asked',
    );
    await program.end();
    expect(Date.now() - began).toBeLessThan(40_000);
  });
});
