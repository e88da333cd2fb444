// SPDX-License-Identifier: MIT
// A target for the length of one command: its sockets, interface names, dumps and events.
import type { AppError, Outcome, TargetId } from '../contract/index.ts';
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
import { endpointFromParts } from '../../main/netlink/port-endpoint.ts';
import { openTarget } from '../../main/targets/open.ts';

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
  close(): Promise<void>;
}

export async function openKernel(id: TargetId): Promise<Outcome<Kernel>> {
  const target = await openTarget(id);
  if (!target.ok) return target;
  const netlink = await startNetlink({ fds: target.value.fds });
  if (!netlink.ok) {
    await target.value.close();
    return netlink;
  }
  const close = async (): Promise<void> => {
    await netlink.value.close();
    await target.value.close();
  };
  const part = (name: 'request' | 'dump' | 'events') => endpointFromParts(netlink.value.parts(name));
  const prepared = await target.value.prepare(new Channel(part('request')));
  if (!prepared.ok) {
    await close();
    return prepared;
  }
  const dumps = new Channel(part('dump'));
  const names = new Map<number, string>();

  const dump: Kernel['dump'] = async (message) => {
    let messages: Uint8Array[] = [];
    const outcome = await dumps.dump(
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
  );
  if (!links.ok) {
    await close();
    return fail(links.error);
  }
  for (const message of links.value.messages) learn(message);
  return ok({
    dump,
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
      target.value.onLost((error) => onLost(channel.error ?? error));
    },
    enterCommand: target.value.lab?.enterCommand ?? null,
    close,
  });
}
