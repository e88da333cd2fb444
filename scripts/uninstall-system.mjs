// SPDX-License-Identifier: MIT
// npm run uninstall-system: takes away what npm run install-system has put into the system, all of it and nothing else.
import { join } from 'node:path';
import { asRoot } from './lib/as-root.mjs';
import { root } from './lib/root.mjs';

process.exitCode = asRoot([join(root, 'packaging/system/uninstall-system')]);
