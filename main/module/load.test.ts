// SPDX-License-Identifier: MIT
// Loading: each step of it, and each way in which it is refused.
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../app/contract/index.ts';
import { must, until } from '../session/testing.ts';
import { HELLO, useBench, whats } from './testing.ts';

const t = useBench();

describe('loading', () => {
  it('goes through every step, greets, and follows the log', async () => {
    t.install();
    t.world.script({
      uid: 1000,
      load: {
        lines: [
          'rtmgr: loading out-of-tree module taints kernel.',
          'rtmgr: version 0.1.0, netlink protocol 31',
        ],
      },
      log_lines: ['rtmgr: version 0.1.0, netlink protocol 31'],
    });
    const now = must(await t.life.load(1234));
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
    // the kernel says nothing of its checks, nor the module of what it does before its line in the log
    expect(now.steps.filter(({ inferred }) => inferred).map(({ who }) => who)).toEqual([
      ...Array.from({ length: 5 }, () => 'kernel'),
      ...Array.from({ length: 3 }, () => 'module'),
    ]);
    expect(now.steps.find(({ what }) => what.includes('signature'))!.why).toContain('tainted (O)');
    expect(t.told.map(({ state }) => state)).toContain('loading');
    expect(t.calls).toEqual(['looked']);
    await until(
      () => t.logged.length,
      (count) => count === 1,
      'no log',
    );
    expect(t.life.lines()).toEqual(t.logged);
    // again, without a further question
    must(await t.life.unload());
    t.world.script({});
    const again = must(await t.life.load(null));
    expect(whats(again)[0]).toBe('program: Asked the helper, which runs already');
    expect(whats(again)[2]).toMatch(/^helper: Called finit_module\(fd, "owner=\d+"\)$/);
  });

  it('greets where the inspector sees it once the target is opened', async () => {
    t.install();
    let isOpen = false;
    await t.again({ greet: async () => ok(isOpen ? HELLO : { writable: false, release: '0.1.0' }) });
    const now = must(await t.life.load(null));
    expect(now.steps.at(-1)).toMatchObject({ what: 'Said HELLO over protocol 31', messageIds: [] });
    expect(now.steps.at(-1)!.why).toContain('only read');
    isOpen = true;
    await t.life.targetOpened();
    await t.life.targetOpened();
    const { steps } = await t.life.state();
    expect(steps.slice(-2).map(({ messageIds }) => messageIds)).toEqual([[], [3, 4]]);
  });

  it('says when the module does not answer', async () => {
    t.install();
    await t.again({ greet: async () => fail({ kind: 'timeout', afterMs: 1, what: 'Nothing came' }) });
    const now = must(await t.life.load(null));
    expect(now).toMatchObject({ state: 'loaded' });
    expect(now.steps.at(-1)).toMatchObject({ ok: false, why: 'Nothing came' });
  });

  it.each([
    [126, 'Request dismissed', 'dismissed'],
    [127, 'Not authorized', 'not-authorised'],
    [127, 'No authentication agent found.', 'no-agent'],
  ])('that polkit refuses: %i %s', async (exit, stderr, cause) => {
    t.install();
    t.world.script({ start: { exit, stderr } });
    const now = must(await t.life.load(null));
    expect(now).toMatchObject({ state: 'refused-polkit', problem: { kind: 'polkit', cause }, loaded: null });
    expect(whats(now).slice(1)).toEqual(['! polkit: Refused']);
    // the way out
    t.world.script({});
    expect(must(await t.life.load(null))).toMatchObject({ state: 'loaded', problem: null });
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
    ['ENOEXEC', [], 'other', 'Refused the module'],
    ['EIO', [], 'other', 'Refused the module'],
  ])('that the kernel refuses: %s %j', async (error, lines, cause, failed) => {
    t.install();
    t.world.script({ load: { error, lines } });
    const now = must(await t.life.load(null));
    expect(now).toMatchObject({
      state: 'refused-kernel',
      problem: { kind: 'module', cause, errnoName: error, log: lines, what: LOADING },
    });
    expect(now.problem!.why ?? '').not.toBe('');
    expect(whats(now).at(-1)).toBe(`! kernel: ${failed}`);
    expect(now.steps.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(t.life.lines().map(({ text }) => text)).toEqual(lines);
  });

  it('beside another module of protocol 31', async () => {
    t.install();
    t.netlink(0);
    t.world.script({ load: { error: 'ENOMEM' } });
    const now = must(await t.life.load(null));
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
    t.install();
    t.world.put(path, text);
    t.world.script({ load: { error: 'EPERM' } });
    expect(must(await t.life.load(null)).problem).toMatchObject({
      cause: 'lockdown',
      why: expect.stringContaining(words),
    });
  });

  it('of a file that is not to be trusted, or not there', async () => {
    t.install();
    t.world.script({
      load: [
        { error: 'EPERM', reason: 'unsafe-file' },
        { error: 'ENOENT', reason: 'not-installed' },
      ],
    });
    const unsafe = must(await t.life.load(null));
    expect(unsafe).toMatchObject({ state: 'ready', problem: { kind: 'module', cause: 'unsafe-file' } });
    expect(whats(unsafe).at(-1)).toBe('! helper: Refused the file');
    expect(must(await t.life.load(null)).problem).toMatchObject({
      kind: 'unavailable',
      wayOut: expect.stringContaining('install-system'),
    });
  });

  it('asks nobody where there is nothing to load, or no way to', async () => {
    t.world.script({ start: { exit: 126, stderr: 'somebody was asked' } });
    expect(must(await t.life.load(null))).toMatchObject({
      state: 'no-headers',
      problem: { kind: 'unavailable', what: 'The module is not installed for this kernel' },
      steps: [],
    });
    t.install();
    t.world.remove('proc/modules');
    expect(must(await t.life.load(null))).toMatchObject({
      state: 'unsupported',
      problem: { what: 'This kernel cannot load modules', wayOut: expect.stringContaining('user-mode') },
      steps: [],
    });
  });

  it('with a helper that ends meanwhile', async () => {
    t.install();
    t.world.script({ load: { exit: 1, stderr: 'seccomp' } });
    expect(must(await t.life.load(null))).toMatchObject({
      state: 'ready',
      problem: { kind: 'helper', what: 'The helper has ended', why: 'Its exit code was 1; it said: seccomp' },
    });
    // a new one is started
    t.world.script({});
    expect(must(await t.life.load(null)).state).toBe('loaded');
  });

  it('only once at a time, and ends with the program', async () => {
    t.install();
    t.world.script({ load: { hang: true } });
    const loading = t.life.load(null);
    await until(
      () => t.told.at(-1)?.state,
      (state) => state === 'loading',
      'not loading',
    );
    expect(await t.life.unload()).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    await t.life.close();
    expect(must(await loading)).toMatchObject({ state: 'ready', loaded: null });
  });

  it('is called off while polkit asks, and no longer once the kernel has it', async () => {
    t.install();
    t.world.script({ start: { delay_ms: 60_000 } });
    const loading = t.life.load(null);
    const asked = await until(
      () => t.told.at(-1),
      (life) => life?.canCancel === true,
      'not asking',
    );
    expect(asked).toMatchObject({ state: 'loading', loaded: null });
    await t.life.cancel();
    expect(must(await loading)).toMatchObject({ state: 'ready', problem: null, canCancel: false });
    t.world.script({ load: { delay_ms: 300 } });
    const again = t.life.load(null);
    await until(
      () => t.told.at(-1),
      (life) => life?.state === 'loading' && life.canCancel,
      'the helper is not started',
    );
    await until(
      () => t.told.at(-1),
      (life) => life?.canCancel === false,
      'the helper does not run',
    );
    await t.life.cancel();
    expect(must(await again)).toMatchObject({ state: 'loaded' });
  });
});
