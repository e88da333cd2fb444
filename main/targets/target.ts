// SPDX-License-Identifier: MIT
// What an opened target is to the session: its sockets, a way to prepare them, and an end.
import type { AppError, LinkRow, Outcome, TargetState } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { SocketFds } from '../netlink/sockets.ts';
import type { Wire } from '../netlink/wire.ts';

/** What is known of a target once it is prepared. */
export interface Prepared {
  writable: boolean;
  /** Why it can't be written, when it can't. */
  readOnlyReason: string | null;
  /** What rtmgr says of itself, where the target is one. */
  rtmgr: TargetState['rtmgr'];
}

export interface OpenTarget {
  /** Whoever takes them closes them. */
  fds: SocketFds;
  wire: Wire;
  lab: TargetState['lab'];
  /** Sets the target up over the request socket, before anything is read. */
  prepare(channel: Channel): Promise<Outcome<Prepared>>;
  /** Routes to begin with, when the table is empty. */
  firstRoutes?(links: readonly LinkRow[]): RouteSpec[];
  /** Calls back once when the target ends without being asked to. `absent`: the module was unloaded. */
  onLost(listener: (error: AppError, absent?: boolean) => void): void;
  /** Ends whatever holds the target. Never fails. The sockets are not touched. */
  close(): Promise<void>;
}
