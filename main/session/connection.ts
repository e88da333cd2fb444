// SPDX-License-Identifier: MIT
// One opened target with the threads that serve it: the target gives the sockets, the sender and the receiver thread
// own them, the request channel is ours, the table thread takes the other two sockets, the trace thread the taps.
import { Worker } from 'node:worker_threads';
import type { AppError, GridSpec, LinkRow, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { EVENT_GROUPS } from '../netlink/sockets.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import type { TableEvents, TableService } from '../table/service.ts';
import type { OpenTarget } from '../targets/target.ts';
import { monotonicMs } from '../threads/clock.ts';
import { bundlePath } from '../threads/locate.ts';
import { remote } from '../threads/rpc.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';

export interface ConnectionEvents {
  grid: (change: TableEvents['grid']) => void;
  links: (links: LinkRow[]) => void;
  connection: (state: TableEvents['connection']) => void;
}

export interface Connection {
  readonly target: OpenTarget;
  /** The request socket. */
  readonly channel: Channel;
  readonly table: Remote<TableService>;
  /** Ends threads and target; resolves when nothing of them is left. Never fails. */
  close(): Promise<void>;
}

/** A worker thread of ours has crashed. */
const crashed = (thread: string, error: unknown): AppError => ({
  kind: 'internal',
  what: `The ${thread} thread has ended unexpectedly`,
  why: error instanceof Error ? error.message : String(error),
  wayOut: 'Open the target again',
});

/**
 * Connects to an opened target, which it owns from now on. Answers when the table has been read for the first time;
 * `events` may be called before that.
 */
export async function connect(
  target: OpenTarget,
  trace: Remote<TraceService>,
  spec: GridSpec,
  events: ConnectionEvents,
): Promise<Outcome<Connection>> {
  const lost = (error: AppError): void => events.connection({ state: 'lost', error, resyncs: 0 });
  const netlink = await startNetlink({ fds: target.fds, groups: [] });
  if (!netlink.ok) {
    await target.close();
    return netlink;
  }
  const worker = new Worker(bundlePath('table'));
  const table = remote<TableService, TableEvents>(worker);
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      await netlink.value.close();
      table.close('The target was closed');
      await Promise.all([worker.terminate(), target.close()]);
    })();
    return closing;
  };
  worker.on('error', (error) => {
    table.close('The table thread has ended');
    if (!closing) lost(crashed('table', error));
  });
  target.onLost((error) => {
    if (!closing) lost(error);
  });
  table.on('grid', events.grid);
  table.on('links', events.links);
  table.on('connection', (state) => {
    if (!closing) events.connection(state);
  });

  try {
    const channel = new Channel(endpointFromParts(netlink.value.parts('request')), {
      onLost: (error) => {
        if (!closing) lost(error);
      },
    });
    const prepared = await target.prepare(channel);
    if (!prepared.ok) {
      await close();
      return prepared;
    }
    // only now: what the preparation changed is no news, and would make the table be read again
    const joined = netlink.value.join(EVENT_GROUPS);
    if (!joined.ok) {
      await close();
      return joined;
    }
    // from here on the inspector sees everything: the first dump is the first lesson
    const { ports } = netlink.value.tap();
    await trace.attach({ taps: ports, originMs: monotonicMs() }, ports);
    netlink.value.setTap(true);

    await table.call.view(spec);
    const dump = netlink.value.parts('dump');
    const news = netlink.value.parts('events');
    const opened = await table.call.open({ dump, events: news }, [
      dump.sender,
      dump.receiver,
      news.sender,
      news.receiver,
    ]);
    if (!opened.ok) {
      await close();
      return opened;
    }
    return ok({ target, channel, table: table.call, close });
  } catch (error) {
    await close();
    return fail(crashed('table', error));
  }
}
