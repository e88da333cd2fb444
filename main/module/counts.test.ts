// SPDX-License-Identifier: MIT
// What the loaded module counts, asked in passing: rtmgr-user plays the module on a machine that is a folder.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../session/testing.ts';
import { rtmgrUserPath, startRtmgrUser } from '../targets/rtmgr-program.ts';
import type { Program } from '../targets/rtmgr-program.ts';
import { useBench } from './testing.ts';

const REFUSING = join(import.meta.dirname, '../../e2e/support/refusing-rtmgr.py');

/** Inodes of the netlink sockets that this process has open. */
function netlinkFds(): string[] {
  const lines = readFileSync('/proc/net/netlink', 'utf8').trim().split('\n').slice(1);
  const inodes = new Set(lines.map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`));
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((link) => inodes.has(link));
}

const t = useBench();
let program: Program | null = null;
beforeEach(() => t.set('refcnt', 0));
afterEach(async () => {
  await program?.end();
  program = null;
});

async function serve(...command: string[]): Promise<void> {
  program = must(await startRtmgrUser(command));
  t.world.put('run/rtmgr-user.port', String(program.port));
}

describe.skipIf(rtmgrUserPath() === null)('counts of the loaded module', () => {
  it('are told, and nothing of the question is left open', async () => {
    await serve(rtmgrUserPath()!);
    const before = netlinkFds();
    const { counts, tables } = must(await t.life.stats());
    expect(netlinkFds()).toEqual(before);
    expect(counts).toMatchObject({ routes: 0, errors: 0, messages: 1 });
    expect(counts.uptime_ns).toBeGreaterThan(0);
    expect(tables.length).toBeGreaterThan(0);
    // asked again they have gone on
    expect(must(await t.life.stats()).counts.messages).toBe(2);
    // several at once are one question
    await Promise.all([t.life.stats(), t.life.stats(), t.life.stats()]);
    expect(must(await t.life.stats()).counts.messages).toBe(4);
  });

  it('are never asked for while somebody looks who holds it', async () => {
    await serve(rtmgrUserPath()!);
    const before = netlinkFds();
    let open = 0;
    const watch = setInterval(() => (open = Math.max(open, netlinkFds().length - before.length)), 1);
    const all = Promise.all([t.life.stats(), t.life.state(), t.life.stats(), t.life.state()]);
    const counts = await all;
    clearInterval(watch);
    expect(counts.every((one) => 'state' in one || one.ok)).toBe(true);
    // one socket at a time, for the question alone
    expect(open).toBeLessThanOrEqual(1);
    expect(netlinkFds()).toEqual(before);
  });

  it('are not asked for while it is unloaded, and an unload waits for the question', async () => {
    await serve(rtmgrUserPath()!);
    t.install();
    const asked = t.life.stats();
    const unloading = t.life.unload();
    expect((await asked).ok).toBe(true);
    expect(must(await unloading).loaded).toBeNull();
    expect(await t.life.stats()).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});

describe('a module that does not tell', () => {
  it('is of another owner', async () => {
    t.set('parameters/owner', 1001);
    await t.life.state();
    await serve(REFUSING, 'EPERM');
    expect(await t.life.stats()).toMatchObject({
      ok: false,
      error: {
        kind: 'kernel',
        errnoName: 'EPERM',
        what: 'The module did not tell what it counts',
        why: 'It answers others than you: it was loaded for user 1001',
        wayOut: expect.stringContaining('Ask whoever loaded it'),
      },
    });
  });

  it('is of another version', async () => {
    await serve(REFUSING, 'EOPNOTSUPP');
    expect(await t.life.stats()).toMatchObject({
      ok: false,
      error: { errnoName: 'EOPNOTSUPP', wayOut: 'Install module and program from the same version' },
    });
  });

  it('does not serve here', async () => {
    expect(await t.life.stats()).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', why: expect.stringContaining('Nobody answers on netlink protocol 31') },
    });
    t.world.remove('sys/module/rtmgr');
    expect(await t.life.stats()).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});
