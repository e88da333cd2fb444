// SPDX-License-Identifier: MIT
// The whole main process on rtmgr-user: everything that the window does there. Needs kernel/build/rtmgr-user.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { MessageRow, RouteRow, TargetState } from '../../app/contract/index.ts';
import { rtmgrUserPath } from '../targets/rtmgr-program.ts';
import type { Routelens } from '../index.ts';
import { aDraft, aHop, must, start, until } from './testing.ts';

let open: { app: Routelens; state: TargetState; end(): Promise<void> } | null = null;
afterEach(async () => {
  await open?.end();
  open = null;
});

/** With its first routes in the grid. */
async function begin() {
  open = await start('rtmgr-user');
  const { app, state } = open;
  const h = app.handlers;
  await until(
    async () => must(await h['grid.state']({})),
    ({ total }) => total >= 12,
    'no first routes',
  );
  return { app, state, h };
}
type Handlers = Routelens['handlers'];

async function rowsOf(h: Handlers): Promise<RouteRow[]> {
  must(await h['grid.view']({ sort: [], text: '', table: 'all', families: [] }));
  return must(await h['grid.rows']({ start: 0, count: 500 })).rows;
}
async function messagesOf(h: Handlers): Promise<MessageRow[]> {
  const { kept } = must(await h['trace.state']({}));
  return must(await h['trace.rows']({ start: Math.max(0, kept - 500), count: 500 })).rows;
}
const DRAFT = aDraft({ destination: '198.51.100.64/27', hops: [aHop('192.0.2.7', 'lo')] });

function cli(...words: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/main/cli.cjs'), ...words]);
  let out = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

describe.skipIf(rtmgrUserPath() === null)('rtmgr, user-mode', () => {
  it('is started, says who it is, and has a few routes to begin with', async () => {
    const { state, h } = await begin();
    expect(state).toMatchObject({ state: 'connected', writable: true, mirror: false, lab: null });
    expect(state.rtmgr).toMatchObject({ version: 1 });
    expect(state.rtmgr!.port).toBeGreaterThan(0);
    const rows = await rowsOf(h);
    expect(new Set(rows.map(({ family }) => family))).toEqual(new Set([4, 6]));
    // the devices are those of the namespace that the program is in
    expect(must(await h['links.list']({})).map(({ name }) => name)).toContain('lo');
    expect(must(await h['grid.verify']({})).differences).toBe(0);
  });

  it('takes new routes, changes and deletes, and refuses what is there already', async () => {
    const { h } = await begin();
    const added = must(await h['route.add']({ draft: DRAFT }));
    expect(added.rowIds).toHaveLength(1);
    expect(added.messageIds.length).toBeGreaterThanOrEqual(2);
    const again = await h['route.add']({ draft: DRAFT });
    expect(again).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'EEXIST' } });
    const edited = must(await h['route.edit']({ rowId: added.rowIds[0]!, patch: { metric: 77, mtu: 1400 } }));
    const row = must(await h['grid.locate']({ rowId: edited.rowIds[0]! })).row!;
    expect(row).toMatchObject({ destination: '198.51.100.64/27', metric: 77, mtu: 1400 });
    expect(row.hops[0]).toMatchObject({ gateway: '192.0.2.7', device: 'lo' });
    const { items } = must(await h['route.delete']({ rowIds: [row.id] }));
    expect(items).toEqual([{ rowId: row.id, outcome: { ok: true } }]);
    expect(must(await h['grid.verify']({})).differences).toBe(0);
  });

  it('moves a route to another key in one batch, or leaves all as it was', async () => {
    const { h } = await begin();
    const { rowIds } = must(await h['route.add']({ draft: DRAFT }));
    const moved = must(
      await h['route.edit']({ rowId: rowIds[0]!, patch: { destination: '198.51.100.128/27' } }),
    );
    const all = await rowsOf(h);
    expect(all.filter(({ id }) => id === rowIds[0])).toEqual([]);
    expect(all.find(({ id }) => id === moved.rowIds[0])).toMatchObject({ destination: '198.51.100.128/27' });
    const sent = (await messagesOf(h)).filter(({ direction }) => direction === 'out');
    const begun = sent.findLast(({ type }) => type === 'RTMGR_MSG_BATCH_BEGIN')!;
    const parts = sent.filter(({ datagram }) => datagram === begun.datagram).map(({ type }) => type);
    expect(parts).toEqual(['RTMGR_MSG_BATCH_BEGIN', 'RTM_NEWROUTE', 'RTM_DELROUTE', 'RTMGR_MSG_BATCH_END']);
    const other = must(await h['route.add']({ draft: DRAFT }));
    const refused = await h['route.edit']({
      rowId: other.rowIds[0]!,
      patch: { destination: '198.51.100.128/27' },
    });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'EEXIST' } });
    expect((await rowsOf(h)).filter(({ id }) => id === other.rowIds[0])).toHaveLength(1);
    expect(must(await h['grid.verify']({})).differences).toBe(0);
  });

  it('says which route takes an address, by local, main and default', async () => {
    const { h } = await begin();
    const added = must(await h['route.add']({ draft: DRAFT }));
    const answer = must(await h['route.lookup']({ address: '198.51.100.70' }));
    expect(answer).toMatchObject({ matched: '198.51.100.64/27', gateway: '192.0.2.7', device: 'lo' });
    expect(answer.rowId).toBe(added.rowIds[0]);
    expect(answer.reason).toContain('rtmgr has no rules');
  });

  it('deletes several routes as one datagram', async () => {
    const { h } = await begin();
    const before = await rowsOf(h);
    const rowIds = before.slice(0, 3).map(({ id }) => id);
    const { items } = must(await h['route.delete']({ rowIds }));
    expect(items.map(({ outcome }) => outcome.ok)).toEqual([true, true, true]);
    expect(await rowsOf(h)).toHaveLength(before.length - 3);
    const messages = await until(
      () => messagesOf(h),
      (list) => list.some(({ summary }) => summary === 'to here'),
      'no batch',
    );
    const deletes = messages.filter(({ type, direction }) => type === 'RTM_DELROUTE' && direction === 'out');
    const lastBegin = messages.findLast(({ type }) => type === 'RTMGR_MSG_BATCH_BEGIN')!;
    expect(new Set(deletes.map(({ datagram }) => datagram))).toEqual(new Set([lastBegin.datagram]));
    expect(must(await h['grid.verify']({})).differences).toBe(0);
  });

  it('applies several commands entirely or not at all, and names the line', async () => {
    const { h } = await begin();
    const total = (await rowsOf(h)).length;
    const good = 'ip route add 198.18.1.0/24 dev lo\n# a comment\nip -6 route add 2001:db8:77::/48 dev lo';
    expect(must(await h['route.batch']({ commands: good }))).toMatchObject({
      atomic: true,
      applied: 2,
      failures: [],
    });
    expect(await rowsOf(h)).toHaveLength(total + 2);
    const bad = 'ip route add 198.18.2.0/24 dev lo\nip route add 198.18.1.0/24 dev lo';
    const refused = must(await h['route.batch']({ commands: bad }));
    expect(refused).toMatchObject({
      applied: 0,
      failures: [{ line: 2, text: 'ip route add 198.18.1.0/24 dev lo', error: { errnoName: 'EEXIST' } }],
    });
    expect(await rowsOf(h)).toHaveLength(total + 2);
    const unread = must(await h['route.batch']({ commands: 'ip route add nonsense' }));
    expect(unread.failures[0]).toMatchObject({ line: 1, error: { kind: 'invalid' } });
    expect(must(await h['grid.verify']({})).differences).toBe(0);
  });

  it('greets, counts and flushes', async () => {
    const { h, state } = await begin();
    const hello = must(await h['rtmgr.hello']({ text: 'good morning' }));
    expect(hello).toMatchObject({
      text: 'good morning',
      portId: state.portId,
      writable: true,
      seen: { type: 'RTMGR_MSG_HELLO', flags: ['REQUEST', 'ACK'], length: 40, pid: 0 },
    });
    const detail = must(await h['trace.message']({ id: hello.messageIds[1]! }));
    expect(detail.row.summary).toContain('"good morning" back');
    const stats = must(await h['rtmgr.stats']({}));
    // each next hop of an IPv6 route is a route of its own, as in the kernel
    const rows = await rowsOf(h);
    const counted = rows.reduce((sum, { family, hops }) => sum + (family === 6 ? hops.length : 1), 0);
    expect(stats.counts.routes).toBe(counted);
    expect(stats.tables.map(({ table }) => table.name)).toContain('main');
    const gone = stats.tables
      .filter(({ table }) => table.value === 254)
      .reduce((sum, { routes }) => sum + routes, 0);
    expect(must(await h['rtmgr.flush']({ table: 254 })).deleted).toBe(gone);
    await until(
      () => rowsOf(h),
      (rows) => rows.every(({ table }) => table.value !== 254),
      'rows of main are left',
    );
  });

  it('shows what another process says to it, and not twice what we say', async () => {
    const { h, state, app } = await begin();
    const states: TargetState[] = [];
    app.on('target.state', (one) => void states.push(one));
    expect(must(await h['rtmgr.mirror']({ on: true }))).toEqual({ on: true });
    expect(states.at(-1)?.mirror).toBe(true);
    must(await h['route.add']({ draft: DRAFT }));
    const port = String(state.rtmgr!.port);
    const { code, out } = await cli('hello', 'from', 'afar', '--port', port);
    expect([code, out]).toEqual([0, expect.stringContaining('"from afar"')]);
    const others = await until(
      async () => (await messagesOf(h)).filter(({ other }) => other),
      (list) => list.some(({ summary }) => summary.includes('"from afar" back')),
      'nothing of the other process',
    );
    const asked = others.find(({ summary }) => summary === '"from afar"')!;
    expect(asked).toMatchObject({ direction: 'out', type: 'RTMGR_MSG_HELLO', socket: 'mirror' });
    // ours are seen where they were sent, once
    const own = (await messagesOf(h)).filter(
      ({ type, direction }) => type === 'RTM_NEWROUTE' && direction === 'out',
    );
    expect(own.filter(({ summary }) => summary.includes('198.51.100.64/27'))).toHaveLength(1);
    expect(must(await h['rtmgr.mirror']({ on: false }))).toEqual({ on: false });
  });

  it('that is killed is told lost, with words for whoever asks, and starts again', async () => {
    const { h, state } = await begin();
    process.kill(state.rtmgr!.pid!, 'SIGKILL');
    const lost = await until(
      async () => must(await h['targets.state']({})),
      (now) => now.state === 'lost',
      'not lost',
    );
    expect(lost.error).toMatchObject({
      what: 'rtmgr-user has ended',
      why: expect.stringContaining('SIGKILL') as string,
    });
    expect(await h['route.add']({ draft: DRAFT })).toMatchObject({
      ok: false,
      error: { what: 'rtmgr-user has ended' },
    });
    const again = must(await h['targets.open']({ id: 'rtmgr-user' }));
    expect(again).toMatchObject({ state: 'connected' });
    expect(again.rtmgr!.pid).not.toBe(state.rtmgr!.pid);
    must(await h['route.add']({ draft: DRAFT }));
  });

  it('ends with the program', async () => {
    const { state } = await begin();
    const { pid } = state.rtmgr!;
    expect(() => process.kill(pid!, 0)).not.toThrow();
    await open!.end();
    open = null;
    expect(() => process.kill(pid!, 0)).toThrow();
  });
});

describe('rtmgr, kernel module', () => {
  it('is listed with the way out while it is not loaded, and is waited for', async () => {
    open = await start('rtmgr-kernel');
    const { state, app } = open;
    const info = must(await app.handlers['targets.list']({})).find(({ id }) => id === 'rtmgr-kernel')!;
    if (info.available) {
      expect(state).toMatchObject({ state: 'connected', rtmgr: { version: 1 } });
      return;
    }
    expect(info.reason?.wayOut).toContain('insmod');
    expect(state).toMatchObject({ state: 'not-loaded', error: { what: 'The kernel module is not loaded' } });
    expect(await app.handlers['rtmgr.stats']({})).toMatchObject({ ok: false });
  });
});
