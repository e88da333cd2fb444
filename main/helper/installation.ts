// SPDX-License-Identifier: MIT
// How this program came to this machine, seen from where its bundle lies; and what brings helper and module there.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation } from '../../app/contract/index.ts';

/** `folder`: where the bundle lies. */
export function installationOf(folder: string, env: NodeJS.ProcessEnv = {}): Installation {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'kernel/scripts/build-module'))) return { kind: 'clone', installer: null };
    const installer = join(at, 'system/install-system');
    if (existsSync(installer) && existsSync(join(at, 'lib/routelens'))) return { kind: 'archive', installer };
    if (at === dirname(at)) break;
  }
  // APPIMAGE alone may be that of a terminal which the program was started in
  const mounted = env['APPDIR'];
  const isIn = mounted === undefined || folder.startsWith(`${mounted}/`);
  return { kind: env['APPIMAGE'] && isIn ? 'appimage' : 'package', installer: null };
}

export const INSTALLATION = installationOf(
  typeof __dirname === 'string' ? __dirname : process.cwd(),
  process.env,
);

/** For a shell. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** What puts helper, polkit's actions and module in their places, at the end of a sentence or by itself. */
export function installWayOut({ kind, installer }: Installation = INSTALLATION): string {
  switch (kind) {
    case 'clone':
      return 'From a terminal in this clone: npm run install-system';
    case 'archive':
      return `From a terminal: sudo ${quoted(installer ?? 'system/install-system')}`;
    case 'package':
      return 'Install the package of Routelens again';
    case 'appimage':
      return 'An AppImage comes without the helper and the module: install the package of Routelens (deb), or run system/install-system out of its tar.gz';
  }
}

/** What builds the module for the kernel that runs, and installs it. */
export const rebuildWayOut = (installation: Installation = INSTALLATION): string =>
  installation.kind === 'package' ? 'From a terminal: sudo dkms autoinstall' : installWayOut(installation);
