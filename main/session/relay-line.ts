// SPDX-License-Identifier: MIT
// The channel through a relay, beside those of an open connection: it has a sender and a receiver thread of its own, so
// that it can come and go while table, view and inspector stay as they are.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import type { RelaySocket } from '../netlink/wire.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';

/** Before the first change the helper remembers all tables, which takes its time where they are large. */
const TIMEOUT_MS = 60_000;

export interface RelayLine {
  readonly channel: Channel;
  /** Longest datagram, bytes. */
  readonly mostBytes: number;
  /** Never fails. */
  close(): Promise<void>;
}

/**
 * The socket is owned by this from now on, also when it fails. `lastSeq`: of the line before, so that the inspector never
 * takes an answer for that to a request with the same number on another socket.
 */
export async function openRelayLine(
  socket: RelaySocket,
  trace: Remote<TraceService>,
  lastSeq: number,
  onLost: (error: AppError) => void,
): Promise<Outcome<RelayLine>> {
  const netlink = await startNetlink({ fds: {}, relay: socket });
  if (!netlink.ok) return netlink;
  const { ports } = netlink.value.tap();
  // without its thread there is no inspector, and nothing to show
  await trace.addTaps({ taps: ports }, ports).catch(() => {});
  netlink.value.setTap(true);
  let isClosing = false;
  const channel = new Channel(endpointFromParts(netlink.value.parts('relay')), {
    timeoutMs: TIMEOUT_MS,
    lastSeq,
    onLost: (error) => {
      if (!isClosing) onLost(error);
    },
  });
  return ok({
    channel,
    mostBytes: socket.sendMax,
    close() {
      isClosing = true;
      return netlink.value.close();
    },
  });
}
