// SPDX-License-Identifier: MIT
// The page's half of the contract in Electron: one function for each operation and `on`, with types derived from the
// contract. Runs in the sandbox and in a world of its own; the page never sees ipcRenderer.
import { contextBridge, ipcRenderer } from 'electron';
import { OPERATION_NAMES } from '../contract/index.ts';
import type { Bridge, EventName, Events, Handlers } from '../contract/index.ts';
import { EVENT_NAMES } from '../shell/events.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';

const calls = Object.fromEntries(
  OPERATION_NAMES.map((name) => [name, (args: unknown) => ipcRenderer.invoke(CALL_CHANNEL, name, args)]),
) as unknown as Handlers;

const listeners = new Map<string, Set<(payload: never) => void>>();
for (const name of EVENT_NAMES) listeners.set(name, new Set());

ipcRenderer.on(EVENT_CHANNEL, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) {
    try {
      listener(payload as never);
    } catch (error) {
      // one listener's defect is the page's to see and must not keep the event from the others
      setTimeout(() => {
        throw error;
      });
    }
  }
});

function on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
  const all = listeners.get(event);
  if (!all || typeof listener !== 'function') throw new TypeError(`routelens.on: no event ${String(event)}`);
  all.add(listener);
  return () => {
    all.delete(listener);
  };
}

const bridge: Bridge = { ...calls, on };
contextBridge.exposeInMainWorld('routelens', bridge);
