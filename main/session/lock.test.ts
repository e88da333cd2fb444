// SPDX-License-Identifier: MIT
// The lock of this machine, and the way through a helper, against one that does what a script says.
import { describe, expect, it, vi } from 'vitest';
import type { GridSpec, Handlers, MessageRow, RouteRow } from '../../app/contract/index.ts';
import { aDraft, aHop, must, until } from './testing.ts';
import { lives } from './testing/machine.ts';
import { locked, scriptedMachine } from './testing/scripted.ts';

const DRAFT = aDraft({ destination: '10.200.0.0/16', hops: [aHop('192.0.2.7', 'eth0')] });
const ALL: GridSpec = { sort: [], text: '', table: 'all', families: [] };

// processes are started by the dozen, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const scripted = scriptedMachine();
const { script, start } = scripted;

async function rows(h: Handlers): Promise<RouteRow[]> {
  return must(await h['grid.rows']({ start: 0, count: 500 })).rows;
}
async function messages(h: Handlers): Promise<MessageRow[]> {
  return must(await h['trace.rows']({ start: 0, count: 500 })).rows;
}
const has = (destination: string): boolean =>
  scripted.machine.run('ip', 'route', 'show', destination).includes(destination);

describe('This machine', () => {
  it('is locked at first: nothing is written, and the way out is told', async () => {
    const program = await start();
    expect(program.state()).toMatchObject({
      state: 'connected',
      writable: false,
      readOnlyReason: 'Editing is locked: reading needs no privilege, writing does',
      lock: { state: 'locked', relocksAt: null, error: null },
      pending: null,
    });
    expect(program.helpers()).toEqual([]);
    expect(await program.h['route.add']({ draft: DRAFT })).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', wayOut: 'Unlock editing first' },
    });
    expect(await program.h['pending.keep']({})).toMatchObject({ ok: false, error: { kind: 'gone' } });
    expect(must(await program.h['route.lookup']({ address: '10.1.2.3' })).matched).toBe('10.1.0.0/16');
  });

  it('is unlocked without another dump: view and inspector stay, requests go through the helper', async () => {
    const program = await start();
    const { h } = program;
    const view = { ...ALL, text: '10.', sort: [{ column: 'destination' as const, descending: true }] };
    must(await h['grid.view'](view));
    const shown = (await rows(h)).map(({ id }) => id);
    const before = await messages(h);
    expect(before.length).toBeGreaterThan(10);
    const state = must(await h['lock.unlock']({}));
    expect(state).toMatchObject({ writable: true, readOnlyReason: null, lock: { state: 'unlocked' } });
    expect(state.lock!.relocksAt! - Date.now()).toBeGreaterThan(14 * 60_000);
    expect((await rows(h)).map(({ id }) => id)).toEqual(shown);
    // not one message was needed for it
    expect(await messages(h)).toEqual(before);

    const added = must(await h['route.add']({ draft: DRAFT }));
    expect(has('10.200.0.0/16')).toBe(true);
    expect(added.rowIds).toHaveLength(1);
    expect((await rows(h)).map(({ id }) => id)).toContain(added.rowIds[0]);
    const own = (await messages(h)).filter(({ id }) => added.messageIds.includes(id));
    expect(own.map(({ direction, socket, type }) => [direction, socket, type])).toEqual([
      ['out', 'relay', 'RTM_NEWROUTE'],
      ['in', 'relay', 'NLMSG_ERROR'],
    ]);
    expect(own[1]!.related).toEqual([own[0]!.id]);
    // the notification names the helper's socket, and so the request
    const event = (await messages(h)).find(
      ({ related, socket }) => socket === 'events' && related[0] === own[0]!.id,
    );
    expect(event).toMatchObject({ type: 'RTM_NEWROUTE', port: own[1]!.port });

    const again = await h['route.add']({ draft: DRAFT });
    expect(again).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'EEXIST' } });
    expect(must(await h['route.lookup']({ address: '10.200.1.1' })).matched).toBe('10.200.0.0/16');
    must(await h['route.delete']({ rowIds: added.rowIds }));
    // changes alone: dumps and look-ups go over our own sockets
    const sent = (await messages(h)).filter(({ direction }) => direction === 'out');
    const types = (own: boolean) =>
      new Set(sent.filter(({ socket }) => (socket === 'relay') === own).map(({ type }) => type));
    expect(types(true)).toEqual(new Set(['RTM_NEWROUTE', 'RTM_DELROUTE']));
    expect(types(false)).toContain('RTM_GETROUTE');
    must(await h['pending.revert']({}));
  });

  it('tells what waits to be kept, keeps it, and puts it back', async () => {
    const program = await start();
    const { h } = program;
    must(await h['lock.unlock']({}));
    must(await h['route.add']({ draft: DRAFT }));
    const { pending } = await until(
      () => program.state(),
      (state) => state.pending !== null,
      'nothing pending',
    );
    expect(pending).toMatchObject({ changes: 1, seconds: 5 });
    expect(Math.abs(pending!.endsAt - Date.now() - 5000)).toBeLessThan(1500);
    expect(must(await h['pending.keep']({}))).toMatchObject({ how: 'kept', changes: 1 });
    expect(program.state().pending).toBeNull();

    const row = (await rows(h)).find(({ destination }) => destination === '10.200.0.0/16');
    must(await h['route.delete']({ rowIds: [row!.id] }));
    expect(has('10.200.0.0/16')).toBe(false);
    await until(() => program.state().pending, Boolean, 'nothing pending');
    expect(must(await h['pending.revert']({}))).toMatchObject({
      how: 'reverted',
      changes: 1,
      restored: 1,
      failed: 0,
    });
    expect(has('10.200.0.0/16')).toBe(true);
    expect(program.settled).toEqual([]);
    scripted.machine.ip('route del 10.200.0.0/16');
  });

  it('tells what the timer has put back', async () => {
    const program = await start();
    must(await program.h['lock.unlock']({}));
    must(await program.h['route.add']({ draft: DRAFT }));
    const [settled] = await until(
      () => program.settled,
      (all) => all.length > 0,
      'not put back',
      9000,
    );
    expect(settled).toEqual({ how: 'expired', changes: 1, restored: 1, failed: 0 });
    expect(has('10.200.0.0/16')).toBe(false);
    expect(program.state()).toMatchObject({ pending: null, writable: true, lock: { state: 'unlocked' } });
    expect(must(await program.h['grid.verify']({})).differences).toBe(0);
  });

  it('is locked by the person: what waits is put back and told, and the view stays', async () => {
    const program = await start();
    const { h } = program;
    must(await h['grid.view']({ ...ALL, text: '10.' }));
    must(await h['lock.unlock']({}));
    const [helper] = program.helpers();
    must(await h['route.add']({ draft: DRAFT }));
    await until(() => program.state().pending, Boolean, 'nothing pending');
    const seen = (await messages(h)).length;
    const state = must(await h['lock.lock']({}));
    expect(state).toMatchObject({ writable: false, pending: null, lock: { state: 'locked', error: null } });
    expect(program.settled).toEqual([{ how: 'reverted', changes: 1, restored: 1, failed: 0 }]);
    expect(has('10.200.0.0/16')).toBe(false);
    expect(lives(helper!)).toBe(false);
    expect((await messages(h)).length).toBeGreaterThanOrEqual(seen);
    expect(await h['route.add']({ draft: DRAFT })).toMatchObject({
      ok: false,
      error: { kind: 'unavailable' },
    });
    // and again
    must(await h['lock.unlock']({}));
    must(await h['route.add']({ draft: DRAFT }));
    must(await h['lock.lock']({}));
    expect(has('10.200.0.0/16')).toBe(false);
  });

  it('is locked when nothing is done for a while, counted by what the person does', async () => {
    const program = await start({ idleMs: 3000 });
    const { h } = program;
    must(await h['lock.unlock']({}));
    const began = Date.now();
    // the page asks for rows by itself: that is nobody's doing
    const asking = setInterval(() => void h['grid.rows']({ start: 0, count: 10 }), 200);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    must(await h['route.lookup']({ address: '10.1.2.3' }));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // scrolling, selecting: what the page tells of hands that ask for nothing
    expect(must(await h['lock.touch']({})).relocksAt! - Date.now()).toBeGreaterThan(2900);
    expect(program.state().lock!.relocksAt! - Date.now()).toBeGreaterThan(2000);
    await locked(program);
    clearInterval(asking);
    expect(Date.now() - began).toBeGreaterThan(4900);
    expect(program.state().lock!.error).toMatchObject({
      kind: 'cancelled',
      what: 'Editing was locked because nothing was done for a while',
    });
    await until(
      () => program.helpers(),
      (all) => all.length === 0,
      'the helper lives',
    );
  });

  it('is locked with the screen, and puts back what waits', async () => {
    const program = await start();
    must(await program.h['lock.unlock']({}));
    must(await program.h['route.add']({ draft: DRAFT }));
    await until(() => program.state().pending, Boolean, 'nothing pending');
    program.screenUnheard('nobody listens');
    await until(
      () => program.state().lock?.unheard,
      (why) => why === 'nobody listens',
      'not told',
    );
    program.screenLocked();
    await locked(program);
    expect(program.state().lock!.error).toMatchObject({ what: 'Editing was locked with the screen' });
    await until(
      () => has('10.200.0.0/16'),
      (is) => !is,
      'still there',
    );
    await until(
      () => program.settled.length,
      (count) => count === 1,
      'not told',
    );
  });

  it('stays locked when polkit says no, with its reason; the next try may go well', async () => {
    script({ open: [{ error: 'EPERM', reason: 'bad-request' }], start: {} });
    const program = await start();
    const { h } = program;
    expect(await h['lock.unlock']({})).toMatchObject({
      ok: false,
      error: { kind: 'helper', errnoName: 'EPERM' },
    });
    expect(program.state()).toMatchObject({
      writable: false,
      lock: { state: 'locked', error: { errnoName: 'EPERM' } },
    });
    script({ start: { exit: 126, stderr: 'dismissed' } });
    expect(await h['lock.unlock']({})).toMatchObject({ ok: false });
    expect(program.helpers()).toEqual([]);
    script({});
    must(await h['lock.unlock']({}));
    expect(program.state().lock!.error).toBeNull();
  });

  it('takes the question back while it is asked', async () => {
    script({ start: { delay_ms: 20_000 } });
    const program = await start();
    const unlocking = program.h['lock.unlock']({});
    await until(
      () => program.state().lock?.state,
      (state) => state === 'unlocking',
      'not unlocking',
    );
    await until(
      () => program.helpers(),
      (all) => all.length === 1,
      'nothing started',
    );
    must(await program.h['lock.lock']({}));
    expect(await unlocking).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(program.state().lock).toEqual({ state: 'locked', relocksAt: null, error: null, unheard: null });
    await until(
      () => program.helpers(),
      (all) => all.length === 0,
      'it is still asked',
    );
  });

  it('is asked once, however often it is unlocked at the same time', async () => {
    script({ start: { delay_ms: 300 } });
    const program = await start();
    const all = await Promise.all([1, 2, 3].map(() => program.h['lock.unlock']({})));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(program.helpers()).toHaveLength(1);
  });

  it('puts back when another target is opened, and tells it', async () => {
    const program = await start();
    must(await program.h['lock.unlock']({}));
    must(await program.h['route.add']({ draft: DRAFT }));
    await until(() => program.state().pending, Boolean, 'nothing pending');
    const state = must(await program.h['targets.open']({ id: 'system' }));
    expect(state).toMatchObject({ state: 'connected', lock: { state: 'locked' }, pending: null });
    expect(has('10.200.0.0/16')).toBe(false);
    expect(program.settled).toEqual([{ how: 'reverted', changes: 1, restored: 1, failed: 0 }]);
    expect(program.helpers()).toEqual([]);
  });

  it('takes many changes through the relay', async () => {
    const program = await start();
    const { h } = program;
    must(await h['lock.unlock']({}));
    const commands = Array.from(
      { length: 3000 },
      (_, i) => `ip route add 10.${100 + (i >> 8)}.${i & 255}.0/24 via 192.0.2.2`,
    );
    const answer = must(await h['route.batch']({ commands: commands.join('\n') }));
    expect(answer).toMatchObject({ applied: 3000, failures: [] });
    expect(must(await h['grid.verify']({})).differences).toBe(0);
    must(await h['pending.keep']({}));
    scripted.machine.ip('route flush 10.96.0.0/11', 'route flush root 10.96.0.0/11');
  });
});
