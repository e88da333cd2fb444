// SPDX-License-Identifier: MIT
// The DevTools protocol over a pair of pipes: JSON messages, each ended by a NUL. No port is opened.
// https://chromedevtools.github.io/devtools-protocol/
import type { Readable, Writable } from 'node:stream';

export interface CdpEvent {
  method: string;
  params: Record<string, unknown>;
  /** Empty for the browser itself. */
  sessionId: string;
}

interface Pending {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
}

interface Incoming {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  sessionId?: string;
  result?: Record<string, unknown>;
  error?: { message: string };
}

export class Pipe {
  readonly #write: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: CdpEvent) => void>();
  #parts: Buffer[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(write: Writable, read: Readable) {
    this.#write = write;
    read.on('data', (chunk: Buffer) => this.#take(chunk));
    // both ends go when Chromium does; whoever waits must hear of it
    for (const stream of [write, read]) {
      stream.on('error', () => this.#end());
      stream.on('close', () => this.#end());
    }
  }

  /** True once Chromium has gone. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a command; rejects with Chromium's words, or when the pipe closes first. */
  send(method: string, params: object = {}, sessionId = ''): Promise<Record<string, unknown>> {
    if (this.#isClosed) return Promise.reject(new Error(`${method}: Chromium has ended`));
    const id = ++this.#lastId;
    this.#write.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
    });
  }

  /** Sends a command whose failure changes nothing: what it is about has gone meanwhile. */
  tell(method: string, params: object = {}, sessionId = ''): void {
    this.send(method, params, sessionId).catch(() => {});
  }

  on(listener: (event: CdpEvent) => void): void {
    this.#listeners.add(listener);
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      this.#parts.push(rest.subarray(0, end));
      const text = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      rest = rest.subarray(end + 1);
      this.#receive(JSON.parse(text) as Incoming);
    }
    if (rest.length > 0) this.#parts.push(rest);
  }

  #receive(message: Incoming): void {
    if (message.id !== undefined) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) pending?.reject(new Error(message.error.message));
      else pending?.resolve(message.result ?? {});
    } else if (message.method !== undefined) {
      const event = {
        method: message.method,
        params: message.params ?? {},
        sessionId: message.sessionId ?? '',
      };
      for (const listener of this.#listeners) listener(event);
    }
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { reject } of this.#pending.values()) reject(new Error('Chromium has ended'));
    this.#pending.clear();
  }
}
