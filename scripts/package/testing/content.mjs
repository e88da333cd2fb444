// SPDX-License-Identifier: MIT
// What is in the packages that can be made everywhere; nothing of it is run.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findElectron } from '../../lib/electron.mjs';
import { arch, version } from '../facts.mjs';
import { STAND_IN } from '../stand-in.mjs';
import { testDesktop } from './desktop.mjs';
import { testElectronFolder } from './electron-folder.mjs';
import { testCopyrights, testLicences } from './licences.mjs';
import { NATIVE, appFiles, filesOf, read } from './lists.mjs';
import { testPackages, testPrograms } from './package-files.mjs';

/** @param {string} out of `npm run package` @param {string} scratch */
export async function testContent(out, scratch) {
  const name = 'routelens-chromium';
  const deb = join(out, `${name}_${version}_${arch.debian}.deb`);
  const archive = join(out, `${name}-${version}-linux-${arch.node}.tar.gz`);
  const tree = join(scratch, 'tree');
  const program = [...appFiles('chromium'), 'rtmgr-user'];
  const needs = [/nodejs \(>= 20\.19\)/, /chromium \| chromium-browser/];
  await testPackages(name, { deb, archive, program, needs });
  read(['dpkg-deb', '-x', deb, tree]);
  await testPrograms(tree, 'usr/lib/routelens/rtmgr-user');
  await testDesktop(tree, scratch);
  await testLicences(out, scratch);
  await testCopyrights(deb, tree, name, {
    [`usr/lib/routelens/${NATIVE}`]: ['various', /libraries/],
    'usr/lib/routelens/rtmgr-user': ['GPL-2.0-only', /Routelens developers/],
  });
  const standIn = join(out, 'electron/stand-in');
  const isReal = !existsSync(standIn);
  await testElectronFolder("Electron's folder", isReal ? join(out, 'electron/linux-unpacked') : standIn, {
    electron: isReal ? filesOf(dirname(findElectron() ?? '')) : STAND_IN,
    stage: join(out, 'stage/electron'),
  });
}
