// SPDX-License-Identifier: MIT
// What is remembered between runs: prefs.json in the configuration folder. The file is hostile until decoded: each
// value that does not fit is replaced by its default, the others are kept. Writing replaces the file as a whole.
import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PREFS, prefs } from '../../app/contract/index.ts';
import type { Prefs, PrefsPatch } from '../../app/contract/index.ts';

const FILE = 'prefs.json';

/** The preferences in a text; whatever does not fit is as in DEFAULT_PREFS. */
export function readPrefs(text: string): Prefs {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return DEFAULT_PREFS;
  }
  if (typeof found !== 'object' || found === null) return DEFAULT_PREFS;
  const result: Record<string, unknown> = { ...DEFAULT_PREFS };
  for (const [key, schema] of Object.entries(prefs.shape)) {
    const value = schema.safeParse((found as Record<string, unknown>)[key]);
    if (value.success) result[key] = value.data;
  }
  return result as Prefs;
}

/** Only what is given: a key that stands there as undefined must not wipe out what is remembered. */
function given(patch: PrefsPatch): Partial<Prefs> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

export class PrefsFile {
  private readonly folder: string;
  private current: Prefs;
  private writing: Promise<void> = Promise.resolve();
  /** Set while a write waits for its turn: later changes go along with it. */
  private waiting = false;
  private readonly onTrouble: (words: string) => void;

  constructor(folder: string, onTrouble: (words: string) => void) {
    this.folder = folder;
    this.onTrouble = onTrouble;
    let text = '';
    try {
      text = readFileSync(join(folder, FILE), 'utf8');
    } catch {
      // the first run
    }
    this.current = readPrefs(text);
  }

  get(): Prefs {
    return this.current;
  }

  /** Changes some values, and writes soon. */
  set(patch: PrefsPatch): Prefs {
    this.current = { ...this.current, ...given(patch) };
    if (!this.waiting) {
      this.waiting = true;
      this.writing = this.writing.then(() => this.write());
    }
    return this.current;
  }

  /** Resolves when all is on disk. */
  flush(): Promise<void> {
    return this.writing;
  }

  private async write(): Promise<void> {
    this.waiting = false;
    const path = join(this.folder, FILE);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, `${JSON.stringify(this.current, null, 2)}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      this.onTrouble(
        `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
