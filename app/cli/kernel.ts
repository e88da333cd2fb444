// SPDX-License-Identifier: MIT
// A target for the length of one command: its sockets, interface names, dumps and events.
import type { AppError, LinkRow, Outcome } from '../contract/index.ts';
import { fail, ok } from '../contract/index.ts';
import {
  AF_UNSPEC,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  decodeLink,
  encodeMessage,
  readHeader,
  viewOf,
} from '../../main/codec/index.ts';
import { Channel } from '../../main/netlink/channel.ts';
import { startNetlink } from '../../main/netlink/netlink.ts';
import type { SocketName } from '../../main/netlink/endpoint.ts';
import { endpointFromParts } from '../../main/netlink/port-endpoint.ts';
import { EVENT_GROUPS, RTMGR_GROUPS } from '../../main/netlink/sockets.ts';
import { protocolOf } from '../../main/netlink/wire.ts';
import type { RouteContext } from '../../main/routes/context.ts';
import { joinMessage, usualOptions } from '../../main/rtmgr/requests.ts';
import { openTarget } from '../../main/targets/open.ts';
import { openRtmgrUser } from '../../main/targets/rtmgr.ts';
import type { Where } from './options.ts';

export interface KernelEvents {
  onMessage: (message: Uint8Array) => void;
  /** Notifications were dropped: there is a gap. */
  onOverflow: () => void;
  onLost: (error: AppError) => void;
}

export interface Kernel {
  /** Bytes of every message of a dump; `interrupted` as the channel tells it. */
  dump(message: Uint8Array): Promise<Outcome<{ messages: Uint8Array[]; interrupted: boolean }>>;
  /** Interface names by index, kept up to date while `follow` runs. */
  ifname: (index: number) => string;
  follow(events: KernelEvents): void;
  enterCommand: string | null;
  /** For changes: without a table and a trace, which a terminal has not. */
  routes: RouteContext;
  close(): Promise<void>;
}

/** Nobody waits for rows or messages here. */
const NOBODY = {
  table: { settled: async () => ({ rowIds: [], seen: true }) },
  trace: { idsOf: async () => [] },
} as unknown as Pick<RouteContext, 'table' | 'trace'>;

export async function openKernel({ target: id, port }: Where): Promise<Outcome<Kernel>> {
  const target =
    port === null ? await openTarget(id, { askInTerminal: true }) : await openRtmgrUser({ port });
  if (!target.ok) return target;
  const { wire } = target.value;
  const isUser = wire.kind === 'rtmgr-user';
  const netlink = await startNetlink({
    fds: target.value.fds,
    groups: wire.kind === 'route' ? EVENT_GROUPS : isUser ? [] : RTMGR_GROUPS,
    ...(isUser && { peer: wire.peer }),
  });
  if (!netlink.ok) {
    await target.value.close();
    return netlink;
  }
  const close = async (): Promise<void> => {
    await netlink.value.close();
    await target.value.close();
  };
  const part = (name: SocketName) => endpointFromParts(netlink.value.parts(name));
  const channel = new Channel(part('request'));
  const prepared = await target.value.prepare(channel);
  if (!prepared.ok) {
    await close();
    return prepared;
  }
  const dumps = new Channel(part('dump'));
  const ofLinks = wire.kind === 'route' ? dumps : new Channel(part('links'));
  target.value.onLost((error) => {
    for (const one of [channel, dumps]) one.abandon(error);
  });
  if (isUser)
    for (const message of usualOptions()) {
      const set = await dumps.request(message);
      if (set.ok) continue;
      await close();
      return set;
    }
  const names = new Map<number, string>();

  const dump = async (
    message: Uint8Array,
    from = dumps,
  ): Promise<Outcome<{ messages: Uint8Array[]; interrupted: boolean }>> => {
    let messages: Uint8Array[] = [];
    const outcome = await from.dump(
      message,
      (bytes, _view, at, end) => void messages.push(bytes.slice(at, end)),
      { onRestart: () => void (messages = []) },
    );
    return outcome.ok ? ok({ messages, interrupted: outcome.value.interrupted }) : outcome;
  };
  const learn = (message: Uint8Array): void => {
    const type = readHeader(viewOf(message))?.type;
    if (type !== RTM_NEWLINK && type !== RTM_DELLINK) return;
    const link = decodeLink(message);
    if (link.ok && type === RTM_NEWLINK) names.set(link.value.ifindex, link.value.name);
  };
  const links = await dump(
    encodeMessage({
      type: RTM_GETLINK,
      flags: NLM_F_REQUEST | NLM_F_DUMP,
      family: { ifi_family: AF_UNSPEC },
    }),
    ofLinks,
  );
  if (!links.ok) {
    await close();
    return fail(links.error);
  }
  for (const message of links.value.messages) learn(message);
  const known = [...names].map(([ifindex, name]): LinkRow => ({
    ifindex,
    name,
    kind: '',
    up: true,
    carrier: true,
    mtu: 0,
    addresses: [],
  }));
  const { writable, readOnlyReason } = prepared.value;
  // as with ip(8): who is root may write, and is asked nothing
  const mayWrite = writable || (target.value.guard !== null && process.getuid?.() === 0);
  return ok({
    dump: (message) => dump(message),
    ifname: (index) => names.get(index) ?? `if${index}`,
    follow: ({ onMessage, onOverflow, onLost }) => {
      const channel = new Channel(part('events'), {
        onEvent: (bytes, at, end) => {
          const message = bytes.slice(at, end);
          learn(message);
          onMessage(message);
        },
        onOverflow,
        onCut: onOverflow,
        onLost,
      });
      if (isUser)
        for (const message of [...usualOptions(), ...RTMGR_GROUPS.map(joinMessage)])
          void channel.request(message);
      target.value.onLost((error) => onLost(channel.error ?? error));
    },
    enterCommand: target.value.lab?.enterCommand ?? null,
    routes: {
      ...NOBODY,
      channel,
      socket: 'request',
      links: known,
      readOnly: mayWrite
        ? null
        : {
            why: readOnlyReason ?? 'This target can only be read',
            ...(target.value.guard && { wayOut: 'Run it as root' }),
          },
      protocol: protocolOf(wire),
      mostBytes: netlink.value.facts.request!.sendBuffer - 32,
    },
    close,
  });
}
