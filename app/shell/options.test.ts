// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFS } from '../contract/index.ts';
import { clampSize, configDir, readOptions, windowSize } from './options.ts';

describe('readOptions', () => {
  it('reads options with = and with a space', () => {
    expect(readOptions(['--target=system', '--smoke', 'a=b.png'])).toEqual({
      ok: true,
      value: { target: 'system', smoke: 'a=b.png' },
    });
    expect(readOptions(['--screenshot=x.png'])).toEqual({ ok: true, value: { screenshot: 'x.png' } });
    expect(readOptions([])).toEqual({ ok: true, value: {} });
  });

  it.each([
    ['--inspect'],
    ['x'],
    ['--smoke'],
    ['--smoke='],
    ['--target=mars'],
    ['--target=netns:../etc'],
    ['--smoke.png'],
  ])('refuses %s', (word) => expect(readOptions([word]).ok).toBe(false));
});

describe('places and sizes', () => {
  it('keeps to the XDG base directories and ignores a relative one', () => {
    expect(configDir({ XDG_CONFIG_HOME: '/x' })).toBe('/x/routelens');
    expect(configDir({ XDG_CONFIG_HOME: 'x' })).toMatch(/^\/.*\.config\/routelens$/);
  });

  it('takes a remembered window size that is usable, else the default', () => {
    const folder = mkdtempSync(join(tmpdir(), 'routelens-prefs-'));
    try {
      expect(windowSize(folder)).toEqual(DEFAULT_PREFS.window);
      writeFileSync(join(folder, 'prefs.json'), '{"window":{"width":1000,"height":700}}');
      expect(windowSize(folder)).toEqual({ width: 1000, height: 700 });
      writeFileSync(join(folder, 'prefs.json'), '{"window":{"width":1,"height":700}}');
      expect(windowSize(folder)).toEqual(DEFAULT_PREFS.window);
      writeFileSync(join(folder, 'prefs.json'), '{');
      expect(windowSize(folder)).toEqual(DEFAULT_PREFS.window);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('clamps a size to what may be remembered', () => {
    expect(clampSize(10, 100_000)).toEqual({ width: 900, height: 16_384 });
    expect(clampSize(Number.NaN, 700.4)).toEqual({ width: 900, height: 700 });
  });
});
