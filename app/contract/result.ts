// SPDX-License-Identifier: MIT
// Errors are values: every operation answers an Outcome, and every error says what happened, where, and what to do.

/** What went wrong, as data. Nothing is ever matched by its text; `kind` and the numbers are for programs. */
export type AppError =
  /** The kernel answered a request with NLMSG_ERROR. */
  | (ErrorWords & {
      kind: 'kernel';
      /** Positive errno, e.g. 17. */
      errno: number;
      /** Its name, e.g. `EEXIST`. */
      errnoName: string;
      /** What strerror(3) says, e.g. `File exists`. */
      errnoText: string;
      /** NLMSGERR_ATTR_MSG: the kernel's own sentence. */
      extack?: string;
      /** NLMSGERR_ATTR_OFFS: offset in bytes of the attribute at fault, from the start of the refused message. */
      offset?: number;
      /** The name of the attribute that stands at `offset`, e.g. `RTA_GATEWAY`. */
      attribute?: string;
      /** The cell of the grid that the refusal concerns, when it is known. */
      field?: RouteField;
      /** The number of the refused message and of the answer in the inspector, when they are known. */
      messageIds?: number[];
    })
  /** A system call failed (socket, sendmsg, recvmsg, …). */
  | (ErrorWords & { kind: 'syscall'; call: string; errno: number; errnoName: string })
  /** Bytes could not be decoded. */
  | (ErrorWords & { kind: 'decode'; code: string; offset: number; path: string })
  /** What the caller gave is not usable; `field` names the cell. */
  | (ErrorWords & { kind: 'invalid'; field?: RouteField; path?: string })
  /** Nothing answered in time. */
  | (ErrorWords & { kind: 'timeout'; afterMs: number })
  | (ErrorWords & { kind: 'cancelled' })
  /** A target, or something it needs, is not there. */
  | (ErrorWords & { kind: 'unavailable' })
  /** The thing named is gone (a row that was deleted meanwhile, a message that fell out of the ring). */
  | (ErrorWords & { kind: 'gone' })
  /** polkit did not give the right. */
  | (ErrorWords & {
      kind: 'polkit';
      cause: 'dismissed' | 'not-authorised' | 'no-agent' | 'not-installed' | 'unknown';
    })
  /** The privileged helper refused, or ended. */
  | (ErrorWords & { kind: 'helper'; errno: number; errnoName: string })
  /** The kernel refused to load or unload the module. `log`: what it logged meanwhile. */
  | (ErrorWords & {
      kind: 'module';
      cause:
        | 'signature'
        | 'lockdown'
        | 'vermagic'
        | 'unknown-symbol'
        | 'symbol-version'
        | 'no-memory'
        | 'exists'
        | 'busy'
        | 'not-loaded'
        | 'parameters'
        | 'unsafe-file'
        | 'other';
      errno: number;
      errnoName: string;
      log: string[];
    })
  /** A shell refused the call: wrong sender, unknown operation, or malformed arguments. */
  | (ErrorWords & { kind: 'refused' })
  /** A defect of ours, caught at the boundary. */
  | (ErrorWords & { kind: 'internal' });

export interface ErrorWords {
  /** What happened, one sentence with a capital and no full stop. */
  what: string;
  /** Why, when there is more to say. */
  why?: string;
  /** What the person can do now. */
  wayOut?: string;
}

export type Outcome<T, E = AppError> = { ok: true; value: T } | { ok: false; error: E };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });

/** The cells of a route that a person edits, and that an error can point at. */
export const ROUTE_FIELDS = [
  'destination',
  'gateway',
  'device',
  'weight',
  'table',
  'protocol',
  'type',
  'scope',
  'metric',
  'prefsrc',
  'mtu',
  'tos',
  'onlink',
] as const;
export type RouteField = (typeof ROUTE_FIELDS)[number];
