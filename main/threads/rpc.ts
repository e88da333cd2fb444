// SPDX-License-Identifier: MIT
// Calls between threads: one side serves an object of methods over a MessagePort, the other calls them by name.
// Both sides share the type of the service; a failure inside a method comes back as a rejected promise.
import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads';

/** Whatever two threads talk through. */
export type Port = MessagePort | Worker;

/** Methods take one argument at most, which must be cloneable, and answer a cloneable value or a promise of one. */
export type Service = { [name: string]: (argument: never) => unknown };

/** The same methods, seen from the other thread. */
export type Remote<S extends Service> = {
  [K in keyof S]: (
    ...argument: Parameters<S[K]> extends []
      ? []
      : [argument: Parameters<S[K]>[0], transfer?: readonly TransferListItem[]]
  ) => Promise<Awaited<ReturnType<S[K]>>>;
};

type Wire =
  | { rpc: 'call'; id: number; name: string; argument: unknown }
  | { rpc: 'answer'; id: number; value: unknown }
  | { rpc: 'failed'; id: number; message: string; stack: string | undefined }
  | { rpc: 'event'; name: string; payload: unknown };

/** Answers calls that come in on `port`, and gives back a function that sends events the other way. */
export function serve<S extends Service, E = Record<string, never>>(
  port: MessagePort,
  service: S,
): <K extends keyof E & string>(name: K, payload: E[K]) => void {
  port.on('message', (message: Wire) => {
    if (message.rpc !== 'call') return;
    const { id, name, argument } = message;
    void (async () => {
      try {
        const method = Object.hasOwn(service, name) ? service[name] : undefined;
        if (!method) throw new Error(`no method ${name}`);
        const value = await method.call(service, argument as never);
        port.postMessage({ rpc: 'answer', id, value } satisfies Wire);
      } catch (error) {
        const e = error instanceof Error ? error : new Error(String(error));
        port.postMessage({ rpc: 'failed', id, message: e.message, stack: e.stack } satisfies Wire);
      }
    })();
  });
  return (name, payload) => port.postMessage({ rpc: 'event', name, payload } satisfies Wire);
}

export interface RemoteEnd<S extends Service, E> {
  call: Remote<S>;
  on<K extends keyof E & string>(name: K, listener: (payload: E[K]) => void): void;
  /** Rejects what is waiting; later calls are rejected too. */
  close(why: string): void;
}

/** Calls the service at the other end of `port`. */
export function remote<S extends Service, E = Record<string, never>>(port: Port): RemoteEnd<S, E> {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, ((payload: never) => void)[]>();
  let lastId = 0;
  let closed: string | null = null;

  port.on('message', (message: Wire) => {
    if (message.rpc === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
      return;
    }
    if (message.rpc === 'call') return;
    const entry = waiting.get(message.id);
    if (!entry) return;
    waiting.delete(message.id);
    if (message.rpc === 'answer') entry.resolve(message.value as never);
    else entry.reject(Object.assign(new Error(message.message), { stack: message.stack }));
  });

  const call = new Proxy({} as Remote<S>, {
    get:
      (_, name: string) =>
      (argument?: unknown, transfer: readonly TransferListItem[] = []) =>
        new Promise((resolve, reject) => {
          if (closed !== null) {
            reject(new Error(closed));
            return;
          }
          const id = ++lastId;
          waiting.set(id, { resolve, reject });
          port.postMessage({ rpc: 'call', id, name, argument } satisfies Wire, transfer);
        }),
  });

  return {
    call,
    on(name, listener) {
      const list = listeners.get(name) ?? [];
      list.push(listener as (payload: never) => void);
      listeners.set(name, list);
    },
    close(why) {
      closed = why;
      for (const entry of waiting.values()) entry.reject(new Error(why));
      waiting.clear();
    },
  };
}
