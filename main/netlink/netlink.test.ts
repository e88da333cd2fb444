// SPDX-License-Identifier: MIT
// The real thing: the threads of dist/main on sockets of a real kernel, in a namespace of its own.
import type { MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../app/contract/index.ts';
import { littleEndian } from '../codec/index.ts';
import { Channel } from './channel.ts';
import type { ChannelOptions } from './channel.ts';
import type { SocketName } from './endpoint.ts';
import { message } from './fake-kernel.ts';
import { netlinkPortId } from './libc.ts';
import { startNetlink } from './netlink.ts';
import type { Netlink, NetlinkOptions } from './netlink.ts';
import { endpointFromParts } from './port-endpoint.ts';
import type { TapBatch } from './tap.ts';
import { getRoutes, newRoute, RTM_GETROUTE } from './testing/messages.ts';
import { namespace } from './testing/namespace.ts';
import type { Namespace } from './testing/namespace.ts';

const LO = 1;
const TEN = 0x0a00_0000;
let space: Namespace;
let netlink: Netlink | null = null;

beforeEach(async () => {
  space = await namespace();
  space.ip('link set lo up');
});
afterEach(async () => {
  await netlink?.close();
  netlink = null;
  space.end();
});

async function start(options: Omit<NetlinkOptions, 'fds'> = {}): Promise<Netlink> {
  const started = await startNetlink({ fds: space.fds, ...options });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  netlink = started.value;
  return netlink;
}
const channel = (name: SocketName, options: ChannelOptions = {}): Channel =>
  new Channel(endpointFromParts(netlink!.parts(name)), options);

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const routes = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => newRoute(TEN + i, LO));

/** All routes of table main by their destination. */
async function dumped(on: Channel) {
  const found = new Set<number>();
  const outcome = await on.dump(
    getRoutes(),
    (_, view, at, end) => {
      for (let a = at + 28; a + 8 <= end; a += (view.getUint16(a, littleEndian) + 3) & ~3)
        if (view.getUint16(a + 2, littleEndian) === 1) found.add(view.getUint32(a + 4));
    },
    { onRestart: () => found.clear() },
  );
  return { outcome, found };
}

describe('the channel on a real kernel', () => {
  it('has three bound sockets with extended acknowledgements and strict checking', async () => {
    const { facts } = await start();
    const ports = [facts.request, facts.dump, facts.events].map((fact) => fact!.portId);
    expect(new Set(ports).size).toBe(3);
    expect(ports).not.toContain(0);
    expect([facts.links, facts.mirror]).toEqual([undefined, undefined]);
    for (const fact of [facts.request, facts.dump!, facts.events!])
      expect(fact).toMatchObject({ strict: true, extendedAck: true });
  });

  it('carries out a request, and gives the refusal of its repetition with errno and sentence', async () => {
    await start();
    const request = channel('request');
    expect((await request.request(newRoute(TEN, LO))).ok).toBe(true);
    expect(space.run('ip', 'route', 'show')).toContain('10.0.0.0 dev lo');
    expect(await request.request(newRoute(TEN, LO))).toMatchObject({
      ok: false,
      error: { kind: 'kernel', errno: 17, errnoName: 'EEXIST' },
    });
    const outcome = await request.request(newRoute(TEN + 1, 99));
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'ENODEV' } });
  });

  it('gives the sentence and the attribute that the kernel names', async () => {
    await start();
    const request = channel('request');
    // an RTA_DST of 3 bytes: refused by the policy, which names the attribute
    const bad = newRoute(TEN, LO);
    bad[28] = 7;
    const outcome = await request.request(bad);
    expect(outcome).toMatchObject({
      ok: false,
      error: { kind: 'kernel', errno: expect.any(Number), extack: expect.stringMatching(/./) },
    });
    if (!outcome.ok && outcome.error.kind === 'kernel') {
      expect(outcome.error.offset).toBe(28);
      expect(outcome.error.attribute).toBe('RTA_DST');
    }
  });

  it('looks up with data and acknowledgement', async () => {
    await start();
    const request = channel('request');
    await request.request(newRoute(TEN + 5, LO));
    const lookup = newRoute(TEN + 5, LO, 0).slice(0, 36);
    new DataView(lookup.buffer).setUint32(0, 36, littleEndian);
    new DataView(lookup.buffer).setUint16(4, RTM_GETROUTE, littleEndian);
    lookup.fill(0, 18, 28);
    const outcome = await request.request(lookup);
    expect(outcome.ok && outcome.value.messages).toHaveLength(1);
  });

  it('inserts 20,000 routes in a batch and dumps them all, while requests go on', async () => {
    await start();
    const request = channel('request');
    const dump = channel('dump');
    const progress: number[] = [];
    const outcome = await request.batch(routes(20_000), { onProgress: (n) => progress.push(n) });
    expect(outcome).toEqual({
      ok: true,
      value: { applied: 20_000, failures: [], notSent: 0, stopped: null },
    });
    expect(progress[progress.length - 1]).toBe(20_000);
    const [all, during] = await Promise.all([dumped(dump), request.request(newRoute(TEN - 1, LO))]);
    expect(during.ok).toBe(true);
    expect(all.outcome).toMatchObject({ ok: true, value: { interrupted: false, filtered: true } });
    for (let i = 0; i < 20_000; i++) if (!all.found.has(TEN + i)) throw new Error(`route ${i} is missing`);
    expect(space.run('ip', 'route', 'show', 'table', 'main').trim().split('\n')).toHaveLength(20_001);
    expect(request.stats).toMatchObject({ overflows: 0, late: 0, unknown: 0 });
  });

  it('finds each refused message of a batch', async () => {
    await start();
    const request = channel('request');
    for (const i of [3, 250, 999]) await request.request(newRoute(TEN + i, LO));
    const outcome = await request.batch(routes(1000));
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        applied: 997,
        failures: [
          { index: 3, error: { errnoName: 'EEXIST' } },
          { index: 250, error: { errnoName: 'EEXIST' } },
          { index: 999, error: { errnoName: 'EEXIST' } },
        ],
      },
    });
  });

  it('never overflows its own socket, though every message of a batch is refused and the buffer is small', async () => {
    await start({ receiveBuffer: { request: 16 << 10 } });
    const request = channel('request');
    await request.batch(routes(2000));
    const again = await request.batch(routes(2000));
    expect(again.ok && again.value.applied).toBe(0);
    expect(again.ok && again.value.failures.every(({ error }) => error.kind === 'kernel')).toBe(true);
    expect(again.ok && again.value.failures).toHaveLength(2000);
    expect(request.stats.overflows).toBe(0);
  });

  it('hears what others change, with its group, and what it changes itself, with its own port and number', async () => {
    await start();
    const seen: { group: number; type: number; seq: number; portId: number }[] = [];
    channel('events', {
      onEvent: (bytes, at, _, group) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        const type = view.getUint16(at + 4, littleEndian);
        const seq = view.getUint32(at + 8, littleEndian);
        seen.push({ group, type, seq, portId: view.getUint32(at + 12, littleEndian) });
      },
    });
    const request = channel('request');
    await request.request(newRoute(TEN, LO));
    await until(() => seen.length > 0);
    space.ip(
      'route add 2001:db8::/32 dev lo',
      'link add v0 type veth peer name v1',
      'nexthop add id 5 blackhole',
    );
    await until(() => seen.some(({ group }) => group === 32));
    const mine = seen.find(({ group }) => group === 7);
    expect(mine).toEqual({ group: 7, type: 24, seq: 1, portId: request.portId });
    expect(seen.map(({ group }) => group)).toEqual(expect.arrayContaining([1, 7, 11, 32]));
  });

  it('tells when the kernel had to drop events', async () => {
    // one event takes about 700 bytes of the buffer, and one batch makes 500 of them within a system call
    await start({ receiveBuffer: { events: 2304 } });
    let overflows = 0;
    let events = 0;
    channel('events', { onOverflow: () => overflows++, onEvent: () => events++ });
    const request = channel('request');
    await request.batch(routes(5000));
    await until(() => overflows > 0);
    expect(events).toBeLessThan(5000);
    // and it goes on, once the receiver has read the buffer empty for the last time
    const before = events;
    let host = 1;
    await until(() => {
      if (events === before) space.ip(`route add 10.200.0.${host++} dev lo`);
      return events > before;
    });
  });

  it('fails a request that is too long for the socket', async () => {
    await start();
    const request = channel('request');
    const outcome = await request.request(message(24, new Uint8Array(64 << 20)));
    expect(outcome).toMatchObject({
      ok: false,
      error: { kind: 'syscall', call: 'sendmsg', errnoName: 'EMSGSIZE' },
    });
    expect((await request.request(newRoute(TEN, LO))).ok).toBe(true);
  });
});

describe('the tap', () => {
  function listen(ports: MessagePort[]) {
    const seen: TapBatch[] = [];
    for (const port of ports) port.on('message', (batch: TapBatch) => seen.push(batch));
    return seen;
  }
  const types = (seen: TapBatch[], socket: string, direction: string): number[] =>
    seen
      .filter((batch) => batch.socket === socket && batch.direction === direction)
      .flatMap(({ bytes, spans }) => {
        const view = new DataView(bytes.buffer);
        const out: number[] = [];
        for (let i = 0; i < spans.length; i += 2) {
          const end = spans[i]! + spans[i + 1]!;
          for (let at = spans[i]!; at < end; at += (view.getUint32(at, littleEndian) + 3) & ~3)
            out.push(view.getUint16(at + 4, littleEndian));
        }
        return out;
      });

  it('gets a copy of everything while it is on, and nothing before and after', async () => {
    const on = await start();
    const seen = listen(on.tap().ports);
    const request = channel('request');
    const dump = channel('dump');
    await request.request(newRoute(TEN, LO));
    on.setTap(true);
    await request.request(newRoute(TEN + 1, LO));
    await request.request(newRoute(TEN + 1, LO));
    let parts = 0;
    await dump.dump(getRoutes(), () => parts++);
    await request.batch(routes(100).slice(50));
    await until(() => types(seen, 'request', 'in').length === 3);
    expect(types(seen, 'request', 'out')).toEqual([24, 24, ...Array.from({ length: 50 }, () => 24)]);
    expect(types(seen, 'request', 'in')).toEqual([2, 2, 2]);
    expect(types(seen, 'dump', 'out')).toEqual([26]);
    expect(types(seen, 'dump', 'in')).toEqual([...Array.from({ length: parts }, () => 24), 3]);
    expect(parts).toBe(2);
    const sent = seen.find(({ direction }) => direction === 'out')!;
    const answered = seen.find(({ direction }) => direction === 'in')!;
    expect(sent.times[0]!).toBeLessThan(answered.times[0]!);
    expect(sent.portId).toBe(request.portId);
    on.setTap(false);
    await request.request(newRoute(TEN + 200, LO));
    await request.request(newRoute(TEN + 201, LO));
    const before = seen.length;
    await request.request(newRoute(TEN + 202, LO));
    expect(seen.length).toBe(before);
  });

  it('hands on long dumps byte for byte', async () => {
    const on = await start();
    const request = channel('request');
    const dump = channel('dump');
    await request.batch(routes(20_000));
    const seen = listen(on.tap().ports);
    on.setTap(true);
    const whole: number[] = [];
    await dump.dump(getRoutes(), (bytes, _, at, end) => whole.push(sum(bytes, at, end)));
    await until(() => types(seen, 'dump', 'in').includes(3));
    const copied: number[] = [];
    for (const { bytes, spans } of seen.filter((b) => b.socket === 'dump' && b.direction === 'in')) {
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < spans.length; i += 2)
        for (let at = spans[i]!; at < spans[i]! + spans[i + 1]!;) {
          const length = view.getUint32(at, littleEndian);
          if (view.getUint16(at + 4, littleEndian) === 24) copied.push(sum(bytes, at, at + length));
          at += (length + 3) & ~3;
        }
    }
    expect(copied).toEqual(whole);
    expect(whole.length).toBe(20_000);
  });
  const sum = (bytes: Uint8Array, at: number, end: number): number => {
    let s = 0;
    for (let i = at; i < end; i++) s = (s * 31 + bytes[i]!) >>> 0;
    return s;
  };
});

describe('closing', () => {
  it('ends the threads though they sleep, closes the sockets, and tells the owners', async () => {
    const on = await start();
    const lost: AppError[] = [];
    const request = channel('request', { onLost: (error) => lost.push(error) });
    await request.request(newRoute(TEN, LO));
    await on.close();
    await until(() => lost.length > 0);
    expect(lost[0]).toMatchObject({ kind: 'unavailable' });
    expect(await request.request(newRoute(TEN, LO))).toMatchObject({
      ok: false,
      error: { kind: 'unavailable' },
    });
    for (const fd of Object.values(space.fds)) expect(netlinkPortId(fd)).toMatchObject({ ok: false });
  });

  it('may be asked for twice, and before anybody took an endpoint', async () => {
    const on = await start();
    await Promise.all([on.close(), on.close()]);
    expect(netlinkPortId(space.fds.request).ok).toBe(false);
  });

  it('tells when a thread crashes, and loses the endpoints with it', async () => {
    const on = await start();
    let lost: AppError | null = null;
    channel('dump', { onLost: (error) => (lost = error) });
    on.parts('request').sender.postMessage(null);
    expect(await on.crashed).toMatchObject({ kind: 'internal', why: expect.stringMatching(/null/) });
    await until(() => lost !== null);
    expect(lost).toMatchObject({ kind: 'unavailable' });
  });

  it('gives taps that say nothing after the end', async () => {
    const on = await start();
    await on.close();
    on.setTap(true);
    const ports = on.tap().ports;
    await Promise.all(ports.map((port) => new Promise((resolve) => port.once('close', () => resolve(null)))));
    expect(ports).toHaveLength(2);
  });

  it('gives each endpoint to one owner only', async () => {
    const on = await start();
    on.parts('dump').sender.close();
    expect(() => on.parts('dump')).toThrow('has an owner already');
  });

  it('refuses what is no netlink socket, and closes all three', async () => {
    const outcome = await startNetlink({ fds: { ...space.fds, events: 1_000_000 } });
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'syscall', errnoName: 'EBADF' } });
    expect(netlinkPortId(space.fds.request).ok).toBe(false);
  });
});
