// SPDX-License-Identifier: MIT
// Installs what is missing: npm packages from the lock file, system packages by apt. A second run finds all in place
// within a few milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { giveUp, root, say } from './root.mjs';

/** Whether a program is in PATH, or in the folders of system programs. */
export function hasCommand(/** @type {string} */ name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Says so when Node is older than the scripts and the program can do with. */
function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(`Routelens needs Node 20.19 or later; this is ${process.version} (${process.execPath})`);
}

/** Runs `npm ci` when node_modules is missing or older than the lock file. */
export function ensureNodeModules() {
  ensureNode();
  const lock = join(root, 'package-lock.json');
  // npm's own record of what it installed, and ours of the lock file it was made from
  const record = join(root, 'node_modules/.package-lock.json');
  const stamp = join(root, 'node_modules/.routelens-lock');
  if (existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs) return;
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(record) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say(
    existsSync(record)
      ? 'npm packages: the lock file is newer, installing'
      : 'npm packages: installing from the lock file',
  );
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Electron's binary is optional and fetched apart
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
  });
  if (status !== 0) giveUp(`npm packages: npm ci ended with exit code ${status}; its reason is above`);
  writeFileSync(stamp, hash);
}

/**
 * Debian packages that programs come from, and what they are for.
 * @typedef {{ name: string, why: string, isThere: () => boolean }} SystemPackage
 */

/** @satisfies {Record<string, SystemPackage>} */
export const SYSTEM = {
  chromium: {
    name: 'chromium',
    why: 'the window',
    isThere: () => ['chromium', 'chromium-browser', 'google-chrome-stable'].some(hasCommand),
  },
  xvfb: { name: 'xvfb', why: 'a virtual display, because there is none', isThere: () => hasCommand('Xvfb') },
  unshare: { name: 'util-linux', why: "the Lab's namespaces", isThere: () => hasCommand('unshare') },
  iproute2: { name: 'iproute2', why: 'tests compare with ip(8)', isThere: () => hasCommand('ip') },
  gcc: { name: 'gcc', why: 'tests compare with the C headers', isThere: () => hasCommand('gcc') },
  libc: {
    name: 'libc6-dev',
    why: 'the C headers',
    isThere: () => existsSync('/usr/include/linux/rtnetlink.h') && existsSync('/usr/include/stdlib.h'),
  },
  make: { name: 'make', why: 'builds what is in kernel/', isThere: () => hasCommand('make') },
  qemu: {
    name: 'qemu-system-x86',
    why: 'the virtual machine that the kernel module is tested in',
    isThere: () => hasCommand('qemu-system-x86_64'),
  },
  busybox: {
    name: 'busybox-static',
    why: 'the first program of the virtual machine',
    isThere: () => hasCommand('busybox'),
  },
  cpio: {
    name: 'cpio',
    why: 'packs the first file system of the virtual machine',
    isThere: () => hasCommand('cpio'),
  },
  xz: { name: 'xz-utils', why: "unpacks Debian's kernels", isThere: () => hasCommand('xz') },
  flex: { name: 'flex', why: 'builds the kernel of the strict bench', isThere: () => hasCommand('flex') },
  bison: { name: 'bison', why: 'builds the kernel of the strict bench', isThere: () => hasCommand('bison') },
  bc: { name: 'bc', why: 'builds the kernel of the strict bench', isThere: () => hasCommand('bc') },
  sparse: { name: 'sparse', why: "the kernel's static analysis", isThere: () => hasCommand('sparse') },
  perl: { name: 'perl', why: "the kernel's style checker", isThere: () => hasCommand('perl') },
  python: {
    name: 'python3',
    why: "the kernel's style checker",
    isThere: () => hasCommand('python3'),
  },
  clang: { name: 'clang', why: 'fuzzing', isThere: () => hasCommand('clang') },
  fuzzer: {
    name: 'libclang-rt-14-dev',
    why: 'fuzzing',
    isThere: () => existsSync('/usr/lib/llvm-14/lib/clang'),
  },
  libelf: {
    name: 'libelf1',
    why: 'building the kernel module',
    isThere: () => existsSync('/usr/lib/x86_64-linux-gnu/libelf.so.1'),
  },
  // They come into the guest with the host's other files; here they run on a bus of their own (kernel/tests/helper/policy).
  dbus: {
    name: 'dbus',
    why: "the virtual machine's system bus",
    isThere: () => hasCommand('dbus-daemon') && hasCommand('dbus-send'),
  },
  polkitd: {
    name: 'polkitd',
    why: 'who may start the helper in the virtual machine',
    isThere: () => existsSync('/usr/lib/polkit-1/polkitd') && hasCommand('pkttyagent'),
  },
  pkexec: {
    name: 'pkexec',
    why: 'starts the helper in the virtual machine',
    isThere: () => hasCommand('pkexec'),
  },
  xmllint: {
    name: 'libxml2-utils',
    why: 'validates the polkit actions',
    isThere: () => hasCommand('xmllint'),
  },
  desktop: {
    name: 'desktop-file-utils',
    why: 'validates the desktop entry',
    isThere: () => hasCommand('desktop-file-validate'),
  },
  mime: {
    name: 'shared-mime-info',
    why: 'the types that captures are told by',
    isThere: () =>
      hasCommand('update-mime-database') && existsSync('/usr/share/mime/packages/freedesktop.org.xml'),
  },
  gio: { name: 'libglib2.0-bin', why: 'tells the type of a capture', isThere: () => hasCommand('gio') },
  strace: { name: 'strace', why: 'tests look at system calls', isThere: () => hasCommand('strace') },
};

/** Installs the packages that are missing, or says how to and ends. */
export function ensureSystem(/** @type {SystemPackage[]} */ packages) {
  const missing = packages.filter((p) => !p.isThere());
  if (missing.length === 0) return;
  const names = missing.map((p) => p.name);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  for (const { name, why } of missing) say(`system package ${name} is missing (${why})`);
  if (!hasCommand('apt-get'))
    giveUp(`Install them with the package manager of this system: ${names.join(', ')}`);
  const isRoot = process.getuid?.() === 0;
  const canSudo =
    !isRoot &&
    hasCommand('sudo') &&
    // a password can be asked for only where there is a person
    (process.stdin.isTTY || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0);
  if (!isRoot && !canSudo)
    giveUp(`Without rights to install them; run this as root, then start again:\n  ${command}`);
  say(`${isRoot ? 'installing' : 'installing through sudo'}: ${command}`);
  /** @param {string[]} words */
  const run = (words) =>
    spawnSync(
      isRoot ? (words[0] ?? '') : 'sudo',
      isRoot ? words.slice(1) : ['DEBIAN_FRONTEND=noninteractive', ...words],
      {
        stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      },
    ).status;
  if (run(['apt-get', '-q', 'update']) !== 0)
    say('apt-get update failed; trying with the lists that are there');
  if (run(['apt-get', '-q', 'install', '-y', '--no-install-recommends', ...names]) !== 0) {
    giveUp(`apt-get could not install them; its reason is above. The command was:\n  ${command}`);
  }
  const still = missing.filter((p) => !p.isThere());
  if (still.length > 0) giveUp(`Installed, but not found: ${still.map((p) => p.name).join(', ')}`);
}
