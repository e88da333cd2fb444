// SPDX-License-Identifier: MIT
// A named namespace, as ip-netns(8) makes them. Entering one needs root, so the helper opens the sockets in it, and ends:
// reading goes on with them, and writing takes a helper again, once the person has unlocked editing.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { helperPlace } from '../helper/place.ts';
import * as libc from '../netlink/libc.ts';
import type { SocketFds } from '../netlink/sockets.ts';
import { openRelay } from './relay.ts';
import type { RelayOptions } from './relay.ts';
import type { OpenTarget, Relay } from './target.ts';

function closeAll(fds: SocketFds): void {
  for (const fd of [fds.request, fds.dump, fds.events]) libc.close(fd);
}

/** What nobody writes through must not lie open: editing is locked exactly while no helper runs. */
async function leave(relay: Relay): Promise<void> {
  libc.close(relay.socket.fd);
  await relay.end();
}

/** Not this machine: nobody is cut off by a mistake here, so changes stand at once. */
const CONFIRM_SECONDS = 0;

/** Reading took a right here, too; it is another one that was not asked for yet. */
const LOCKED = 'Editing is locked: the namespace was opened for reading';

const another = (name: string): AppError => ({
  kind: 'gone',
  what: `The namespace ${name} is not the one that is shown`,
  why: 'It was deleted and made anew since the target was opened',
  wayOut: 'Open the target again',
});

export async function openNetns(
  name: string,
  options: Pick<RelayOptions, 'askInTerminal' | 'signal'> = {},
): Promise<Outcome<OpenTarget>> {
  const opened = await openRelay({ namespace: name, confirmSeconds: CONFIRM_SECONDS, ...options });
  if (!opened.ok) return opened;
  const fds = opened.value.fds!;
  const cookie = libc.netnsCookie(fds.request);
  await leave(opened.value.relay);

  /** A name may stand for another namespace by now: writing there what is read here would be a grave mistake. */
  async function unlock(signal: AbortSignal): Promise<Outcome<Relay>> {
    const again = await openRelay({ namespace: name, confirmSeconds: CONFIRM_SECONDS, signal });
    if (!again.ok) return again;
    const now = libc.netnsCookie(again.value.fds!.request);
    closeAll(again.value.fds!);
    if (cookie !== null && now === cookie) return ok(again.value.relay);
    await leave(again.value.relay);
    return fail(another(name));
  }
  return ok({
    fds,
    wire: { kind: 'route' },
    lab: null,
    guard: {
      problem: () => helperPlace().problem,
      unlock: ({ signal }) => unlock(signal),
    },
    prepare: async () => ok({ writable: false, readOnlyReason: LOCKED, rtmgr: null }),
    onLost: () => {},
    close: async () => {},
  });
}
