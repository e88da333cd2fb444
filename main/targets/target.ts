// SPDX-License-Identifier: MIT
// What an opened target is to the session: three sockets, a way to prepare them, and an end.
import type { AppError, Outcome, TargetState } from '../../app/contract/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { SocketFds } from '../netlink/sockets.ts';

export interface OpenTarget {
  /** NETLINK_ROUTE sockets; whoever takes them closes them. */
  fds: SocketFds;
  writable: boolean;
  lab: TargetState['lab'];
  /** Sets the target up over the request socket, before anything is read. */
  prepare(channel: Channel): Promise<Outcome<void>>;
  /** Calls back once when the target ends without being asked to. */
  onLost(listener: (error: AppError) => void): void;
  /** Ends whatever holds the target. Never fails. The sockets are not touched. */
  close(): Promise<void>;
}
