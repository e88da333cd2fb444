// SPDX-License-Identifier: MIT
// The life of the kernel module, from "not built" to "loaded" and back, and what a person is told of it.
import type { Installation } from './installation.ts';
import type { AppError } from './result.ts';

/** The most routes that the module may be told to hold (`max_routes`), some 2 GiB of them: the helper takes no more. */
export const MAX_ROUTES = 16_777_216;

/** Each with its word in MODULE_STATE_WORDS; what it means and the way out are the page's. */
export type ModuleStateId =
  /** The kernel cannot load modules at all (CONFIG_MODULES is off). */
  | 'unsupported'
  /** There is no rtmgr.ko, and none can be built: the kernel's headers are missing (`headers.package` names them). */
  | 'no-headers'
  | 'not-built'
  | 'building'
  /** Built, but not where the helper loads it from; or the helper itself is not installed. */
  | 'not-installed'
  /** Installed, not loaded. */
  | 'ready'
  | 'loading'
  | 'loaded'
  /** Loaded, and the kernel refused to unload it because somebody uses it: `holders`. */
  | 'busy'
  | 'unloading'
  | 'refused-polkit'
  | 'refused-kernel'
  /** Was loaded, and somebody else removed it. */
  | 'lost';

export const MODULE_STATE_WORDS: Record<ModuleStateId, string> = {
  unsupported: 'Not supported',
  'no-headers': 'Headers missing',
  'not-built': 'Not built',
  building: 'Building',
  'not-installed': 'Not installed',
  ready: 'Not loaded',
  loading: 'Loading',
  loaded: 'Loaded',
  busy: 'In use',
  unloading: 'Unloading',
  'refused-polkit': 'Not authorised',
  'refused-kernel': 'Refused by the kernel',
  lost: 'Removed',
};

/** Who has a socket of protocol 31 open. */
export interface ModuleHolder {
  portId: number;
  pid: number | null;
  /** The name of its process, when it can be told. */
  process: string | null;
  /** It is this program. */
  isOurs: boolean;
}

/** One step of what just happened, for learners. */
export interface ModuleStep {
  /** ms since the epoch. */
  at: number;
  who: 'program' | 'polkit' | 'helper' | 'kernel' | 'module';
  what: string;
  /** What it means: one or two sentences in plain words. */
  why: string;
  ok: boolean;
  /** Not observed: it follows from what was, and from how kernel and module are written. */
  inferred?: true;
  /** Messages in the inspector that show it. */
  messageIds: number[];
}

export interface ModuleLife {
  state: ModuleStateId;
  /** Why it was refused, failed or lost; null when nothing is wrong. */
  problem: AppError | null;
  /** uname -r. */
  kernel: string;
  headers: { isThere: boolean; package: string };
  /** The rtmgr.ko of this clone; null when there is none (or no clone). */
  built: { path: string; version: string; vermagic: string } | null;
  /** Whether this program can build it (it is a clone with kernel/ in it). */
  canBuild: boolean;
  /** While it is being built: its last lines, and when it began (ms since the epoch). */
  build: { lines: string[]; began: number } | null;
  /** The module at the place where the helper loads it from. */
  installed: { path: string; version: string } | null;
  /** How the program came here, and so what brings helper and module. */
  installation: Installation;
  helper: { path: string; isThere: boolean; hasPolkit: boolean };
  loaded: {
    version: string;
    srcversion: string;
    refcount: number;
    bytes: number;
    /** uid that may write besides CAP_NET_ADMIN; null when none was given. */
    owner: number | null;
    maxRoutes: number | null;
    holders: ModuleHolder[];
  } | null;
  /** Of the last load or unload, in order. */
  steps: ModuleStep[];
  /** Whether what goes on now can be called off: a build, or a question that polkit asks. The kernel's part cannot. */
  canCancel: boolean;
  /** Whether the kernel's log is followed. */
  isFollowing: boolean;
}

/** A line of the kernel's log. */
export interface ModuleLogLine {
  /** ms since boot, CLOCK_MONOTONIC. */
  time: number;
  text: string;
}
