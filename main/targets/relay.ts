// SPDX-License-Identifier: MIT
// A relay to the kernel: routelens-helper as root holds a netlink socket, checks what we send through it, and puts back
// what was not kept in time.
import type { AppError, Outcome, Settled } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { helperError, settledOf, startHelper } from '../helper/client.ts';
import type { Helper, HelperAnswer, HelperEvent } from '../helper/client.ts';
import { REASON, VERB, openPayload, readStruct } from '../helper/protocol.ts';
import * as libc from '../netlink/libc.ts';
import type { SocketFds } from '../netlink/sockets.ts';
import type { Relay, RelayEvents } from './target.ts';

export interface RelayOptions {
  /** A namespace under /run/netns; without it this machine. */
  namespace?: string;
  confirmSeconds: number;
  askInTerminal?: boolean;
  signal?: AbortSignal;
}

export interface OpenedRelay {
  relay: Relay;
  /** Sockets to read with, where it leads into a namespace. Whoever takes them closes them. */
  fds: SocketFds | null;
}

/** Putting a large table back takes its time, ms. */
const SETTLE_MS = 60_000;

const garbled = (what: string): AppError => helperError(0, `The helper answered ${what}`);

function refused({ error, reason }: HelperAnswer, namespace: string | undefined): AppError {
  if (reason === REASON.HELPER_REASON_NO_NAMESPACE)
    return {
      kind: 'unavailable',
      what: `There is no network namespace ${namespace ?? ''}`,
      why: `/run/netns/${namespace ?? ''} is missing, or is no network namespace`,
      wayOut: `ip netns add ${namespace ?? 'NAME'} makes one`,
    };
  return helperError(error, 'The helper refused', 'It did not open a way to write');
}

/** Events that come before somebody listens wait. */
class Ears {
  private events: RelayEvents | null = null;
  private readonly early: ((events: RelayEvents) => void)[] = [];

  tell(what: (events: RelayEvents) => void): void {
    if (this.events) what(this.events);
    else this.early.push(what);
  }
  listen(events: RelayEvents): void {
    this.events = events;
    for (const what of this.early.splice(0)) what(events);
  }
}

function passOn(ears: Ears, event: HelperEvent): void {
  if (event.type === 'pending') ears.tell((to) => to.pending(event.changes, event.leftMs));
  else if (event.type === 'settled') ears.tell((to) => to.settled(event.settled));
}

async function settle(helper: Helper, verb: number): Promise<Outcome<Settled>> {
  const answer = await helper.request(verb, undefined, SETTLE_MS);
  if (!answer.ok) return answer;
  const { error, payload } = answer.value;
  if (error !== 0) return fail(helperError(error, 'The helper could not do it'));
  const read = readStruct('helper_settled', payload);
  return read ? ok(settledOf(read.fields)) : fail(garbled('something too short'));
}

/** Asks a running helper for a relay; an earlier one is closed by it. */
async function ask(
  helper: Helper,
  ears: Ears,
  namespace: string | undefined,
  confirmSeconds: number,
): Promise<Outcome<OpenedRelay>> {
  const answer = await helper.request(VERB.HELPER_OPEN, openPayload(confirmSeconds, namespace ?? ''));
  if (!answer.ok) return answer;
  const { error, payload, fds } = answer.value;
  if (error !== 0) return fail(refused(answer.value, namespace));
  const opened = readStruct('helper_opened', payload);
  const wanted = namespace === undefined ? 1 : 4;
  if (!opened || fds.length !== wanted) {
    for (const fd of fds) libc.close(fd);
    return fail(garbled(`with ${fds.length} descriptors, not ${wanted}`));
  }
  const [fd, request, dump, events] = fds as [number, number, number, number];
  const { portid, send_max } = opened.fields;
  const relay: Relay = {
    socket: { fd, portId: portid, sendMax: send_max },
    confirmSeconds,
    keep: () => settle(helper, VERB.HELPER_KEEP),
    revert: () => settle(helper, VERB.HELPER_REVERT),
    async reopen(seconds) {
      const again = await ask(helper, ears, undefined, seconds);
      return again.ok ? ok(again.value.relay) : again;
    },
    listen: (to) => ears.listen(to),
    async end() {
      await helper.end();
      const { ended, hasPutBack } = helper;
      return { hasPutBack, why: ended ? (ended.why ?? ended.what) : 'It did not end when it was asked to' };
    },
  };
  return ok({ relay, fds: namespace === undefined ? null : { request, dump, events } });
}

/** Starts the helper, which may ask the person, and opens a relay. */
export async function openRelay(options: RelayOptions): Promise<Outcome<OpenedRelay>> {
  const { namespace, confirmSeconds, signal, askInTerminal = false } = options;
  const ears = new Ears();
  const started = await startHelper('routes', {
    onEvent: (event) => passOn(ears, event),
    onEnd: (error) => ears.tell((to) => to.ended(error)),
    askInTerminal,
    ...(signal && { signal }),
  });
  if (!started.ok) return started;
  const opened = await ask(started.value, ears, namespace, confirmSeconds);
  if (!opened.ok) await started.value.end();
  return opened;
}
