// SPDX-License-Identifier: MIT
// The C programs that are shipped: built apart from the clone's own, with the same flags on every machine, and without
// a word in them of where they were built.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root, say } from '../lib/root.mjs';
import { put } from './files.mjs';

/** What an attacker would have to get past, should there be a mistake. */
const CFLAGS = ['-O2', '-fPIE', '-fstack-protector-strong', '-D_FORTIFY_SOURCE=2', '-Wdate-time'];
const LDFLAGS = ['-pie', '-s', '-Wl,-z,relro,-z,now,-z,noexecstack', '-Wl,--build-id=none'];

/** Below kernel/: make cannot do with a path that has a space in it, as the folder of a package may. */
const BUILD = 'build/package';

/** Builds routelens-helper, routelens-worker and rtmgr-user into `folder`. @param {string} folder */
export function buildPrograms(folder) {
  const kernel = join(root, 'kernel');
  rmSync(join(kernel, BUILD), { recursive: true, force: true });
  const variables = [
    `BUILD=${BUILD}`,
    'CC=gcc',
    `CFLAGS=${CFLAGS.join(' ')}`,
    `LDFLAGS=${LDFLAGS.join(' ')}`,
  ];
  const { status, stdout, stderr } = spawnSync(
    'make',
    ['-s', '-j2', '-C', kernel, ...variables, 'helper', 'user'],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
  );
  if (status !== 0) {
    say(`${stdout}${stderr}`.trimEnd());
    giveUp('routelens-helper, routelens-worker and rtmgr-user could not be built; the reason is above');
  }
  const place = (/** @type {string} */ name) => {
    put(join(kernel, BUILD, name), join(folder, name), 0o755);
    return join(folder, name);
  };
  return {
    helper: place('routelens-helper'),
    worker: place('routelens-worker'),
    rtmgrUser: place('rtmgr-user'),
  };
}

/** Which Debian package a library is of. @type {[RegExp, string][]} */
const LIBRARIES = [
  [/^(libc|libm|libdl|libpthread|librt)\.so|^ld-linux/, 'libc6'],
  [/^libstdc\+\+\.so\.6$/, 'libstdc++6'],
  [/^libgcc_s\.so\.1$/, 'libgcc-s1'],
];

/** Of two dotted versions. @param {string} a @param {string} b */
function compareVersions(a, b) {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * What programs and libraries need of the system, as dpkg-shlibdeps would say it.
 * @param {string[]} files @returns {string[]} for a Depends line
 */
export function libraryPackages(files) {
  const packages = new Set();
  let libc = '0';
  for (const file of files) {
    const text = execFileSync('readelf', ['-W', '-d', '-V', file], { encoding: 'utf8' });
    for (const [, library = ''] of text.matchAll(/\(NEEDED\)\s+Shared library: \[(.+?)\]/g)) {
      const found = LIBRARIES.find(([pattern]) => pattern.test(library));
      if (!found) throw new Error(`${file} needs ${library}; which package is it of?`);
      packages.add(found[1]);
    }
    for (const [, version = ''] of text.matchAll(/Name: GLIBC_([0-9.]+)/g))
      if (compareVersions(version, libc) > 0) libc = version;
  }
  return [...packages].sort().map((name) => (name === 'libc6' ? `libc6 (>= ${libc})` : name));
}
