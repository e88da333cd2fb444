// SPDX-License-Identifier: MIT
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { remote, serve } from './rpc.ts';

type Calculator = {
  [name: string]: (argument: never) => unknown;
  add(pair: { a: number; b: number }): number;
  later(ms: number): Promise<string>;
  length(bytes: Uint8Array): number;
  fails(): never;
};
interface Ticks {
  tick: number;
}

const channel = () => {
  const { port1, port2 } = new MessageChannel();
  const emit = serve<Calculator, Ticks>(port1, {
    add: ({ a, b }) => a + b,
    later: (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'done')),
    length: (bytes) => bytes.byteLength,
    fails: () => {
      throw new TypeError('broken on purpose');
    },
  });
  const end = remote<Calculator, Ticks>(port2);
  open.push(port1, port2);
  return { emit, end };
};
const open: { close(): void }[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

describe('calls between threads', () => {
  it('answers each call with its own value, in whatever order they finish', async () => {
    const { end } = channel();
    const slow = end.call.later(30);
    expect(await end.call.add({ a: 2, b: 40 })).toBe(42);
    expect(await slow).toBe('done');
  });

  it('moves what is in the transfer list instead of copying it', async () => {
    const { end } = channel();
    const bytes = new Uint8Array(1000);
    expect(await end.call.length(bytes, [bytes.buffer])).toBe(1000);
    expect(bytes.byteLength).toBe(0);
  });

  it('rejects with the message when a method fails, and when there is no such method', async () => {
    const { end } = channel();
    await expect(end.call.fails()).rejects.toThrow('broken on purpose');
    await expect((end.call as unknown as { toString(): Promise<never> }).toString()).rejects.toThrow(
      'no method toString',
    );
  });

  it('delivers events to their listeners only', async () => {
    const { emit, end } = channel();
    const seen: number[] = [];
    end.on('tick', (n) => seen.push(n));
    emit('tick', 7);
    await end.call.add({ a: 0, b: 0 });
    expect(seen).toEqual([7]);
  });

  it('rejects what is waiting when it is closed, and what comes later', async () => {
    const { end } = channel();
    const waiting = end.call.later(10_000);
    end.close('the thread has ended');
    await expect(waiting).rejects.toThrow('the thread has ended');
    await expect(end.call.add({ a: 1, b: 1 })).rejects.toThrow('the thread has ended');
  });
});
