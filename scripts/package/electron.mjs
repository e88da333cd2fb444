// SPDX-License-Identifier: MIT
// The program in Electron's folder, by electron-builder: with Electron's binary where it can be had, else with a folder
// that stands in for it, so that all the rest is built and can be looked at. What a stand-in is in is never made into a
// package that somebody could install.
import { readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { obtainElectron } from '../lib/electron.mjs';
import { root } from '../lib/root.mjs';
import { completeArchive, completeTree } from './common.mjs';
import { makeDeb } from './deb.mjs';
import { arch, version } from './facts.mjs';
import { archive, putFolder, settle } from './files.mjs';
import { libraryPackages } from './native.mjs';
import { stageApp } from './stage.mjs';
import { makeStandIn } from './stand-in.mjs';

/** What Electron links and calls, by Debian's names for it. */
const DEPENDS = [
  'libasound2 | libasound2t64',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libcups2 | libcups2t64',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libxkbcommon0',
  'util-linux',
  'xdg-utils',
];

/**
 * Runs electron-builder for one target, with electron-builder.yml and what only this run knows.
 * @param {'dir' | 'AppImage'} target @param {string} app @param {string} output
 * @param {{ prepackaged?: string, config: Record<string, unknown> }} options
 */
async function runBuilder(target, app, output, { prepackaged, config }) {
  const { Arch, Platform, build } = await import('electron-builder');
  return build({
    targets: Platform.LINUX.createTarget(target, arch.node === 'arm64' ? Arch.arm64 : Arch.x64),
    projectDir: root,
    publish: 'never',
    ...(prepackaged !== undefined && { prepackaged }),
    config: { extends: join(root, 'electron-builder.yml'), directories: { app, output }, ...config },
  });
}

/** Given, in node_modules, or downloaded now; null and why when none of it. @param {string | undefined} given */
async function findElectronFolder(given) {
  if (given !== undefined) return { folder: resolve(given), why: '' };
  const found = await obtainElectron();
  return found.binary === null
    ? { folder: null, why: found.why }
    : { folder: join(found.binary, '..'), why: '' };
}

/** Besides what electron-builder.yml says of fuses: none in a stand-in, and one that only a newer Electron has. @param {boolean} isReal @param {string} version */
function fuses(isReal, version) {
  if (!isReal) return { electronFuses: null };
  return Number.parseInt(version) < 29 ? {} : { electronFuses: { grantFileProtocolExtraPrivileges: false } };
}

/** @param {import('./common.mjs').Job} job @param {string} unpacked @param {string} koffi */
function makeElectronDeb(job, unpacked, koffi) {
  const { out, stage, programs } = job;
  const tree = join(stage, 'deb-electron');
  putFolder(unpacked, join(tree, 'usr/lib/routelens'));
  completeTree(job, tree, 'routelens');
  symlinkSync('../lib/routelens/routelens', join(tree, 'usr/bin/routelens'));
  const deb = `routelens_${version}_${arch.debian}.deb`;
  makeDeb(tree, join(out, deb), {
    name: 'routelens',
    shell: 'in Electron',
    depends: [...libraryPackages([programs.helper, programs.worker, programs.rtmgrUser, koffi]), ...DEPENDS],
    conflicts: ['routelens-chromium'],
    fast: job.fast,
  });
  job.made.push(deb);
}

/** @param {import('./common.mjs').Job} job @param {string} unpacked */
function makeElectronArchive(job, unpacked) {
  const folder = `routelens-${version}-linux-${arch.node}`;
  const parent = join(job.stage, 'tar-electron');
  putFolder(unpacked, join(parent, folder, 'lib/routelens'));
  completeArchive(job, join(parent, folder));
  symlinkSync('lib/routelens/routelens', join(parent, folder, 'routelens'));
  archive(parent, folder, join(job.out, `${folder}.tar.gz`), job.fast);
  job.made.push(`${folder}.tar.gz`);
}

/** An AppImage has neither helper nor module: it is one file that nobody installs as root. @param {import('./common.mjs').Job} job @param {string} unpacked @param {string} app @param {Record<string, unknown>} config */
async function makeAppImage(job, unpacked, app, config) {
  const output = join(job.stage, 'appimage');
  try {
    await runBuilder('AppImage', app, output, { prepackaged: unpacked, config });
    for (const file of readdirSync(output).filter((name) => name.endsWith('.AppImage'))) {
      renameSync(join(output, file), join(job.out, file));
      job.made.push(file);
    }
  } catch (error) {
    const why = /** @type {Error} */ (error).message.trim().split('\n')[0] ?? '';
    // words of Node, and of what electron-builder downloads with
    const isNetwork =
      /\b(E(NOTFOUND|CONN\w+|AI_AGAIN|TIMEDOUT|NETUNREACH|HOSTUNREACH)|cannot download|status code \d+)\b/i;
    job.missing.push(
      isNetwork.test(why)
        ? `AppImage: electron-builder's tools for it could not be downloaded: ${why}`
        : `AppImage: electron-builder could not make it: ${why}`,
    );
  }
}

/**
 * @param {import('./common.mjs').Job} job
 * @param {{ electron?: string | undefined, electronVersion?: string | undefined, noArchives: boolean }} given
 */
export async function packageElectron(job, given) {
  const { out, stage, dist, programs, licences } = job;
  const { folder: found, why } = await findElectronFolder(given.electron);
  const manifest = join(root, 'node_modules/electron/package.json');
  const electronVersion = given.electronVersion ?? JSON.parse(readFileSync(manifest, 'utf8')).version;
  const app = join(stage, 'electron');
  const koffi = stageApp(app, { shell: 'electron', dist });
  settle(app);
  const config = {
    electronVersion,
    electronDist: found ?? makeStandIn(join(stage, 'electron-stand-in')),
    extraResources: [{ from: programs.rtmgrUser, to: 'rtmgr-user' }],
    extraFiles: [{ from: licences, to: 'licences' }],
    ...fuses(found !== null, electronVersion),
  };
  const output = join(out, 'electron');
  rmSync(output, { recursive: true, force: true });
  await runBuilder('dir', app, output, { config });
  const unpacked = join(output, arch.node === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  // nothing is set-user-id: user namespaces give chrome-sandbox what it would need that for
  settle(unpacked);
  if (found === null) {
    const standIn = join(output, 'stand-in');
    renameSync(unpacked, standIn);
    job.missing.push(
      `Electron ${electronVersion}: ${why}. Its deb, tar.gz and AppImage are not made; all else of them is in ${standIn}, around a folder that stands in for Electron's`,
    );
    return;
  }
  if (given.noArchives) return;
  makeElectronDeb(job, unpacked, koffi);
  makeElectronArchive(job, unpacked);
  await makeAppImage(job, unpacked, app, config);
}
