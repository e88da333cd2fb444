// SPDX-License-Identifier: MIT
// For tests: makes one file of a program that a test starts in a namespace, where only Node itself reads it.
import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

/** `source`: from the root of the repository. The file is made once for a process, and goes with it. */
export async function bundleChild(source: string): Promise<string> {
  const file = join(process.cwd(), `.cache/test/${basename(source, '.ts')}-${process.pid}.cjs`);
  if (existsSync(file)) return file;
  const bundle = await rolldown({
    input: join(process.cwd(), source),
    platform: 'node',
    external: ['koffi'],
    logLevel: 'warn',
  });
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  await bundle.close();
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}
