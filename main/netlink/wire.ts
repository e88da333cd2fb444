// SPDX-License-Identifier: MIT
// What a target's sockets speak, and with whom.
import type { Protocol } from '../codec/index.ts';

export type Wire =
  /** NETLINK_ROUTE: the kernel's own tables. */
  | { kind: 'route' }
  /** Protocol 31: rtmgr in the kernel. */
  | { kind: 'rtmgr' }
  /** NETLINK_USERSOCK: rtmgr as a process, at this port. */
  | { kind: 'rtmgr-user'; peer: number };

export const protocolOf = (wire: Wire): Protocol => (wire.kind === 'route' ? 'route' : 'rtmgr');
