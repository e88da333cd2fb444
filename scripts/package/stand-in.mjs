// SPDX-License-Identifier: MIT
// A folder that stands in for Electron's where its binary cannot be had.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { write } from './files.mjs';

/** What is in Electron's zip besides resources/: names only, so that lists and modes can be checked without it. */
export const STAND_IN = [
  'LICENSE',
  'LICENSES.chromium.html',
  'chrome-sandbox',
  'chrome_100_percent.pak',
  'chrome_200_percent.pak',
  'chrome_crashpad_handler',
  'electron',
  'icudtl.dat',
  'libEGL.so',
  'libGLESv2.so',
  'libffmpeg.so',
  'libvk_swiftshader.so',
  'libvulkan.so.1',
  'locales/de.pak',
  'locales/en-US.pak',
  'resources.pak',
  'snapshot_blob.bin',
  'v8_context_snapshot.bin',
  'version',
  'vk_swiftshader_icd.json',
];
const PROGRAMS = new Set(['chrome-sandbox', 'chrome_crashpad_handler', 'electron']);

/** Makes the folder that stands in for Electron's. @param {string} folder */
export function makeStandIn(folder) {
  for (const name of STAND_IN) {
    const isProgram = PROGRAMS.has(name);
    const words = isProgram
      ? '#!/bin/sh\necho "This stands in for Electron, which was not there when this folder was made" >&2\nexit 1\n'
      : `stands in for Electron's ${name}\n`;
    write(join(folder, name), words, isProgram ? 0o755 : 0o644);
  }
  mkdirSync(join(folder, 'resources'));
  return folder;
}
