// SPDX-License-Identifier: MIT
// npm run test:package: makes the packages twice, in two places, looks into them, installs, runs and purges them on an
// overlay of this system, builds the module by dkms for Debian's 6.1, and runs the program in a packaged Electron where
// an old one can be had. The last line counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SYSTEM, ensureNodeModules, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root, say } from './lib/root.mjs';
import { inWords } from './lib/suites.mjs';
import { walk } from './package/files.mjs';
import { testContent } from './package/testing/content.mjs';
import { testElectron } from './package/testing/electron.mjs';
import { counts, test } from './package/testing/harness.mjs';
import { testInstall } from './package/testing/install.mjs';

ensureNodeModules();
ensureSystem([SYSTEM.gcc, SYSTEM.libc, SYSTEM.make, SYSTEM.xz, SYSTEM.chromium, SYSTEM.xvfb, SYSTEM.unshare]);
const folder = join(cache, 'package');
const out = join(folder, 'out');
rmSync(out, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'routelens-package-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The time of the last commit, given to both, since the copy below has no git. */
const { stdout: time } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
const env = { ...process.env, SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? (time.trim() || '1') };

/** @param {string} where @param {string} to */
function makePackages(where, to) {
  const began = Date.now();
  const { status } = spawnSync(process.execPath, [join(where, 'scripts/package.mjs'), '--out', to], {
    cwd: where,
    env,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) giveUp(`npm run package ended with exit code ${status}; its reason is above`);
  say(`packages made in ${((Date.now() - began) / 1000).toFixed(0)} s`);
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

/** One line for each file below `folder`. @param {string} folder */
const sums = (folder) =>
  walk(folder)
    .filter((path) => !path.endsWith('.yml') && !path.endsWith('.yaml'))
    .map((path) => {
      try {
        const bytes = readFileSync(join(folder, path));
        return `${createHash('sha256').update(bytes).digest('hex')} ${path}`;
      } catch {
        return `folder ${path}`;
      }
    });

makePackages(root, out);
const copy = join(folder, 'another place');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy);
copySources(copy);
makePackages(copy, join(scratch, 'again'));
rmSync(copy, { recursive: true });
for (const file of readdirSync(out).filter((name) => /\.(deb|tar\.gz)$/.test(name)))
  await test(`${file}: the same bytes from another folder`, () => {
    const [once, again] = [out, join(scratch, 'again')].map((where) => readFileSync(join(where, file)));
    if (!once?.equals(again ?? Buffer.alloc(0))) throw new Error(`${basename(file)} differs`);
  });
await test("Electron's folder: the same bytes from another folder", () => {
  const [once, again] = [out, join(scratch, 'again')].map((where) => sums(join(where, 'electron')));
  const differing = once?.filter((line, at) => line !== again?.[at]) ?? ['all'];
  if (differing.length > 0 || once?.length !== again?.length) throw new Error(differing.join('\n'));
});
await testContent(out, scratch);
await testInstall(out, scratch);
await testElectron(scratch);
process.stdout.write(`${inWords(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
