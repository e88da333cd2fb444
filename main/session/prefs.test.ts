// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_PREFS } from '../../app/contract/index.ts';
import { PrefsFile, readPrefs } from './prefs.ts';

const folders: string[] = [];
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'routelens-prefs-'));
  folders.push(path);
  return path;
};
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});
const fail = (words: string) => {
  throw new Error(words);
};

describe('readPrefs', () => {
  it.each(['', 'null', '[]', '7', '{', '"x"', '{"theme":'])('answers the defaults for %j', (text) => {
    expect(readPrefs(text)).toEqual(DEFAULT_PREFS);
  });

  it('keeps what fits and replaces what does not', () => {
    const text = JSON.stringify({
      theme: 'dark',
      density: 'huge',
      dock: { open: 'yes' },
      unknown: 1,
      __proto__: { theme: 1 },
    });
    expect(readPrefs(text)).toEqual({ ...DEFAULT_PREFS, theme: 'dark' });
  });
});

describe('PrefsFile', () => {
  it('remembers from one run to the next, and leaves no other file', async () => {
    const path = join(folder(), 'deep/routelens');
    const first = new PrefsFile(path, fail);
    first.set({ theme: 'dark' });
    first.set({ density: 'compact' });
    await first.flush();
    expect(readdirSync(path)).toEqual(['prefs.json']);
    expect(new PrefsFile(path, fail).get()).toEqual({ ...DEFAULT_PREFS, theme: 'dark', density: 'compact' });
  });

  it('writes the last of many changes', async () => {
    const path = folder();
    const file = new PrefsFile(path, fail);
    for (let width = 900; width < 1000; width++) file.set({ window: { width, height: 700 } });
    await file.flush();
    expect(JSON.parse(readFileSync(join(path, 'prefs.json'), 'utf8')).window).toEqual({
      width: 999,
      height: 700,
    });
  });

  it('says so when it cannot write, and goes on', async () => {
    const path = join(folder(), 'file');
    writeFileSync(path, '');
    const said: string[] = [];
    const file = new PrefsFile(path, (words) => said.push(words));
    expect(file.set({ theme: 'light' }).theme).toBe('light');
    await file.flush();
    expect(said).toHaveLength(1);
  });
});
