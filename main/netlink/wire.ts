// SPDX-License-Identifier: MIT
// What a target's sockets speak, and with whom.
import type { Protocol } from '../codec/index.ts';
import { NETLINK_RTMGR } from '../codec/index.ts';
import { NETLINK_ROUTE, NETLINK_USERSOCK } from './constants.ts';

export type Wire =
  /** NETLINK_ROUTE: the kernel's own tables. */
  | { kind: 'route' }
  /** Protocol 31: rtmgr in the kernel. */
  | { kind: 'rtmgr' }
  /** NETLINK_USERSOCK: rtmgr as a process, at this port. */
  | { kind: 'rtmgr-user'; peer: number };

/**
 * What the privileged helper holds for us: a netlink socket of its own, of which we have one end of a Unix socket. What
 * goes in is a datagram for the kernel, checked on its way; what comes out is the kernel's answer, unchanged.
 */
export interface RelaySocket {
  fd: number;
  /** nl_pid of the helper's netlink socket: answers carry it. */
  portId: number;
  /** Longest datagram, bytes. */
  sendMax: number;
}

/** For `startNetlink`: whom datagrams are for, where that is not the kernel. */
export const peerOf = (wire: Wire): { peer?: number } =>
  wire.kind === 'rtmgr-user' ? { peer: wire.peer } : {};

/** The third argument of socket(2). */
export const socketProtocol = ({ kind }: Wire): number =>
  ({ route: NETLINK_ROUTE, rtmgr: NETLINK_RTMGR, 'rtmgr-user': NETLINK_USERSOCK })[kind];

/** What the messages are of. */
export const protocolOf = (wire: Wire): Protocol => (wire.kind === 'route' ? 'route' : 'rtmgr');
