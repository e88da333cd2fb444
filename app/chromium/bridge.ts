// SPDX-License-Identifier: MIT
// The page's half of the contract in the Chromium shell. This function is turned into text and run in the page before
// anything of its own, so it uses nothing from outside itself. The page sees the same frozen `window.routelens` as in
// Electron: one function for each operation, and `on`.
import { OPERATION_NAMES } from '../contract/index.ts';
import { EVENT_NAMES } from '../shell/events.ts';

/** The binding that carries a call out of the page, taken away from the page's own scripts by the bridge. */
export const BINDING = '__routelensCall';
/** The function that carries answers and events into the page. */
export const RECEIVER = '__routelensReceive';

/** What the page sends: a call, or the size of its window after a change. */
export type FromPage =
  { id: number; name: string; args: unknown } | { size: { width: number; height: number } };

/** What the page is sent. */
export type ToPage = { id: number; outcome: unknown } | { event: string; payload: unknown };

interface PageGlobal {
  outerWidth: number;
  outerHeight: number;
  addEventListener(type: string, listener: () => void): void;
  [name: string]: unknown;
}

function install(operations: string[], events: string[], binding: string, receiver: string): void {
  const page = globalThis as unknown as PageGlobal;
  const send = page[binding] as (text: string) => void;
  delete page[binding];
  const waiting = new Map<number, (outcome: unknown) => void>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  for (const event of events) listeners.set(event, new Set());
  let lastId = 0;

  const bridge: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of operations) {
    bridge[name] = (args: unknown) =>
      new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        send(JSON.stringify({ id, name, args }));
      });
  }
  bridge['on'] = (event: string, listener: (payload: unknown) => void) => {
    const all = listeners.get(event);
    if (!all || typeof listener !== 'function')
      throw new TypeError(`routelens.on: no event ${String(event)}`);
    all.add(listener);
    return () => {
      all.delete(listener);
    };
  };
  const receive = (text: string): void => {
    const message = JSON.parse(text) as { id?: number; outcome?: unknown; event?: string; payload?: unknown };
    if (message.id !== undefined) {
      const resolve = waiting.get(message.id);
      waiting.delete(message.id);
      resolve?.(message.outcome);
    } else {
      for (const listener of listeners.get(message.event ?? '') ?? []) {
        try {
          listener(message.payload);
        } catch (error) {
          // one listener's defect is the page's to see and must not keep the event from the others
          setTimeout(() => {
            throw error;
          });
        }
      }
    }
  };
  const fixed = { configurable: false, enumerable: false, writable: false };
  Object.defineProperty(page, 'routelens', { ...fixed, value: Object.freeze(bridge) });
  Object.defineProperty(page, receiver, { ...fixed, value: receive });

  let timer: ReturnType<typeof setTimeout> | undefined;
  page.addEventListener('resize', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      send(JSON.stringify({ size: { width: page.outerWidth, height: page.outerHeight } }));
    }, 400);
  });
}

/** The script for Page.addScriptToEvaluateOnNewDocument: only the top frame of our own origin gets a bridge. */
export function bridgeScript(origin: string): string {
  const values = [OPERATION_NAMES, EVENT_NAMES, BINDING, RECEIVER].map((value) => JSON.stringify(value));
  return `if (self === top && location.origin === ${JSON.stringify(origin)}) (${install.toString()})(${values.join(', ')});`;
}
