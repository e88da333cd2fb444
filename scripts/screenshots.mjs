// SPDX-License-Identifier: MIT
// npm run screenshots: makes the pictures in docs/images from the running program (e2e/screenshots.ts says which).
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProgram } from './bundle-program.mjs';

const root = join(import.meta.dirname, '..');

if (!existsSync(join(root, 'dist/main/chromium.cjs')) || !existsSync(join(root, 'dist/renderer'))) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
}
const program = await bundleProgram('e2e/screenshots.ts', 'screenshots.mjs');
execFileSync(process.execPath, [program], { cwd: root, stdio: 'inherit' });
