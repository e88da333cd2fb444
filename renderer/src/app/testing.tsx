// SPDX-License-Identifier: MIT
// For tests: the whole window on a made-up main process that plays this machine, and a person's hands.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { vi } from 'vitest';
import { FakeMain } from '../../dev/fake-bridge.ts';
import type { FakeOptions } from '../../dev/fake-bridge.ts';

export let fake: FakeMain;
let root: Root | null = null;

/** Once for a file; the first look at all modules takes its time on a busy machine. */
export async function prepareDocument(): Promise<void> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // happy-dom lays nothing out: every box is as large as a small window
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 560 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 1280 });
  await import('./App.tsx');
}

export const settle = (ms = 60): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });

/** For prepareDocument, ms. */
export const PATIENCE = 60_000;

/** Opens the window; on the Lab where `machine` is null. */
export async function open({
  machine = 'locked',
  ...options
}: Omit<FakeOptions, 'machine'> & { machine?: FakeOptions['machine'] | null } = {}): Promise<void> {
  vi.resetModules();
  fake = new FakeMain({ ...options, ...(machine && { machine }) });
  window.routelens = fake.bridge;
  const { App } = await import('./App.tsx');
  const { start } = await import('../state/start.ts');
  const box = document.createElement('div');
  document.body.replaceChildren(box);
  root = createRoot(box);
  await act(async () => {
    root!.render(<App />);
    await start();
  });
  await settle();
}

export async function close(): Promise<void> {
  vi.useRealTimers();
  await act(async () => {
    fake.lock.end('kept');
    root?.unmount();
  });
  root = null;
}

export const find = (selector: string): HTMLElement | null => document.querySelector<HTMLElement>(selector);
export const $ = <T extends HTMLElement = HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
export const button = (name: string | RegExp, inside: ParentNode = document): HTMLElement => {
  const found = [...inside.querySelectorAll<HTMLElement>('button, [role=menuitemradio]')].find((one) => {
    const label = one.getAttribute('aria-label') ?? one.textContent;
    return typeof name === 'string' ? label.trim() === name : name.test(label);
  });
  if (!found) throw new Error(`no button ${String(name)}`);
  return found;
};
export const hasButton = (name: RegExp): boolean => {
  try {
    return Boolean(button(name));
  } catch {
    return false;
  }
};
export async function press(
  key: string,
  more: KeyboardEventInit = {},
  on: Element = document.activeElement!,
): Promise<void> {
  await act(async () => {
    on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    await Promise.resolve();
  });
  await settle(40);
}
export const ctrl = (key: string): Promise<void> => press(key, { ctrlKey: true });
export async function click(target: Element, more: MouseEventInit = {}): Promise<void> {
  await act(async () => {
    for (const type of ['mousedown', 'mouseup', 'click'])
      target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 0, ...more }));
    await Promise.resolve();
  });
  await settle(40);
}
export async function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  await act(async () => {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input) as object, 'value')!;
    set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
  });
  await settle(20);
}
export const $$ = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
export const rows = (): HTMLElement[] => $$('.grid-layer > .grid-row:not(.is-unused):not(.is-ghost)');
export const rowOf = (destination: string): HTMLElement =>
  rows().find((row) => row.querySelector('.c-destination')!.textContent === destination)!;
export const cellOf = (destination: string, column: string): HTMLElement =>
  rowOf(destination).querySelector<HTMLElement>(`.c-${column}`)!;
export const calls = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map(({ args }) => args);
export const said = (): string => $('[aria-label=Message]').textContent;
export const trial = (): HTMLElement | null => find('[aria-label="Changes on trial"].trial');
export const told = (): string => $('[role=status][aria-label="Changes on trial"]').textContent;
export const urgent = (): string => $('.over-page .off-screen [role=alert]').textContent;
export const notice = (): string => find('.notice')?.textContent ?? '';
export const begin = (changes: number, seconds: number, leftMs?: number): Promise<void> =>
  act(async () => fake.lock.trial(changes, seconds, leftMs));
