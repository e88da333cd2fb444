// SPDX-License-Identifier: MIT
// A relay's socket through the real threads. The other end, which is the helper's, is this test.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../app/contract/index.ts';
import { littleEndian } from '../codec/index.ts';
import { Channel } from './channel.ts';
import { AF_UNIX, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_SEQPACKET } from './constants.ts';
import { message } from './fake-kernel.ts';
import * as libc from './libc.ts';
import { startNetlink } from './netlink.ts';
import type { Netlink } from './netlink.ts';
import { endpointFromParts } from './port-endpoint.ts';
import type { TapBatch } from './tap.ts';
import { newRoute } from './testing/messages.ts';

const PORT = 4711;
let netlink: Netlink;
let theirs: number;
let channel: Channel;
let lost: AppError | null;

beforeEach(async () => {
  const pair = libc.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
  if (!pair.ok) throw new Error(pair.errnoName);
  theirs = pair.value[1];
  const relay = { fd: pair.value[0], portId: PORT, sendMax: 100_000 };
  const started = await startNetlink({ fds: {}, relay });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  netlink = started.value;
  lost = null;
  const options = { onLost: (error: AppError) => void (lost = error), timeoutMs: 2000 };
  channel = new Channel(endpointFromParts(netlink.parts('relay')), options);
});
afterEach(async () => {
  await netlink.close();
  libc.close(theirs);
});

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

/** The next datagram that came in. */
async function heard(): Promise<Uint8Array> {
  for (;;) {
    const got = libc.receiveFds(theirs, MSG_DONTWAIT);
    if (got.ok) return got.value.bytes;
    await soon();
  }
}

/** NLMSG_ERROR for the message at the start of `asked`. */
function answer(asked: Uint8Array, errno: number): Uint8Array {
  const payload = new Uint8Array(20);
  new DataView(payload.buffer).setInt32(0, -errno, littleEndian);
  payload.set(asked.subarray(0, 16), 4);
  const seq = new DataView(asked.buffer, asked.byteOffset).getUint32(8, littleEndian);
  return message(2, payload, { seq, portId: PORT, flags: 0x100 });
}
const say = (bytes: Uint8Array): void =>
  expect(libc.send(theirs, bytes, MSG_NOSIGNAL | MSG_DONTWAIT)).toEqual({ ok: true, value: bytes.length });

describe('a relay', () => {
  it('has the port id and the length that the helper told', () => {
    expect(channel.portId).toBe(PORT);
    expect(netlink.facts.relay).toMatchObject({ portId: PORT, sendBuffer: 100_000 });
    expect(Object.keys(netlink.facts)).toEqual(['relay']);
  });

  it('carries requests and pairs their answers, refusals included', async () => {
    const good = channel.request(newRoute(0x0a00_0000, 1));
    say(answer(await heard(), 0));
    expect((await good).ok).toBe(true);
    const bad = channel.request(newRoute(0x0a00_0000, 1));
    say(answer(await heard(), 1));
    expect(await bad).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'EPERM' } });
    expect(channel.stats).toMatchObject({ strangers: 0, unknown: 0, events: 0 });
  });

  it('is tapped under its own name, with the port id of the helper’s socket', async () => {
    const batches: TapBatch[] = [];
    for (const port of netlink.tap().ports) port.on('message', (batch: TapBatch) => batches.push(batch));
    netlink.setTap(true);
    const done = channel.request(newRoute(0x0a00_0000, 1));
    say(answer(await heard(), 0));
    await done;
    while (batches.length < 2) await soon();
    expect(
      batches.map(({ direction, socket, portId, groups }) => [direction, socket, portId, [...groups]]),
    ).toEqual([
      ['out', 'relay', PORT, [0]],
      ['in', 'relay', PORT, [0]],
    ]);
  });

  it('that is closed at the other end fails what waits and what comes, with words', async () => {
    const waits = channel.request(newRoute(0x0a00_0000, 1));
    await heard();
    libc.close(theirs);
    const ended = { kind: 'unavailable', what: 'The helper that wrote for this program has ended' };
    expect(await waits).toMatchObject({ ok: false, error: ended });
    expect(lost).toMatchObject(ended);
    expect(await channel.request(newRoute(1, 1))).toMatchObject({ ok: false, error: ended });
    theirs = -1;
  });

  it('with nobody reading at the other end holds up nothing: what finds no room fails', async () => {
    const all = Array.from({ length: 60 }, (_, i) => {
      const long = message(24, new Uint8Array(30_000), { flags: 0x600 });
      return channel.request(long, { timeoutMs: 1500 + i });
    });
    const outcomes = await Promise.all(all);
    const kinds = new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.kind)));
    expect(kinds).toEqual(new Set(['timeout', 'syscall']));
    // and it can be closed at once
    const began = Date.now();
    await netlink.close();
    expect(Date.now() - began).toBeLessThan(1000);
  });
});
