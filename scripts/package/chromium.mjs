// SPDX-License-Identifier: MIT
// The packages of the Chromium shell: Debian's Node and Chromium run it.
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { completeArchive, completeTree } from './common.mjs';
import { makeDeb } from './deb.mjs';
import { arch, version } from './facts.mjs';
import { archive, put } from './files.mjs';
import { libraryPackages } from './native.mjs';
import { stageApp } from './stage.mjs';

/** @param {import('./common.mjs').Job} job */
export function packageChromium(job) {
  const { out, stage, dist, programs } = job;
  const start = join(root, 'packaging/bin/routelens');
  /** The program in `folder`. */
  const stageProgram = (/** @type {string} */ folder) => {
    put(programs.rtmgrUser, join(folder, 'rtmgr-user'), 0o755);
    return stageApp(folder, { shell: 'chromium', dist });
  };

  const name = 'routelens-chromium';
  const tree = join(stage, 'deb-chromium');
  const koffi = stageProgram(join(tree, 'usr/lib/routelens'));
  put(start, join(tree, 'usr/bin/routelens'), 0o755);
  completeTree(job, tree, name);
  const deb = `${name}_${version}_${arch.debian}.deb`;
  makeDeb(tree, join(out, deb), {
    name,
    shell: 'in Chromium',
    depends: [
      ...libraryPackages([programs.helper, programs.worker, programs.rtmgrUser, koffi]),
      'nodejs (>= 20.19)',
      'chromium | chromium-browser',
      'util-linux',
    ],
    conflicts: ['routelens'],
    fast: job.fast,
  });

  const folder = `${name}-${version}-linux-${arch.node}`;
  const parent = join(stage, 'tar-chromium');
  stageProgram(join(parent, folder, 'lib/routelens'));
  put(start, join(parent, folder, 'routelens'), 0o755);
  completeArchive(job, join(parent, folder));
  archive(parent, folder, join(out, `${folder}.tar.gz`), job.fast);
  job.made.push(deb, `${folder}.tar.gz`);
}
