// SPDX-License-Identifier: MIT
// The trace thread: takes tap batches from the sender's and the receiver's thread, and serves TraceService.
import { parentPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { loadNames, useNames } from '../codec/index.ts';
import type { TapBatch } from '../netlink/tap.ts';
import { monotonicMs } from '../threads/clock.ts';
import { serve } from '../threads/rpc.ts';
import type { TraceEvents, TraceService } from './service.ts';
import { LIMITS } from './store.ts';
import { Trace } from './trace.ts';

/** Between two `trace` events, ms. */
const TOLD_EVERY_MS = 100;
/** While nothing comes: how often waiting requests and the rate are looked at, ms. */
const IDLE_MS = 500;

const port = parentPort;
if (!port) throw new Error('trace.worker is a worker thread');

useNames(loadNames());

let trace = new Trace();
let taps: MessagePort[] = [];
let drainTimer: NodeJS.Timeout | null = null;
let tellTimer: NodeJS.Timeout | null = null;
let toldVersion = -1;
let toldRate = 0;
let waiters: (() => boolean)[] = [];

function drain(): void {
  drainTimer = null;
  const next = trace.drain(monotonicMs());
  if (waiters.length > 0) waiters = waiters.filter((done) => !done());
  if (next !== null) drainTimer ??= setTimeout(drain, Math.max(1, Math.ceil(next)));
  tellSoon();
}

function tellSoon(): void {
  tellTimer ??= setTimeout(tell, TOLD_EVERY_MS);
}

function tell(): void {
  tellTimer = null;
  const now = monotonicMs();
  trace.expire(now);
  const state = trace.state(now);
  if (state.version === toldVersion && state.perSecond === toldRate) return;
  toldVersion = state.version;
  toldRate = state.perSecond;
  send('trace', state);
  // the rate falls by itself
  if (state.perSecond > 0) tellSoon();
}

function listen(tap: MessagePort): void {
  const mine = trace;
  tap.on('message', (batch: TapBatch) => {
    // a batch of a target that was closed meanwhile
    if (mine !== trace) return;
    trace.push(batch, monotonicMs());
    drainTimer ??= setTimeout(drain, 3);
  });
  tap.on('close', () => {
    taps = taps.filter((other) => other !== tap);
  });
}

/** The state after a change that the caller made; others hear of it soon. */
function changed(): ReturnType<Trace['state']> {
  tellSoon();
  return trace.state(monotonicMs());
}

const service: TraceService = {
  attach({ taps: ports, originMs, ifnames, protocol }) {
    for (const old of taps) old.close();
    taps = ports;
    const { filter } = trace.view;
    trace = new Trace(LIMITS, trace.version + 1);
    trace.reader.originMs = originMs;
    trace.reader.protocol = protocol ?? 'route';
    trace.reader.setNames(ifnames ?? []);
    trace.filter(filter);
    taps.forEach(listen);
    tellSoon();
  },
  addTaps({ taps: ports }) {
    taps.push(...ports);
    ports.forEach(listen);
  },
  names({ ifnames }) {
    trace.reader.setNames(ifnames);
  },
  state: () => trace.state(monotonicMs()),
  filter(filter) {
    trace.filter(filter);
    return changed();
  },
  rows: ({ start, count }) => trace.rows(start, count),
  message({ id }) {
    const position = trace.store.find(id);
    return position < 0 ? null : trace.reader.detail(position);
  },
  locate: ({ id }) => trace.locate(id),
  pause({ paused }) {
    trace.pause(paused, monotonicMs());
    return changed();
  },
  clear() {
    trace.clear(monotonicMs());
    return changed();
  },
  ofRoute: ({ spec }) => trace.ofRoute(spec),
  bytes({ id }) {
    const position = trace.store.find(id);
    return position < 0 ? null : trace.reader.message(position);
  },
  idsOf: ({ socket, seq, timeoutMs }) =>
    new Promise((resolve) => {
      const mine = trace;
      const timer = setTimeout(() => {
        waiters = waiters.filter((other) => other !== done);
        resolve(mine.idsOf(socket, seq).ids);
      }, timeoutMs);
      const done = (): boolean => {
        const { ids, complete } = mine.idsOf(socket, seq);
        if (!complete) return false;
        clearTimeout(timer);
        resolve(ids);
        return true;
      };
      if (!done()) waiters.push(done);
    }),
};

const send = serve<TraceService, TraceEvents>(port, service);
setInterval(() => {
  trace.expire(monotonicMs());
  tellSoon();
}, IDLE_MS);
