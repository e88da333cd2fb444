// SPDX-License-Identifier: MIT
// This machine: the table of the namespace that the program runs in, read and followed as an ordinary user.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { openRouteSockets } from '../netlink/sockets.ts';
import type { OpenTarget } from './target.ts';

export async function openSystem(): Promise<Outcome<OpenTarget>> {
  const fds = openRouteSockets();
  if (!fds.ok) return fds;
  return ok({
    fds: fds.value,
    writable: false,
    lab: null,
    prepare: async () => ok(undefined),
    onLost: () => {},
    close: async () => {},
  });
}
