// SPDX-License-Identifier: MIT
// Runs `npm run package`, and keeps what it says.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { say } from '../../lib/root.mjs';

/**
 * @param {string} where the sources are @param {string[]} words @param {Record<string, string | undefined>} env
 * @param {string} [umask]
 */
export function runPackage(where, words, env, umask = '022') {
  const began = Date.now();
  // a process cannot be started with another umask but by one that has it
  const shell = ['-c', 'umask "$0" && exec "$@"', umask];
  const { status, stderr } = spawnSync(
    'sh',
    [...shell, process.execPath, join(where, 'scripts/package.mjs'), ...words],
    {
      cwd: where,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 2, 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  say(stderr.trimEnd());
  say(`npm run package: ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return { status, stderr };
}
