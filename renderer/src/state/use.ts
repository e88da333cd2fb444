// SPDX-License-Identifier: MIT
// Tells the main process that somebody uses the window, so that it does not lock editing under their hands. The time
// itself is counted there.
import { bridge } from '../bridge.ts';
import { useTarget } from './target.ts';

/** Told no more often than this; so it may lock that much earlier after the last use, and never later. */
export const TELL_MS = 30_000;

/**
 * What a person does with hands: the mouse and its wheel, keys, and what assistive technology does in their place. A pointer
 * that only moves is none of it: a table can be bumped, and rows move under a pointer that rests.
 */
const DONE = ['pointerdown', 'wheel', 'keydown', 'click', 'input'] as const;

/** Answers the function that ends it. */
export function watchUse(): () => void {
  let told = -Infinity;
  const used = (): void => {
    if (useTarget.getState().state?.lock?.state !== 'unlocked') return;
    const now = performance.now();
    if (now - told < TELL_MS) return;
    told = now;
    void bridge['lock.touch']({});
  };
  // before anything that stops it on its way; passive, so that scrolling never waits for it
  const how = { capture: true, passive: true } as const;
  for (const name of DONE) window.addEventListener(name, used, how);
  return () => {
    for (const name of DONE) window.removeEventListener(name, used, how);
  };
}
