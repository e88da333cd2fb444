// SPDX-License-Identifier: MIT
// Which target is open, and in what state: opens one after the other, never two at once, and tells every change.
import { Worker } from 'node:worker_threads';
import type {
  AppError,
  EventName,
  Events,
  GridSpec,
  GridState,
  LinkRow,
  Outcome,
  TargetId,
  TargetState,
} from '../../app/contract/index.ts';
import { DEFAULT_GRID_SPEC, fail, ok } from '../../app/contract/index.ts';
import { listTargets } from '../targets/list.ts';
import { openTarget } from '../targets/open.ts';
import { isModuleLoaded } from '../targets/rtmgr-module.ts';
import type { Guard } from '../targets/target.ts';
import { watchTargets } from '../targets/watch.ts';
import type { Watch } from '../targets/watch.ts';
import { bundlePath } from '../threads/locate.ts';
import { remote } from '../threads/rpc.ts';
import type { RemoteEnd } from '../threads/rpc.ts';
import type { TraceEvents, TraceService } from '../trace/service.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import { EditLock } from './lock.ts';

export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void;

export const NO_ROUTES: GridState = {
  version: 0,
  change: 0,
  total: 0,
  matched: 0,
  byFamily: { 4: 0, 6: 0 },
  tables: [],
  loading: null,
  partial: false,
  viewMs: 0,
};

export interface SessionOptions {
  /** How long changes to this machine wait to be kept, as it is wished now. */
  confirmSeconds: () => number;
  /** After how long without the person's doing anything editing is locked, ms; without it the usual time. */
  idleMs?: number;
}

export class Session {
  private traceEnd: RemoteEnd<TraceService, TraceEvents>;
  private traceWorker: Worker;
  private traceCrashed = false;
  private readonly emit: Emit;
  private current: TargetState;
  private connection: Connection | null = null;
  private editLock: EditLock | null = null;
  private readonly options: SessionOptions;
  /** Why the screen's lock is not noticed. */
  private unheard: string | null = null;
  private linkRows: LinkRow[] = [];
  private gridState: GridState = NO_ROUTES;
  private spec: GridSpec = DEFAULT_GRID_SPEC;
  /** Stops what is asked of the person while a target is opened. */
  private opening = new AbortController();
  /** Times that a target was asked for. */
  private asked = 0;
  /** Opening and closing, one after the other. */
  private turn: Promise<unknown> = Promise.resolve();
  /** Events of a target that was closed meanwhile are not passed on. */
  private opened = 0;
  private closed = false;
  private readonly watch: Watch;

  constructor(emit: Emit, first: TargetId, options: SessionOptions) {
    this.emit = emit;
    this.options = options;
    this.current = this.stateOf(first, 'connecting', null);
    [this.traceWorker, this.traceEnd] = this.startTrace();
    this.watch = watchTargets(({ isLoaded }) => {
      this.emit('targets.changed', listTargets());
      this.moduleChanged(isLoaded);
      // the helper may have been installed
      if (this.current.lock) this.tell({ ...this.current, ...this.lockState() });
    });
  }

  /** The kernel module has come or gone. */
  private moduleChanged(isLoaded: boolean): void {
    const { target, state } = this.current;
    if (target !== 'rtmgr-kernel') return;
    const isOver = state === 'lost' || state === 'unavailable';
    if (isLoaded && (isOver || state === 'not-loaded')) void this.open(target);
    else if (!isLoaded && isOver) this.tell({ ...this.current, state: 'not-loaded' });
  }

  /** What can be opened has changed, and we know it: nobody waits until the watch notices. Resolves when that is done. */
  async lookNow(): Promise<void> {
    this.watch.look();
    await this.turn;
  }

  /** Closes the sockets of the kernel module, because each one holds it. Answers whether there were any. */
  leaveModule(): Promise<boolean> {
    const leaving = this.turn.then(async () => {
      const before = this.connection;
      if (this.closed || this.current.target !== 'rtmgr-kernel' || !before) return false;
      this.opened++;
      this.connection = null;
      this.linkRows = [];
      this.gridState = NO_ROUTES;
      const error: AppError = { kind: 'unavailable', what: 'The kernel module is being unloaded' };
      this.tell(this.stateOf('rtmgr-kernel', 'not-loaded', error));
      await before.close();
      return true;
    });
    this.turn = leaving;
    return leaving;
  }

  /** Shows what other processes say to rtmgr, or no longer. */
  async setMirror(on: boolean): Promise<Outcome<{ on: boolean }>> {
    const connection = this.connected();
    if (!connection.ok) return connection;
    const { mirror } = connection.value;
    if (!mirror) return fail({ kind: 'unavailable', what: 'Only rtmgr has a mirror of its traffic' });
    const done = await mirror.set(on);
    if (this.connection !== connection.value)
      return fail({ kind: 'cancelled', what: 'The target was closed' });
    if (!done.ok) return done;
    this.tell({ ...this.current, mirror: mirror.isOn });
    return ok({ on: mirror.isOn });
  }

  /** The trace thread outlives targets; when it crashes, the next target gets a new one. */
  private startTrace(): [Worker, RemoteEnd<TraceService, TraceEvents>] {
    const worker = new Worker(bundlePath('trace'));
    const end = remote<TraceService, TraceEvents>(worker);
    end.on('trace', (state) => this.emit('trace.changed', state));
    worker.on('error', (error) => {
      end.close('The trace thread has ended');
      this.traceCrashed = true;
      if (this.closed) return;
      this.tell({
        ...this.current,
        state: 'lost',
        error: {
          kind: 'internal',
          what: 'The trace thread has ended unexpectedly',
          why: error instanceof Error ? error.message : String(error),
          wayOut: 'Open the target again',
        },
      });
    });
    return [worker, end];
  }

  get trace(): RemoteEnd<TraceService, TraceEvents> {
    return this.traceEnd;
  }

  get state(): TargetState {
    return this.current;
  }
  /** Null where the open target has none. */
  get lock(): EditLock | null {
    return this.editLock;
  }

  /** The person did something. */
  touch(): void {
    this.editLock?.touch();
  }

  /** The person wishes another time to keep changes. */
  confirmChanged(): void {
    this.editLock?.retime();
  }

  /** Whoever comes back to the machine may be somebody else. */
  screenLocked(): void {
    this.editLock?.screenLocked();
  }
  /** Then only idling locks: that is told while it is unlocked. */
  screenUnheard(why: string | null): void {
    if (this.unheard === why) return;
    this.unheard = why;
    if (this.current.lock) this.tell({ ...this.current, ...this.lockState() });
  }
  get links(): LinkRow[] {
    return this.linkRows;
  }
  /** The last state that the table thread told. */
  get grid(): GridState {
    return this.gridState;
  }

  /** The open connection, or why there is none. */
  connected(): Outcome<Connection> {
    if (this.connection) return ok(this.connection);
    const { state, error } = this.current;
    if (error) return fail(error);
    return fail({
      kind: 'unavailable',
      what: state === 'connecting' ? 'The target is still being opened' : 'No target is open',
    });
  }

  /** What the grid shows, for this target and those that are opened later. */
  remember(spec: GridSpec): void {
    this.spec = spec;
  }

  /** Closes the present target and opens another; the same one is made anew. A failure is a state, too. */
  open(id: TargetId): Promise<TargetState> {
    const number = ++this.asked;
    this.opening.abort();
    const opening = this.turn.then(() => this.openNow(id, number));
    this.turn = opening;
    return opening;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watch.end();
    this.opened++;
    this.opening.abort();
    await this.turn;
    await this.editLock?.close();
    await this.connection?.close();
    this.connection = null;
    this.trace.close('Routelens is ending');
    await this.traceWorker.terminate();
  }

  private async openNow(id: TargetId, asked: number): Promise<TargetState> {
    if (this.closed) return this.current;
    const number = ++this.opened;
    const mine = (): boolean => number === this.opened;
    const before = this.connection;
    const lockBefore = this.editLock;
    this.connection = null;
    this.editLock = null;
    this.tell(this.stateOf(id, 'connecting', null));
    await lockBefore?.close();
    await before?.close();
    this.linkRows = [];
    this.gridState = NO_ROUTES;
    if (this.traceCrashed) {
      this.traceCrashed = false;
      [this.traceWorker, this.traceEnd] = this.startTrace();
    }

    this.opening = new AbortController();
    // another one is wanted already: nobody is to be asked for this one
    if (asked !== this.asked) this.opening.abort();
    const target = await openTarget(id, { signal: this.opening.signal });
    if (!target.ok) return this.failed(id, target.error, mine());
    const { lab } = target.value;
    const connection = await connect(target.value, this.trace.call, this.spec, {
      grid: (change) => {
        if (!mine()) return;
        this.gridState = change.state;
        this.emit('grid.changed', change);
      },
      links: (links) => {
        if (!mine()) return;
        this.linkRows = links;
        void this.trace.call
          .names({ ifnames: links.map((link): [number, string] => [link.ifindex, link.name]) })
          .catch(() => {});
        this.emit('links.changed', links);
      },
      connection: ({ state, error, resyncs }, absent = false) => {
        const isOver = this.current.state === 'lost' || this.current.state === 'not-loaded';
        // that the module is gone says more than that its socket is dead
        if (!mine() || (isOver && !absent)) return;
        // while it is being opened, connected means ready, and that is for us to say
        if (state === 'connected' && !this.connection) return;
        this.tell({
          ...this.current,
          state: absent ? 'not-loaded' : state,
          error,
          resyncs: Math.max(resyncs, this.current.resyncs),
        });
      },
    });
    if (!connection.ok) return this.failed(id, connection.error, mine());
    if (!mine()) {
      await connection.value.close();
      return this.current;
    }
    this.connection = connection.value;
    this.beginLock(target.value.guard, mine);
    const { state, error } = this.current;
    const { portId } = connection.value.channel;
    const known = {
      ...connection.value.prepared,
      ...this.lockState(),
      mirror: connection.value.mirror && false,
      lab,
      portId,
    };
    if (state === 'lost' || state === 'not-loaded')
      return this.tell({ ...this.stateOf(id, state, error), ...known });
    this.gridState = await connection.value.table.state();
    this.linkRows = await connection.value.table.links();
    const told = this.tell({ ...this.stateOf(id, 'connected', null), ...known });
    this.emit('links.changed', this.linkRows);
    this.emit('grid.changed', { state: this.gridState, added: 0, changed: 0, deleted: 0, deletedIds: [] });
    return told;
  }

  private beginLock(guard: Guard | null, mine: () => boolean): void {
    if (!guard) return;
    const lock: EditLock = new EditLock({
      guard,
      trace: this.trace.call,
      ...this.options,
      onChange: () => {
        if (mine() && this.editLock === lock && this.current.lock)
          this.tell({ ...this.current, ...this.lockState() });
      },
      // also of a target that is being closed: what was done to the machine must be told
      onSettled: (settled) => this.emit('pending.settled', settled),
    });
    this.editLock = lock;
  }

  /** What the lock has to say of the target. */
  private lockState(): Partial<TargetState> {
    const lock = this.editLock;
    if (!lock) return {};
    const writable = lock.line !== null;
    const problem = writable ? null : lock.problem;
    const why = problem && `${problem.what}${problem.why === undefined ? '' : `: ${problem.why}`}`;
    const readOnlyReason = writable ? null : (why ?? this.connection?.prepared.readOnlyReason ?? null);
    const state = { ...lock.state, unheard: this.unheard };
    return { lock: state, pending: lock.pending, writable, readOnlyReason };
  }

  private failed(id: TargetId, error: AppError, mine: boolean): TargetState {
    // the module may be loaded at any time: the window waits for it
    const isAbsent = id === 'rtmgr-kernel' && !isModuleLoaded();
    const state = isAbsent ? 'not-loaded' : 'unavailable';
    return mine ? this.tell(this.stateOf(id, state, error)) : this.current;
  }

  private stateOf(target: TargetId, state: TargetState['state'], error: AppError | null): TargetState {
    return {
      target,
      state,
      writable: false,
      readOnlyReason: null,
      portId: null,
      lab: null,
      rtmgr: null,
      lock: null,
      pending: null,
      mirror: null,
      error,
      resyncs: 0,
    };
  }

  private tell(state: TargetState): TargetState {
    this.current = state;
    this.emit('target.state', state);
    return state;
  }
}
