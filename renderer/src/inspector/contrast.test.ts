// SPDX-License-Identifier: MIT
// WCAG 2.2 contrast in the inspector: bytes on their layers, hovered and selected too, and verdicts on every row colour.
import { describe, expect, it } from 'vitest';
import tokens from '../theme/tokens.css?raw';
import layers from './inspector.css?raw';
import detail from './detail.css?raw';

type Rgb = [number, number, number];
const colours = (css: string, selector: string): Map<string, Rgb> => {
  const from = css.indexOf(`${selector} {`);
  const body = css.slice(from, css.indexOf('}', from));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*#([0-9a-f]{6})/g)].map((m): [string, Rgb] => [
      m[1]!,
      [0, 2, 4].map((at) => Number.parseInt(m[2]!.slice(at, at + 2), 16) / 255) as Rgb,
    ]),
  );
};
const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: Rgb, b: Rgb): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
const mix = (a: Rgb, b: Rgb, share: number): Rgb => a.map((c, i) => c * share + b[i]! * (1 - share)) as Rgb;

const LAYERS = ['header', 'family', 'attribute', 'value', 'padding', 'trailing'];
/** The shares of the layer's colour in a hovered and in a selected byte, as the style sheet has them. */
const shares = [...detail.matchAll(/color-mix\(in srgb, var\(--layer\) (\d+)%, var\(--accent\)\)/g)].map(
  (m) => Number(m[1]) / 100,
);

describe.each([':root', "[data-theme='dark']"])('%s', (selector) => {
  const all = new Map([...colours(tokens, selector), ...colours(layers, selector)]);
  const get = (name: string): Rgb => all.get(name)!;

  it.each(LAYERS)('bytes on %s', (layer) => {
    const ground = get(`layer-${layer}`);
    expect(shares).toHaveLength(2);
    for (const share of [1, ...shares]) {
      expect(contrast(get('fg'), mix(ground, get('accent'), share))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(['ok', 'danger', 'warn', 'fg-muted'])('%s on every kind of row', (name) => {
    // list.css falls back to the hover's colour where the theme has none for lit rows
    const grounds = ['bg', 'row-hover', 'row-selected', 'row-lit'].filter((row) => all.has(row));
    for (const row of grounds) {
      expect(contrast(get(name), get(row)), row).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('the caret and the lit row are marks of 3:1', () => {
    for (const layer of LAYERS) expect(contrast(get('fg'), get(`layer-${layer}`))).toBeGreaterThanOrEqual(3);
    expect(contrast(get('accent'), all.get('row-lit') ?? get('row-hover'))).toBeGreaterThanOrEqual(3);
  });
});
