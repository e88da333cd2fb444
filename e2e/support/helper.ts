// SPDX-License-Identifier: MIT
// The real routelens-helper, built from this tree: a test of it that quietly ran against another one would show nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './program.ts';
import type { Program } from './program.ts';

export const HELPER = join(ROOT, 'kernel/build/routelens-helper');

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

export function childrenOf(pid: number): number[] {
  const all = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return all.split(' ').filter(Boolean).map(Number);
}

/** The helper that the program has started. */
export function helperOf({ pid }: Program): number {
  const isHelper = (one: number): boolean => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(HELPER);
  const helper = childrenOf(pid).find(isHelper);
  if (helper === undefined) throw new Error(`the program runs no ${HELPER}`);
  return helper;
}
