// SPDX-License-Identifier: MIT
// A virtual machine with Debian's kernel and this machine's own files (read-only, with a layer of memory on top), made
// for one command and gone after it.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../lib/root.mjs';

/** What the initramfs loads, in an order in which each finds what it needs. */
const MODULES = [
  'drivers/virtio/virtio_ring.ko',
  'drivers/virtio/virtio.ko',
  'drivers/virtio/virtio_pci_legacy_dev.ko',
  'drivers/virtio/virtio_pci_modern_dev.ko',
  'drivers/virtio/virtio_pci.ko',
  'net/9p/9pnet.ko',
  'net/9p/9pnet_virtio.ko',
  'fs/netfs/netfs.ko',
  'fs/fscache/fscache.ko',
  'fs/9p/9p.ko',
  'fs/overlayfs/overlay.ko',
];

/** What QEMU ends with when guest.sh came to its end. */
const GUEST_ENDED = 33;

/** @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
function run(command, args, options = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    stdio: ['pipe', 'pipe', 2],
    maxBuffer: 512 * 1024 * 1024,
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ended with ${status ?? error?.message}`);
  return /** @type {Buffer} */ (stdout);
}

/** Debian's kernel, brought by kernel/scripts/fetch-kernel. */
function fetchKernel() {
  const words = ['6.1', 'image'];
  const image = run(join(root, 'kernel/scripts/fetch-kernel'), words).toString().trim();
  const version = image.replace(/^.*vmlinuz-/, '');
  const modules = join(image, '../../lib/modules', version);
  if (!existsSync(join(modules, 'modules.dep')))
    run('busybox', ['depmod', '-b', join(image, '../..'), version]);
  return { image, version, modules };
}

/** The kernel out of its compressed image: it boots some seconds faster where QEMU emulates the processor. */
function unpackKernel(/** @type {string} */ image) {
  const vmlinux = image.replace('vmlinuz', 'vmlinux');
  if (existsSync(vmlinux)) return vmlinux;
  const bytes = readFileSync(image);
  const at = bytes.indexOf(Buffer.from('fd377a585a00', 'hex'));
  if (at < 0) return image;
  // what follows the stream in the image is none of xz's business
  const { stdout } = spawnSync('xz', ['-dc', '--single-stream'], {
    input: bytes.subarray(at),
    maxBuffer: 512 * 1024 * 1024,
  });
  if (stdout.subarray(0, 4).toString('latin1') !== '\x7fELF') return image;
  writeFileSync(`${vmlinux}.new`, stdout);
  renameSync(`${vmlinux}.new`, vmlinux);
  return vmlinux;
}

/** @param {string} folder where it is made @param {string} modules the kernel's modules */
function makeInitramfs(folder, modules) {
  const tree = join(folder, 'initramfs');
  mkdirSync(join(tree, 'bin'), { recursive: true });
  mkdirSync(join(tree, 'modules'));
  copyFileSync(run('sh', ['-c', 'command -v busybox']).toString().trim(), join(tree, 'bin/busybox'));
  copyFileSync(join(import.meta.dirname, 'init.sh'), join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  const names = MODULES.map((path) => path.replace(/^.*\//, ''));
  for (const path of MODULES) {
    copyFileSync(join(modules, 'kernel', path), join(tree, 'modules', path.replace(/^.*\//, '')));
  }
  writeFileSync(join(tree, 'modules/order'), `${names.join('\n')}\n`);
  writeFileSync(join(tree, 'modules/guest'), join(import.meta.dirname, 'guest.sh'));
  const files = /** @type {string[]} */ (readdirSync(tree, { recursive: true }));
  const archive = run('cpio', ['--quiet', '-o', '-H', 'newc'], { cwd: tree, input: `${files.join('\n')}\n` });
  const file = join(folder, 'initramfs.cpio');
  writeFileSync(file, archive);
  rmSync(tree, { recursive: true });
  return file;
}

/**
 * Emulation, unless RTMGR_VM_ACCEL=kvm asks for KVM: that is there in many virtual machines, too, but there it may refuse
 * what QEMU asks for or be far slower than emulation, which shows only in use.
 *
 * Without AVX2: Debian 12's QEMU (7.2) takes ymm4 as the index of a gather for no index at all, and the guest's program
 * reads from a wrong address (https://gitlab.com/qemu-project/qemu/-/issues/2474). Chromium draws with such instructions:
 * its GPU process crashed, and the third time Chromium gave up, in the midst of a test.
 */
const accel =
  process.env['RTMGR_VM_ACCEL'] === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', 'tcg,thread=multi,tb-size=1024', '-cpu', 'max,avx2=off'];

/**
 * Runs a command of bash in a fresh guest. Answers its exit code, or null when the guest did not come to its end, and the
 * folder of what it left in /run/results; console.log in it has what the guest printed.
 * @param {string} command
 * @param {{ minutes: number, onLine?: (line: string) => void }} options
 * @returns {Promise<{ status: number | null, results: string, seconds: number }>}
 */
export async function runInGuest(command, { minutes, onLine = () => {} }) {
  const { image, modules } = fetchKernel();
  const kernel = unpackKernel(image);
  mkdirSync(join(cache, 'vm'), { recursive: true });
  const folder = mkdtempSync(join(cache, 'vm/run-'));
  const results = join(folder, 'results');
  mkdirSync(results);
  writeFileSync(join(results, 'command'), command);
  writeFileSync(join(results, 'modules'), modules);
  const initramfs = makeInitramfs(folder, modules);
  const options = `
    -M q35 -smp 2 -m 4096 -no-reboot -nographic -nodefaults -serial stdio
    -device isa-debug-exit,iobase=0x501,iosize=0x2
    -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap
    -device virtio-9p-pci,fsdev=root,mount_tag=hostroot`;
  const parameters =
    'console=ttyS0 panic=-1 quiet mitigations=off tsc=reliable random.trust_cpu=on slab_nomerge';
  const words = [
    ...accel,
    ...options.trim().split(/\s+/),
    '-fsdev',
    `local,id=results,path=${results.replaceAll(',', ',,')},security_model=none`,
    '-device',
    'virtio-9p-pci,fsdev=results,mount_tag=results',
    '-kernel',
    kernel,
    '-initrd',
    initramfs,
    '-append',
    parameters,
  ];
  const began = Date.now();
  const log = createWriteStream(join(results, 'console.log'));
  const qemu = spawn('qemu-system-x86_64', words, { stdio: ['ignore', 'pipe', 2] });
  let rest = '';
  qemu.stdout?.on('data', (/** @type {Buffer} */ data) => {
    log.write(data);
    rest += data.toString('latin1').replaceAll('\r', '');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  const end = () => qemu.kill('SIGKILL');
  const limit = setTimeout(end, minutes * 60_000);
  process.once('exit', end);
  const code = await new Promise((resolve) => {
    qemu.once('error', (error) => {
      onLine(`qemu-system-x86_64: ${error.message}`);
      resolve(null);
    });
    qemu.once('close', resolve);
  });
  clearTimeout(limit);
  process.off('exit', end);
  log.end();
  rmSync(initramfs, { force: true });
  const file = join(results, 'status');
  const status = code === GUEST_ENDED && existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : null;
  return { status, results, seconds: (Date.now() - began) / 1000 };
}
