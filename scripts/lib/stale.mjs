// SPDX-License-Identifier: MIT
// Whether dist/ is older than its sources: first by times and sizes, which takes milliseconds, then by content, so that
// a checkout or a touch alone builds nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

const FOLDERS = ['app', 'main', 'renderer'];
const FILES = [
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/build.mjs',
  'scripts/bundles.mjs',
  'scripts/lib/stale.mjs',
];

/** What is not built into anything. */
const isSource = (/** @type {string} */ name) => !/\.(test\.tsx?|md|bin|hex)$/.test(name);

/** @returns {string[]} paths from the root of the repository */
function sources() {
  /** @type {string[]} */
  const found = FILES.filter((file) => existsSync(join(root, file)));
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (isSource(entry.name)) found.push(path);
    }
  };
  for (const folder of FOLDERS) walk(folder);
  return found.sort();
}

/** @typedef {{ times: string, content: string }} Stamp */

function times(/** @type {string[]} */ files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

function content(/** @type {string[]} */ files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** What must be there for the stamp to mean anything. */
const RESULTS = ['main/chromium.cjs', 'main/electron.cjs', 'main/table.cjs', 'renderer/index.html'];

/** True when `dist` (a folder from the root) has to be built. */
export function isStale(dist = 'dist') {
  const file = join(root, dist, '.stamp');
  if (!existsSync(file) || RESULTS.some((result) => !existsSync(join(root, dist, result)))) return true;
  const files = sources();
  /** @type {Stamp} */
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return true;
  }
  const now = times(files);
  if (stamp.times === now) return false;
  if (stamp.content !== content(files)) return true;
  writeFileSync(file, JSON.stringify({ ...stamp, times: now }));
  return false;
}

/** What the sources are now; taken before a build, written after it, so that an edit meanwhile is not lost. @returns {Stamp} */
export function takeStamp() {
  const files = sources();
  return { times: times(files), content: content(files) };
}

/** Remembers that `dist` was built from what `stamp` tells. */
export function writeStamp(/** @type {Stamp} */ stamp, dist = 'dist') {
  const file = join(root, dist, '.stamp');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(stamp));
}
