// SPDX-License-Identifier: MIT
// What an opened target is to the session: its sockets, a way to prepare them, and an end.
import type { AppError, LinkRow, Outcome, Settled, TargetState } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { SocketFds } from '../netlink/sockets.ts';
import type { RelaySocket, Wire } from '../netlink/wire.ts';

/** What is known of a target once it is prepared. */
export interface Prepared {
  writable: boolean;
  /** Why it can't be written, when it can't. */
  readOnlyReason: string | null;
  /** What rtmgr says of itself, where the target is one. */
  rtmgr: TargetState['rtmgr'];
}

export interface RelayEvents {
  /** Changes wait to be kept, for this long. */
  pending(changes: number, leftMs: number): void;
  /** The timer has put the old state back. */
  settled(settled: Settled): void;
  /** The helper has ended without being asked to. */
  ended(error: AppError): void;
}

/** What is known of changes that were not kept when the helper ended. */
export interface RelayEnd {
  hasPutBack: boolean;
  /** How it ended: a sentence. */
  why: string;
}

/** A way to write, through the privileged helper. */
export interface Relay {
  /** Whoever takes it closes its descriptor. */
  socket: RelaySocket;
  /** How long changes wait to be kept; 0: they stand at once. */
  confirmSeconds: number;
  keep(): Promise<Outcome<Settled>>;
  revert(): Promise<Outcome<Settled>>;
  /**
   * Another one of this machine for this one, with another time, without asking anybody. Refused while changes wait: then
   * this one stays.
   */
  reopen(confirmSeconds: number): Promise<Outcome<Relay>>;
  /** From now on. What happened before is told at once. */
  listen(events: RelayEvents): void;
  /** Ends the helper, which puts back what was not kept. Never fails. */
  end(): Promise<RelayEnd>;
}

/** Of a target that is written through the helper, after polkit. */
export interface Guard {
  /** Why it can't be unlocked at all, when it can't. */
  problem(): AppError | null;
  /** Asks polkit, which may ask the person. */
  unlock(options: { confirmSeconds: number; signal: AbortSignal }): Promise<Outcome<Relay>>;
}

export interface OpenTarget {
  /** Whoever takes them closes them. */
  fds: SocketFds;
  wire: Wire;
  lab: TargetState['lab'];
  /** Null where writing needs no more than the request socket. */
  guard: Guard | null;
  /** Sets the target up over the request socket, before anything is read. */
  prepare(channel: Channel): Promise<Outcome<Prepared>>;
  /** Routes to begin with, when the table is empty. */
  firstRoutes?(links: readonly LinkRow[]): RouteSpec[];
  /** Calls back once when the target ends without being asked to. `absent`: the module was unloaded. */
  onLost(listener: (error: AppError, absent?: boolean) => void): void;
  /** Ends whatever holds the target. Never fails. The sockets are not touched. */
  close(): Promise<void>;
}
