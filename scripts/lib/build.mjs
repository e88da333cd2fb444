// SPDX-License-Identifier: MIT
// Builds when the tree is stale, with a line that says so.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { hasCommand } from './packages.mjs';
import { giveUp, root, say } from './root.mjs';
import { isStale } from './stale.mjs';

/** Builds `dist` (a folder from the root) when it is older than its sources. */
export function ensureBuilt(
  /** @type {{ dist?: string, args?: string[] }} */ { dist = 'dist', args = [] } = {},
) {
  if (!isStale(dist)) return;
  const began = Date.now();
  say(`building ${dist}/`);
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) giveUp(`The build ended with exit code ${status}; its reason is above`);
  say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Builds rtmgr-user, which the target of that name starts. Without it the program goes on, and says so there. */
export function buildRtmgrUser() {
  if (!hasCommand('make') || !hasCommand('gcc')) {
    say(
      'rtmgr-user is not built: that takes gcc, make and libc6-dev; the target "rtmgr, user-mode" is not there',
    );
    return;
  }
  const { status, stdout, stderr } = spawnSync('make', ['-s', '-j2', '-C', join(root, 'kernel'), 'user'], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  say(`${stdout}${stderr}`.trimEnd());
  say('rtmgr-user could not be built (the reason is above); the target "rtmgr, user-mode" is not there');
}
