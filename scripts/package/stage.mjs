// SPDX-License-Identifier: MIT
// What goes into the packages: the program without a shell of its own, and what belongs to the system.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { ICONS, ICON_SIZES, iconFolder } from '../icons.mjs';
import { stageModuleSource } from './dkms.mjs';
import { arch, description, rtmgrVersion, version } from './facts.mjs';
import { put, putFolder, write } from './files.mjs';
import { thirdPartyLicences } from './licences.mjs';

/** Bundles that belong to one shell. @type {Record<'chromium' | 'electron', string[]>} */
const OWN = { chromium: ['chromium'], electron: ['electron', 'preload'] };

/** koffi: its loader and the binary for this machine's architecture and libc; not its C++ sources. */
function stageKoffi(/** @type {string} */ modules) {
  const from = join(root, 'node_modules/koffi');
  putFolder(from, join(modules, 'koffi'), (path) =>
    /^(package\.json|index\.cjs|LICENSE\.txt|src\/koffi\/index\.cjs|src\/koffi\/src\/\w+\.cjs)$/.test(path),
  );
  const native = `@koromix/koffi-linux-${arch.node}`;
  putFolder(join(root, 'node_modules', native), join(modules, native), (path) =>
    /^(package\.json|index\.js|linux_\w+\/koffi\.node)$/.test(path),
  );
}

/**
 * The program as a folder with a package.json. Answers the libraries in it that the system links.
 * @param {string} folder @param {{ shell: 'chromium' | 'electron', dist: string }} options
 */
export function stageApp(folder, { shell, dist }) {
  const others = new Set(Object.entries(OWN).flatMap(([name, bundles]) => (name === shell ? [] : bundles)));
  for (const file of readdirSync(join(root, dist, 'main')).sort()) {
    if (!file.endsWith('.cjs') || others.has(file.slice(0, -4))) continue;
    const bundle = readFileSync(join(root, dist, 'main', file), 'utf8');
    // the maps are not shipped
    write(join(folder, 'dist/main', file), bundle.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'));
  }
  putFolder(join(root, dist, 'renderer'), join(folder, 'dist/renderer'), (path) => !path.endsWith('.map'));
  stageKoffi(join(folder, 'node_modules'));
  const koffi = JSON.parse(readFileSync(join(root, 'node_modules/koffi/package.json'), 'utf8')).version;
  const manifest = {
    name: 'routelens',
    productName: 'Routelens',
    desktopName: 'routelens.desktop',
    version,
    description,
    author: 'The Routelens developers',
    license: 'MIT',
    main: `dist/main/${shell}.cjs`,
    dependencies: { koffi },
  };
  write(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return join(folder, `node_modules/@koromix/koffi-linux-${arch.node}/linux_${arch.node}/koffi.node`);
}

/** Desktop entry, icons, MIME type, below a folder such as /usr/share. @param {string} share */
export function stageDesktop(share) {
  put(join(root, 'packaging/routelens.desktop'), join(share, 'applications/routelens.desktop'));
  put(join(root, 'packaging/routelens-mime.xml'), join(share, 'mime/packages/routelens.xml'));
  for (const [name, kind] of ICONS) {
    put(join(iconFolder, `${name}.svg`), join(share, `icons/hicolor/scalable/${kind}/${name}.svg`));
    for (const size of ICON_SIZES) {
      const folder = `${size}x${size}`;
      put(
        join(iconFolder, folder, `${name}.png`),
        join(share, `icons/hicolor/${folder}/${kind}/${name}.png`),
      );
    }
  }
}

/** @typedef {{ helper: string, worker: string, rtmgrUser: string }} Programs */

/** Helper, polkit actions and the module's source at their places below `folder`. @param {string} folder @param {Programs} programs */
export function stageSystem(folder, { helper, worker }) {
  put(helper, join(folder, 'usr/libexec/routelens/routelens-helper'), 0o755);
  put(worker, join(folder, 'usr/libexec/routelens/routelens-worker'), 0o755);
  put(
    join(root, 'packaging/polkit/org.routelens.policy'),
    join(folder, 'usr/share/polkit-1/actions/org.routelens.policy'),
  );
  stageModuleSource(join(folder, `usr/src/rtmgr-${rtmgrVersion}`));
}

/** The same for an archive that is unpacked anywhere: one folder, with the script that installs it. @param {string} folder @param {Programs} programs */
export function stageSystemApart(folder, { helper, worker }) {
  put(helper, join(folder, 'routelens-helper'), 0o755);
  put(worker, join(folder, 'routelens-worker'), 0o755);
  put(join(root, 'packaging/polkit/org.routelens.policy'), join(folder, 'org.routelens.policy'));
  put(join(iconFolder, 'routelens.svg'), join(folder, 'routelens.svg'));
  for (const script of ['install-system', 'uninstall-system'])
    put(join(root, 'packaging/system', script), join(folder, script), 0o755);
  stageModuleSource(join(folder, 'rtmgr'));
}

/** Licences of all that is shipped. @param {string} folder */
export function stageLicences(folder) {
  put(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  putFolder(join(root, 'packaging/licences'), folder);
  write(join(folder, 'third-party-licences.txt'), thirdPartyLicences());
}
