// SPDX-License-Identifier: MIT
// npm run build: bundles main/ and app/ with rolldown, renderer/ with vite, into dist/.
// `--main` and `--renderer` build one half; `--watch` is not needed: a build takes a second or two.
// `--old` builds for an old Electron (Node 16, Chromium 100) into dist-old/, for a test.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { bundles } from './bundles.mjs';
import { takeStamp, writeStamp } from './lib/stale.mjs';

const root = join(import.meta.dirname, '..');

/** Builds dist/main. `target` is an esbuild-style target such as `node20` or `node16`. */
export async function buildMain({ target = 'node20', outDir = join(root, 'dist/main') } = {}) {
  const one = async (/** @type {string} */ name, /** @type {string} */ entry) => {
    const bundle = await rolldown({
      input: join(root, entry),
      platform: 'node',
      external: ['electron', 'koffi'],
      transform: { target },
      logLevel: 'warn',
    });
    try {
      await bundle.write({
        file: join(outDir, `${name}.cjs`),
        format: 'cjs',
        codeSplitting: false,
        sourcemap: true,
      });
    } finally {
      await bundle.close();
    }
  };
  // one bundle's mistake does not keep the others from being built
  const results = await Promise.allSettled(Object.entries(bundles).map(([name, entry]) => one(name, entry)));
  const failed = results.filter((result) => result.status === 'rejected');
  for (const { reason } of failed) process.stderr.write(`${reason.message}\n`);
  if (failed.length > 0) throw new Error(`${failed.length} of ${results.length} bundles could not be built`);
}

/**
 * Builds dist/renderer. `target` is the oldest Chromium that has to run it; `plugins` may look at what is built.
 * @param {{ target?: string, outDir?: string, plugins?: import('vite').Plugin[] }} [options]
 */
export async function buildRenderer({
  target = 'chrome120',
  outDir = join(root, 'dist/renderer'),
  plugins = [],
} = {}) {
  await viteBuild({
    root: join(root, 'renderer'),
    configFile: join(root, 'renderer/vite.config.ts'),
    logLevel: 'warn',
    plugins,
    // the page comes from the disk, not over a network: one file is right
    build: { target, outDir, emptyOutDir: true, chunkSizeWarningLimit: 4000 },
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      main: { type: 'boolean', default: false },
      renderer: { type: 'boolean', default: false },
      old: { type: 'boolean', default: false },
    },
  });
  const all = values.main === values.renderer;
  const dist = values.old ? 'dist-old' : 'dist';
  const stamp = takeStamp();
  if (all || values.main) {
    await buildMain({ outDir: join(root, dist, 'main'), ...(values.old ? { target: 'node16' } : {}) });
  }
  if (all || values.renderer) {
    await buildRenderer({
      outDir: join(root, dist, 'renderer'),
      ...(values.old ? { target: 'chrome100' } : {}),
    });
  }
  if (all) writeStamp(stamp, dist);
}

if (process.argv[1] === import.meta.filename) {
  await main().catch((/** @type {Error} */ error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
