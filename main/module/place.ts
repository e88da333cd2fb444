// SPDX-License-Identifier: MIT
// Where everything is that the life of the module depends on.
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';

/** Another root folder for what is looked at below, for tests: ROUTELENS_ROOT. */
const root = (): string | undefined => process.env['ROUTELENS_ROOT'] || undefined;
export const under = (path: string): string => join(root() ?? '/', path);

export const KERNEL = release();
/** There while the module is loaded. */
export const loadedFolder = (): string => under('/sys/module/rtmgr');
/** On a machine that is a folder a process of rtmgr-user's may play the module: the port that it serves at. */
export function standInPort(): number | null {
  if (root() === undefined) return null;
  try {
    return Number(readFileSync(under('/run/rtmgr-user.port'), 'utf8')) || null;
  } catch {
    return null;
  }
}

/** Where package, DKMS and `npm run install-system` put it; the helper loads it from nowhere else. */
export const INSTALLED = [`/lib/modules/${KERNEL}/updates/dkms/rtmgr.ko`].flatMap((path) => [
  path,
  `${path}.xz`,
  `${path}.zst`,
]);
/** What modules are built against. */
export const HEADERS = `/lib/modules/${KERNEL}/build`;

/** The folder kernel/ of the clone that this bundle, or the working directory, lies in; null in a package. */
export function sourceFolder(): string | null {
  for (const start of [typeof __dirname === 'string' ? __dirname : process.cwd(), process.cwd()])
    for (let folder = start; ; folder = dirname(folder)) {
      const path = join(folder, 'kernel');
      if (existsSync(join(path, 'scripts/build-module'))) return path;
      if (folder === dirname(folder)) break;
    }
  return null;
}

/** Where a build of this clone comes to; null without a clone. */
export function builtPlace(): { result: string; objects: string } | null {
  const folder = sourceFolder();
  if (folder === null) return null;
  const build = root() === undefined ? join(folder, 'build') : under('/build');
  return { result: join(build, 'rtmgr.ko'), objects: join(build, 'module') };
}
