// SPDX-License-Identifier: MIT
// Where the bundle of a thread or a child program is. Bundles lie side by side in dist/main; unit and integration
// tests run from source and use the bundles that `npm run build` made.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type BundleName = 'sender' | 'receiver' | 'table' | 'trace' | 'lab-child';

/** Absolute path of `dist/main/NAME.cjs`. Throws when there is none: the tree is not built. */
export function bundlePath(name: BundleName): string {
  const beside = typeof __dirname === 'string' ? join(__dirname, `${name}.cjs`) : '';
  if (beside && existsSync(beside)) return beside;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const path = join(folder, 'dist/main', `${name}.cjs`);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`dist/main/${name}.cjs is missing: run npm run build`);
  }
}
