// SPDX-License-Identifier: MIT
// This machine: the table of the namespace that the program runs in, read and followed as an ordinary user, written
// through the helper after polkit.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { helperPlace } from '../helper/place.ts';
import { openRouteSockets } from '../netlink/sockets.ts';
import { openRelay } from './relay.ts';
import type { OpenTarget } from './target.ts';

/** Why nothing can be changed for now. */
const LOCKED = 'Editing is locked: reading needs no privilege, writing does';

export async function openSystem(): Promise<Outcome<OpenTarget>> {
  const fds = openRouteSockets();
  if (!fds.ok) return fds;
  return ok({
    fds: fds.value,
    wire: { kind: 'route' },
    lab: null,
    guard: {
      problem: () => helperPlace().problem,
      async unlock(options) {
        const opened = await openRelay(options);
        return opened.ok ? ok(opened.value.relay) : opened;
      },
    },
    prepare: async () => ok({ writable: false, readOnlyReason: LOCKED, rtmgr: null }),
    onLost: () => {},
    close: async () => {},
  });
}
