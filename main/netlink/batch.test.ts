// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { NLM_F_ACK, NLMSG_NOOP } from '../codec/index.ts';
import { Channel } from './channel.ts';
import { FakeKernel, message } from './fake-kernel.ts';

const NEW = 24;
const routes = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => message(NEW, Uint8Array.of(i & 0xff, i >> 8, 0)));

function make(receiveBuffer = 1 << 20) {
  const kernel = new FakeKernel({ receiveBuffer });
  const channel = new Channel(kernel, { timeoutMs: 200, probeMs: 20 });
  const sent = () => kernel.requests.filter((request) => request.type !== NLMSG_NOOP);
  return { kernel, channel, sent };
}

describe('a batch', () => {
  it('cascades its messages in order, and only the last of each datagram asks for an acknowledgement', async () => {
    const { kernel, channel, sent } = make();
    const outcome = await channel.batch(routes(1000));
    expect(outcome).toEqual({
      ok: true,
      value: { applied: 1000, failures: [], notSent: 0, stopped: null },
    });
    expect(sent().map(({ bytes }) => bytes[16]! | (bytes[17]! << 8))).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect(kernel.datagramSizes.length).toBeGreaterThan(1);
    expect(Math.max(...kernel.datagramSizes)).toBeGreaterThan(100);
    const acks = sent().filter(({ flags }) => flags & NLM_F_ACK);
    expect(acks).toHaveLength(kernel.datagramSizes.length);
  });

  it('names the message of each refusal, the last of a datagram included', async () => {
    const { kernel, channel, sent } = make();
    const refused = new Set([0, 7, 8, 498, 499, 500, 999]);
    let n = 0;
    kernel.respond = () => (refused.has(n++) ? { do: 'error', errno: 17 } : { do: 'ack' });
    const outcome = await channel.batch(routes(1000));
    expect(outcome.ok && outcome.value.failures.map(({ index }) => index)).toEqual([...refused]);
    expect(outcome).toMatchObject({ ok: true, value: { applied: 993, notSent: 0 } });
    expect(sent()).toHaveLength(1000);
  });

  it('asks for each acknowledgement when told to', async () => {
    const { channel, sent } = make();
    const outcome = await channel.batch(routes(300), { ackEach: true });
    expect(outcome).toMatchObject({ ok: true, value: { applied: 300 } });
    expect(sent().every(({ flags }) => flags & NLM_F_ACK)).toBe(true);
  });

  it('has never more under way than the answers have room for', async () => {
    const { kernel, channel } = make(64 << 10);
    let open = 0;
    let most = 0;
    kernel.respond = () => {
      open++;
      most = Math.max(most, open);
      return { do: 'ack' };
    };
    const progress: number[] = [];
    const outcome = await channel.batch(routes(500), {
      onProgress: (handled) => {
        progress.push(handled);
        open = kernel.requests.length - handled;
      },
    });
    expect(outcome).toMatchObject({ ok: true, value: { applied: 500 } });
    // an error takes at least 768 bytes of the buffer
    expect(most * 768).toBeLessThanOrEqual(64 << 10);
    expect(progress[progress.length - 1]).toBe(500);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('works in the smallest of buffers, one message at a time', async () => {
    const { kernel, channel } = make(2304);
    expect(await channel.batch(routes(20))).toMatchObject({ ok: true, value: { applied: 20 } });
    expect(Math.max(...kernel.datagramSizes)).toBe(1);
  });

  it('is nothing when it is empty', async () => {
    const { kernel, channel } = make();
    expect(await channel.batch([])).toMatchObject({ ok: true, value: { applied: 0, failures: [] } });
    expect(kernel.requests).toHaveLength(0);
  });

  it('takes all messages of a datagram that could not be sent for not done, and goes on', async () => {
    const { kernel, channel } = make(64 << 10);
    kernel.script({ do: 'refuse', errno: 105, errnoName: 'ENOBUFS' });
    const outcome = await channel.batch(routes(100));
    const first = kernel.datagramSizes[0]!;
    expect(outcome).toMatchObject({ ok: true, value: { applied: 100 - first, notSent: 0 } });
    expect(outcome.ok && outcome.value.failures.map(({ index }) => index)).toEqual(
      Array.from({ length: first }, (_, i) => i),
    );
  });

  it('reports messages as doubtful whose answers may have been dropped, and goes on', async () => {
    const { kernel, channel } = make(64 << 10);
    kernel.script({ do: 'overflow' });
    const outcome = await channel.batch(routes(200));
    if (!outcome.ok) throw new Error('the batch failed');
    const { applied, failures, notSent, stopped } = outcome.value;
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatchObject({ index: 0, error: { kind: 'syscall', errnoName: 'ENOBUFS' } });
    expect(applied + failures.length).toBe(200);
    expect({ notSent, stopped }).toEqual({ notSent: 0, stopped: null });
  });

  it('stops when it is cancelled, and tells what was not sent', async () => {
    const { channel, sent } = make(64 << 10);
    const abort = new AbortController();
    const outcome = await channel.batch(routes(500), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    if (!outcome.ok) throw new Error('the batch failed');
    const { applied, notSent, stopped } = outcome.value;
    expect(stopped).toMatchObject({ kind: 'cancelled' });
    expect(applied).toBe(sent().length);
    expect(applied + notSent).toBe(500);
    expect(notSent).toBeGreaterThan(0);
  });

  it('stops when nothing answers', async () => {
    const { kernel, channel, sent } = make(64 << 10);
    kernel.respond = () => ({ do: 'silence' });
    const outcome = await channel.batch(routes(500), { timeoutMs: 20 });
    if (!outcome.ok) throw new Error('the batch failed');
    expect(outcome.value).toMatchObject({ applied: 0, stopped: { kind: 'timeout' } });
    expect(outcome.value.failures).toHaveLength(sent().length);
    expect(outcome.value.notSent).toBe(500 - sent().length);
  });

  it('ends when the socket dies', async () => {
    const { kernel, channel } = make(64 << 10);
    let n = 0;
    kernel.respond = () => (n++ === 60 ? { do: 'die' } : { do: 'ack' });
    const outcome = await channel.batch(routes(500));
    if (!outcome.ok) throw new Error('the batch failed');
    const { applied, failures, notSent, stopped } = outcome.value;
    expect(stopped).toMatchObject({ kind: 'syscall', errnoName: 'EBADF' });
    expect(applied + failures.length + notSent).toBe(500);
    expect(notSent).toBeGreaterThan(0);
  });
});
