// SPDX-License-Identifier: MIT
// npm run test:package: makes the packages twice, in two places and surroundings, looks into them, installs, runs and
// purges them on an overlay of this system, builds the module by dkms for Debian's 6.1, and runs the program in a
// packaged Electron where an old one can be had. The last line counts.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM, ensureNodeModules, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root } from './lib/root.mjs';
import { lastLines } from './lib/suites.mjs';
import { walk } from './package/files.mjs';
import { testContent } from './package/testing/content.mjs';
import { runOldElectron, testOldElectron } from './package/testing/electron.mjs';
import { counts, test } from './package/testing/harness.mjs';
import { testInstall } from './package/testing/install.mjs';
import { runPackage } from './package/testing/run-package.mjs';
import { testWords } from './package/testing/words.mjs';

ensureNodeModules();
ensureSystem([
  SYSTEM.gcc,
  SYSTEM.libc,
  SYSTEM.make,
  SYSTEM.xz,
  SYSTEM.chromium,
  SYSTEM.xvfb,
  SYSTEM.unshare,
  // what looks at desktop entry, types and polkit actions, and would else have to be done without
  SYSTEM.desktop,
  SYSTEM.mime,
  SYSTEM.gio,
  SYSTEM.xmllint,
  SYSTEM.polkitd,
]);
const folder = join(cache, 'package');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'routelens-package-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The time of the last commit, given to both, since the copy below has no git. */
const { stdout: time } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
const epoch = process.env['SOURCE_DATE_EPOCH'] ?? (time.trim() || '1');

/** @param {string} where @param {string} to @param {Record<string, string | undefined>} env @param {string} umask */
function makePackages(where, to, env, umask) {
  const made = runPackage(where, ['--out', to], { SOURCE_DATE_EPOCH: epoch, ...env }, umask);
  if (made.status !== 0) giveUp(`npm run package ended with exit code ${made.status}; its reason is above`);
  return made.stderr;
}

/** A copy of the sources somewhere else, which is built anew. @param {string} to */
function copySources(to) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of listed.split('\0'))
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(to, file));
  // hard links: a symbolic one would be followed, and its target be named in the bundles
  execFileSync('cp', ['-al', join(root, 'node_modules'), to]);
}

/** One line for each file below `folder`: mode, time, content. @param {string} folder */
const sums = (folder) =>
  walk(folder)
    .filter((path) => !path.endsWith('.yml') && !path.endsWith('.yaml'))
    .map((path) => {
      const { mode, mtimeMs } = lstatSync(join(folder, path));
      const hash = (mode & constants.S_IFMT) === constants.S_IFREG ? sha256(join(folder, path)) : '-';
      return `${mode.toString(8)} ${mtimeMs} ${hash} ${path}`;
    });
/** @param {string} file */
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

const out = join(folder, 'out');
const again = join(scratch, 'again');
rmSync(out, { recursive: true, force: true });
const said = makePackages(root, out, { TZ: 'UTC', LC_ALL: 'C' }, '022');
const hasElectron = existsSync(join(out, 'electron/linux-unpacked'));
const copy = join(folder, 'another place');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy);
copySources(copy);
// Turkish has letters of its own for i and I, and Node sorts by it whether or not the system has it. There is no
// network but when the first run had it, too.
const elsewhere = {
  TZ: 'Pacific/Kiritimati',
  LC_ALL: 'tr_TR.UTF-8',
  LANG: 'tr_TR.UTF-8',
  ...(!hasElectron && { ELECTRON_MIRROR: 'http://127.0.0.1:9/', HTTPS_PROXY: '', https_proxy: '' }),
};
const saidAgain = makePackages(copy, again, elsewhere, '077');
rmSync(copy, { recursive: true });
const differs = 'the same bytes from another folder, umask, time zone and locale';
for (const file of readdirSync(out).filter((name) => /\.(deb|tar\.gz)$/.test(name)))
  await test(`${file}: ${differs}`, () => assert.equal(sha256(join(out, file)), sha256(join(again, file))));
await test(`Electron's folder: ${differs}`, () =>
  assert.deepEqual(sums(join(again, 'electron')), sums(join(out, 'electron'))));
await testWords({ said, saidAgain, hasElectron });
await testContent(out, scratch);
const old = await testOldElectron(scratch);
await testInstall(out, old, scratch);
if (old !== null) await runOldElectron(scratch, old.folder);
// whoever runs this among others reads standard output, and names what failed
process.stdout.write(lastLines(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
