// SPDX-License-Identifier: MIT
// What `npm run package` says of what cannot be had here: which download is missing, and where all the rest is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lib/root.mjs';
import { record, test } from './harness.mjs';

/** @typedef {{ said: string, saidAgain: string, hasElectron: boolean }} Said of the first run, and of the second */

/** @param {Said} what */
export async function testWords({ said, saidAgain, hasElectron }) {
  const manifest = join(root, 'node_modules/electron/package.json');
  const electron = `Electron ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
  const rest =
    /^\. Its deb, tar\.gz and AppImage are not made; all else of them is in \/.*\/electron\/stand-in, around a folder that stands in for Electron's$/;
  const name = 'without a network, it is said that Electron could not be downloaded, and from where';
  if (hasElectron) record('skipped', name, 'Electron is here');
  else
    await test(name, () => {
      const lines = saidAgain.split('\n');
      assert.ok(lines.includes(`${electron}: trying its download from 127.0.0.1, once`), saidAgain);
      const start = `not made: ${electron}: its binary could not be downloaded: 127.0.0.1 cannot be reached`;
      const line = lines.find((text) => text.startsWith(start));
      assert.match(line?.slice(start.length) ?? saidAgain, rest);
      // the first run may remember an earlier attempt, and says the same
      assert.match(said, new RegExp(`^not made: ${electron}: its binary could not be downloaded: `, 'm'));
    });
  // not tested, and so not passed
  for (const [, what = '', why = ''] of said.matchAll(/^not made: ([^:]+): (.*)$/gm))
    record('skipped', `${what}: its own packages`, why);
}
