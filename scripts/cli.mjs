// SPDX-License-Identifier: MIT
// npm run -s cli -- …: installs and builds what is missing, then runs the terminal shell in this process.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureNodeModules } from './lib/packages.mjs';
import { root } from './lib/root.mjs';

ensureNodeModules();
ensureBuilt();
createRequire(import.meta.url)(join(root, 'dist/main/cli.cjs'));
