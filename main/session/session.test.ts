// SPDX-License-Identifier: MIT
// Targets as a shell opens them: the Lab, what becomes of it, This machine, and switching between them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TargetState } from '../../app/contract/index.ts';
import type { Bench } from './testing.ts';
import { aDraft, allRows, must, openBench, rowAt, start, until } from './testing.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
async function lab(): Promise<Bench> {
  const bench = await openBench();
  ends.push(bench.end);
  return bench;
}

/** False for what has ended, also while nobody has asked for its exit code. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const ended = (pid: number) =>
  until(
    () => lives(pid),
    (alive) => !alive,
    `process ${pid} lives`,
  );

describe('the Lab', () => {
  it('has links, addresses and routes of many kinds', async () => {
    const bench = await lab();
    const links = must(await bench.h['links.list']({}));
    expect(links.map((link) => link.name)).toEqual(['lo', 'lan0', 'wan0', 'mgmt0']);
    expect(links[1]).toMatchObject({ up: true, kind: 'veth' });
    expect(links[1]!.addresses).toEqual(expect.arrayContaining(['192.0.2.1/24', '2001:db8:1::1/64']));
    const rows = (await allRows(bench)).filter((row) => row.protocol.name !== 'kernel');
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(new Set(rows.map((row) => row.type.name))).toEqual(
      new Set(['unicast', 'blackhole', 'unreachable', 'prohibit', 'throw']),
    );
    expect(new Set(rows.map((row) => row.table.value))).toEqual(new Set([254, 253, 100]));
    expect(rows.filter((row) => row.hops.length > 1).map((row) => row.family)).toEqual([4, 6]);
    expect(rows.flatMap((row) => row.flags.concat(row.hops.flatMap((hop) => hop.flags)))).not.toContain(
      'linkdown',
    );
  });

  it('leaves no process behind when it is closed', async () => {
    const bench = await openBench();
    expect(lives(bench.pid)).toBe(true);
    await bench.end();
    expect(lives(bench.pid)).toBe(false);
  });

  it('leaves no process behind when the program is killed', async () => {
    const cli = spawn(process.execPath, [join(process.cwd(), 'dist/main/cli.cjs'), 'monitor']);
    let said = '';
    cli.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const match = await until(
      () => /nsenter -t (\d+)/.exec(said),
      (found) => found !== null,
      'no Lab',
      15_000,
    );
    const pid = Number(match![1]);
    expect(lives(pid)).toBe(true);
    cli.kill('SIGKILL');
    await ended(pid);
  });

  it('is told as lost when its process is killed, and can be made anew', async () => {
    const bench = await lab();
    const states: TargetState[] = [];
    bench.app.on('target.state', (state) => states.push(state));
    process.kill(bench.pid, 'SIGKILL');
    await until(() => states.some((state) => state.state === 'lost'), Boolean, 'not lost');
    expect(states[states.length - 1]!.error).toMatchObject({
      what: 'The process that holds the Lab has ended',
      wayOut: 'Reset the Lab to make a new one',
    });
    const again = must(await bench.h['lab.reset']({}));
    expect(again.state).toBe('connected');
    expect(again.lab!.pid).not.toBe(bench.pid);
    must(await bench.h['route.add']({ draft: aDraft() }));
  });

  it('is as new after a reset', async () => {
    const bench = await lab();
    must(await bench.h['route.add']({ draft: aDraft() }));
    const rows = await allRows(bench);
    must(await bench.h['route.delete']({ rowIds: rows.slice(0, 20).map((row) => row.id) }));
    const before = bench.pid;
    const state = must(await bench.h['lab.reset']({}));
    expect(state).toMatchObject({ target: 'lab', state: 'connected', writable: true });
    expect(lives(before)).toBe(false);
    expect(must(await bench.h['grid.state']({})).total).toBe(rows.length - 1);
    expect(await rowAt(bench, '10.200.0.0/16')).toBeUndefined();
  });

  it('shows what others change within a moment', async () => {
    const bench = await lab();
    bench.run('ip', 'route', 'add', '10.201.0.0/16', 'via', '192.0.2.8');
    await until(() => rowAt(bench, '10.201.0.0/16'), Boolean, 'the route of ip is not there', 1000);
    bench.run('ip', 'route', 'del', '10.201.0.0/16');
    await until(
      () => rowAt(bench, '10.201.0.0/16'),
      (row) => !row,
      'the route of ip is still there',
      1000,
    );
  });

  it('notices what the kernel deletes without a word: a link goes down, an address is removed', async () => {
    const bench = await lab();
    expect(await rowAt(bench, '10.10.0.0/16')).toBeDefined();
    bench.run('ip', 'link', 'set', 'lan0', 'down');
    await until(
      () => rowAt(bench, '10.10.0.0/16'),
      (row) => !row,
      'a route over a dead link is still there',
    );
    expect(must(await bench.h['links.list']({})).find((link) => link.name === 'lan0')?.up).toBe(false);
    expect(await rowAt(bench, '0.0.0.0/0')).toBeDefined();
    bench.run('ip', 'addr', 'del', '198.51.100.2/24', 'dev', 'wan0');
    await until(
      () => rowAt(bench, '0.0.0.0/0'),
      (row) => !row,
      'a route from a removed address is still there',
    );
    await until(
      async () => must(await bench.h['grid.verify']({})).differences,
      (differences) => differences === 0,
      'table and kernel differ',
    );
  });

  it('refuses a route over a link that is down, with the way out', async () => {
    const bench = await lab();
    bench.run('ip', 'link', 'set', 'mgmt0', 'down');
    await until(
      async () => must(await bench.h['links.list']({})).find((link) => link.name === 'mgmt0')?.up,
      (up) => up === false,
      'the link is up',
    );
    const draft = aDraft({ hops: [{ gateway: null, device: 'mgmt0', weight: 1, onlink: false }] });
    expect(await bench.h['route.add']({ draft })).toMatchObject({
      ok: false,
      error: {
        errnoName: 'ENETDOWN',
        field: 'device',
        what: 'Device mgmt0 is down',
        wayOut: 'Switch it on: ip link set mgmt0 up',
      },
    });
  });
});

describe('targets', () => {
  it('are all listed; those that are not there say why', async () => {
    const { app, end } = await start('lab');
    ends.push(end);
    const targets = must(await app.handlers['targets.list']({}));
    expect(targets.slice(0, 4).map((target) => target.id)).toEqual([
      'lab',
      'rtmgr-user',
      'rtmgr-kernel',
      'system',
    ]);
    expect(targets.some((target) => target.id.startsWith('netns:'))).toBe(true);
    for (const target of targets) {
      expect(target.available || target.reason?.why).toBeTruthy();
      if (target.available) continue;
      expect(await app.handlers['targets.open']({ id: target.id })).toMatchObject({
        ok: false,
        error: { kind: 'unavailable', why: target.reason!.why },
      });
    }
    expect(must(await app.handlers['targets.state']({})).target).toBe('lab');
  });

  it('can be switched, and This machine is only read', async () => {
    const bench = await lab();
    const state = must(await bench.h['targets.open']({ id: 'system' }));
    expect(state).toMatchObject({ target: 'system', state: 'connected', writable: false, lab: null });
    expect(lives(bench.pid)).toBe(false);
    expect(must(await bench.h['links.list']({})).map((link) => link.name)).toContain('lo');
    expect(must(await bench.h['prefs.get']({})).target).toBe('system');
    const [row] = await allRows(bench);
    for (const refused of [
      await bench.h['route.add']({ draft: aDraft() }),
      await bench.h['route.edit']({ rowId: row!.id, patch: { metric: 1 } }),
      await bench.h['route.delete']({ rowIds: [row!.id] }),
    ])
      expect(refused).toMatchObject({
        ok: false,
        error: { kind: 'unavailable', what: expect.stringContaining('read-only') },
      });
    expect(must(await bench.h['route.lookup']({ address: '127.0.0.1' }))).toMatchObject({
      type: { name: 'local' },
    });
    const back = must(await bench.h['targets.open']({ id: 'lab' }));
    expect(back).toMatchObject({ target: 'lab', state: 'connected', writable: true });
  });

  it('that are opened at the same time end with the last one', async () => {
    const bench = await lab();
    await Promise.all([
      bench.h['targets.open']({ id: 'system' }),
      bench.h['lab.reset']({}),
      bench.h['targets.open']({ id: 'system' }),
    ]);
    expect(must(await bench.h['targets.state']({}))).toMatchObject({ target: 'system', state: 'connected' });
  });
});
