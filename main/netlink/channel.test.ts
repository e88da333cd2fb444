// SPDX-License-Identifier: MIT
// The channel against a scripted kernel: every fault that can be scripted.
import { describe, expect, it } from 'vitest';
import { NLM_F_ACK, NLM_F_REQUEST, NLMSG_NOOP, NLMSG_OVERRUN } from '../codec/index.ts';
import { Channel } from './channel.ts';
import type { ChannelOptions } from './channel.ts';
import { FakeKernel, message } from './fake-kernel.ts';

const NEW = 24; // RTM_NEWROUTE
const GET = 26; // RTM_GETROUTE
const payload = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function make(options: ChannelOptions = {}) {
  const kernel = new FakeKernel();
  const channel = new Channel(kernel, { timeoutMs: 200, probeMs: 20, ...options });
  return { kernel, channel };
}

describe('a request', () => {
  it('goes out with a sequence number, REQUEST and ACK, and succeeds when it is acknowledged', async () => {
    const { kernel, channel } = make();
    const outcome = await channel.request(message(NEW, payload(1, 2, 3)));
    expect(outcome).toEqual({ ok: true, value: { seq: 1, messages: [], warnings: [] } });
    expect(kernel.requests[0]).toMatchObject({ type: NEW, flags: NLM_F_REQUEST | NLM_F_ACK, seq: 1 });
    expect(kernel.requests[0]!.bytes.slice(16)).toEqual(payload(1, 2, 3));
  });

  it('leaves the bytes of the caller alone', async () => {
    const { channel } = make();
    const mine = message(NEW, payload(1));
    const before = mine.slice();
    await channel.request(mine);
    expect(mine).toEqual(before);
  });

  it('answers with the data that came before the acknowledgement', async () => {
    const { kernel, channel } = make();
    const data = message(NEW, payload(9, 9, 9, 9, 9));
    kernel.script({ do: 'reply', messages: [data, data] });
    const outcome = await channel.request(message(GET));
    expect(outcome.ok && outcome.value.messages.map((m) => m.slice(16))).toEqual([
      payload(9, 9, 9, 9, 9),
      payload(9, 9, 9, 9, 9),
    ]);
  });

  it('tells errno, sentence and place of a refusal', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'error', errno: 17, extack: 'No such luck', offset: 36 });
    const outcome = await channel.request(message(NEW));
    expect(outcome).toMatchObject({
      ok: false,
      error: {
        kind: 'kernel',
        errno: 17,
        errnoName: 'EEXIST',
        errnoText: 'File exists',
        extack: 'No such luck',
        offset: 36,
      },
    });
  });

  it('keeps the warning that came with a success', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'ack', warning: 'Deprecated' });
    const outcome = await channel.request(message(NEW));
    expect(outcome.ok && outcome.value.warnings).toEqual(['Deprecated']);
  });

  it('is paired by its number when several are under way and answered in another order', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'hold', step: { do: 'error', errno: 1 } }, { do: 'ack' });
    const first = channel.request(message(NEW));
    const second = await channel.request(message(NEW));
    expect(second.ok).toBe(true);
    kernel.release();
    expect(await first).toMatchObject({ ok: false, error: { errnoName: 'EPERM' } });
  });

  it('waits for its turn when very many are under way', async () => {
    const { kernel, channel } = make();
    kernel.respond = () => ({ do: 'hold', step: { do: 'ack' } });
    const all = Array.from({ length: 200 }, () => channel.request(message(NEW)));
    await settle();
    expect(kernel.requests.length).toBeLessThan(200);
    kernel.respond = null;
    kernel.release();
    expect((await Promise.all(all)).every((outcome) => outcome.ok)).toBe(true);
    expect(kernel.requests.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it('fails when nothing comes, and recognises the answer that comes too late', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'hold', step: { do: 'ack' } });
    const outcome = await channel.request(message(NEW), { timeoutMs: 10 });
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'timeout', afterMs: 10 } });
    kernel.release();
    await settle();
    expect(channel.stats).toMatchObject({ late: 1, unknown: 0 });
  });

  it('can be cancelled while it waits, and before it is sent', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'hold', step: { do: 'ack' } });
    const abort = new AbortController();
    const waiting = channel.request(message(NEW), { signal: abort.signal });
    abort.abort();
    expect(await waiting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    kernel.release();
    await settle();
    expect(channel.stats.late).toBe(1);
    const never = await channel.request(message(NEW), { signal: abort.signal });
    expect(never).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(kernel.requests).toHaveLength(1);
  });

  it('is not sent when its length field is wrong: the kernel would not answer', async () => {
    const { kernel, channel } = make();
    const wrong = message(NEW, payload(1, 2, 3, 4));
    wrong[0] = 99;
    expect(await channel.request(wrong)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(await channel.request(payload(1))).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(kernel.requests).toHaveLength(0);
  });

  it('fails with the errno of sendmsg', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'refuse', errno: 90, errnoName: 'EMSGSIZE' });
    expect(await channel.request(message(NEW))).toMatchObject({
      ok: false,
      error: { kind: 'syscall', call: 'sendmsg', errno: 90, errnoName: 'EMSGSIZE' },
    });
    expect((await channel.request(message(NEW))).ok).toBe(true);
  });

  it('says so when its answer was cut off', async () => {
    const { kernel, channel } = make();
    kernel.script({ do: 'truncate', message: message(NEW, new Uint8Array(400)), room: 64 });
    expect(await channel.request(message(GET))).toMatchObject({
      ok: false,
      error: { kind: 'syscall', call: 'recvmsg' },
    });
    await settle();
    expect(channel.stats.truncated).toBe(1);
  });
});

describe('an overflow', () => {
  it('fails the request whose answer was dropped, and no other', async () => {
    let told = 0;
    const { kernel, channel } = make({ onOverflow: () => told++, timeoutMs: 5000 });
    kernel.script({ do: 'hold', step: { do: 'ack' } }, { do: 'overflow' });
    // the first answer waits in the socket's queue behind the error; the second is gone
    const queued = channel.request(message(NEW));
    const gone = channel.request(message(NEW));
    kernel.release();
    expect(await gone).toMatchObject({ ok: false, error: { kind: 'syscall', errnoName: 'ENOBUFS' } });
    expect((await queued).ok).toBe(true);
    expect(told).toBe(1);
    expect(channel.stats.overflows).toBe(1);
    expect(kernel.requests.map((request) => request.type)).toEqual([NEW, NEW, NLMSG_NOOP]);
  });

  it('holds back what is sent meanwhile, until it is known that answers come through', async () => {
    const { kernel, channel } = make({ timeoutMs: 5000 });
    kernel.script({ do: 'overflow' }, { do: 'ack' });
    let later: Promise<{ ok: boolean }> | undefined;
    const gone = await channel.request(message(NEW));
    later = channel.request(message(NEW));
    expect(gone.ok).toBe(false);
    expect((await later).ok).toBe(true);
  });

  it('asks again when the probe itself is dropped', async () => {
    const { kernel, channel } = make({ timeoutMs: 5000 });
    kernel.deaf = 2;
    kernel.script({ do: 'overflow' });
    expect(await channel.request(message(NEW))).toMatchObject({ ok: false, error: { errnoName: 'ENOBUFS' } });
    expect(kernel.requests.filter((request) => request.type === NLMSG_NOOP)).toHaveLength(3);
  });

  it('is also what NLMSG_OVERRUN says', async () => {
    const { kernel, channel } = make();
    kernel.unasked(message(NLMSG_OVERRUN));
    await settle();
    expect(channel.stats.overflows).toBe(1);
  });

  it('is told twice: when the kernel begins to drop, and when it no longer does', async () => {
    const told: string[] = [];
    const { kernel, channel } = make({
      onCongested: () => told.push('congested'),
      onOverflow: () => told.push('overflow'),
    });
    kernel.trouble({ kind: 'overflow', drained: false });
    await settle();
    expect([told, channel.stats.overflows]).toEqual([['congested'], 0]);
    kernel.trouble({ kind: 'overflow' });
    await settle();
    expect([told, channel.stats.overflows]).toEqual([['congested', 'overflow'], 1]);
  });

  it('needs no probe when nothing waits', async () => {
    const { kernel, channel } = make();
    kernel.trouble({ kind: 'overflow' });
    await settle();
    expect(channel.stats.overflows).toBe(1);
    expect(kernel.requests).toHaveLength(0);
  });
});

describe('what nobody asked for', () => {
  it('goes to onEvent with its group, several from one datagram', async () => {
    const seen: [number, number[]][] = [];
    const { kernel } = make({
      onEvent: (bytes, at, end, group) => seen.push([group, Array.from(bytes.subarray(at + 16, end))]),
    });
    kernel.event(7, message(NEW, payload(1, 1, 1)), message(NEW, payload(2, 2)));
    kernel.event(33, message(NEW, payload(3)));
    await settle();
    expect(seen).toEqual([
      [7, [1, 1, 1]],
      [7, [2, 2]],
      [33, [3]],
    ]);
  });

  it('is not taken for an answer though it carries the number of a request', async () => {
    const events: number[] = [];
    const { kernel, channel } = make({ onEvent: (_, at) => events.push(at) });
    kernel.script({ do: 'hold', step: { do: 'ack' } });
    const waiting = channel.request(message(NEW));
    kernel.event(7, message(NEW, payload(), { seq: 1, portId: kernel.portId }));
    await settle();
    kernel.release();
    expect(await waiting).toEqual({ ok: true, value: { seq: 1, messages: [], warnings: [] } });
    expect(events).toHaveLength(1);
  });

  it('is counted when it is unicast, and so are strangers', async () => {
    const { kernel, channel } = make();
    kernel.unasked(message(NEW, payload(), { seq: 777 }));
    kernel.trouble({ kind: 'stranger', portId: 99 });
    await settle();
    expect(channel.stats).toMatchObject({ unknown: 1, strangers: 1, late: 0 });
  });

  it('is reported when it was cut off', async () => {
    let cut = 0;
    const { kernel, channel } = make({ onCut: () => cut++ });
    kernel.cutEvent(7, message(NEW, new Uint8Array(100)), 40);
    await settle();
    expect(cut).toBe(1);
    expect(channel.stats.truncated).toBe(1);
  });

  it('does no harm when it is nonsense', async () => {
    const { kernel, channel } = make();
    kernel.unasked(payload(1, 2, 3));
    kernel.unasked(new Uint8Array(16));
    kernel.unasked(message(NEW).fill(0xff));
    expect((await channel.request(message(NEW))).ok).toBe(true);
  });
});

describe('a socket that dies', () => {
  it('fails all that waits, and all that comes later, with one error', async () => {
    const lost: unknown[] = [];
    const { kernel, channel } = make({ onLost: (error) => lost.push(error) });
    kernel.script({ do: 'silence' }, { do: 'silence' }, { do: 'silence' });
    kernel.respond = () => ({ do: 'silence' });
    const waiting: Promise<unknown>[] = [
      channel.request(message(NEW)),
      channel.dump(message(GET), () => {}),
      channel.dump(message(GET), () => {}),
    ];
    kernel.die();
    for (let i = 0; i < 300; i++) waiting.push(channel.request(message(NEW)));
    const outcomes: unknown[] = await Promise.all(waiting);
    outcomes.push(await channel.request(message(NEW)), await channel.batch([message(NEW)]));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: false, error: { kind: 'syscall', errnoName: 'EBADF' } });
    expect(lost).toEqual([channel.error]);
  });
});
