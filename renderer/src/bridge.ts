// SPDX-License-Identifier: MIT
// The only way out of the page: the operations and events that the shell put into the window.
import type { Bridge } from '../../app/contract/index.ts';

declare global {
  interface Window {
    routelens: Bridge;
  }
}

export const bridge: Bridge = window.routelens;
