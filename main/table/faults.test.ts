// SPDX-License-Identifier: MIT
// What the real kernel does too seldom for a test: interrupted dumps, events in the middle of a dump, a socket that dies.
import { afterEach, expect, it } from 'vitest';
import { encodeRoute } from '../codec/route.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from '../codec/tables/types.ts';
import { FakeKernel } from '../netlink/fake-kernel.ts';
import type { MultipartOptions } from '../netlink/fake-kernel.ts';
import { TableEngine } from './engine.ts';
import type { TableEvents } from './service.ts';
import { CREATE_EXCL, route } from './testing/filled.ts';
import { ALL, until } from './testing/opened.ts';

const IPV4_ROUTE = 7;
const FAMILY_AT = 16;
const a = route([10, 0, 0, 0], 8);
const b = route([11, 0, 0, 0], 8);
const message = (spec: RouteSpec, type: number = RTM_NEWROUTE, flags = CREATE_EXCL) =>
  encodeRoute(spec, { type, flags });

let engine: TableEngine;
afterEach(() => engine.close());

function setUp() {
  const kernel = { routes: [a, b], options: {} as MultipartOptions };
  const dump = new FakeKernel({ name: 'dump' });
  const events = new FakeKernel({ name: 'events' });
  const connections: TableEvents['connection'][] = [];
  engine = new TableEngine((name, payload) => {
    if (name === 'connection') connections.push(payload as TableEvents['connection']);
  });
  dump.respond = ({ type, bytes }) =>
    type === RTM_GETROUTE && bytes[FAMILY_AT] === 2
      ? { do: 'multipart', messages: kernel.routes.map((spec) => message(spec)), ...kernel.options }
      : { do: 'multipart', messages: [] };
  const shown = async () =>
    (await engine.rows({ start: 0, count: 10 })).rows.map(({ destination }) => destination);
  return { kernel, dump, events, connections, shown };
}

it('says that the table may be partial when every dump was interrupted, and until one is not', async () => {
  const { kernel, dump, events } = setUp();
  kernel.options = { interrupted: 'done' };
  await engine.view(ALL);
  const opened = await engine.open({ dump, events });
  expect(opened).toMatchObject({ ok: true, value: { total: 2, partial: true } });
  kernel.options = {};
  await until('a whole dump', () => !engine.state().partial);
});

it('works events in, and dumps anew after an overflow without touching what has stayed', async () => {
  const { kernel, dump, events, connections, shown } = setUp();
  await engine.view(ALL);
  await engine.open({ dump, events });
  const before = (await engine.rows({ start: 0, count: 1 })).rows[0];
  events.event(IPV4_ROUTE, message(b, RTM_DELROUTE, 0), message(route([12, 0, 0, 0], 8)));
  await until('the events', async () => (await shown()).join(' ') === '10.0.0.0/8 12.0.0.0/8');
  kernel.routes = [a, route([13, 0, 0, 0], 8)];
  events.trouble({ kind: 'overflow' });
  await until('the dump', async () => (await shown()).join(' ') === '10.0.0.0/8 13.0.0.0/8');
  await until('the words', () => connections.length >= 2 && connections.at(-1)?.state === 'connected');
  expect(connections.map(({ state }) => state)).toContain('resyncing');
  expect((await engine.rows({ start: 0, count: 1 })).rows[0]).toEqual(before);
});

it('stays resyncing while the kernel still drops, and dumps when it no longer does', async () => {
  const { kernel, dump, events, connections, shown } = setUp();
  await engine.view(ALL);
  await engine.open({ dump, events });
  let dumps = 0;
  const { respond } = dump;
  dump.respond = (request) => {
    if (request.type === RTM_GETROUTE && request.bytes[FAMILY_AT] === 2) dumps++;
    return respond!(request);
  };
  events.trouble({ kind: 'overflow', drained: false });
  await until('the words', () => connections.at(-1)?.state === 'resyncing');
  expect(connections.map(({ state }) => state)).not.toContain('connected');
  const early = dumps;
  kernel.routes = [a, route([13, 0, 0, 0], 8)];
  events.trouble({ kind: 'overflow' });
  await until('the dump', async () => (await shown()).join(' ') === '10.0.0.0/8 13.0.0.0/8');
  await until('the end', () => connections.at(-1)?.state === 'connected');
  expect(dumps).toBeGreaterThan(early);
  expect(engine.state().partial).toBe(false);
});

it('answers with the error when the first dump fails, and says when the socket is lost', async () => {
  const { dump, events, connections } = setUp();
  dump.respond = () => ({ do: 'error', errno: 1 });
  expect(await engine.open({ dump, events })).toMatchObject({ ok: false, error: { errnoName: 'EPERM' } });
  events.die();
  await until('the loss', () => connections.some(({ state }) => state === 'lost'));
});
