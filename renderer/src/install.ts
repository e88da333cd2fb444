// SPDX-License-Identifier: MIT
// What brings helper, polkit's actions and module to their places, by how the program came to this machine.
import type { Installation } from '../../app/contract/index.ts';

export interface WayToInstall {
  words: string;
  /** A command for a terminal that does it; null where none is known to. */
  command: string | null;
}

/** For a shell. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replace(/'/g, String.raw`'\''`)}'`;

export function wayToInstall({ kind, installer }: Installation): WayToInstall {
  switch (kind) {
    case 'clone':
      return {
        words:
          'Install it from a terminal in this clone, which asks for root through sudo. It is noticed here by itself.',
        command: 'npm run install-system',
      };
    case 'archive':
      return {
        words:
          'Install it with the script that came in this archive; the module is built where make, gcc and the kernel’s headers are. It is noticed here by itself.',
        command: installer === null ? null : `sudo ${quoted(installer)}`,
      };
    case 'package':
      return {
        words:
          'It belongs to the package of Routelens: install that again. It builds the module, too, where the kernel’s headers are. It is noticed here by itself.',
        command: null,
      };
    case 'appimage':
      return {
        words:
          'An AppImage comes without the helper and the module: install the package of Routelens (deb) to have them. Everything else works without.',
        command: null,
      };
  }
}
