// SPDX-License-Identifier: MIT
// What all packages have in common: versions, the time that their files bear, names of architectures.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @type {string} */
export const version = manifest.version;
/** @type {string} */
export const description = manifest.description;

/** Version of the kernel module. */
export const rtmgrVersion = (() => {
  const text = readFileSync(join(root, 'kernel/message/net.h'), 'utf8');
  const found = /^#define RTMGR_RELEASE\s+"(.+)"$/m.exec(text)?.[1];
  if (found === undefined) throw new Error('kernel/message/net.h does not say RTMGR_RELEASE');
  return found;
})();

/** Seconds since 1970: SOURCE_DATE_EPOCH, else the time of the last commit, so that the same sources give the same bytes. */
export const epoch = (() => {
  const asked = process.env['SOURCE_DATE_EPOCH'];
  if (asked !== undefined) {
    if (!/^\d{1,12}$/.test(asked)) throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${asked}`);
    return Number(asked);
  }
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  // an archive of the sources without git
  return status === 0 && /^\d+\n$/.test(stdout) ? Number(stdout) : 1_767_225_600;
})();

/** Node's word for the architecture, and Debian's. */
export const arch = (() => {
  const debian = { x64: 'amd64', arm64: 'arm64' }[/** @type {'x64' | 'arm64'} */ (process.arch)];
  if (debian === undefined) throw new Error(`Packages are made for x64 and arm64; this is ${process.arch}`);
  return { node: process.arch, debian };
})();
