// SPDX-License-Identifier: MIT
// Gathers what testing/install needs (packages, dkms, a kernel's headers, a display), and runs it in testing/overlay.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startXvfb } from '../../lib/display.mjs';
import { cache, root, say } from '../../lib/root.mjs';
import { record } from './harness.mjs';

/** Of Debian 12. */
const SERIES = '6.1';
const MINUTES = 10;

/** @param {string[]} words @param {string} [cwd] */
const run = ([command = '', ...args], cwd) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });

/**
 * What is needed and not installed, as packages in the cache; the system itself stays as it is.
 * @param {string} wanted as in a Depends line @returns {string[]} files
 */
function fetchDebs(wanted) {
  const folder = join(cache, 'package/debs');
  mkdirSync(folder, { recursive: true });
  const simulate = () => run(['apt-get', 'satisfy', '--simulate', '--no-install-recommends', wanted]);
  let plan = simulate();
  if (plan.status !== 0) {
    run(['apt-get', '-q', 'update']);
    plan = simulate();
  }
  if (plan.status !== 0) throw new Error(`apt cannot have ${wanted}: ${plan.stderr}`);
  const names = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name.replace(/:.*/, ''));
  const find = (/** @type {string} */ name) =>
    readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  const absent = names.filter((name) => find(name) === undefined);
  const { status, stderr } =
    absent.length === 0 ? plan : run(['apt-get', '-q', 'download', ...absent], folder);
  const still = names.filter((name) => find(name) === undefined);
  if (status !== 0 || still.length > 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`could not be downloaded from Debian: ${still.join(', ')}: ${stderr}`);
  }
  return names.map((name) => join(folder, find(name) ?? ''));
}

/** Why it cannot be tried here, null when it can. */
function obstacle() {
  if (process.getuid?.() !== 0) return 'installing takes root, if only on an overlay';
  if (run(['unshare', '--mount', 'true']).status !== 0) return 'no mount namespace can be made here';
  for (const name of ['nodejs', 'chromium'])
    if (run(['dpkg-query', '-W', '-f', '${db:Status-Status}', name]).stdout !== 'installed')
      return `${name} is not here as a Debian package, which the package depends on`;
  if (run(['dpkg-query', '-W', 'routelens*']).stdout.includes('\t'))
    return 'Routelens is installed here as a package';
  return null;
}

/** @param {string} out @param {import('./electron.mjs').OldElectron} old @param {string} scratch */
export async function testInstall(out, old, scratch) {
  const name = 'install, run and purge';
  const why = obstacle();
  if (why !== null) {
    record('skipped', name, why);
    return;
  }
  const given = join(scratch, 'given');
  for (const folder of [given, join(given, 'debs'), join(given, 'electron')]) mkdirSync(folder);
  for (const file of readdirSync(out).filter((file) => /^routelens-chromium.*\.(deb|tar\.gz)$/.test(file)))
    cpSync(join(out, file), join(given, file));
  let wanted = 'dkms';
  if (old !== null) {
    for (const file of [old.deb, old.archive]) copyFileSync(file, join(given, 'electron', basename(file)));
    wanted += `, ${run(['dpkg-deb', '-f', old.deb, 'Depends']).stdout.trim()}`;
  }
  try {
    for (const file of fetchDebs(wanted)) copyFileSync(file, join(given, 'debs', basename(file)));
  } catch (error) {
    record('failed', name, String(error));
    return;
  }
  const fetched = run([join(root, 'kernel/scripts/fetch-kernel'), SERIES, 'headers']);
  const headers = fetched.stdout.trim();
  if (fetched.status !== 0) {
    record('failed', name, fetched.stderr);
    return;
  }
  writeFileSync(join(given, 'kernel'), `${basename(headers).replace('linux-headers-', '')} ${headers}\n`);

  const display = await startXvfb();
  const here = import.meta.dirname;
  const { status, stdout, error } = spawnSync(join(here, 'overlay'), [given, join(here, 'install')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
    timeout: MINUTES * 60_000,
    env: { ...process.env, DISPLAY: display.name },
  });
  display.close();
  const lines = stdout.split('\n').filter(Boolean);
  for (const line of lines) {
    const [verdict, test = '', words = ''] = line.split('\t');
    record(verdict === 'passed' ? 'passed' : 'failed', test, words);
  }
  if (status !== 0 || error || lines.at(-1) !== 'passed\tthe end\t')
    record(
      'failed',
      name,
      `it did not come to its end (exit code ${status}, ${error?.message ?? 'no error'})`,
    );
  say('nothing of that was kept');
}
