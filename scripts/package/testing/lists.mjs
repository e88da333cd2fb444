// SPDX-License-Identifier: MIT
// The exact lists of what is to be in each package, and how lists are read out of packages.
import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lib/root.mjs';
import { ICONS, ICON_SIZES } from '../../icons.mjs';
import { arch, rtmgrVersion } from '../facts.mjs';
import { walk } from '../files.mjs';

/** @typedef {'chromium' | 'electron'} Shell */

/** @param {string[]} words */
export const read = ([command = '', ...args]) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** Files without hashes in their names, which change with their content; sorted. @param {string[]} paths */
export const unhashed = (paths) =>
  paths.map((path) => path.replace(/-[\w-]{8}\.(js|css|woff2)$/, '-HASH.$1')).sort();

export const KOFFI = `node_modules/@koromix/koffi-linux-${arch.node}`;
/** The one library that the system has to link, and which no archive can hold for that reason. */
export const NATIVE = `${KOFFI}/linux_${arch.node}/koffi.node`;
const BUNDLES = ['cli', 'lab-child', 'receiver', 'sender', 'table', 'trace'];
const OWN = { chromium: ['chromium'], electron: ['electron', 'preload'] };

/** Of the program as it is staged for a shell. @param {Shell} shell */
export const appFiles = (shell) => [
  ...[...BUNDLES, ...OWN[shell]].map((name) => `dist/main/${name}.cjs`),
  'dist/renderer/assets/index-HASH.css',
  'dist/renderer/assets/index-HASH.js',
  'dist/renderer/assets/inter-latin-wght-normal-HASH.woff2',
  'dist/renderer/assets/jetbrains-mono-latin-wght-normal-HASH.woff2',
  'dist/renderer/index.html',
  `${KOFFI}/index.js`,
  NATIVE,
  `${KOFFI}/package.json`,
  'node_modules/koffi/LICENSE.txt',
  'node_modules/koffi/index.cjs',
  'node_modules/koffi/package.json',
  'node_modules/koffi/src/koffi/index.cjs',
  'node_modules/koffi/src/koffi/src/static.cjs',
  'node_modules/koffi/src/koffi/src/trampolines.cjs',
  'package.json',
];

const LICENCES = ['GPL-2.0-only.txt', 'LICENSE', 'Linux-syscall-note.txt', 'third-party-licences.txt'];
const below = (/** @type {string} */ folder, /** @type {string[]} */ paths) =>
  paths.map((path) => `${folder}/${path}`);

/**
 * Of Electron's folder with the program in it, given what is in Electron's own.
 * @param {string[]} electron
 */
export const electronFiles = (electron) => [
  ...electron
    .filter((path) => !path.startsWith('resources/'))
    .filter((path) => !path.startsWith('locales/') || path === 'locales/en-US.pak')
    // what electron-builder calls them
    .map((path) => ({ electron: 'routelens', LICENSE: 'LICENSE.electron.txt' })[path] ?? path),
  ...below('licences', LICENCES),
  'resources/app.asar',
  ...below('resources/app.asar.unpacked', [`${KOFFI}/index.js`, NATIVE, `${KOFFI}/package.json`]),
  'resources/rtmgr-user',
];

/** The sources of the module, as the makefile of the clone finds them, and what goes with them. */
const moduleSource = () => [
  'Kbuild',
  'LICENSES/GPL-2.0-only.txt',
  'LICENSES/Linux-syscall-note.txt',
  'dkms.conf',
  ...['core', 'include', 'message', 'module'].flatMap((folder) =>
    walk(join(root, 'kernel', folder))
      .filter((path) => /\.[ch]$/.test(path))
      .map((path) => `${folder}/${path}`),
  ),
];

const desktopFiles = () => [
  'applications/routelens.desktop',
  ...ICONS.map(([name, kind]) => `icons/hicolor/scalable/${kind}/${name}.svg`),
  ...ICONS.flatMap(([name, kind]) =>
    ICON_SIZES.map((size) => `icons/hicolor/${size}x${size}/${kind}/${name}.png`),
  ),
  'mime/packages/routelens.xml',
];

/** Of a deb, given what is in usr/lib/routelens. @param {string} name of the package @param {string[]} program */
export const debFiles = (name, program) => [
  'usr/bin/routelens',
  'usr/bin/routelens-cli',
  ...below('usr/lib/routelens', program),
  'usr/libexec/routelens/routelens-helper',
  'usr/libexec/routelens/routelens-worker',
  ...below(`usr/share/doc/${name}`, ['changelog.gz', 'copyright', 'third-party-licences.txt']),
  ...below('usr/share', desktopFiles()),
  'usr/share/polkit-1/actions/org.routelens.policy',
  ...below(`usr/src/rtmgr-${rtmgrVersion}`, moduleSource()),
];

/** Of a tar.gz, below its one folder, given what is in lib/routelens. @param {string[]} program */
export const archiveFiles = (program) => [
  'README',
  'routelens',
  'routelens-cli',
  ...below('lib/routelens', program),
  ...below('licences', LICENCES),
  ...below('share', desktopFiles()),
  ...below('system', [
    'install-system',
    'org.routelens.policy',
    'routelens-helper',
    'routelens-worker',
    'routelens.svg',
    'uninstall-system',
    ...below('rtmgr', moduleSource()),
  ]),
];

/** Files of a folder, without folders. @param {string} folder */
export const filesOf = (folder) =>
  walk(folder).filter((path) => !lstatSync(join(folder, path)).isDirectory());

/**
 * What `tar -tv` says, as which `dpkg-deb -c` does, too.
 * @param {string} text
 */
const entries = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', , , , path = '', , target = ''] = line.split(/\s+/);
      return { mode, owner, path: path.replace(/^\.\//, '').replace(/\/$/, ''), target };
    });

/** @param {string} file a deb or a tar.gz */
export const contents = (file) =>
  entries(
    file.endsWith('.deb') ? read(['dpkg-deb', '-c', file]) : read(['tar', '--numeric-owner', '-tvzf', file]),
  );
