// SPDX-License-Identifier: MIT
// One opened target with the threads that serve it: the target gives the sockets, the sender and the receiver thread
// own them, the request channel is ours, the table thread takes the other two sockets, the trace thread the taps.
import { Worker } from 'node:worker_threads';
import type { AppError, GridSpec, LinkRow, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { EVENT_GROUPS, LINK_GROUPS, RTMGR_GROUPS } from '../netlink/sockets.ts';
import { peerOf, protocolOf } from '../netlink/wire.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import { NLM_F_CREATE, NLM_F_EXCL, RTM_NEWROUTE, encodeRoute } from '../codec/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import type { SocketName } from '../netlink/endpoint.ts';
import { makeMirror } from '../rtmgr/mirror.ts';
import type { Mirror } from '../rtmgr/mirror.ts';
import { toSend } from '../routes/spec.ts';
import type { TableEvents, TableService } from '../table/service.ts';
import { joinMessage, usualOptions } from '../rtmgr/requests.ts';
import type { OpenTarget, Prepared } from '../targets/target.ts';
import { monotonicMs } from '../threads/clock.ts';
import { bundlePath } from '../threads/locate.ts';
import { remote } from '../threads/rpc.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';

export interface ConnectionEvents {
  grid: (change: TableEvents['grid']) => void;
  links: (links: LinkRow[]) => void;
  /** `absent`: the kernel module is gone. */
  connection: (state: TableEvents['connection'], absent?: boolean) => void;
}

export interface Connection {
  readonly target: OpenTarget;
  readonly prepared: Prepared;
  /** Longest datagram that the request socket takes. */
  readonly mostBytes: number;
  /** Shows what other processes say to rtmgr, or no longer. Null where there is no mirror. */
  readonly mirror: Mirror | null;
  /** The request socket. */
  readonly channel: Channel;
  readonly table: Remote<TableService>;
  /** Ends threads and target; resolves when nothing of them is left. Never fails. */
  close(): Promise<void>;
}

/** What the kernel wants of the send buffer besides the datagram (netlink_sendmsg). */
const SENDMSG_EXTRA = 32;

/** All at once; where one is refused (devices are of many kinds) one by one, and without that one. */
async function addFirst(channel: Channel, routes: readonly RouteSpec[]): Promise<void> {
  const messages = routes.map((spec) =>
    encodeRoute(toSend(spec), { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL }),
  );
  const done = await channel.atomic(messages);
  if (done.ok && done.value.failure) await channel.batch(messages);
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
  const lost = (error: AppError, absent = false): void =>
    events.connection({ state: 'lost', error, resyncs: 0 }, absent);
  const { wire } = target;
  const netlink = await startNetlink({
    fds: target.fds,
    groups: [],
    ...peerOf(wire),
  });
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
  let channel: Channel | null = null;
  target.onLost((error, absent) => {
    if (closing) return;
    lost(error, absent);
    // nothing will be answered any more: what waits fails now, and with these words
    channel?.abandon(error);
    void table.call.abandon({ error }).catch(() => {});
  });
  table.on('grid', events.grid);
  table.on('links', events.links);
  table.on('connection', (state) => {
    if (!closing) events.connection(state);
  });

  try {
    channel = new Channel(endpointFromParts(netlink.value.parts('request')), {
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
    const groups = wire.kind === 'route' ? EVENT_GROUPS : RTMGR_GROUPS;
    // a process that plays the kernel is asked by message, see below
    const joins: [SocketName, readonly number[]][] = wire.kind === 'rtmgr-user' ? [] : [['events', groups]];
    if (target.fds.links !== undefined) joins.push(['links', LINK_GROUPS]);
    for (const [name, numbers] of joins) {
      const joined = netlink.value.join(name, numbers);
      if (joined.ok) continue;
      await close();
      return joined;
    }
    // from here on the inspector sees everything: the first dump is the first lesson
    const { ports } = netlink.value.tap();
    await trace.attach({ taps: ports, originMs: monotonicMs(), protocol: protocolOf(wire) }, ports);
    netlink.value.setTap(true);

    await table.call.view(spec);
    const dump = netlink.value.parts('dump');
    const news = netlink.value.parts('events');
    const links = target.fds.links === undefined ? undefined : netlink.value.parts('links');
    const before =
      wire.kind === 'rtmgr-user'
        ? { dump: usualOptions(), events: [...usualOptions(), ...groups.map(joinMessage)] }
        : undefined;
    const ports2 = [dump, news, ...(links ? [links] : [])].flatMap((end) => [end.sender, end.receiver]);
    const opened = await table.call.open(
      { dump, events: news, ...(links && { links }), ...(before && { before }) },
      ports2,
    );
    if (!opened.ok) {
      await close();
      return opened;
    }
    const mirror = target.fds.mirror === undefined ? null : makeMirror(netlink.value, wire);
    if (target.firstRoutes && opened.value.total === 0)
      await addFirst(channel, target.firstRoutes(await table.call.links()));
    return ok({
      target,
      prepared: prepared.value,
      channel,
      mostBytes: netlink.value.facts.request!.sendBuffer - SENDMSG_EXTRA,
      mirror,
      table: table.call,
      close,
    });
  } catch (error) {
    await close();
    return fail(crashed('table', error));
  }
}
