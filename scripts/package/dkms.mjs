// SPDX-License-Identifier: MIT
// The source of rtmgr as DKMS wants it: what the module is made of, and nothing else of kernel/.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { rtmgrVersion } from './facts.mjs';
import { put, walk, write } from './files.mjs';

const FOLDERS = ['core', 'include', 'message', 'module'];

/** Puts it into `folder`: sources, Kbuild, dkms.conf. @param {string} folder */
export function stageModuleSource(folder) {
  /** @type {string[]} */
  const objects = [];
  for (const part of FOLDERS)
    for (const path of walk(join(root, 'kernel', part))) {
      if (!/\.[ch]$/.test(path)) continue;
      put(join(root, 'kernel', part, path), join(folder, part, path));
      if (path.endsWith('.c')) objects.push(`${part}/${path.replace(/\.c$/, '.o')}`);
    }
  // one may take this folder without the package; its uapi header is under both
  for (const text of ['GPL-2.0-only.txt', 'Linux-syscall-note.txt'])
    put(join(root, 'packaging/licences', text), join(folder, 'LICENSES', text));
  const kbuild = ['obj-m := rtmgr.o', ...objects.sort().map((object) => `rtmgr-y += ${object}`)];
  write(join(folder, 'Kbuild'), `# SPDX-License-Identifier: GPL-2.0-only\n${kbuild.join('\n')}\n`);
  const conf = readFileSync(join(root, 'packaging/dkms/dkms.conf'), 'utf8');
  write(join(folder, 'dkms.conf'), conf.replaceAll('@VERSION@', rtmgrVersion));
}
