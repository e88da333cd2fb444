// SPDX-License-Identifier: MIT
// The real routelens-helper, built from this tree: a test of it that quietly ran against another one would show nothing.
import { spawnSync } from 'node:child_process';
import { ROOT } from './program.ts';

/** A second or two the first time; nothing when it is there and nothing has changed. */
export function buildHelper(): void {
  const { status, error, stderr } = spawnSync('make', ['-s', '-C', 'kernel', 'helper'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status === 0) return;
  const why = error ? error.message : stderr.trim().split('\n').slice(-20).join('\n');
  throw new Error(`routelens-helper could not be built; make -C kernel helper says:\n${why}`);
}
