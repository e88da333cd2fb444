// SPDX-License-Identifier: MIT
// Once for a run: a display for every test, and a word about what cannot run here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDisplay } from './display.ts';
import { DIST, electronDist } from './program.ts';

export default async function setup(): Promise<() => Promise<void>> {
  if (!existsSync(join(DIST, 'main/chromium.cjs'))) {
    throw new Error(`${DIST} is not built: run npm run build`);
  }
  if (electronDist() === null) {
    process.stdout.write(
      'electron: not run: no binary (ELECTRON_OVERRIDE_DIST_PATH, node_modules/electron/dist)\n',
    );
  }
  // its own display: a desktop's window manager would tile, resize or hide the window
  const display = await openDisplay({ ownOne: true });
  process.env['DISPLAY'] = display.name;
  return display.close;
}
