// SPDX-License-Identifier: MIT
// Electron's folder with the program in it: exactly what is in it, modes, and every byte of the archive.
import assert from 'node:assert/strict';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from '../files.mjs';
import { KOFFI, NATIVE, appFiles, electronFiles, filesOf, unhashed } from './lists.mjs';
import { test } from './harness.mjs';

/** Nothing runs with another's rights. @param {string} folder */
function modes(folder) {
  const programs = /^(routelens|chrome-sandbox|chrome_crashpad_handler|resources\/rtmgr-user)$/;
  for (const path of walk(folder)) {
    const stat = lstatSync(join(folder, path));
    assert.ok(!stat.isSymbolicLink(), `${path} is a link`);
    const expected = stat.isDirectory() || programs.test(path) ? 0o755 : 0o644;
    assert.equal(stat.mode & 0o6022, 0, path);
    // libraries are executable in Electron's zip
    if (/\.so(\.\d+)?$/.test(path)) continue;
    assert.equal((stat.mode & 0o7777).toString(8), expected.toString(8), path);
  }
}

/** @param {string} folder @param {string} stage what the archive was made of */
async function archiveIs(folder, stage) {
  const { extractFile, listPackage, statFile } = await import('@electron/asar');
  const archive = join(folder, 'resources/app.asar');
  const inside = listPackage(archive, { isPack: false })
    .map((path) => path.slice(1))
    .filter((path) => !('files' in statFile(archive, path)));
  assert.deepEqual(unhashed(inside), appFiles('electron').sort());
  assert.deepEqual([...inside].sort(), filesOf(stage).sort());
  for (const path of inside) {
    const entry = statFile(archive, path);
    const isOutside = 'unpacked' in entry && entry.unpacked === true;
    // a library cannot be loaded out of an archive, so it lies beside; nothing else has to
    if (path === NATIVE) assert.ok(isOutside, `${path} is in the archive`);
    assert.ok(!isOutside || path.startsWith(`${KOFFI}/`), `${path} is outside of the archive`);
    const bytes = isOutside
      ? readFileSync(join(folder, 'resources/app.asar.unpacked', path))
      : extractFile(archive, path);
    assert.ok(bytes.equals(readFileSync(join(stage, path))), `${path} is not what was staged`);
  }
}

/**
 * @param {string} name of the test @param {string} folder
 * @param {{ electron: string[], stage: string }} from what is in Electron's own folder, and what the archive was made
 *   of
 */
export async function testElectronFolder(name, folder, { electron, stage }) {
  // helper and module are not in it: they belong to deb and tar.gz, and nobody can use them from an AppImage
  await test(`${name}: has exactly the files that it should`, () =>
    assert.deepEqual(filesOf(folder).sort(), electronFiles(electron).sort()));
  await test(`${name}: nothing is set-user-id, or writable by others`, () => modes(folder));
  await test(`${name}: the archive has exactly what was staged, byte by byte`, () =>
    archiveIs(folder, stage));
}
