// SPDX-License-Identifier: MIT
// Files of a package: put there with their mode, all of one time, and archives that have the same bytes each time.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { epoch } from './facts.mjs';

/** Copies a file. @param {string} from @param {string} to @param {number} [mode] */
export function put(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** Writes a file. @param {string} to @param {string | Buffer} content @param {number} [mode] */
export function write(to, content, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content);
  chmodSync(to, mode);
}

/** All below a folder, with folders, sorted; paths from there. @param {string} folder @returns {string[]} */
export function walk(folder) {
  /** @type {string[]} */
  const found = [];
  const enter = (/** @type {string} */ prefix) => {
    const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(prefix, entry.name);
      found.push(path);
      if (entry.isDirectory()) enter(path);
    }
  };
  enter('');
  return found;
}

/** Copies what `wanted` lets through. @param {string} from @param {string} to @param {(path: string) => boolean} [wanted] */
export function putFolder(from, to, wanted = () => true) {
  for (const path of walk(from)) {
    const { mode } = lstatSync(join(from, path));
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (isFile && wanted(path)) put(join(from, path), join(to, path), mode & 0o777);
  }
}

/** Gives a tree the modes and the times of a package: nobody's umask, and no clock. @param {string} folder */
export function settle(folder) {
  for (const path of [...walk(folder).reverse(), '.']) {
    const full = join(folder, path);
    // the way up is last, since a file that comes changes its folder's time
    const stat = lstatSync(full);
    if (stat.isDirectory()) chmodSync(full, 0o755);
    else if (stat.isFile()) chmodSync(full, (stat.mode & 0o111) === 0 ? 0o644 : 0o755);
    lutimesSync(full, epoch, epoch);
  }
}

/** Runs a tool that must succeed. @param {string[]} words @param {{ cwd?: string, env?: Record<string, string> }} [options] */
export function run(words, { cwd, env } = {}) {
  const [command = '', ...args] = words;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C', SOURCE_DATE_EPOCH: String(epoch), ...env },
  });
  if (status !== 0) {
    const why = error ? error.message : `${stdout}${stderr}`.trim();
    throw new Error(`${command} ended with ${status}: ${why}`);
  }
  return stdout;
}

/**
 * A tar.gz with one folder in it.
 * @param {string} parent @param {string} name @param {string} result @param {boolean} fast
 */
export function archive(parent, name, result, fast) {
  settle(join(parent, name));
  const tar = `${result}.tmp`;
  run([
    'tar',
    '--create',
    `--file=${tar}`,
    `--directory=${parent}`,
    '--format=gnu',
    '--sort=name',
    `--mtime=@${epoch}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    name,
  ]);
  // gzip's header would hold a name and a time
  const level = fast ? '-1' : '-9';
  run(['sh', '-c', 'gzip "$3" -n < "$1" > "$2" && rm "$1"', 'sh', tar, result, level]);
}
