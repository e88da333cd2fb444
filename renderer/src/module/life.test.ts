// SPDX-License-Identifier: MIT
// Every state is told in words, and none is without a way out.
import { describe as group, expect, it } from 'vitest';
import { MODULE_STATE_WORDS } from '../../../app/contract/index.ts';
import type { Installation, ModuleLife, ModuleStateId } from '../../../app/contract/index.ts';
import { OTHERS, OURS, lifeIn } from '../../dev/fake-module.ts';
import { PROBLEMS } from '../../dev/fake-module-data.ts';
import { checksOf, describe, isMoving, isToldApart, othersOf } from './life.ts';
import { unloadWords } from './Loaded.tsx';
import { after, bytes, readLimit, sinceBoot, uptime } from './units.ts';

const STATES = Object.keys(MODULE_STATE_WORDS) as ModuleStateId[];
const actions = (life: ModuleLife): string[] =>
  describe(life).actions.map(({ id, isPrimary }) => (isPrimary ? `${id}!` : id));
const loadedBy = (...holders: (typeof OURS)[]) => ({
  ...lifeIn('loaded').loaded!,
  refcount: holders.length,
  holders,
});

group('the states', () => {
  it.each(STATES)('%s is told in words', (state) => {
    const { word, means } = describe(lifeIn(state));
    expect(word).toBe(MODULE_STATE_WORDS[state]);
    expect(means).toMatch(/^\S.{15,}\.$/);
    expect(means).not.toMatch(/undefined|null|\s\s/);
  });

  it.each(STATES)('%s has a way out: a button, a command, or words', (state) => {
    const life = lifeIn(state);
    const { actions: buttons, command, wayOut } = describe(life);
    const words = wayOut ?? (isToldApart(life) ? life.problem?.wayOut : undefined);
    // what is only to be waited for ends by itself
    if (state === 'unloading') return;
    expect([...buttons, command, words].filter(Boolean)).not.toEqual([]);
  });

  it('have at most one button that stands out', () => {
    for (const state of STATES)
      expect(describe(lifeIn(state)).actions.filter(({ isPrimary }) => isPrimary).length).toBeLessThan(2);
  });

  it('say what a package or a clone can do', () => {
    expect(actions(lifeIn('not-built'))).toEqual(['build!']);
    expect(actions(lifeIn('not-built', { canBuild: false }))).toEqual([]);
  });

  const inA = (kind: Installation['kind'], installer: string | null = null): Partial<ModuleLife> => ({
    canBuild: false,
    installation: { kind, installer },
  });
  const script = '/opt/my tools/routelens/system/install-system';

  it('say what brings helper and module, by how the program came here', () => {
    expect(describe(lifeIn('not-installed'))).toMatchObject({
      wayOut: expect.stringContaining('in this clone'),
      command: 'npm run install-system',
    });
    expect(describe(lifeIn('not-installed', inA('package')))).toMatchObject({
      wayOut: expect.stringContaining('package of Routelens: install that again'),
      command: null,
    });
    expect(describe(lifeIn('not-installed', inA('archive', script)))).toMatchObject({
      wayOut: expect.stringContaining('script that came in this archive'),
      command: `sudo '${script}'`,
    });
    expect(describe(lifeIn('not-installed', inA('appimage')))).toMatchObject({
      wayOut: expect.stringMatching(/^An AppImage comes without .* \(deb\)/),
      command: null,
    });
  });

  it('name no command of a clone in any state of a package', () => {
    for (const kind of ['package', 'archive', 'appimage'] as const)
      for (const state of STATES) {
        const life = lifeIn(state, { ...inA(kind, kind === 'archive' ? script : null), problem: null });
        expect(JSON.stringify(describe(life))).not.toMatch(/npm|clone/);
      }
    expect(describe(lifeIn('not-built', inA('package'))).command).toBe('sudo dkms autoinstall');
    expect(describe(lifeIn('not-built', inA('archive', '/x/system/install-system'))).command).toBe(
      'sudo /x/system/install-system',
    );
    // headers alone would not help
    expect(describe(lifeIn('no-headers', inA('appimage')))).toMatchObject({
      wayOut: expect.stringContaining('AppImage'),
      command: null,
    });
  });

  it('name the package of the headers, and the command where it is known', () => {
    expect(describe(lifeIn('no-headers'))).toMatchObject({
      wayOut: expect.stringContaining('linux-headers-6.1.0-37-amd64'),
      command: 'sudo apt install linux-headers-6.1.0-37-amd64',
    });
    const fedora = { isThere: false, package: 'kernel-devel-6.1.0' };
    expect(describe(lifeIn('no-headers', { headers: fedora }))).toMatchObject({
      wayOut: expect.stringContaining('kernel-devel-6.1.0'),
      command: null,
    });
  });

  it('name all that is missing, and polkit where only it is', () => {
    const { means } = describe(lifeIn('not-installed'));
    expect(means).toContain('the module for kernel 6.1.0-37-amd64, the helper');
    expect(means).toContain('polkit’s rules');
    const life = lifeIn('ready', {
      state: 'not-installed',
      helper: { path: '/h', isThere: true, hasPolkit: false },
      problem: PROBLEMS['no-policy'],
    });
    expect(describe(life)).toMatchObject({
      means: expect.stringContaining('polkit does not know Routelens'),
      wayOut: expect.stringContaining('npm run install-system'),
    });
    expect(isToldApart(life)).toBe(false);
  });

  it('offer to build anew where the module is of another kernel, and nowhere else', () => {
    const vermagic = lifeIn('refused-kernel', { problem: PROBLEMS.vermagic });
    expect(actions(vermagic)).toEqual(['load', 'build!']);
    expect(describe(vermagic).command).toBe('npm run install-system');
    expect(actions(lifeIn('refused-kernel', { problem: PROBLEMS.signature }))).toEqual(['load!']);
    const packaged = lifeIn('refused-kernel', { problem: PROBLEMS.vermagic, canBuild: false });
    expect(actions(packaged)).toEqual(['load!']);
  });

  it('offer to try what was refused: loading, or unloading', () => {
    expect(actions(lifeIn('refused-polkit'))).toEqual(['load!']);
    const { loaded } = lifeIn('loaded');
    expect(actions(lifeIn('refused-polkit', { loaded }))).toEqual(['open', 'unload!']);
    expect(actions(lifeIn('refused-kernel', { loaded }))).toEqual(['open', 'unload!']);
    const exists = { ...PROBLEMS.signature, cause: 'exists' as const };
    expect(actions(lifeIn('refused-kernel', { loaded, problem: exists }))).toEqual(['unload', 'open!']);
    expect(actions(lifeIn('busy'))).toEqual(['open', 'unload!']);
  });

  it('say which of two builds would be loaded', () => {
    const built = { ...lifeIn('ready').built!, version: '0.2.0' };
    expect(describe(lifeIn('ready', { built })).wayOut).toContain('0.2.0');
    expect(describe(lifeIn('ready')).wayOut).toContain('polkit');
  });

  it('know which lead to another by themselves', () => {
    expect(STATES.filter((state) => isMoving(lifeIn(state)))).toEqual(['building', 'loading', 'unloading']);
  });
});

group('what it takes', () => {
  const there = (life: ModuleLife): string[] =>
    checksOf(life).map(({ name, isThere, detail }) => `${isThere ? '+' : '-'} ${name} ${detail}`);

  it('is told one by one', () => {
    expect(there(lifeIn('ready'))).toEqual([
      '+ Headers there',
      '+ Built 0.1.0',
      '+ Installed 0.1.0',
      '+ Helper there',
      '+ polkit ready',
    ]);
    expect(there(lifeIn('no-headers', { canBuild: false }))).toEqual([
      '- Headers missing',
      '- Installed no',
      '+ Helper there',
      '+ polkit ready',
    ]);
  });

  it('is not a build for another kernel', () => {
    const built = { path: '/b', version: '0.1.0', vermagic: '1.2.3 SMP' };
    expect(there(lifeIn('not-built', { built }))).toContain('- Built for another kernel');
    expect(describe(lifeIn('not-built', { built })).means).toContain('another kernel');
  });
});

group('who has a socket open', () => {
  it('is counted with those that cannot be listed', () => {
    expect(othersOf(loadedBy(OURS))).toBe(0);
    expect(othersOf(loadedBy(OURS, ...OTHERS))).toBe(2);
    expect(othersOf({ ...loadedBy(OURS), refcount: 4 })).toBe(3);
  });

  it('decides what is said before unloading', () => {
    expect(unloadWords(loadedBy(OURS))).toBe(
      'Routelens has 1 socket open and closes it first. The routes in it are lost.',
    );
    expect(unloadWords(loadedBy(OURS, OTHERS[0]!))).toContain('close the other program first');
    expect(unloadWords(loadedBy(...OTHERS))).not.toContain('Routelens');
    expect(unloadWords(loadedBy())).toContain('Nobody');
  });
});

group('a limit of routes', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['1', 1],
    ['1,000,000', 1_000_000],
    ['1 000_000', 1_000_000],
    ['16777216', 16_777_216],
  ])('%o is %o', (text, value) => expect(readLimit(text)).toEqual({ value }));
  it.each(['0', '-1', '1.5', '1e6', 'many', '16777217', '99999999999999999999'])('%o is none', (text) =>
    expect(readLimit(text)).toHaveProperty('error'),
  );
});

it('words times and sizes', () => {
  expect([0, 12.4, 3120, 75_000].map(after)).toEqual(['+0 ms', '+12 ms', '+3.1 s', '+75 s']);
  expect(sinceBoot(812_345.678)).toBe('812.346');
  expect(uptime(3_661e9)).toBe('01:01:01');
  expect([512, 131_072, 20_971_520].map(bytes)).toEqual(['512 B', '128 KiB', '20 MiB']);
});
