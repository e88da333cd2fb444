// SPDX-License-Identifier: MIT
// The shell's preload puts one object into the page; all that the page asks of the main process goes through it.
import type { Bridge } from '../../app/contract/index.ts';

declare global {
  interface Window {
    /** Missing only when the page is opened outside of a shell. */
    routelens?: Bridge;
  }
}

export const hasBridge = window.routelens !== undefined;

/** `window.routelens`, typed by the contract. Nothing may call it where `hasBridge` is false. */
export const bridge: Bridge = window.routelens as Bridge;
