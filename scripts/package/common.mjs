// SPDX-License-Identifier: MIT
// What the packages of both shells have beside the program.
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { put, putFolder } from './files.mjs';
import { stageDesktop, stageSystem, stageSystemApart } from './stage.mjs';

/**
 * Where a run of `npm run package` works, and what it has made.
 * @typedef {{
 *   out: string, stage: string, dist: string, licences: string, fast: boolean,
 *   programs: import('./stage.mjs').Programs,
 *   made: string[], missing: string[],
 * }} Job
 */

/** Completes the tree of a deb. @param {Job} job @param {string} tree @param {string} name of the package */
export function completeTree({ programs, licences }, tree, name) {
  put(join(root, 'packaging/bin/routelens-cli'), join(tree, 'usr/bin/routelens-cli'), 0o755);
  stageSystem(tree, programs);
  stageDesktop(join(tree, 'usr/share'));
  const text = 'third-party-licences.txt';
  put(join(licences, text), join(tree, 'usr/share/doc', name, text));
}

/** Completes the folder of a tar.gz. @param {Job} job @param {string} folder */
export function completeArchive({ programs, licences }, folder) {
  put(join(root, 'packaging/README.archive'), join(folder, 'README'));
  put(join(root, 'packaging/bin/routelens-cli'), join(folder, 'routelens-cli'), 0o755);
  stageSystemApart(join(folder, 'system'), programs);
  stageDesktop(join(folder, 'share'));
  putFolder(licences, join(folder, 'licences'));
}
