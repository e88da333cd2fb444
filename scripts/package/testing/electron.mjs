// SPDX-License-Identifier: MIT
// The packaged program in a genuine, if old, Electron: threads and the Lab's child out of the archive, koffi beside it,
// fuses set. What Electron's own version would do is not known by that, but the packaging is the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { electronFromPypi } from '../../electron-from-pypi.mjs';
import { ensureBuilt } from '../../lib/build.mjs';
import { startXvfb } from '../../lib/display.mjs';
import { root } from '../../lib/root.mjs';
import { record, test } from './harness.mjs';

const VERSION = '22.3.27';
const NOBODY = 65_534;

/** Runs the program as an ordinary user, for whom Chromium's sandbox is on. @param {string[]} words @param {Record<string, string>} env */
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

/** Which fuses are set, from the binary itself. @param {string} file */
async function fusesOf(file) {
  const { getCurrentFuseWire, FuseV1Options } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire(file);
  // the byte of a fuse that is on; the package exports no name for it
  const isOn = (/** @type {number} */ option) =>
    /** @type {Record<number, unknown>} */ (/** @type {unknown} */ (wire))[option] === '1'.charCodeAt(0);
  return {
    runAsNode: isOn(FuseV1Options.RunAsNode),
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
  };
}

/** @param {string} scratch */
export async function testElectron(scratch) {
  const name = 'packaged Electron (an old one)';
  const old = electronFromPypi();
  if (!old.ok) {
    record('skipped', name, old.why);
    return;
  }
  // only what is Electron's: its app was made to load ours from anywhere
  const dist = join(scratch, 'electron-dist');
  cpSync(old.path, dist, {
    recursive: true,
    filter: (from) => !/(\/resources\/.+|\.DirIcon|AppRun|fiftyone.*)$/.test(from),
  });
  ensureBuilt({ dist: 'dist-old', args: ['--old'] });
  const out = join(scratch, 'old');
  const words = [
    '--only',
    'electron',
    '--no-archives',
    '--out',
    out,
    '--electron',
    dist,
    '--electron-version',
    VERSION,
  ];
  const made = spawnSync(
    process.execPath,
    [join(root, 'scripts/package.mjs'), ...words, '--dist', 'dist-old'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  rmSync(dist, { recursive: true });
  const folder = join(out, 'electron/linux-unpacked');
  await test(`${name}: is made`, () => assert.equal(made.status, 0));
  if (made.status !== 0) return;
  await test(`${name}: fuses are set`, async () =>
    assert.deepEqual(await fusesOf(join(folder, 'routelens')), {
      runAsNode: true,
      nodeOptions: false,
      inspect: false,
      onlyAsar: true,
    }));
  const home = join(scratch, 'person');
  mkdirSync(home);
  chmodSync(scratch, 0o755);
  if (process.getuid?.() === 0) chownSync(home, NOBODY, NOBODY);
  await test(`${name}: routes of the Lab from a terminal, all out of the archive`, () => {
    const cli = join(folder, 'resources/app.asar/dist/main/cli.cjs');
    const routes = [join(folder, 'routelens'), cli, 'routes', '--target', 'lab'];
    const { status, stdout, stderr } = runAsPerson(routes, { HOME: home, ELECTRON_RUN_AS_NODE: '1' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^10\./m);
  });
  const display = await startXvfb();
  await test(`${name}: the window opens with its sandbox on, and changes a route of the Lab`, () => {
    const picture = join(home, 'smoke.png');
    const program = [join(folder, 'routelens'), `--smoke=${picture}`];
    const { status, stdout, stderr } = runAsPerson(program, { HOME: home, DISPLAY: display.name });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.ok(existsSync(picture) && readFileSync(picture).length > 10_000);
    assert.ok(readdirSync(home).includes('.config'));
  });
  display.close();
}
