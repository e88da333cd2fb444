// SPDX-License-Identifier: MIT
// Where the helper is looked for, on a machine that is a folder: each thing that may be missing, and each way to start.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { helperCommand, helperPlace } from './place.ts';
import type { Surroundings } from './place.ts';

const HELPER = '/usr/libexec/routelens/routelens-helper';
const POLICY = '/usr/share/polkit-1/actions/org.routelens.policy';
const ALL = [HELPER, POLICY, '/usr/bin/pkexec'];
const INSTALL = expect.stringContaining('npm run install-system') as string;

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'routelens-place-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An ordinary user on a machine with these files, unless it is said otherwise. */
function around(files: readonly string[], others: Partial<Surroundings> = {}): Surroundings {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return { env: {}, uid: 1000, root, installation: { kind: 'clone', installer: null }, ...others };
}
const without = (...missing: string[]): string[] => ALL.filter((file) => !missing.includes(file));

describe('with everything there', () => {
  it.each(['/usr/bin/pkexec', '/bin/pkexec', '/usr/local/bin/pkexec'])(
    'an ordinary user starts it through %s, and no terminal is read for a password',
    (pkexec) => {
      const here = around([HELPER, POLICY, pkexec]);
      expect(helperPlace(here)).toEqual({ path: HELPER, isThere: true, hasPolkit: true, problem: null });
      expect(helperCommand('routes', false, here)).toEqual({
        ok: true,
        value: { program: 'pkexec', words: ['--disable-internal-agent', HELPER, 'routes'], how: 'pkexec' },
      });
    },
  );

  it('a terminal may be asked for the password', () => {
    expect(helperCommand('module', true, around(ALL))).toMatchObject({
      value: { program: 'pkexec', words: [HELPER, 'module'] },
    });
  });

  it('root starts it directly', () => {
    expect(helperCommand('module', true, around(ALL, { uid: 0 }))).toEqual({
      ok: true,
      value: { program: HELPER, words: ['module'], how: 'root' },
    });
  });
});

describe('something is missing', () => {
  const cases: [name: string, files: string[], problem: { what: string; why: string; wayOut: string }][] = [
    [
      'the helper',
      without(HELPER),
      { what: 'The helper is not installed', why: `${HELPER} is missing`, wayOut: INSTALL },
    ],
    ['everything', [], { what: 'The helper is not installed', why: `${HELPER} is missing`, wayOut: INSTALL }],
    [
      'pkexec',
      without('/usr/bin/pkexec'),
      {
        what: 'polkit is not installed',
        why: 'The program pkexec is missing; it asks for the right to start the helper',
        wayOut: 'Install the packages pkexec and polkitd (policykit-1 on older systems)',
      },
    ],
    [
      'pkexec and the policy',
      [HELPER],
      {
        what: 'polkit is not installed',
        why: expect.any(String) as string,
        wayOut: expect.any(String) as string,
      },
    ],
    [
      'the policy',
      without(POLICY),
      { what: 'polkit does not know Routelens', why: `${POLICY} is missing`, wayOut: INSTALL },
    ],
  ];
  it.each(cases)('%s: an ordinary user is told so, with the way out', (_, files, problem) => {
    const here = around(files);
    const error = { kind: 'polkit', cause: 'not-installed', ...problem };
    const hasHelper = files.includes(HELPER);
    expect(helperPlace(here)).toEqual({
      path: HELPER,
      isThere: hasHelper,
      hasPolkit: files.includes(POLICY) && files.includes('/usr/bin/pkexec'),
      problem: error,
    });
    expect(helperCommand('routes', false, here)).toEqual({ ok: false, error });
  });

  it('root needs no polkit, but the helper', () => {
    const here = around([HELPER], { uid: 0 });
    expect(helperPlace(here)).toEqual({ path: HELPER, isThere: true, hasPolkit: true, problem: null });
    rmSync(join(root, HELPER));
    expect(helperPlace(here)).toMatchObject({
      isThere: false,
      problem: { what: 'The helper is not installed' },
    });
    expect(helperCommand('module', false, here)).toMatchObject({ ok: false });
  });
});

describe('a helper that the environment names', () => {
  it('is started directly, whoever starts it, and needs no polkit', () => {
    const own = join(root, 'own-helper');
    const here = around(['own-helper'], { env: { ROUTELENS_HELPER: own } });
    expect(helperPlace(here)).toEqual({ path: own, isThere: true, hasPolkit: true, problem: null });
    for (const uid of [0, 1000])
      expect(helperCommand('routes', false, { ...here, uid })).toEqual({
        ok: true,
        value: { program: own, words: ['routes'], how: 'named' },
      });
  });

  it('is missed where it is not, though the installed one is there', () => {
    const here = around(ALL, { env: { ROUTELENS_HELPER: '/nowhere/helper' } });
    expect(helperPlace(here)).toMatchObject({
      path: '/nowhere/helper',
      isThere: false,
      problem: { why: '/nowhere/helper is missing' },
    });
  });

  it('is none when the name is empty', () => {
    expect(helperCommand('routes', false, around(ALL, { env: { ROUTELENS_HELPER: '' } }))).toMatchObject({
      value: { how: 'pkexec' },
    });
  });
});

describe('an AppImage', () => {
  const installation = { kind: 'appimage', installer: null } as const;

  it('says that it comes without helper and module', () => {
    for (const files of [[], without(POLICY)])
      expect(helperPlace(around(files, { installation })).problem).toMatchObject({
        cause: 'not-installed',
        wayOut: expect.stringMatching(/^An AppImage comes without the helper and the module/) as string,
      });
  });

  it('uses what a package has installed', () => {
    expect(helperCommand('routes', false, around(ALL, { installation }))).toMatchObject({
      ok: true,
      value: { how: 'pkexec' },
    });
  });
});
