// SPDX-License-Identifier: MIT
// This machine: the table of the namespace that the program runs in, read and followed as an ordinary user.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { openRouteSockets } from '../netlink/sockets.ts';
import { SYSTEM_READ_ONLY } from './list.ts';
import type { OpenTarget } from './target.ts';

export async function openSystem(): Promise<Outcome<OpenTarget>> {
  const fds = openRouteSockets();
  if (!fds.ok) return fds;
  return ok({
    fds: fds.value,
    wire: { kind: 'route' },
    lab: null,
    prepare: async () => ok({ writable: false, readOnlyReason: SYSTEM_READ_ONLY, rtmgr: null }),
    onLost: () => {},
    close: async () => {},
  });
}
