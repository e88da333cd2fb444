// SPDX-License-Identifier: MIT
// Debian packages, made by dpkg-deb over a staged tree: control data, checksums, maintainer scripts.
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../lib/root.mjs';
import { arch, description, epoch, rtmgrVersion, version } from './facts.mjs';
import { run, settle, walk, write } from './files.mjs';

const MAINTAINER = 'The Routelens developers <routelens@routelens.invalid>';

/** @typedef {{ name: string, shell: string, depends: string[], conflicts: string[], fast: boolean }} DebOptions */

/** @param {DebOptions} options @param {number} kibibytes */
function control({ name, shell, depends, conflicts }, kibibytes) {
  return `Package: ${name}
Version: ${version}
Architecture: ${arch.debian}
Maintainer: ${MAINTAINER}
Installed-Size: ${kibibytes}
Depends: ${depends.join(', ')}
Recommends: pkexec | policykit-1, polkitd | policykit-1, dkms, dbus-bin | dbus
Suggests: linux-headers-${arch.debian} | linux-headers-generic
Conflicts: ${conflicts.join(', ')}
Replaces: ${conflicts.join(', ')}
Section: net
Priority: optional
Description: editor of routing tables that shows the netlink messages (${shell})
 ${description.replace(/^(.{1,75}) /, '$1\n ')}.
 .
 It starts on the Lab, a private network namespace with a real kernel routing
 table where nothing can be broken. This machine's own table and the kernel
 module rtmgr, which is built by DKMS, are changed through a small helper that
 polkit guards.
`;
}

/** As `md5sum` writes them, of all files but control data. @param {string} folder @param {string[]} files */
const checksums = (folder, files) =>
  files
    .map(
      (file) =>
        `${createHash('md5')
          .update(readFileSync(join(folder, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('');

/** What Debian wants to be told in /usr/share/doc. @param {string} folder @param {string} name */
function stageDocumentation(folder, name) {
  const doc = join(folder, 'usr/share/doc', name);
  const mit = readFileSync(join(root, 'LICENSE'), 'utf8').trim().split('\n').slice(2);
  const read = (/** @type {string} */ file) => readFileSync(join(root, 'packaging', file), 'utf8');
  // as a field goes on in Debian's control files
  const field = (/** @type {string[]} */ lines) => lines.map((line) => ` ${line.trim() || '.'}`).join('\n');
  const [, note = ''] = read('licences/Linux-syscall-note.txt').split('License-Text:\n');
  const text = read('deb/copyright')
    .replace('@PROGRAM@\n', read(`deb/copyright.${name === 'routelens' ? 'electron' : 'chromium'}`))
    .replace('@MIT@', field(mit))
    .replace('@SYSCALL-NOTE@', field(note.trim().split('\n')));
  write(join(doc, 'copyright'), text);
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  const changes = `${name} (${version}) unstable; urgency=medium\n\n  * This version.\n\n -- ${MAINTAINER}  ${date}\n`;
  // Node's gzip header bears no time, and no name
  write(join(doc, 'changelog.gz'), gzipSync(changes, { level: 9 }));
}

/** Makes the package of the tree `folder`, into `result`. @param {string} folder @param {string} result @param {DebOptions} options */
export function makeDeb(folder, result, options) {
  stageDocumentation(folder, options.name);
  settle(folder);
  const files = walk(folder).filter((path) => lstatSync(join(folder, path)).isFile());
  const kibibytes = files.reduce(
    (sum, file) => sum + Math.ceil(lstatSync(join(folder, file)).size / 1024),
    0,
  );
  write(join(folder, 'DEBIAN/control'), control(options, kibibytes));
  write(join(folder, 'DEBIAN/md5sums'), checksums(folder, files));
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
    const text = readFileSync(join(root, 'packaging/deb', script), 'utf8');
    write(join(folder, 'DEBIAN', script), text.replaceAll('@RTMGR@', rtmgrVersion), 0o755);
  }
  settle(folder);
  // one thread: several split the data where it happens to be
  const compression = options.fast ? ['-Zgzip', '-z1'] : ['-Zxz'];
  run(['dpkg-deb', '--root-owner-group', '--threads-max=1', ...compression, '--build', folder, result]);
}
