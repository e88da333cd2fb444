// SPDX-License-Identifier: MIT
// Runs a command as root: directly, or through sudo, which may ask for a password.
import { spawnSync } from 'node:child_process';
import { hasCommand } from './packages.mjs';
import { giveUp, say } from './root.mjs';

/** Answers its exit code. @param {string[]} words */
export function asRoot(words) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !hasCommand('sudo'))
    giveUp(`This needs root, and there is no sudo. Run as root:\n  ${words.join(' ')}`);
  const all = isRoot ? words : ['sudo', ...words];
  if (!isRoot) say(`through sudo: ${words.join(' ')}`);
  const [command = '', ...args] = all;
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) say(error.message);
  return status ?? 1;
}
