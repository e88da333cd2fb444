// SPDX-License-Identifier: MIT
// npm run fuzz -- --seconds N: all fuzz targets of kernel/, one behind the other, each for N seconds (60 without it), with
// the seeds that are kept in git. What they find beyond them stays in .cache/fuzz, and so does an input that crashes one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SYSTEM, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root, say } from './lib/root.mjs';
import { inWords } from './lib/suites.mjs';

/** Name of the program under kernel/build/fuzz, and the folder of its seeds. @type {[string, string][]} */
const TARGETS = [['message', 'kernel/tests/fuzz/corpus']];
const HELPER_SEEDS = 'kernel/tests/helper/corpus';
for (const name of readdirSync(join(root, HELPER_SEEDS)).sort())
  TARGETS.push([`helper-${name}`, `${HELPER_SEEDS}/${name}`]);

/** @returns {number} */
function seconds() {
  try {
    const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
    const wanted = Number(values.seconds);
    if (Number.isInteger(wanted) && wanted > 0) return wanted;
  } catch {
    // told below
  }
  return giveUp('npm run fuzz -- --seconds N, a whole number');
}

const wanted = seconds();
ensureSystem([SYSTEM.clang, SYSTEM.fuzzer, SYSTEM.make]);
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, seeds] of TARGETS) {
  const program = join('build/fuzz', name);
  const built = spawnSync('make', ['-s', '-C', join(root, 'kernel'), program], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) giveUp(`${name}: not built; the reason is above`);
  const found = join(cache, 'fuzz', name);
  mkdirSync(found, { recursive: true });
  const words = [
    `-max_total_time=${wanted}`,
    '-max_len=8192',
    '-timeout=10',
    `-artifact_prefix=${found}/crash-`,
    '-print_final_stats=1',
    found,
    join(root, seeds),
  ];
  const { status } = spawnSync(join(root, 'kernel', program), words, { stdio: ['ignore', 2, 2] });
  say(`fuzz target ${name}: ${status === 0 ? 'found nothing' : `ended with ${status}`} in ${wanted} s`);
  if (status === 0) counts.passed++;
  else counts.failed++;
}
process.stdout.write(`${inWords(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
