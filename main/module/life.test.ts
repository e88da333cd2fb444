// SPDX-License-Identifier: MIT
// The life of the module: what is there, unloading, what others do, and the log.
import { symlinkSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { HEADERS } from '../helper/testing.ts';
import { must, until } from '../session/testing.ts';
import { useBench, whats } from './testing.ts';

const t = useBench();

describe('what is there', () => {
  it('no headers, then headers, then a module that is installed', async () => {
    expect(await t.life.state()).toMatchObject({
      state: 'no-headers',
      kernel: release(),
      headers: { isThere: false, package: `linux-headers-${release()}` },
      loaded: null,
      installed: null,
      problem: null,
    });
    t.world.put(HEADERS, '');
    expect((await t.life.state()).state).toBe('not-built');
    t.install();
    expect(await t.life.state()).toMatchObject({
      state: 'ready',
      helper: { isThere: true, hasPolkit: true },
    });
    process.env['ROUTELENS_HELPER'] = '/nowhere/helper';
    expect(await t.life.state()).toMatchObject({
      state: 'not-installed',
      helper: { isThere: false },
      problem: { kind: 'polkit', cause: 'not-installed' },
    });
  });

  it('a kernel without modules', async () => {
    t.world.remove('proc/modules');
    t.install();
    expect((await t.life.state()).state).toBe('unsupported');
  });

  it.each([
    ['ID=fedora\n', `kernel-devel-${release()}`],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', `linux-headers-${release()}`],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'kernel-default-devel'],
    ['ID=arch\n', 'linux-headers'],
    ['ID=unheard-of\n', `linux-headers-${release()}`],
  ])('which package has the headers: %j', async (text, name) => {
    t.world.put('etc/os-release', text);
    expect((await t.life.state()).headers.package).toBe(name);
  });

  it('a loaded module, its parameters, and who uses it', async () => {
    t.set('version', '0.1.0');
    t.set('refcnt', 2);
    t.set('coresize', 98304);
    t.set('parameters/owner', 4294967295);
    t.set('parameters/max_routes', 500);
    t.netlink(0, 4242, 4294963200);
    t.world.put('proc/4242/comm', 'ip\n');
    t.world.put('proc/4242/fd/.there', '');
    symlinkSync('socket:[91]', join(t.world.root, 'proc/4242/fd/3'));
    expect(await t.life.state()).toMatchObject({
      state: 'loaded',
      loaded: {
        version: '0.1.0',
        refcount: 2,
        bytes: 98304,
        owner: null,
        maxRoutes: 500,
        holders: [
          { portId: 4242, pid: 4242, process: 'ip', isOurs: false },
          { portId: 4294963200, pid: null, process: null, isOurs: false },
        ],
      },
    });
  });
});

describe('unloading', () => {
  beforeEach(async () => {
    t.install();
    must(await t.life.load(null));
    t.calls = [];
  });

  it('lets go of the window’s own sockets first, and tells each step', async () => {
    const now = must(await t.life.unload());
    expect(now).toMatchObject({ state: 'ready', loaded: null, problem: null });
    expect(whats(now)).toEqual([
      'program: Asked the helper, which runs already',
      'program: Closed its own sockets of protocol 31',
      'helper: Called delete_module("rtmgr", O_NONBLOCK)',
      'kernel: Looked at the reference count: 0',
      'module: rtmgr_exit(): in each namespace released the socket and freed the tables',
      'module: rtmgr_exit(): waited for readers, and ended the slab cache',
      'kernel: Took the module away',
    ]);
    expect(t.calls).toEqual(['leave', 'looked']);
  });

  it('is refused while somebody uses it, and the window comes back', async () => {
    t.set('refcnt', 3);
    t.netlink(0, 4242);
    const now = must(await t.life.unload());
    expect(now).toMatchObject({
      state: 'busy',
      problem: {
        kind: 'module',
        cause: 'busy',
        errnoName: 'EAGAIN',
        why: expect.stringContaining('2 of them in other network namespaces'),
      },
      loaded: { holders: [{ portId: 4242 }] },
    });
    expect(whats(now).at(-1)).toBe('! kernel: Kept the module');
    expect(t.calls).toEqual(['leave', 'comeBack']);
    // over as soon as nobody uses it
    t.set('refcnt', 0);
    expect(await t.life.state()).toMatchObject({ state: 'loaded', problem: null });
  });

  it('of what is gone already is no failure of this program', async () => {
    t.world.script({ unload: { error: 'ENOENT' } });
    t.world.remove('sys/module/rtmgr');
    const now = must(await t.life.unload());
    expect(now).toMatchObject({ state: 'ready', problem: { kind: 'module', cause: 'not-loaded' } });
  });
});

describe('what others do', () => {
  it('is noticed: loaded, removed, loaded again', async () => {
    t.install();
    await t.life.state();
    t.set('version', '0.1.0');
    expect(whats(await t.life.state())).toEqual(['program: Found the module loaded']);
    t.world.remove('sys/module/rtmgr');
    const lost = await t.life.state();
    expect(lost).toMatchObject({ state: 'lost', problem: { kind: 'module', cause: 'not-loaded' } });
    expect(whats(lost)).toEqual(['! kernel: The module is gone']);
    t.set('version', '0.1.0');
    expect(await t.life.state()).toMatchObject({ state: 'loaded', problem: null });
    expect(t.calls).toEqual(['looked', 'looked', 'looked']);
  });
});

describe('the log', () => {
  it('is followed after the person was asked, and no longer when the helper has ended', async () => {
    t.world.script({
      log_lines: ['rtmgr: one', { after_ms: 50, text: 'rtmgr: two' }],
      die: { after_ms: 400 },
    });
    expect(must(await t.life.follow()).isFollowing).toBe(true);
    await until(
      () => t.logged.map(({ text }) => text).join(),
      (text) => text === 'rtmgr: one,rtmgr: two',
      'no lines',
    );
    await until(
      () => t.told.at(-1)?.isFollowing,
      (is) => is === false,
      'still following',
    );
    expect(t.life.lines()).toHaveLength(2);
  });

  it('says why it cannot be followed', async () => {
    t.world.script({ log: { error: 'EPERM' } });
    expect(await t.life.follow()).toMatchObject({ ok: false, error: { kind: 'helper', errnoName: 'EPERM' } });
    expect((await t.life.state()).isFollowing).toBe(false);
  });
});
