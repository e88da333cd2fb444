// SPDX-License-Identifier: MIT
// The trace without its thread: time order, recording, filtered view and lazy reading behind TraceService.
// Timers and ports are the worker's; here time is an argument, so that tests decide it.
import type { MessageRow, TraceFilter, TraceState } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import type { SocketName } from '../netlink/endpoint.ts';
import type { TapBatch } from '../netlink/tap.ts';
import { ofRoute } from './of-route.ts';
import { Order } from './order.ts';
import { Rate } from './rate.ts';
import { Reader } from './reader.ts';
import { Recorder } from './recorder.ts';
import { LIMITS, Store } from './store.ts';
import type { Limits } from './store.ts';
import { View } from './view.ts';

/** Type names in a TraceState, at most. */
const TYPES = 64;
/** Rows in one answer, at most. */
const ROWS = 500;
/** Messages about one route, at most. */
const OF_ROUTE = 32;

export class Trace {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly reader: Reader;
  readonly view: View;
  #order = new Order();
  #rate = new Rate();
  #views: number;

  /** `firstVersion` goes on from an earlier trace's, so that a version names one state only. */
  constructor(limits: Limits = LIMITS, firstVersion = 0) {
    this.#views = firstVersion;
    this.store = new Store(limits);
    this.recorder = new Recorder(this.store, {
      added: (position) => this.view.added(position),
      changed: (position) => this.view.changed(position),
      evicted: (position) => this.view.evicted(position),
    });
    this.reader = new Reader(this.recorder);
    this.view = new View(this.store, this.reader.haystack, this.reader.typeName);
  }

  /** Raised whenever rows, their places or the counts may have changed. */
  get version(): number {
    return this.recorder.version + this.#views;
  }

  push(batch: TapBatch, now: number): void {
    this.#order.push(batch, now);
  }

  /** Works in what has waited long enough; answers in how many ms there is more, null when nothing waits. */
  drain(now: number, everything = false): number | null {
    const before = this.recorder.seen;
    const next = this.#order.drain(now, this.recorder, everything);
    this.#rate.add(this.recorder.seen - before, now);
    return next;
  }

  expire(now: number): void {
    this.recorder.expire(now);
  }

  state(now: number): TraceState {
    const { recorder, store, view } = this;
    return {
      version: this.version,
      seen: recorder.seen,
      kept: store.count,
      matched: view.count,
      bytes: store.bytes,
      limits: { ...store.limits },
      paused: recorder.paused,
      missed: recorder.missed,
      skipped: recorder.skipped,
      perSecond: this.#rate.perSecond(now),
      types: [...recorder.types].slice(0, TYPES).map(this.reader.typeName).sort(),
    };
  }

  filter(filter: TraceFilter): void {
    this.view.set(filter);
    this.#views++;
  }

  rows(start: number, count: number): { version: number; start: number; rows: MessageRow[] } {
    const rows: MessageRow[] = [];
    const end = Math.min(this.view.count, start + Math.min(count, ROWS));
    for (let i = start; i < end; i++) rows.push(this.reader.row(this.view.at(i)));
    return { version: this.version, start, rows };
  }

  locate(id: number): number | null {
    const position = this.store.find(id);
    const index = position < 0 ? -1 : this.view.indexOf(position);
    return index < 0 ? null : index;
  }

  pause(paused: boolean, now: number): void {
    // what came before the key was pressed belongs to the time before
    this.drain(now, true);
    if (paused && !this.recorder.paused) this.recorder.missed = 0;
    this.recorder.paused = paused;
    this.#views++;
  }

  clear(now: number): void {
    this.drain(now, true);
    this.recorder.clear();
    this.view.rebuild();
    this.#views++;
  }

  ofRoute(spec: RouteSpec): number[] {
    return ofRoute(this.recorder, spec, OF_ROUTE);
  }

  /** The ids of a request and its answers; `complete` tells whether more can come. */
  idsOf(socket: SocketName, seq: number): { ids: number[]; complete: boolean } {
    const position = this.recorder.requestAt(socket, seq);
    if (position < 0) return { ids: [], complete: this.recorder.paused };
    const c = this.store.columns;
    const id = (p: number): number => c.id[this.store.slot(p)]!;
    const answers = this.recorder.answersOf(position, OF_ROUTE);
    const slot = this.store.slot(position);
    return { ids: [position, ...answers].map(id), complete: c.done[slot] === 1 && answers.length > 0 };
  }
}
