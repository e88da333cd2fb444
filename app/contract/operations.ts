// SPDX-License-Identifier: MIT
// The contract: one list of operations and one of events. Every shell, the main process and the renderer derive
// their types from it; nothing is typed twice.
import type { RouteOwner } from './daemons.ts';
import type { Installation } from './installation.ts';
import { MAX_ROUTES } from './module.ts';
import type { ModuleLife, ModuleLogLine } from './module.ts';
import { prefsPatch } from './prefs.ts';
import type { Prefs } from './prefs.ts';
import type { Outcome } from './result.ts';
import { gridSpec, routeDraft, routePatch } from './route.ts';
import type { Applied, GridChange, GridState, ItemOutcome, LookupAnswer, RouteRow } from './route.ts';
import type { BatchAnswer, HelloAnswer, RtmgrStats } from './rtmgr.ts';
import type { LinkRow, Settled, TargetId, TargetInfo, TargetState, Vocabulary } from './target.ts';
import { traceFilter } from './trace.ts';
import type { MessageDetail, MessageRow, TraceState } from './trace.ts';
import { z } from './z.ts';

/** Marks the type of an operation's answer; it exists for the type checker only. */
const answers = <R>(): { answer?: R } => ({});

const none = z.strictObject({});
const rowId = z.int().min(0);
const targetId = z.string().max(80) as unknown as z.ZodType<TargetId>;

/** Each operation: the schema of its arguments, and the type of its answer. */
export const operations = {
  'app.info': { args: none, ...answers<AppInfo>() },
  'prefs.get': { args: none, ...answers<Prefs>() },
  'prefs.set': { args: prefsPatch, ...answers<Prefs>() },

  'targets.list': { args: none, ...answers<TargetInfo[]>() },
  /** Closes the present target and opens this one. */
  'targets.open': { args: z.strictObject({ id: targetId }), ...answers<TargetState>() },
  'targets.state': { args: none, ...answers<TargetState>() },
  /** Ends the Lab's namespaces and makes them anew. */
  'lab.reset': { args: none, ...answers<TargetState>() },
  /** Asks for the right to write (polkit), and takes it back. Only where `lock` of the state is not null. */
  'lock.unlock': { args: none, ...answers<TargetState>() },
  /** The person uses the window, which puts off the time at which editing is locked. Told now and then, not each time. */
  'lock.touch': { args: none, ...answers<{ relocksAt: number | null }>() },
  'lock.lock': { args: none, ...answers<TargetState>() },
  /** Keeps what was changed since the timer began, or puts the old state back now. */
  'pending.keep': { args: none, ...answers<Settled>() },
  'pending.revert': { args: none, ...answers<Settled>() },
  'links.list': { args: none, ...answers<LinkRow[]>() },
  'vocabulary.get': { args: none, ...answers<Vocabulary>() },

  'grid.state': { args: none, ...answers<GridState>() },
  /** Sets the filter and the order of the view. */
  'grid.view': { args: gridSpec, ...answers<GridState>() },
  /** Rows of the view from position `start`; fewer at its end. `version` tells which order they are of. */
  'grid.rows': {
    args: z.strictObject({ start: z.int().min(0), count: z.int().min(0).max(500) }),
    ...answers<{ version: number; start: number; rows: RouteRow[] }>(),
  },
  /** Position of a row in the view; null when the view does not show it. */
  'grid.locate': {
    args: z.strictObject({ rowId }),
    ...answers<{ index: number | null; row: RouteRow | null }>(),
  },
  /** A fresh dump, compared with the table: for people who want to be sure, and for tests. */
  'grid.verify': { args: none, ...answers<{ kernel: number; table: number; differences: number }>() },

  'route.add': { args: z.strictObject({ draft: routeDraft }), ...answers<Applied>() },
  'route.edit': { args: z.strictObject({ rowId, patch: routePatch }), ...answers<Applied>() },
  'route.delete': {
    args: z.strictObject({ rowIds: z.array(rowId).min(1).max(100_000) }),
    ...answers<{ items: ItemOutcome[]; messageIds: number[] }>(),
  },
  'route.lookup': { args: z.strictObject({ address: z.string().max(64) }), ...answers<LookupAnswer>() },
  /** Daemons (DAEMON_PROTOCOLS) whose routes it would touch to delete or edit these rows, or to apply these commands. */
  'route.owners': {
    args: z.strictObject({ rowIds: z.array(rowId).max(100_000), commands: z.string().max(4_000_000) }),
    ...answers<RouteOwner[]>(),
  },
  /** `ip route add …` lines that make these routes. */
  'route.commands': { args: z.strictObject({ rowIds: z.array(rowId).max(10_000) }), ...answers<string[]>() },

  /**
   * Several `ip route` commands, one a line. Where the target is rtmgr they go as one batch, entirely or not at all;
   * elsewhere one after the other. Nothing is sent while a line can't be read.
   */
  'route.batch': { args: z.strictObject({ commands: z.string().max(4_000_000) }), ...answers<BatchAnswer>() },

  /** A greeting; rtmgr answers what it saw of it. */
  'rtmgr.hello': { args: z.strictObject({ text: z.string().max(255) }), ...answers<HelloAnswer>() },
  'rtmgr.stats': { args: none, ...answers<RtmgrStats>() },
  /** Deletes all routes of a table (null: of all tables). */
  'rtmgr.flush': {
    args: z.strictObject({ table: z.int().min(0).max(0xffff_ffff).nullable() }),
    ...answers<{ deleted: number; messageIds: number[] }>(),
  },
  /** Shows what other processes say to rtmgr, or no longer. */
  'rtmgr.mirror': { args: z.strictObject({ on: z.boolean() }), ...answers<{ on: boolean }>() },

  'module.state': { args: none, ...answers<ModuleLife>() },
  /** What the loaded module counts, whatever target is open; asking leaves no socket that would hold the module. */
  'module.stats': { args: none, ...answers<RtmgrStats>() },
  /** Answers at once; how it goes is told by the event. */
  'module.build': { args: none, ...answers<ModuleLife>() },
  /** Stops a build, or takes the question to polkit back (`canCancel`). */
  'module.cancel': { args: none, ...answers<ModuleLife>() },
  /** Answers when it is loaded, or refused (that is a state, too). `maxRoutes` null: the module's own default. */
  'module.load': {
    args: z.strictObject({ maxRoutes: z.int().min(1).max(MAX_ROUTES).nullable() }),
    ...answers<ModuleLife>(),
  },
  'module.unload': { args: none, ...answers<ModuleLife>() },
  /** Follows the kernel's log from the last load on. */
  'module.follow': { args: none, ...answers<ModuleLife>() },
  'module.log': { args: none, ...answers<ModuleLogLine[]>() },

  'trace.state': { args: none, ...answers<TraceState>() },
  'trace.filter': { args: traceFilter, ...answers<TraceState>() },
  'trace.rows': {
    args: z.strictObject({ start: z.int().min(0), count: z.int().min(0).max(500) }),
    ...answers<{ version: number; start: number; rows: MessageRow[] }>(),
  },
  'trace.message': { args: z.strictObject({ id: z.int().min(1) }), ...answers<MessageDetail>() },
  /** Position of a message in the filtered list. */
  'trace.locate': { args: z.strictObject({ id: z.int().min(1) }), ...answers<{ index: number | null }>() },
  'trace.pause': { args: z.strictObject({ paused: z.boolean() }), ...answers<TraceState>() },
  'trace.clear': { args: none, ...answers<TraceState>() },
  /** The last messages (newest first, at most 32) that concern a row of the grid. */
  'trace.ofRow': { args: z.strictObject({ rowId }), ...answers<number[]>() },
  /** The row of the grid that a message concerns. */
  'trace.rowOf': { args: z.strictObject({ id: z.int().min(1) }), ...answers<{ rowId: number | null }>() },
} as const;

export interface AppInfo {
  version: string;
  installation: Installation;
  shell: 'electron' | 'chromium';
  /** Why this shell, in one line. */
  shellReason: string;
  kernel: string;
  node: string;
}

/** Pushed to the page without being asked. */
export interface Events {
  'target.state': TargetState;
  /** What can be opened has changed: the kernel module came or went. */
  'targets.changed': TargetInfo[];
  'links.changed': LinkRow[];
  'module.changed': ModuleLife;
  /** New lines of the kernel's log. */
  'module.logged': ModuleLogLine[];
  /** The timer has put the old state back. */
  'pending.settled': Settled;
  /** At most about 30 a second. */
  'grid.changed': GridChange;
  /** At most about 10 a second. */
  'trace.changed': TraceState;
  'prefs.changed': Prefs;
}

export type OperationName = keyof typeof operations;
export type EventName = keyof Events;
export const OPERATION_NAMES = Object.keys(operations) as OperationName[];

export type Args<K extends OperationName> = z.infer<(typeof operations)[K]['args']>;
export type Answer<K extends OperationName> = NonNullable<(typeof operations)[K]['answer']>;

/** What the main process implements. */
export type Handlers = { [K in OperationName]: (args: Args<K>) => Promise<Outcome<Answer<K>>> };

/** What the page sees as `window.routelens`: one function for each operation, and the events. */
export type Bridge = Handlers & {
  /** Calls `listener` on each event; answers the function that ends it. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
};
