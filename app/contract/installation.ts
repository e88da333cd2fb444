// SPDX-License-Identifier: MIT
// How this program came to this machine: what brings the helper and the module differs with it.

export interface Installation {
  kind:
    /** A clone of the repository: `npm run install-system`. */
    | 'clone'
    /** A package of the system: helper and polkit's actions belong to it. */
    | 'package'
    /** An unpacked tar.gz, with a script that installs them. */
    | 'archive'
    /** One file, without helper and module. */
    | 'appimage';
  /** Of an archive: the path of its script. */
  installer: string | null;
}
