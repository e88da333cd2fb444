// SPDX-License-Identifier: MIT
// How the program came to the machine, by where its bundle lies in each package.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { INSTALLATION, installWayOut, installationOf, rebuildWayOut } from './installation.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'routelens-place-'))));
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
  return dirname(join(root, path));
}
const BUNDLES = ['dist/main/chromium.cjs', 'resources/app.asar/dist/main/electron.cjs'];

test('a clone', () => {
  expect(INSTALLATION).toEqual({ kind: 'clone', installer: null });
  put('clone/kernel/scripts/build-module');
  const folder = put('clone/dist/main/cli.cjs');
  expect(installationOf(folder, { APPIMAGE: '/x.AppImage' }).kind).toBe('clone');
});

test.each(BUNDLES)('a package: %s', (bundle) => {
  const folder = put(`usr/lib/routelens/${bundle}`);
  expect(installationOf(folder)).toEqual({ kind: 'package', installer: null });
  // a terminal may be an AppImage of its own
  expect(installationOf(folder, { APPIMAGE: '/x.AppImage', APPDIR: '/tmp/.mount_x' }).kind).toBe('package');
});

test.each(BUNDLES)('an archive, with the script that installs it: %s', (bundle) => {
  put('routelens-0.1.0-linux-x64/system/install-system');
  const folder = put(`routelens-0.1.0-linux-x64/lib/routelens/${bundle}`);
  const installer = join(root, 'routelens-0.1.0-linux-x64/system/install-system');
  expect(installationOf(folder)).toEqual({ kind: 'archive', installer });
});

test('an AppImage', () => {
  const mounted = join(root, '.mount_r');
  const folder = put('.mount_r/resources/app.asar/dist/main/electron.cjs');
  expect(installationOf(folder, { APPIMAGE: '/x.AppImage', APPDIR: mounted })).toEqual({
    kind: 'appimage',
    installer: null,
  });
  expect(installationOf(folder, { APPIMAGE: '/x.AppImage' }).kind).toBe('appimage');
});

test('the way out fits to each', () => {
  const at = (kind: typeof INSTALLATION.kind, installer: string | null = null): string[] => [
    installWayOut({ kind, installer }),
    rebuildWayOut({ kind, installer }),
  ];
  for (const words of at('clone')) expect(words).toContain('npm run install-system');
  for (const words of at('archive', "/home/o'k/system/install-system"))
    expect(words).toBe(`From a terminal: sudo '/home/o'\\''k/system/install-system'`);
  expect(at('package')).toEqual([
    'Install the package of Routelens again',
    'From a terminal: sudo dkms autoinstall',
  ]);
  for (const words of at('appimage'))
    expect(words).toMatch(/^An AppImage comes without the helper and the module/);
});
