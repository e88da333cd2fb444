// SPDX-License-Identifier: MIT
// Where things are, and how the scripts talk. Nothing here needs node_modules: these files run on a bare clone.
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
/** Stamps, downloads and other things that can be thrown away. */
export const cache = join(root, '.cache');

/** A line for the person who waits. */
export const say = (/** @type {string} */ line) => {
  process.stderr.write(`${line}\n`);
};

/** Says what went wrong and how to go on, and ends with 1. @returns {never} */
export function giveUp(/** @type {string} */ why) {
  say(why);
  process.exit(1);
}
