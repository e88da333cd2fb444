// SPDX-License-Identifier: MIT
// npm run test:kernel:debug [-- SUITE...]: runs the module under KASAN, lockdep, kmemleak and fault injection, in
// user-mode Linux. First the bench proves itself: a module with known mistakes must be found out. See
// kernel/tests/debug/README.md.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { SYSTEM, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root, say } from './lib/root.mjs';
import { inWords } from './lib/suites.mjs';

/** Longer than it ever takes, also on a slow machine. */
const MINUTES = 40;
/** lockdep speaks once in the life of a kernel: each of these mistakes gets one of its own. */
const ONE_EACH = ['lock-order', 'missing-unlock', 'mutex-in-spinlock', 'unguarded-rcu'];

/** On one processor it is two to five times faster than on whichever is free. */
const CPU = process.env['RTMGR_DEBUG_CPU'] ?? String(cpus().length - 1);

const kernel = join(root, 'kernel');
const objects = join(cache, 'uml-modules');

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] @returns {string} */
function run(command, args, env = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    stdio: ['ignore', 'pipe', 2],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) giveUp(`${command} ended with ${status ?? error?.message}; the reason is above`);
  return stdout.trim();
}

/** Builds a module against the bench's kernel. UBSan is for the modules alone. */
function buildModules(/** @type {string} */ headers) {
  const words = ['ARCH=um', 'UBSAN_SANITIZE=y', 'W=', 'KCFLAGS=-g1'];
  run(join(kernel, 'scripts/build-module'), [headers, join(objects, 'rtmgr.ko'), ...words], {
    RTMGR_OBJECTS: join(objects, 'rtmgr'),
  });
  const canary = join(objects, 'canary');
  mkdirSync(canary, { recursive: true });
  writeFileSync(join(canary, 'canary.c'), readFileSync(join(kernel, 'tests/debug/canary/canary.c')));
  writeFileSync(join(canary, 'Kbuild'), 'obj-m := canary.o\n');
  run('make', ['-s', '-C', headers, `M=${canary}`, ...words, 'modules']);
}

/**
 * Boots the bench for one command of bash. Answers whether it came to its end, and its folder.
 * @param {string} linux @param {string} command
 */
async function boot(linux, command) {
  mkdirSync(join(cache, 'kernel-debug'), { recursive: true });
  const folder = mkdtempSync(join(cache, 'kernel-debug/run-'));
  writeFileSync(join(folder, 'command'), command);
  const words = [
    '-c',
    CPU,
    linux,
    'mem=1536M',
    'root=none',
    'rootfstype=hostfs',
    'rootflags=/',
    'ro',
    `init=${join(kernel, 'tests/debug/init.sh')}`,
    `rtmgr_results=${folder}`,
    'con=null',
    'con0=null,fd:1',
    'kasan_multi_shot',
    'slab_nomerge',
    'slub_debug=PU',
    'loglevel=7',
  ];
  const log = createWriteStream(join(folder, 'console.log'));
  const guest = spawn('taskset', words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let rest = '';
  const take = (/** @type {Buffer} */ data) => {
    log.write(data);
    rest += data.toString('latin1').replaceAll('\r', '');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('vm: ')) say(line.slice(4));
  };
  guest.stdout.on('data', take);
  guest.stderr.on('data', take);
  const end = () => {
    // its processes are processes of the host, in the group of the first
    if (guest.pid !== undefined) process.kill(-guest.pid, 'SIGKILL');
  };
  const limit = setTimeout(end, MINUTES * 60_000);
  process.once('exit', end);
  await new Promise((resolve) => {
    guest.once('close', resolve);
    guest.once('error', resolve);
  });
  clearTimeout(limit);
  process.off('exit', end);
  await new Promise((resolve) => log.end(resolve));
  const console = readFileSync(join(folder, 'console.log'), 'latin1');
  let status = null;
  try {
    status = Number(readFileSync(join(folder, 'status'), 'utf8').trim());
  } catch {
    // it ended too early
  }
  return { folder, status, console };
}

/** A line for each test: verdict, suite, name, why. @returns {string[][]} */
function report(/** @type {string} */ folder) {
  try {
    const text = readFileSync(join(folder, 'report'), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  } catch {
    return [];
  }
}

// so that the guest ends, too
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

const suites = process.argv.slice(2);
if (suites.some((word) => word.startsWith('-'))) {
  const names = ['vm', 'debug'].flatMap((folder) => readdirSync(join(kernel, 'tests', folder, 'suites')));
  say(`npm run test:kernel:debug -- [SUITE...]`);
  say(`suites: canary, ${names.map((file) => file.slice(3, -3)).join(', ')}`);
  process.exit(2);
}
ensureSystem([
  SYSTEM.xz,
  SYSTEM.make,
  SYSTEM.gcc,
  SYSTEM.libc,
  SYSTEM.iproute2,
  SYSTEM.unshare,
  SYSTEM.flex,
  SYSTEM.bison,
  SYSTEM.bc,
]);
const headers = run(join(kernel, 'scripts/uml/build'), []);
run('make', ['-s', '-C', kernel, '-j2', 'user', 'tests']);
buildModules(headers);

const linux = join(headers, 'linux');
/** @type {string[][]} */
const tests = [];
/** @param {string} name @param {string} command */
async function part(name, command) {
  const began = Date.now();
  const guest = await boot(linux, command);
  const told = report(guest.folder);
  tests.push(...told);
  // one that said nothing has not passed
  if (guest.status === null || told.length === 0) {
    tests.push(['failed', name, 'the guest comes to its end', `see ${guest.folder}/console.log`]);
    for (const line of guest.console.trimEnd().split('\n').slice(-15)) say(`  ${line}`);
  }
  say(`${name}: ${((Date.now() - began) / 1000).toFixed(0)} s; its files: ${guest.folder}`);
}

/** A mistake at which the kernel stops on the spot, as it does for every list that is broken. */
async function panic(/** @type {string} */ mistake, /** @type {RegExp} */ words) {
  const guest = await boot(
    linux,
    `exec '${kernel}/build/tests/vm/client' insert '${objects}/canary/canary.ko' bug=${mistake}\n`,
  );
  const isFound = guest.status === null && words.test(guest.console);
  const why = isFound ? '' : `see ${guest.folder}/console.log`;
  tests.push([isFound ? 'passed' : 'failed', 'canary', `${mistake} is found`, why]);
}

if (suites.length === 0 || suites.includes('canary')) {
  const canary = `exec '${kernel}/tests/debug/canary/run' /run/results '${objects}/canary/canary.ko'`;
  await part('canary', `${canary}\n`);
  for (const mistake of ONE_EACH) await part(`canary ${mistake}`, `${canary} ${mistake}\n`);
  await panic('broken-list', /list_(del|add) corruption/);
}
const others = suites.filter((suite) => suite !== 'canary');
if (suites.length === 0 || others.length > 0) {
  const words = others.map((suite) => `'${suite.replaceAll("'", '')}'`).join(' ');
  const module = `export RTMGR_MODULE='${objects}/rtmgr.ko'`;
  await part('rtmgr', `${module}\nexec '${kernel}/tests/debug/run' /run/results ${words}\n`);
}

for (const suite of new Set(tests.map((test) => test[1] ?? ''))) {
  const of = tests.filter((test) => test[1] === suite);
  say(`${suite.padEnd(14)} ${of.filter((test) => test[0] === 'passed').length} of ${of.length} passed`);
}
for (const [verdict, suite, name, why] of tests)
  if (verdict === 'failed') say(`failed: ${suite}: ${name}: ${why}`);
const count = (/** @type {string} */ verdict) => tests.filter((test) => test[0] === verdict).length;
const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
process.stdout.write(`${inWords(counts)}\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
