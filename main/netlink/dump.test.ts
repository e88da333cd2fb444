// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from '../codec/index.ts';
import { Channel } from './channel.ts';
import type { DumpOptions } from './dump.ts';
import { FakeKernel, message } from './fake-kernel.ts';

const ROUTE = 24;
const GET = 26;
const parts = (...values: number[]): Uint8Array[] =>
  values.map((value) => message(ROUTE, Uint8Array.of(value, value)));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function make() {
  const kernel = new FakeKernel({ name: 'dump' });
  const channel = new Channel(kernel, { timeoutMs: 200, probeMs: 20 });
  const got: number[] = [];
  const dump = (options: DumpOptions = {}) =>
    channel.dump(
      message(GET, Uint8Array.of(0)),
      (bytes, view, at, end) => {
        expect(view.getUint32(at, true)).toBe(end - at);
        got.push(bytes[at + 16]!);
      },
      { onRestart: () => got.splice(0), ...options },
    );
  return { kernel, channel, got, dump };
}

describe('a dump', () => {
  it('is asked for with DUMP and without ACK, and assembled from its parts in order', async () => {
    const { kernel, got, dump } = make();
    kernel.script({ do: 'multipart', messages: parts(1, 2, 3, 4, 5), cascade: 3 });
    const outcome = await dump();
    expect(outcome).toEqual({
      ok: true,
      value: { parts: 5, bytes: 5 * 18, interrupted: false, attempts: 1, filtered: false },
    });
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(kernel.requests[0]!.flags).toBe(NLM_F_REQUEST | NLM_F_DUMP);
    expect(kernel.requests[0]!.flags & NLM_F_ACK).toBe(0);
  });

  it.each(['part', 'done'] as const)('begins again when NLM_F_DUMP_INTR stands on a %s', async (where) => {
    const { kernel, got, dump } = make();
    kernel.script(
      { do: 'multipart', messages: parts(1, 2), interrupted: where },
      { do: 'multipart', messages: parts(3, 4, 5) },
    );
    const outcome = await dump();
    expect(outcome).toMatchObject({ ok: true, value: { parts: 3, interrupted: false, attempts: 2 } });
    expect(got).toEqual([3, 4, 5]);
    expect(kernel.requests.map((request) => request.seq)).toEqual([1, 2]);
  });

  it('gives the partial data, labelled so, when it is interrupted too often', async () => {
    const { kernel, got, dump } = make();
    for (let i = 1; i <= 3; i++) kernel.script({ do: 'multipart', messages: parts(i), interrupted: 'done' });
    const outcome = await dump({ restarts: 2 });
    expect(outcome).toMatchObject({ ok: true, value: { parts: 1, interrupted: true, attempts: 3 } });
    expect(got).toEqual([3]);
  });

  it('tells that the kernel filtered', async () => {
    const { kernel, dump } = make();
    kernel.script({ do: 'multipart', messages: parts(1), filtered: true });
    expect(await dump()).toMatchObject({ ok: true, value: { filtered: true } });
  });

  it('fails with the error that DONE carries', async () => {
    const { kernel, dump } = make();
    kernel.script({ do: 'multipart', messages: parts(1), errno: 90, extack: 'Too much' });
    expect(await dump()).toMatchObject({
      ok: false,
      error: { kind: 'kernel', errnoName: 'EMSGSIZE', extack: 'Too much' },
    });
  });

  it('fails when it is refused', async () => {
    const { kernel, dump } = make();
    kernel.script({ do: 'error', errno: 22, extack: 'Invalid header for dump' });
    expect(await dump()).toMatchObject({ ok: false, error: { errnoName: 'EINVAL' } });
  });

  it('waits for its turn: the kernel runs one dump per socket', async () => {
    const { kernel, got, dump } = make();
    kernel.script(
      { do: 'hold', step: { do: 'multipart', messages: parts(1) } },
      { do: 'multipart', messages: parts(2) },
    );
    const both = [dump(), dump()];
    await settle();
    expect(kernel.requests).toHaveLength(1);
    kernel.release();
    expect((await Promise.all(both)).every((outcome) => outcome.ok)).toBe(true);
    expect(got).toEqual([1, 2]);
  });

  it('is tried again while another one on the socket is not over (EBUSY)', async () => {
    const { kernel, got, dump } = make();
    kernel.script({ do: 'error', errno: 16 }, { do: 'multipart', messages: parts(1) });
    expect(await dump()).toMatchObject({ ok: true, value: { attempts: 1 } });
    expect(got).toEqual([1]);
  });

  it('begins again when a part was cut off, or parts may have been dropped', async () => {
    for (const step of [
      { do: 'truncate', message: parts(1)[0]!, room: 17 } as const,
      { do: 'overflow' } as const,
    ]) {
      const { kernel, got, dump } = make();
      kernel.script(step, { do: 'multipart', messages: parts(2) });
      expect(await dump({ timeoutMs: 30 })).toMatchObject({
        ok: true,
        value: { attempts: 2, interrupted: false },
      });
      expect(got).toEqual([2]);
    }
  });

  it('fails when the kernel falls silent in the middle of it, and lets the next one begin', async () => {
    const { kernel, got, dump } = make();
    kernel.script(
      { do: 'multipart', messages: parts(1), endless: true },
      { do: 'multipart', messages: parts(2) },
    );
    const next = dump({ timeoutMs: 30 });
    const after = dump();
    expect(await next).toMatchObject({ ok: false, error: { kind: 'timeout' } });
    expect(await after).toMatchObject({ ok: true });
    expect(got).toEqual([1, 2]);
  });

  it('can be cancelled: nothing more is handed on, and the next one begins when the kernel is done', async () => {
    const { kernel, channel, got, dump } = make();
    kernel.script(
      { do: 'hold', step: { do: 'multipart', messages: parts(1, 2, 3) } },
      { do: 'multipart', messages: parts(4) },
    );
    const abort = new AbortController();
    const first = dump({ signal: abort.signal });
    const second = dump();
    abort.abort();
    expect(await first).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(kernel.requests).toHaveLength(1);
    kernel.release();
    expect(await second).toMatchObject({ ok: true });
    expect(got).toEqual([4]);
    expect(channel.stats.late).toBe(4);
  });

  it('can be cancelled while it waits for its turn', async () => {
    const { kernel, dump } = make();
    kernel.script({ do: 'hold', step: { do: 'multipart', messages: parts(1) } });
    const abort = new AbortController();
    const first = dump();
    const second = dump({ signal: abort.signal });
    abort.abort();
    expect(await second).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    kernel.release();
    expect((await first).ok).toBe(true);
    expect(kernel.requests).toHaveLength(1);
  });

  it('fails when it can not be sent', async () => {
    const { kernel, dump } = make();
    kernel.script({ do: 'refuse', errno: 1, errnoName: 'EPERM' });
    expect(await dump()).toMatchObject({ ok: false, error: { kind: 'syscall', call: 'sendmsg' } });
    expect((await dump()).ok).toBe(true);
  });
});
