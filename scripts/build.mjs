// SPDX-License-Identifier: MIT
// npm run build: bundles main/ and app/ with rolldown, renderer/ with vite, into dist/.
// `--main` and `--renderer` build one half; `--watch` is not needed: a build takes a second or two.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { bundles } from './bundles.mjs';

const root = join(import.meta.dirname, '..');

/** Builds dist/main. `target` is an esbuild-style target such as `node20` or `node16`. */
export async function buildMain({ target = 'node20', outDir = join(root, 'dist/main') } = {}) {
  for (const [name, entry] of Object.entries(bundles)) {
    if (!existsSync(join(root, entry))) {
      process.stderr.write(`build: ${entry} is not there yet, skipped\n`);
      continue;
    }
    const bundle = await rolldown({
      input: join(root, entry),
      platform: 'node',
      external: ['electron', 'koffi'],
      transform: { target },
      logLevel: 'warn',
    });
    await bundle.write({
      file: join(outDir, `${name}.cjs`),
      format: 'cjs',
      codeSplitting: false,
      sourcemap: true,
    });
    await bundle.close();
  }
}

/** Builds dist/renderer. */
export async function buildRenderer() {
  await viteBuild({
    root: join(root, 'renderer'),
    configFile: join(root, 'renderer/vite.config.ts'),
    logLevel: 'warn',
  });
}

if (process.argv[1] === import.meta.filename) {
  const only = process.argv.slice(2);
  if (!only.includes('--renderer')) await buildMain();
  if (!only.includes('--main') && existsSync(join(root, 'renderer/index.html'))) await buildRenderer();
}
