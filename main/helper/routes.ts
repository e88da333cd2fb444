// SPDX-License-Identifier: MIT
// The verbs of `routelens-helper routes`: a relay into this machine's own namespace or a named one, and what becomes of
// changes that wait to be kept.
import type { AppError, Outcome, Settled } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { errnoText } from '../codec/errno.ts';
import * as libc from '../netlink/libc.ts';
import { helperError, settledOf } from './client.ts';
import type { Helper, HelperAnswer } from './client.ts';
import * as P from './protocol.ts';

export interface RelayOptions {
  /** The name of a namespace under /run/netns; null for this machine. */
  namespace: string | null;
  /** 0: changes stand at once; else 5 to 600. */
  confirmSeconds: number;
}

export interface Relay {
  /** Takes and gives datagrams as a NETLINK_ROUTE socket does. Whoever takes the descriptors closes them. */
  relay: number;
  /** Sockets inside a named namespace, for reading. */
  sockets: { dump: number; events: number } | null;
  /** nl_pid that the kernel's answers carry. */
  portId: number;
  /** The longest datagram it takes, bytes. */
  sendMax: number;
}

function refused({ error, reason }: HelperAnswer, what: string): AppError {
  const words: Partial<Record<number, [why: string, wayOut: string]>> = {
    [P.REASON.HELPER_REASON_NO_NAMESPACE]: [
      'There is no network namespace of this name under /run/netns',
      'ip netns list shows those that there are',
    ],
    [P.REASON.HELPER_REASON_PENDING]: [
      'There are changes that wait to be kept',
      'First keep them, or put them back',
    ],
    [P.REASON.HELPER_REASON_TOO_LARGE]: [
      'The tables are too large to be remembered, so changes could not be put back',
      'Change this machine with ip(8) as root',
    ],
    [P.REASON.HELPER_REASON_BAD_REQUEST]: [
      'The helper did not understand the request',
      'Install helper and program from the same version',
    ],
  };
  const [why, wayOut] = words[reason] ?? [error === 0 ? undefined : errnoText(error)];
  return helperError(error, what, why, wayOut);
}

/** Opens the relay; an open one is closed first. */
export async function openRelay(
  helper: Helper,
  { namespace, confirmSeconds }: RelayOptions,
): Promise<Outcome<Relay>> {
  const what =
    namespace === null
      ? 'This machine cannot be opened for changes'
      : `Namespace ${namespace} cannot be opened`;
  const answer = await helper.request(P.VERB.HELPER_OPEN, P.openPayload(confirmSeconds, namespace ?? ''));
  if (!answer.ok) return answer;
  const { error, reason, payload, fds } = answer.value;
  const opened = P.readStruct('helper_opened', payload);
  if (error === 0 && reason === 0 && opened && fds.length === (namespace === null ? 1 : 3)) {
    const [relay, dump, events] = fds as [number, number, number];
    const { portid, send_max } = opened.fields;
    return ok({
      relay,
      sockets: namespace === null ? null : { dump, events },
      portId: portid,
      sendMax: send_max,
    });
  }
  for (const fd of fds) libc.close(fd);
  return fail(refused(answer.value, what));
}

async function settle(
  helper: Helper,
  verb: number,
  what: string,
  timeoutMs: number,
): Promise<Outcome<Settled>> {
  const answer = await helper.request(verb, undefined, timeoutMs);
  if (!answer.ok) return answer;
  const settled = P.readStruct('helper_settled', answer.value.payload);
  if (answer.value.error !== 0 || !settled) return fail(refused(answer.value, what));
  return ok(settledOf(settled.fields));
}

/** What is pending stays. */
export const keep = (helper: Helper): Promise<Outcome<Settled>> =>
  settle(helper, P.VERB.HELPER_KEEP, 'The changes could not be kept', 15_000);

/** What is pending is put back now; a large table takes its time. */
export const revert = (helper: Helper): Promise<Outcome<Settled>> =>
  settle(helper, P.VERB.HELPER_REVERT, 'The old state could not be put back', 120_000);
