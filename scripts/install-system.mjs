// SPDX-License-Identifier: MIT
// npm run install-system: builds routelens-helper, and the kernel module where the running kernel's headers are, and
// puts them and the polkit actions where the Debian package puts them. As root, or through sudo, which asks.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { hasCommand } from './lib/packages.mjs';
import { giveUp, root, say } from './lib/root.mjs';
import { asRoot } from './lib/as-root.mjs';

const kernel = join(root, 'kernel');
const running = release();
const words = process.argv.slice(2);
if (words.length > 0) {
  say('npm run install-system: takes no options; npm run uninstall-system takes all of it away again');
  process.exit(2);
}
for (const tool of ['make', 'gcc'])
  if (!hasCommand(tool)) giveUp(`${tool} is missing: apt-get install ${tool}`);

/** @param {string[]} args */
const make = (...args) =>
  spawnSync('make', ['-s', '-j2', '-C', kernel, ...args], { stdio: ['ignore', 2, 2] }).status === 0;

say('building routelens-helper');
if (!make('helper')) giveUp('routelens-helper could not be built; the reason is above');

/** @type {string[]} */
const module = [];
if (!existsSync(`/lib/modules/${running}/build/Makefile`)) {
  say(
    `the kernel module is not built: the headers of ${running} are missing (linux-headers-${running}); the rest is installed`,
  );
} else {
  say(`building rtmgr.ko for ${running}`);
  if (make('module', `KDIR=/lib/modules/${running}/build`))
    module.push('--module', join(kernel, 'build/rtmgr.ko'), '--kernel', running);
  else say('rtmgr.ko could not be built (the reason is above); the rest is installed');
}

const status = asRoot([
  join(root, 'packaging/system/install-system'),
  '--helper',
  join(kernel, 'build/routelens-helper'),
  '--policy',
  join(root, 'packaging/polkit/org.routelens.policy'),
  '--icon',
  join(root, 'packaging/icons/routelens.svg'),
  ...module,
]);
if (status === 0 && !hasCommand('pkexec') && process.getuid?.() !== 0)
  say('pkexec is missing, which the window starts the helper with: apt-get install pkexec polkitd');
process.exitCode = status;
