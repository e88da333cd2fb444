// SPDX-License-Identifier: MIT
// Bundles a program of the workshop (a bench, the screenshots) that is written in TypeScript, so that Node 20 runs it.
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');

/**
 * Writes the bundle of `entry` (from the root of the repository) to `.cache/NAME`. `.mjs` or `.cjs` says which kind:
 * what uses Playwright is a module.
 * @param {string} entry @param {string} name @returns {Promise<string>} the file
 */
export async function bundleProgram(entry, name) {
  const file = join(root, '.cache', name);
  const built = await rolldown({
    input: join(root, entry),
    platform: 'node',
    external: ['koffi', 'playwright'],
    transform: { target: 'node20' },
    logLevel: 'warn',
  });
  await built.write({ file, format: name.endsWith('.mjs') ? 'esm' : 'cjs', codeSplitting: false });
  await built.close();
  return file;
}
