// SPDX-License-Identifier: MIT
// The table engine: store, view and synchronisation put together, answering TableService. It runs in the table thread;
// tests run it in their own.
import { fail, ok } from '../../app/contract/index.ts';
import type { AppError, GridSpec, GridState, LinkRow, Outcome, RouteRow } from '../../app/contract/index.ts';
import { tableName } from '../codec/names.ts';
import { encodeRoute } from '../codec/route.ts';
import { decodeRouteInto } from '../codec/route-fast.ts';
import { newRouteRecord } from '../codec/route-record.ts';
import type { RouteRecord } from '../codec/route-record.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import { RTM_NEWROUTE } from '../codec/tables/types.ts';
import { viewOf } from '../codec/bytes.ts';
import { monotonicMs } from '../threads/clock.ts';
import { addressWords } from './destination-text.ts';
import { Links } from './links.ts';
import { findRoute, samePrefix } from './find.ts';
import { chain } from './notify.ts';
import { Origins } from './origins.ts';
import type { Settled } from './origins.ts';
import { routeRow, routeSpec } from './rows.ts';
import type { TableEvents } from './service.ts';
import { RouteStore } from './store.ts';
import { RouteSync } from './sync.ts';
import type { SyncEnds } from './sync.ts';
import { Texts } from './texts.ts';
import { compareWithKernel } from './verify.ts';
import type { Verified } from './verify.ts';
import { View } from './view.ts';

/** Between two `grid` events, ms: 30 a second, fewer when a view costs much to keep up. */
const TELL_MS = 33;
/** How long a job may keep the thread from others, ms. */
const SLICE_MS = 12;
/** Rows of a page at most. */
const PAGE = 500;

export type Emit = <K extends keyof TableEvents>(name: K, payload: TableEvents[K]) => void;

export class TableEngine {
  readonly links = new Links();
  store = new RouteStore();
  private texts = new Texts(this.store, this.links);
  private current = new View(this.store, this.texts);
  private sync: RouteSync | null = null;
  private readonly origins = new Origins();
  private readonly emit: Emit;
  private loading: number | null = null;
  private connection: TableEvents['connection']['state'] = 'connected';
  private tellTimer: ReturnType<typeof setTimeout> | undefined;
  private updateCost = 0;
  /** The view that was asked for last, while it is not made yet. */
  private job: { spec: GridSpec; done: Promise<void> } | null = null;
  private nextSpec: GridSpec | null = null;

  constructor(emit: Emit) {
    this.emit = emit;
  }

  /** Reads the kernel's table and follows it. A table that was open before is forgotten, its view's settings are kept. */
  async open(ends: SyncEnds): Promise<Outcome<GridState>> {
    this.close();
    const { spec, version } = this.current;
    this.store = new RouteStore();
    this.texts = new Texts(this.store, this.links);
    this.current = new View(this.store, this.texts);
    this.current.spec = spec;
    this.current.version = version + 1;
    this.connection = 'connected';
    const sync = new RouteSync(ends, this.store, this.links, {
      changed: () => this.tellSoon(),
      linksChanged: (renamed) => this.linksChanged(renamed),
      loading: (routes) => {
        this.loading = routes;
        this.tellSoon();
      },
      connection: (state, error) => this.connected(state, error),
      applied: (portId, seq, slots) => this.applied(portId, seq, slots),
    });
    this.sync = sync;
    this.loading = 0;
    this.tellSoon();
    const opened = await sync.open();
    if (sync !== this.sync) return fail({ kind: 'cancelled', what: 'Another table was opened meanwhile' });
    // the routes are in; their order follows, and until then it reads as loading
    this.loading = this.store.columns.count;
    setImmediate(() => {
      if (sync !== this.sync) return;
      void this.remake().then(() => {
        if (sync !== this.sync) return;
        this.loading = null;
        // the first rows are awaited: no pause
        clearTimeout(this.tellTimer);
        this.tellTimer = setTimeout(() => void this.tell(), 0);
      });
    });
    return opened.ok ? ok(this.state()) : opened;
  }

  abandon(error: AppError): void {
    this.sync?.abandon(error);
  }

  close(): void {
    this.sync?.close();
    this.sync = null;
    clearTimeout(this.tellTimer);
    this.tellTimer = undefined;
    this.origins.clear();
    this.links.beginDump();
    this.links.endDump();
  }

  state(): GridState {
    const { store, current: view } = this;
    const tables = store.tables
      .map((value, index) => ({ table: { value, name: tableName(value) }, routes: store.inTable[index]! }))
      .filter(({ routes }) => routes > 0)
      .sort((a, b) => a.table.value - b.table.value);
    return {
      version: view.version,
      change: store.changes.number,
      total: store.columns.count,
      matched: view.length,
      byFamily: { ...store.inFamily },
      tables,
      loading: this.loading === null ? null : { routes: this.loading },
      partial: this.sync?.partial ?? false,
      viewMs: view.tookMs,
    };
  }

  /** Sets filter and order. A newer call overtakes one that is not done yet; both then answer the newer state. */
  async view(spec: GridSpec): Promise<GridState> {
    this.nextSpec = spec;
    if (this.isReading) {
      // made when the first dump is complete
      this.current.spec = spec;
      this.nextSpec = null;
      return this.state();
    }
    await this.remake();
    return this.state();
  }

  async rows({ start, count }: { start: number; count: number }): Promise<{
    version: number;
    start: number;
    rows: RouteRow[];
  }> {
    await this.catchUp();
    const { store, texts, current: view } = this;
    const rows: RouteRow[] = [];
    const now = monotonicMs();
    const end = Math.min(view.length, start + Math.min(count, PAGE));
    for (let index = start; index < end; index++) {
      const slot = view.slot(index);
      if (store.columns.family[slot] !== 0) rows.push(routeRow(store, texts, slot, now));
    }
    return { version: view.version, start, rows };
  }

  async locate({ rowId }: { rowId: number }): Promise<{ index: number | null; row: RouteRow | null }> {
    await this.catchUp();
    const slot = this.store.columns.slotOf(rowId);
    if (slot === 0) return { index: null, row: null };
    return {
      index: this.isReading ? null : this.current.indexOf(slot),
      row: routeRow(this.store, this.texts, slot, monotonicMs()),
    };
  }

  async verify(): Promise<Outcome<Verified>> {
    if (!this.sync) return fail(NOT_OPEN);
    return compareWithKernel(this.store, this.sync);
  }

  specs({ rowIds }: { rowIds: number[] }): (RouteSpec | null)[] {
    const now = monotonicMs();
    return rowIds.map((id) => {
      const slot = this.store.columns.slotOf(id);
      return slot === 0 ? null : routeSpec(this.store, slot, now);
    });
  }

  find({ spec }: { spec: RouteSpec }): number | null {
    return this.findMessage({ bytes: encodeRoute(spec, { type: RTM_NEWROUTE, flags: 0 }) });
  }

  findMessage({ bytes }: { bytes: Uint8Array }): number | null {
    const record = this.stage(bytes);
    const slot = record === null ? 0 : findRoute(this.store, record);
    return slot === 0 ? null : this.store.columns.id(slot);
  }

  chain({ spec }: { spec: RouteSpec }): number[] {
    const record = this.stage(encodeRoute(spec, { type: RTM_NEWROUTE, flags: 0 }));
    if (!record) return [];
    return chain(this.store, record).map((slot) => this.store.columns.id(slot));
  }

  samePrefix({ bytes }: { bytes: Uint8Array }): number[] {
    const record = this.stage(bytes);
    return record ? samePrefix(this.store, record).map((slot) => this.store.columns.id(slot)) : [];
  }

  lookup({ family, address, table }: { family: 4 | 6; address: Uint8Array; table: number }): number | null {
    const slot = this.store.lookup(family, addressWords(address), table);
    return slot === 0 ? null : this.store.columns.id(slot);
  }

  settled(args: { portId: number; seq: number; timeoutMs: number }): Promise<Settled> {
    return this.origins.settled(args.portId, args.seq, args.timeoutMs);
  }

  linkRows(): LinkRow[] {
    return this.links.rows();
  }

  memory(): { bytes: number; routes: number } {
    return { bytes: this.store.bytes + this.current.bytes, routes: this.store.columns.count };
  }

  private stage(bytes: Uint8Array): RouteRecord | null {
    const record = newRouteRecord();
    if (decodeRouteInto(bytes, viewOf(bytes), 0, bytes.length, record) !== 0) return null;
    this.store.stage(record, bytes, 0);
    return record;
  }

  /** True while the first dump runs: there is no order yet, and no rows are shown. */
  private get isReading(): boolean {
    return this.sync !== null && !this.store.changes.counting;
  }

  private applied(portId: number, seq: number, slots: readonly number[]): void {
    const { columns } = this.store;
    const live = slots.filter((slot) => columns.family[slot] !== 0);
    this.origins.seen(
      portId,
      seq,
      live.map((slot) => columns.id(slot)),
    );
  }

  private linksChanged(renamed: boolean): void {
    if (renamed) {
      this.texts.forget();
      if (this.current.dependsOnNames) this.current.invalidate();
    }
    this.emit('links', this.links.rows());
    this.tellSoon();
  }

  private connected(state: TableEvents['connection']['state'], error: AppError | null): void {
    if (state === this.connection && state !== 'resyncing') return;
    this.connection = state;
    this.emit('connection', { state, error, resyncs: this.sync?.resyncs ?? 0 });
    this.tellSoon();
  }

  private tellSoon(): void {
    const pause = Math.max(TELL_MS, Math.min(500, this.updateCost * 8));
    this.tellTimer ??= setTimeout(() => void this.tell(), this.loading === null ? pause : 100);
  }

  private async tell(): Promise<void> {
    await this.catchUp();
    // closed meanwhile
    if (this.tellTimer === undefined) return;
    this.tellTimer = undefined;
    this.emit('grid', { state: this.state(), ...this.store.changes.take() });
  }

  /** Works what has changed into the view. */
  private async catchUp(): Promise<void> {
    if (this.job) await this.job.done;
    if (this.isReading || !this.current.isBehind) return;
    const start = monotonicMs();
    if (!this.current.update()) await this.remake();
    this.updateCost = monotonicMs() - start;
  }

  /** Makes the view for the newest spec, a slice at a time. */
  private remake(): Promise<void> {
    if (this.job) return this.job.done;
    const job = { spec: this.current.spec, done: Promise.resolve() };
    this.job = job;
    job.done = this.make().finally(() => (this.job = null));
    return job.done;
  }

  private async make(): Promise<void> {
    for (;;) {
      const view = this.current;
      const spec = this.nextSpec ?? view.spec;
      this.nextSpec = null;
      const start = monotonicMs();
      let slice = start;
      const steps = view.build(spec);
      for (;;) {
        if (steps.next().done) break;
        if (monotonicMs() - slice < SLICE_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        slice = monotonicMs();
        // overtaken by a newer view, or by another table
        if (this.nextSpec || view !== this.current) break;
      }
      view.tookMs = monotonicMs() - start;
      if (!this.nextSpec && view === this.current) return;
    }
  }
}

const NOT_OPEN: AppError = { kind: 'unavailable', what: 'No table is open' };
