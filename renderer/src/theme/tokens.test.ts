// SPDX-License-Identifier: MIT
// The promise of window.md, computed: text at least 4.5:1, marks at least 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
import { describe, expect, it } from 'vitest';
import css from './tokens.css?raw';

function tokensOf(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0]!;
  return new Map(
    [...block.matchAll(/(--[a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]),
  );
}

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
};

const SURFACES = ['--bg', '--bg-raised', '--bg-sunken', '--row-hover', '--row-selected', '--flash'];
const LAYERS = ['header', 'family', 'attribute', 'value', 'padding', 'trailing'].map(
  (name) => `--layer-${name}`,
);
const TEXT: [string, string][] = [
  ...SURFACES.map((surface): [string, string] => ['--fg', surface]),
  ...SURFACES.filter((name) => name !== '--flash').map((surface): [string, string] => [
    '--fg-muted',
    surface,
  ]),
  ...LAYERS.map((layer): [string, string] => ['--fg', layer]),
  ...['--danger', '--warn', '--ok', '--accent'].flatMap((name): [string, string][] => [
    [name, '--bg'],
    [name, '--bg-raised'],
  ]),
  ['--accent-fg', '--accent'],
  ['--danger', '--danger-bg'],
  ['--fg', '--danger-bg'],
  ['--warn', '--warn-bg'],
  ['--fg', '--warn-bg'],
];
const MARKS: [string, string][] = [
  ...['--focus', '--staged', '--border-strong', '--accent', '--danger'].map((name): [string, string] => [
    name,
    '--bg',
  ]),
  ['--focus', '--row-selected'],
  ['--focus', '--bg-raised'],
  ['--accent', '--row-selected'],
];

describe.each([
  ['light', ':root'],
  ['dark', "[data-theme='dark']"],
])('%s', (_theme, selector) => {
  const tokens = tokensOf(selector);

  it('defines every colour that the other theme defines', () => {
    expect([...tokens.keys()].sort()).toEqual([...tokensOf(':root').keys()].sort());
  });
  it.each(TEXT)('reads: %s on %s', (text, surface) => {
    expect(contrast(tokens.get(text)!, tokens.get(surface)!)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(MARKS)('is seen: %s on %s', (mark, surface) => {
    expect(contrast(tokens.get(mark)!, tokens.get(surface)!)).toBeGreaterThanOrEqual(3);
  });
});
