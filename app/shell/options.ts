// SPDX-License-Identifier: MIT
// What both shells are told on the command line and by the environment, and where they keep things.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PREFS, fail, ok, prefs } from '../contract/index.ts';
import type { Outcome, Prefs, TargetId } from '../contract/index.ts';

export interface ShellOptions {
  target?: TargetId;
  /** Where the smoke run writes its picture; set: run it and end. */
  smoke?: string;
  /** A picture of the window, written once the grid is painted; the program stays up. */
  screenshot?: string;
}

const isTarget = (word: string): word is TargetId =>
  ['lab', 'system', 'rtmgr-user', 'rtmgr-kernel'].includes(word) || /^netns:[^/\0]{1,74}$/.test(word);

/** Reads `--target=…`, `--smoke FILE`, `--screenshot FILE` (with `=` or a space); a sentence for what is not understood. */
export function readOptions(words: readonly string[]): Outcome<ShellOptions, string> {
  const options: ShellOptions = {};
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = '', inline] = word.includes('=')
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word];
    if (name !== '--target' && name !== '--smoke' && name !== '--screenshot') {
      return fail(`There is no option ${word}`);
    }
    const value = inline ?? rest.shift();
    if (value === undefined || value === '') return fail(`${name} needs a value`);
    if (name === '--target') {
      if (!isTarget(value)) return fail(`There is no target ${value}; try lab or system`);
      options.target = value;
    } else if (name === '--smoke') options.smoke = value;
    else options.screenshot = value;
  }
  return ok(options);
}

/** `$XDG_CONFIG_HOME/routelens`, else `~/.config/routelens`. */
export function configDir(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CONFIG_HOME'];
  // the specification: relative paths are to be ignored
  return join(base?.startsWith('/') ? base : join(homedir(), '.config'), 'routelens');
}

/** The remembered size of the window, read before anything else runs; the default when there is none. */
export function windowSize(folder: string): Prefs['window'] {
  try {
    const text = JSON.parse(readFileSync(join(folder, 'prefs.json'), 'utf8')) as { window?: unknown };
    const size = prefs.shape.window.safeParse(text.window);
    return size.success ? size.data : DEFAULT_PREFS.window;
  } catch {
    return DEFAULT_PREFS.window;
  }
}

/** A size that may be remembered: whole pixels within the schema's limits. */
export function clampSize(width: number, height: number): Prefs['window'] {
  const clamp = (n: number, least: number): number =>
    Math.min(16_384, Math.max(least, Math.round(n) || least));
  return { width: clamp(width, 900), height: clamp(height, 600) };
}

/** The program's version, from package.json two folders above the bundles. */
export function version(bundleFolder: string): string {
  try {
    const file = join(bundleFolder, '../../package.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return '0.0.0';
  }
}
