// SPDX-License-Identifier: MIT
// What can be managed, and the state that the program is in with it.
import type { AppError } from './result.ts';
import type { Named } from './route.ts';

/** `netns:NAME` stands for a named namespace. */
export type TargetId = 'lab' | 'system' | 'rtmgr-user' | 'rtmgr-kernel' | `netns:${string}`;

export interface TargetInfo {
  id: TargetId;
  /** `Lab`, `This machine`, `rtmgr, user-mode`, `rtmgr, kernel module`. */
  name: string;
  /** One line: what it is. */
  description: string;
  available: boolean;
  /** Why not, when it is not available: a sentence, and the way out. */
  reason?: { why: string; wayOut?: string };
  writable: boolean;
  /** Why it can't be written, when it can't. */
  readOnlyReason?: string;
  /** True for the one where a mistake cuts the person off. */
  dangerous: boolean;
}

/** Each state with its word is in STATE_WORDS. */
export type ConnectionState =
  | 'connecting'
  | 'connected'
  | 'resyncing'
  | 'lost'
  | 'unavailable'
  /** The kernel module is not there; the window waits for it. */
  | 'not-loaded';

export const STATE_WORDS: Record<ConnectionState, string> = {
  connecting: 'Connecting',
  connected: 'Connected',
  resyncing: 'Resyncing',
  lost: 'Lost',
  unavailable: 'Not available',
  'not-loaded': 'Not loaded',
};

export interface Lock {
  state: 'locked' | 'unlocking' | 'unlocked';
  /** When it locks itself without activity, ms since the epoch; null while it is locked. */
  relocksAt: number | null;
  /** Why it was locked again, or could not be unlocked. */
  error: AppError | null;
  /** Why locking the screen will not lock editing, at the end of a sentence; null while nothing speaks against it. */
  unheard: string | null;
}

export interface Pending {
  changes: number;
  /** ms since the epoch. */
  endsAt: number;
  /** The whole time, s. */
  seconds: number;
}

/** What became of pending changes. */
export interface Settled {
  /**
   * ended: the helper ended, and had put them back before. unknown: it ended, was killed or hangs without that: they may
   * still stand.
   */
  how: 'kept' | 'reverted' | 'expired' | 'ended' | 'unknown';
  changes: number;
  /** Others were under way and not counted yet, so that `changes` may be 0; only where it is unknown. */
  more?: true;
  /** Messages that put the old state back, and those of them that the kernel refused. */
  restored: number;
  failed: number;
  /** How the helper ended, where it is unknown: a sentence. */
  why?: string;
}

export interface TargetState {
  target: TargetId;
  state: ConnectionState;
  writable: boolean;
  /** Why it can't be written, when it can't and the target itself said so. */
  readOnlyReason: string | null;
  /** nl_pid of the request socket, null while there is none. */
  portId: number | null;
  /** For the Lab: the process that holds its namespaces, and a command that opens a shell in it. */
  lab: { pid: number; enterCommand: string } | null;
  /** What rtmgr says of itself, where the target is one: process and port are rtmgr-user's. */
  rtmgr: { pid: number | null; port: number | null; version: number; release: string } | null;
  /** The lock of a target that needs polkit for writing; null where there is none. */
  lock: Lock | null;
  /** Changes that are put back unless they are kept in time; null when there are none. */
  pending: Pending | null;
  /** Whether other processes' traffic with rtmgr is shown; null where there is no mirror. */
  mirror: boolean | null;
  /** Set in the states lost, unavailable and not-loaded. */
  error: AppError | null;
  /** Times the kernel's notifications overflowed and the table was read anew. */
  resyncs: number;
}

/** A network interface, from RTM_NEWLINK and RTM_NEWADDR. */
export interface LinkRow {
  ifindex: number;
  name: string;
  /** IFLA_INFO_KIND (`veth`, `bridge`…), or `loopback`, or `ethernet`. */
  kind: string;
  up: boolean;
  carrier: boolean;
  mtu: number;
  /** Addresses in prefix notation, IPv4 first. */
  addresses: string[];
}

/** Names for the editors' lists, from the running system's rt_tables and rt_protos and from the headers. */
export interface Vocabulary {
  tables: Named[];
  protocols: Named[];
  scopes: Named[];
  types: Named[];
}
