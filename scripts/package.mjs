// SPDX-License-Identifier: MIT
// npm run package: the deb and the tar.gz of the Chromium shell, and of Electron where its binary can be had, into out/.
// The same sources give the same bytes (SOURCE_DATE_EPOCH, else the time of the last commit).
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { SYSTEM, ensureNodeModules, ensureSystem, hasCommand } from './lib/packages.mjs';
import { giveUp, root, say } from './lib/root.mjs';
import { settle } from './package/files.mjs';
import { buildPrograms } from './package/native.mjs';

const HELP = `npm run package -- [options]
  --out FOLDER         where to (out/)
  --only SHELL         chromium or electron; without it both
  --electron FOLDER    an unpacked Electron to use, and --electron-version what it is
  --no-archives        only Electron's folder of that shell, no package of it
  --fast               packages that are larger, and made sooner: for a test
  --dist FOLDER        bundles that are built already, for that Electron (dist/)
  --help               this text
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: join(root, 'out') },
        only: { type: 'string' },
        electron: { type: 'string' },
        'electron-version': { type: 'string' },
        'no-archives': { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        dist: { type: 'string', default: 'dist' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.only !== undefined && values.only !== 'chromium' && values.only !== 'electron')
      throw new Error(`There is no shell ${values.only}`);
    return { ...values, out: resolve(process.env['INIT_CWD'] ?? '.', values.out) };
  } catch (error) {
    say(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
ensureNodeModules();
ensureSystem([SYSTEM.gcc, SYSTEM.libc, SYSTEM.make, SYSTEM.xz]);
if (!hasCommand('dpkg-deb')) giveUp('dpkg-deb is missing: packages are made on Debian and its like');
ensureBuilt({ dist: options.dist, args: options.dist === 'dist-old' ? ['--old'] : [] });
const { out, fast } = options;
const stage = join(out, 'stage');
rmSync(stage, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const file of readdirSync(out))
  if (/^routelens.*\.(deb|tar\.gz|AppImage)$|^SHA256SUMS$/.test(file)) rmSync(join(out, file));

// imported only now: they read what is installed
const { stageLicences } = await import('./package/stage.mjs');
const licences = join(stage, 'licences');
stageLicences(licences);
settle(licences);
say('compiling routelens-helper and rtmgr-user');
const programs = buildPrograms(join(stage, 'programs'));
/** @type {import('./package/common.mjs').Job} */
const job = { out, stage, dist: options.dist, licences, programs, fast, made: [], missing: [] };
if (options.only !== 'electron') {
  const { packageChromium } = await import('./package/chromium.mjs');
  packageChromium(job);
}
if (options.only !== 'chromium') {
  const { packageElectron } = await import('./package/electron.mjs');
  const { electron, 'electron-version': electronVersion, 'no-archives': noArchives } = options;
  await packageElectron(job, { electron, electronVersion, noArchives });
}

/** As sha256sum writes them. */
const sums = job.made
  .sort()
  .map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(out, file)))
        .digest('hex')}  ${file}\n`,
  )
  .join('');
writeFileSync(join(out, 'SHA256SUMS'), sums);
process.stdout.write(sums);
for (const line of job.missing) say(`not made: ${line}`);
