// SPDX-License-Identifier: MIT
// The table thread: owns the sockets for dumps and for events, and serves TableService.
import { parentPort } from 'node:worker_threads';
import { loadNames } from '../codec/names-files.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import { serve } from '../threads/rpc.ts';
import { TableEngine } from './engine.ts';
import type { TableEvents, TableService } from './service.ts';

const port = parentPort;
if (!port) throw new Error('table.worker is a worker thread');

loadNames();
const engine = new TableEngine((name, payload) => send(name, payload));
const send = serve<TableService, TableEvents>(port, {
  open: ({ dump, events, links, before }) =>
    engine.open({
      dump: endpointFromParts(dump),
      events: endpointFromParts(events),
      ...(links && { links: endpointFromParts(links) }),
      ...(before && { before }),
    }),
  abandon: ({ error }) => engine.abandon(error),
  state: () => engine.state(),
  view: (spec) => engine.view(spec),
  rows: (args) => engine.rows(args),
  locate: (args) => engine.locate(args),
  verify: () => engine.verify(),
  specs: (args) => engine.specs(args),
  find: (args) => engine.find(args),
  chain: (args) => engine.chain(args),
  samePrefix: (args) => engine.samePrefix(args),
  lookup: (args) => engine.lookup(args),
  findMessage: (args) => engine.findMessage(args),
  settled: (args) => engine.settled(args),
  links: () => engine.linkRows(),
  memory: () => engine.memory(),
});
