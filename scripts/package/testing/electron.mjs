// SPDX-License-Identifier: MIT
// The packaged program in a genuine, if old, Electron: its deb and its tar.gz, threads and the Lab's child out of the
// archive, koffi beside it, fuses set. What Electron's own version would do is not known by that, but the packaging is
// the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { electronFromPypi } from '../../electron-from-pypi.mjs';
import { ensureBuilt } from '../../lib/build.mjs';
import { startXvfb } from '../../lib/display.mjs';
import { root } from '../../lib/root.mjs';
import { arch, version } from '../facts.mjs';
import { testPackages } from './package-files.mjs';
import { testElectronFolder } from './electron-folder.mjs';
import { record, test } from './harness.mjs';
import { electronFiles, filesOf, read } from './lists.mjs';
import { testCopyrights } from './licences.mjs';
import { runPackage } from './run-package.mjs';

const NAME = 'packaged Electron (an old one)';
const VERSION = '22.3.27';
const NOBODY = 65_534;

/**
 * What was made, null when nothing could be.
 * @typedef {{ folder: string, electron: string[], stage: string, deb: string, archive: string } | null} OldElectron
 */

/**
 * Runs the program as an ordinary user, for whom Chromium's sandbox is on.
 * @param {string[]} words @param {Record<string, string>} env
 */
function runAsPerson(words, env) {
  const asPerson =
    process.getuid?.() === 0
      ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...words]
      : words;
  const [command = '', ...args] = asPerson;
  return spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}

/** Every fuse of a binary, by its name. @param {string} file */
async function fusesOf(file) {
  const { getCurrentFuseWire, FuseV1Options } = await import('@electron/fuses');
  const wire = /** @type {Record<string, unknown>} */ (
    /** @type {unknown} */ (await getCurrentFuseWire(file))
  );
  const names = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (FuseV1Options));
  return Object.fromEntries(
    Object.entries(wire).map(([at, state]) => [
      names[at] ?? at,
      // the byte of a fuse; the package exports no names for them
      typeof state === 'number' ? String.fromCharCode(state) : state,
    ]),
  );
}

/** All that Electron 22 has; a later one has grantFileProtocolExtraPrivileges besides. */
const FUSES = {
  version: '1',
  RunAsNode: '1',
  EnableCookieEncryption: '0',
  EnableNodeOptionsEnvironmentVariable: '0',
  EnableNodeCliInspectArguments: '0',
  EnableEmbeddedAsarIntegrityValidation: '0',
  OnlyLoadAppFromAsar: '1',
  LoadBrowserProcessSpecificV8Snapshot: '0',
};

/** Makes the packages, and looks into them. @param {string} scratch @returns {Promise<OldElectron>} */
export async function testOldElectron(scratch) {
  const old = electronFromPypi();
  if (!old.ok) {
    record('skipped', NAME, old.why);
    return null;
  }
  // only what is Electron's: its app was made to load ours from anywhere
  const dist = join(scratch, 'electron-dist');
  cpSync(old.path, dist, {
    recursive: true,
    filter: (from) => !/(\/resources\/.+|\.DirIcon|AppRun|fiftyone.*)$/.test(from),
  });
  ensureBuilt({ dist: 'dist-old', args: ['--old'] });
  const out = join(scratch, 'old');
  const words = ['--only', 'electron', '--fast', '--out', out, '--dist', 'dist-old'];
  const made = runPackage(root, [...words, '--electron', dist, '--electron-version', VERSION], {
    // what electron-builder would have to download cannot be had, wherever this runs
    ELECTRON_BUILDER_BINARIES_MIRROR: 'http://127.0.0.1:9/',
    ELECTRON_BUILDER_CACHE: join(scratch, 'no-tools'),
  });
  const files = `${version}_${arch.debian}.deb`;
  const result = {
    folder: join(out, 'electron/linux-unpacked'),
    electron: filesOf(dist),
    stage: join(out, 'stage/electron'),
    deb: join(out, `routelens_${files}`),
    archive: join(out, `routelens-${version}-linux-${arch.node}.tar.gz`),
  };
  await test(`${NAME}: is made`, () => assert.equal(made.status, 0));
  if (made.status !== 0) return null;
  await test(`${NAME}: of an AppImage it is said which download is missing`, () => {
    assert.match(
      made.stderr,
      /^not made: AppImage: electron-builder's tools for it could not be downloaded: .*127\.0\.0\.1:9/m,
    );
    assert.ok(!readdirSync(out).some((name) => name.endsWith('.AppImage')));
  });
  await testElectronFolder(NAME, result.folder, result);
  await test(`${NAME}: all of its fuses are as they should be`, async () =>
    assert.deepEqual(await fusesOf(join(result.folder, 'routelens')), FUSES));
  await testPackages('routelens', {
    ...result,
    program: electronFiles(result.electron),
    needs: [/libnss3/, /libgtk-3-0/, /xdg-utils/],
  });
  const tree = join(scratch, 'tree-electron');
  read(['dpkg-deb', '-x', result.deb, tree]);
  const electrons = /^Electron contributors[^]*Chromium Authors/;
  await testCopyrights(result.deb, tree, 'routelens', {
    'usr/lib/routelens/routelens': ['Electron-and-Chromium', electrons],
    'usr/lib/routelens/libffmpeg.so': ['Electron-and-Chromium', electrons],
    'usr/lib/routelens/resources/app.asar': ['various', /Routelens developers/],
    'usr/lib/routelens/resources/rtmgr-user': ['GPL-2.0-only', /Routelens developers/],
  });
  return result;
}

/** Runs the program in the folder. @param {string} scratch @param {string} folder */
export async function runOldElectron(scratch, folder) {
  const home = join(scratch, 'person');
  mkdirSync(home);
  chmodSync(scratch, 0o755);
  if (process.getuid?.() === 0) chownSync(home, NOBODY, NOBODY);
  await test(`${NAME}: routes of the Lab from a terminal, all out of the archive`, () => {
    const cli = join(folder, 'resources/app.asar/dist/main/cli.cjs');
    const routes = [join(folder, 'routelens'), cli, 'routes', '--target', 'lab'];
    const { status, stdout, stderr } = runAsPerson(routes, { HOME: home, ELECTRON_RUN_AS_NODE: '1' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^10\./m);
  });
  const display = await startXvfb();
  await test(`${NAME}: the window opens with its sandbox on, and changes a route of the Lab`, () => {
    const picture = join(home, 'smoke.png');
    const program = [join(folder, 'routelens'), `--smoke=${picture}`];
    const { status, stdout, stderr } = runAsPerson(program, { HOME: home, DISPLAY: display.name });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.ok(existsSync(picture) && readFileSync(picture).length > 10_000);
    assert.ok(readdirSync(home).includes('.config'));
  });
  display.close();
}
