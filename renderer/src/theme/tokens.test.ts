// SPDX-License-Identifier: MIT
// WCAG 2.2 contrast of what stands on what: 4.5:1 for text, 3:1 for marks and the borders of fields.
import { describe, expect, it } from 'vitest';
import css from './tokens.css?raw';

const block = (selector: string) => {
  const text = css.slice(css.indexOf(selector) + selector.length);
  const body = text.slice(0, text.indexOf('}'));
  return new Map([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]));
};

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

const GROUNDS = ['bg', 'bg-raised', 'bg-sunken', 'row-hover', 'row-selected', 'row-lit'];
const pairs: [front: string, back: string, least: number][] = [
  ...GROUNDS.map((back): [string, string, number] => ['fg', back, 4.5]),
  ...GROUNDS.map((back): [string, string, number] => ['fg-muted', back, 4.5]),
  ...['flash', 'flash-changed', 'fade', 'accent-soft', 'danger-soft', 'warn-soft'].map(
    (back): [string, string, number] => ['fg', back, 4.5],
  ),
  ['accent-fg', 'accent', 4.5],
  ...['danger', 'warn', 'ok', 'accent'].flatMap((front): [string, string, number][] => [
    [front, 'bg', 4.5],
    [front, 'bg-raised', 4.5],
  ]),
  ['danger', 'danger-soft', 4.5],
  ['warn', 'warn-soft', 4.5],
  ['border-strong', 'bg', 3],
  ['focus', 'bg', 3],
  ['focus', 'row-selected', 3],
  ['staged', 'bg', 3],
];

describe.each([
  ['light', block(':root')],
  ['dark', block("[data-theme='dark']")],
])('%s', (_, tokens) => {
  it.each(pairs)('%s on %s has at least %s:1', (front, back, least) => {
    expect(contrast(tokens.get(front)!, tokens.get(back)!)).toBeGreaterThanOrEqual(least);
  });
});
