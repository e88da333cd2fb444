// SPDX-License-Identifier: MIT
// For tests of the shells: a main process that has no kernel behind it.
import { OPERATION_NAMES, fail } from '../contract/index.ts';
import type { AppError, EventName, Events, Handlers } from '../contract/index.ts';
import type { Routelens } from '../../main/routelens.ts';

export interface StubRoutelens extends Routelens {
  emit<E extends EventName>(event: E, payload: Events[E]): void;
  /** Calls that reached a handler, in order. */
  calls: { name: string; args: unknown }[];
  isClosed: boolean;
  /** What the shell said of whether the screen's lock is noticed, in order. */
  unheard: (string | null)[];
  /** How often the shell said that the screen was locked. */
  screenLocks: number;
}

/** Every operation is written down and answers `unavailable`, unless `own` has a handler for it. */
export function stubRoutelens(own: Partial<Handlers> = {}): StubRoutelens {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const calls: StubRoutelens['calls'] = [];
  const handlers = Object.fromEntries(
    OPERATION_NAMES.map((name) => [
      name,
      (args: never) => {
        calls.push({ name, args });
        const handler = own[name] as ((args: never) => Promise<unknown>) | undefined;
        return (
          handler?.(args) ?? Promise.resolve(fail<AppError>({ kind: 'unavailable', what: 'Only a stand-in' }))
        );
      },
    ]),
  ) as unknown as Handlers;
  const stub: StubRoutelens = {
    handlers,
    calls,
    isClosed: false,
    screenLocks: 0,
    unheard: [],
    on(event, listener) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener as (payload: never) => void));
      return () => {
        all.delete(listener as (payload: never) => void);
      };
    },
    emit(event, payload) {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
    screenLocked() {
      stub.screenLocks++;
    },
    screenUnheard(why) {
      stub.unheard.push(why);
    },
    async close() {
      stub.isClosed = true;
    },
  };
  return stub;
}
