// SPDX-License-Identifier: MIT
// The life of the module with a helper that does what a script says, on a machine that is a folder: each state, the way
// into it, and the way out.
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HelloAnswer, ModuleLife, ModuleLogLine, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { HEADERS, INSTALLED, scriptedHelper } from '../helper/testing.ts';
import type { ScriptedHelper } from '../helper/testing.ts';
import { must, until } from '../session/testing.ts';
import { LifeOfModule } from './life.ts';
import type { LifeHooks } from './life.ts';

let world: ScriptedHelper;
let life: LifeOfModule;
let told: ModuleLife[] = [];
let logged: ModuleLogLine[] = [];
let calls: string[] = [];
let hooks: Partial<LifeHooks> = {};

const HELLO: HelloAnswer = {
  version: 1,
  release: '0.1.0',
  text: 'Routelens',
  seen: { length: 32, type: 'RTMGR_MSG_HELLO', flags: [], seq: 7, pid: 0 },
  portId: 4711,
  uid: 1000,
  writable: true,
  tookMs: 1,
  messageIds: [3, 4],
} as unknown as HelloAnswer;

function begin(): void {
  told = [];
  logged = [];
  calls = [];
  life = new LifeOfModule({
    changed: (now) => void told.push(now),
    logged: (lines) => void logged.push(...lines),
    looked: () => void calls.push('looked'),
    greet: async (): Promise<Outcome<HelloAnswer>> => ok(HELLO),
    leave: async () => {
      calls.push('leave');
      return true;
    },
    comeBack: () => void calls.push('comeBack'),
    ...hooks,
  });
}
beforeEach(() => {
  world = scriptedHelper();
  hooks = {};
  begin();
});
afterEach(async () => {
  await life.close();
  world.end();
});

const install = (): void => world.put(INSTALLED, 'not really ELF');
const NETLINK_HEAD =
  'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';
const netlink = (...ports: number[]): void =>
  world.put(
    'proc/net/netlink',
    NETLINK_HEAD +
      ports
        .map(
          (port, i) =>
            `0000000040dc2c09 31  ${port}          00000000 0        0        0     2        0        ${90 + i}\n`,
        )
        .join(''),
  );
const set = (name: string, value: string | number): void =>
  world.put(`sys/module/rtmgr/${name}`, `${value}\n`);
const whats = (now: ModuleLife): string[] =>
  now.steps.map(({ who, what, ok }) => `${ok ? '' : '! '}${who}: ${what}`);

describe('what is there', () => {
  it('no headers, then headers, then a module that is installed', async () => {
    expect(await life.state()).toMatchObject({
      state: 'no-headers',
      kernel: release(),
      headers: { isThere: false, package: `linux-headers-${release()}` },
      loaded: null,
      installed: null,
      problem: null,
    });
    world.put(HEADERS, '');
    expect((await life.state()).state).toBe('not-built');
    install();
    expect(await life.state()).toMatchObject({ state: 'ready', helper: { isThere: true, hasPolkit: true } });
    process.env['ROUTELENS_HELPER'] = '/nowhere/helper';
    expect(await life.state()).toMatchObject({
      state: 'not-installed',
      helper: { isThere: false },
      problem: { kind: 'polkit', cause: 'not-installed' },
    });
  });

  it('a kernel without modules', async () => {
    world.remove('proc/modules');
    install();
    expect((await life.state()).state).toBe('unsupported');
  });

  it.each([
    ['ID=fedora\n', `kernel-devel-${release()}`],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', `linux-headers-${release()}`],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'kernel-default-devel'],
    ['ID=arch\n', 'linux-headers'],
    ['ID=unheard-of\n', `linux-headers-${release()}`],
  ])('which package has the headers: %j', async (text, name) => {
    world.put('etc/os-release', text);
    expect((await life.state()).headers.package).toBe(name);
  });

  it('a loaded module, its parameters, and who uses it', async () => {
    set('version', '0.1.0');
    set('refcnt', 2);
    set('coresize', 98304);
    set('parameters/owner', 4294967295);
    set('parameters/max_routes', 500);
    netlink(0, 4242, 4294963200);
    world.put('proc/4242/comm', 'ip\n');
    world.put('proc/4242/fd/.there', '');
    const { symlinkSync } = await import('node:fs');
    symlinkSync('socket:[91]', join(world.root, 'proc/4242/fd/3'));
    expect(await life.state()).toMatchObject({
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

describe('loading', () => {
  it('goes through every step, greets, and follows the log', async () => {
    install();
    world.script({
      uid: 1000,
      load: {
        lines: [
          'rtmgr: loading out-of-tree module taints kernel.',
          'rtmgr: version 0.1.0, netlink protocol 31',
        ],
      },
      log_lines: ['rtmgr: version 0.1.0, netlink protocol 31'],
    });
    const now = must(await life.load(1234));
    expect(now).toMatchObject({
      state: 'loaded',
      problem: null,
      loaded: { owner: 1000, maxRoutes: 1234, refcount: 0 },
      isFollowing: true,
    });
    expect(whats(now)).toEqual([
      `program: Started ${process.env['ROUTELENS_HELPER']} module`,
      expect.stringMatching(/^helper: Opened .*rtmgr\.ko and checked it$/),
      'helper: Called finit_module(fd, "owner=1000 max_routes=1234")',
      'kernel: Looked for a signature',
      'kernel: Compared vermagic',
      'kernel: Looked whether the name rtmgr is free',
      'kernel: Resolved its symbols',
      'kernel: Parsed the parameters',
      'module: rtmgr_init(): made the slab cache rtmgr_route',
      'module: rtmgr_init(): registered its per-namespace operations',
      'module: In each namespace: created the netlink socket of protocol 31',
      'module: Wrote to the kernel’s log: rtmgr: version 0.1.0, netlink protocol 31',
      'kernel: The module is live',
      'program: Said HELLO over protocol 31',
    ]);
    expect(now.steps.at(-1)!.messageIds).toEqual([3, 4]);
    expect(now.steps.find(({ what }) => what.includes('signature'))!.why).toContain('tainted (O)');
    expect(told.map(({ state }) => state)).toContain('loading');
    expect(calls).toEqual(['looked']);
    await until(
      () => logged.length,
      (count) => count === 1,
      'no log',
    );
    expect(life.lines()).toEqual(logged);
    // again, without a further question
    must(await life.unload());
    world.script({});
    const again = must(await life.load(null));
    expect(whats(again)[0]).toBe('program: Asked the helper, which runs already');
    expect(whats(again)[2]).toMatch(/^helper: Called finit_module\(fd, "owner=\d+"\)$/);
  });

  it('greets where the inspector sees it once the target is opened', async () => {
    install();
    let isOpen = false;
    hooks = { greet: async () => ok(isOpen ? HELLO : { writable: false, release: '0.1.0' }) };
    await life.close();
    begin();
    const now = must(await life.load(null));
    expect(now.steps.at(-1)).toMatchObject({ what: 'Said HELLO over protocol 31', messageIds: [] });
    expect(now.steps.at(-1)!.why).toContain('only read');
    isOpen = true;
    await life.targetOpened();
    await life.targetOpened();
    const { steps } = await life.state();
    expect(steps.slice(-2).map(({ messageIds }) => messageIds)).toEqual([[], [3, 4]]);
  });

  it('says when the module does not answer', async () => {
    install();
    hooks = { greet: async () => fail({ kind: 'timeout', afterMs: 1, what: 'Nothing came' }) };
    await life.close();
    begin();
    const now = must(await life.load(null));
    expect(now).toMatchObject({ state: 'loaded' });
    expect(now.steps.at(-1)).toMatchObject({ ok: false, why: 'Nothing came' });
  });

  it.each([
    [126, 'Request dismissed', 'dismissed'],
    [127, 'Not authorized', 'not-authorised'],
    [127, 'No authentication agent found.', 'no-agent'],
  ])('that polkit refuses: %i %s', async (exit, stderr, cause) => {
    install();
    world.script({ start: { exit, stderr } });
    const now = must(await life.load(null));
    expect(now).toMatchObject({ state: 'refused-polkit', problem: { kind: 'polkit', cause }, loaded: null });
    expect(whats(now).slice(1)).toEqual(['! polkit: Refused']);
    // the way out
    world.script({});
    expect(must(await life.load(null))).toMatchObject({ state: 'loaded', problem: null });
  });

  const LOADING = 'The module was not loaded';
  it.each([
    ['EKEYREJECTED', ['Loading of unsigned module is rejected'], 'signature', 'Looked for a signature'],
    [
      'EPERM',
      ['Lockdown: routelens-helpe: unsigned module loading is restricted; see man kernel_lockdown.7'],
      'lockdown',
      'Looked for a signature',
    ],
    [
      'ENOEXEC',
      ["rtmgr: version magic '6.1.0-55-amd64 SMP' should be '6.1.0-56-amd64 SMP'"],
      'vermagic',
      'Compared vermagic',
    ],
    ['EEXIST', [], 'exists', 'Looked whether the name rtmgr is free'],
    ['ENOENT', ['rtmgr: Unknown symbol netlink_dump (err -2)'], 'unknown-symbol', 'Resolved its symbols'],
    [
      'EINVAL',
      ['rtmgr: disagrees about version of symbol nla_put', 'rtmgr: Unknown symbol nla_put (err -22)'],
      'symbol-version',
      'Resolved its symbols',
    ],
    ['EINVAL', ["rtmgr: `x' invalid for parameter `max_routes'"], 'parameters', 'Parsed the parameters'],
    ['ENOMEM', [], 'no-memory', 'Refused the module'],
    ['EIO', [], 'other', 'Refused the module'],
  ])('that the kernel refuses: %s %j', async (error, lines, cause, failed) => {
    install();
    world.script({ load: { error, lines } });
    const now = must(await life.load(null));
    expect(now).toMatchObject({
      state: 'refused-kernel',
      problem: { kind: 'module', cause, errnoName: error, log: lines, what: LOADING },
    });
    expect(now.problem!.why ?? '').not.toBe('');
    expect(whats(now).at(-1)).toBe(`! kernel: ${failed}`);
    expect(now.steps.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(life.lines().map(({ text }) => text)).toEqual(lines);
  });

  it('beside another module of protocol 31', async () => {
    install();
    netlink(0);
    world.script({ load: { error: 'ENOMEM' } });
    const now = must(await life.load(null));
    expect(now).toMatchObject({
      state: 'refused-kernel',
      problem: { cause: 'exists', why: expect.stringContaining('Another module') },
    });
    expect(whats(now).at(-1)).toMatch(/^! module: rtmgr_init\(\) failed/);
  });

  it.each([
    ['proc/sys/kernel/modules_disabled', '1\n', 'kernel.modules_disabled'],
    ['sys/kernel/security/lockdown', 'none [integrity] confidentiality\n', 'locked down'],
  ])('where it is forbidden: %s', async (path, text, words) => {
    install();
    world.put(path, text);
    world.script({ load: { error: 'EPERM' } });
    expect(must(await life.load(null)).problem).toMatchObject({
      cause: 'lockdown',
      why: expect.stringContaining(words),
    });
  });

  it('of a file that is not to be trusted, or not there', async () => {
    install();
    world.script({
      load: [
        { error: 'EPERM', reason: 'unsafe-file' },
        { error: 'ENOENT', reason: 'not-installed' },
      ],
    });
    const unsafe = must(await life.load(null));
    expect(unsafe).toMatchObject({ state: 'ready', problem: { kind: 'module', cause: 'unsafe-file' } });
    expect(whats(unsafe).at(-1)).toBe('! helper: Refused the file');
    expect(must(await life.load(null)).problem).toMatchObject({
      kind: 'unavailable',
      wayOut: expect.stringContaining('install-system'),
    });
  });

  it('with a helper that ends, or never answers', async () => {
    install();
    world.script({ load: { exit: 1, stderr: 'seccomp' } });
    expect(must(await life.load(null))).toMatchObject({
      state: 'ready',
      problem: { kind: 'helper', what: 'The helper has ended', why: 'Its exit code was 1; it said: seccomp' },
    });
    // a new one is started
    world.script({});
    expect(must(await life.load(null)).state).toBe('loaded');
  });

  it('only once at a time, and ends with the program', async () => {
    install();
    world.script({ load: { hang: true } });
    const loading = life.load(null);
    await until(
      () => told.at(-1)?.state,
      (state) => state === 'loading',
      'not loading',
    );
    expect(await life.unload()).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    await life.close();
    expect(must(await loading).problem).toMatchObject({ kind: 'cancelled' });
  });
});

describe('unloading', () => {
  beforeEach(async () => {
    install();
    must(await life.load(null));
    calls = [];
  });

  it('lets go of the window’s own sockets first, and tells each step', async () => {
    const now = must(await life.unload());
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
    expect(calls).toEqual(['leave', 'looked']);
  });

  it('is refused while somebody uses it, and the window comes back', async () => {
    set('refcnt', 3);
    netlink(0, 4242);
    const now = must(await life.unload());
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
    expect(calls).toEqual(['leave', 'comeBack']);
    // over as soon as nobody uses it
    set('refcnt', 0);
    expect(await life.state()).toMatchObject({ state: 'loaded', problem: null });
  });

  it('of what is gone already is no failure of this program', async () => {
    world.script({ unload: { error: 'ENOENT' } });
    world.remove('sys/module/rtmgr');
    const now = must(await life.unload());
    expect(now).toMatchObject({ state: 'ready', problem: { kind: 'module', cause: 'not-loaded' } });
  });
});

describe('what others do', () => {
  it('is noticed: loaded, removed, loaded again', async () => {
    install();
    await life.state();
    set('version', '0.1.0');
    expect(whats(await life.state())).toEqual(['program: Found the module loaded']);
    world.remove('sys/module/rtmgr');
    const lost = await life.state();
    expect(lost).toMatchObject({ state: 'lost', problem: { kind: 'module', cause: 'not-loaded' } });
    expect(whats(lost)).toEqual(['! kernel: The module is gone']);
    set('version', '0.1.0');
    expect(await life.state()).toMatchObject({ state: 'loaded', problem: null });
    expect(calls).toEqual(['looked', 'looked', 'looked']);
  });
});

describe('the log', () => {
  it('is followed after the person was asked, and no longer when the helper has ended', async () => {
    world.script({ log_lines: ['rtmgr: one', { after_ms: 50, text: 'rtmgr: two' }], die: { after_ms: 400 } });
    expect(must(await life.follow()).isFollowing).toBe(true);
    await until(
      () => logged.map(({ text }) => text).join(),
      (text) => text === 'rtmgr: one,rtmgr: two',
      'no lines',
    );
    await until(
      () => told.at(-1)?.isFollowing,
      (is) => is === false,
      'still following',
    );
    expect(life.lines()).toHaveLength(2);
  });

  it('says why it cannot be followed', async () => {
    world.script({ log: { error: 'EPERM' } });
    expect(await life.follow()).toMatchObject({ ok: false, error: { kind: 'helper', errnoName: 'EPERM' } });
    expect((await life.state()).isFollowing).toBe(false);
  });
});

describe('building', () => {
  /** Headers whose Makefile does what a recipe says. */
  const headers = (recipe: string): void => world.put(HEADERS, `modules:\n${recipe.replace(/^/gm, '\t')}\n`);
  const modinfo = (text: string): void => {
    const source = join(world.root, 'modinfo.c');
    writeFileSync(
      source,
      `static const char info[] __attribute__((used, section(".modinfo"))) = ${JSON.stringify(text).replaceAll('\\u0000', '\\0')};\n`,
    );
  };

  it('shows its lines, and what it made', async () => {
    modinfo(`license=GPL\0vermagic=${release()} SMP mod_unload\0version=9.9\0`);
    headers(`@echo "  CC [M]  one.o"\n@sleep 0.3\n@gcc -c -o $(M)/rtmgr.ko ${join(world.root, 'modinfo.c')}`);
    const begun = must(await life.startBuild());
    expect(begun.state).toBe('building');
    const built = await until(
      () => told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(built).toMatchObject({
      state: 'not-installed',
      built: {
        path: join(world.root, 'build/rtmgr.ko'),
        version: '9.9',
        vermagic: `${release()} SMP mod_unload`,
      },
      problem: null,
    });
    expect(told.some(({ build }) => build?.lines.includes('  CC [M]  one.o'))).toBe(true);
  });

  it('of a module for another kernel is no build for this one', async () => {
    modinfo('vermagic=1.2.3 SMP\0version=9.9\0');
    headers(`@gcc -c -o $(M)/rtmgr.ko ${join(world.root, 'modinfo.c')}`);
    must(await life.startBuild());
    const built = await until(
      () => told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(built).toMatchObject({ state: 'not-built', built: { vermagic: '1.2.3 SMP' } });
  });

  it('that fails says with which words', async () => {
    headers('@echo "error: implicit declaration" >&2; exit 1');
    must(await life.startBuild());
    const failed = await until(
      () => told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(failed).toMatchObject({ state: 'not-built', problem: { what: 'The module could not be built' } });
    expect(failed.problem!.why).toMatch(/make.*Error/);
  });

  it('can be cancelled, with all that it started', async () => {
    headers('@echo $$$$ > $(M)/pid; exec sleep 60');
    must(await life.startBuild());
    const { existsSync, readFileSync } = await import('node:fs');
    const file = join(world.root, 'build/module/pid');
    await until(
      () => existsSync(file) && readFileSync(file, 'utf8') !== '',
      Boolean,
      'it did not begin',
      20_000,
    );
    const pid = Number(readFileSync(file, 'utf8'));
    await life.cancelBuild();
    const over = await until(
      () => told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      5000,
    );
    expect(over).toMatchObject({ state: 'not-built', problem: null, build: null });
    await until(
      () => existsSync(`/proc/${pid}`),
      (alive) => !alive,
      'a child is left',
    );
  });
});
