// SPDX-License-Identifier: MIT
// The page's side of the trace: its state, and the rows that are in sight. The messages themselves stay in the trace
// thread. One request for rows is under way at a time; whatever was asked meanwhile follows it.
import type { AppError, Bridge, MessageRow, TraceFilter, TraceState } from '../../../app/contract/index.ts';
import { DEFAULT_TRACE_FILTER } from '../../../app/contract/index.ts';

/** What the inspector uses of the bridge. */
export type TraceBridge = Pick<
  Bridge,
  | 'on'
  | 'trace.state'
  | 'trace.filter'
  | 'trace.rows'
  | 'trace.message'
  | 'trace.locate'
  | 'trace.pause'
  | 'trace.clear'
>;

/** Rows fetched beyond both edges of the window. */
const MARGIN = 40;
/** How long a typed filter waits for the next key, ms. */
const TYPING_MS = 120;

interface Range {
  start: number;
  rows: MessageRow[];
  version: number;
}
const NOTHING: Range = { start: 0, rows: [], version: -1 };

export class TraceStore {
  readonly bridge: TraceBridge;
  state: TraceState | null = null;
  filter: TraceFilter = DEFAULT_TRACE_FILTER;
  error: AppError | null = null;
  /** The state was told since an inspector listens; before that it may be of a target that was left meanwhile. */
  isCurrent = false;
  /** Raised with every change, for useSyncExternalStore. */
  revision = 0;
  #listeners = new Set<() => void>();
  #range: Range = NOTHING;
  #wanted: { first: number; last: number } | null = null;
  #asked = '';
  #fetching = false;
  #typing: ReturnType<typeof setTimeout> | null = null;
  /** Counts filter changes: rows of an earlier filter are thrown away. */
  #epoch = 0;

  constructor(bridge: TraceBridge) {
    this.bridge = bridge;
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    this.isCurrent = false;
    const end = this.bridge.on('trace.changed', (state) => this.#take(state));
    void this.bridge['trace.filter'](this.filter).then((outcome) => {
      if (outcome.ok) this.#take(outcome.value);
      else this.#fail(outcome.error);
    });
    return () => {
      end();
      if (this.#typing) clearTimeout(this.#typing);
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  getRevision = (): number => this.revision;

  /** The row at an index of the list; undefined while it is not here. */
  row(index: number): MessageRow | undefined {
    return this.#range.rows[index - this.#range.start];
  }

  /** The index of a message among the fetched rows; -1 when it is not among them. */
  indexOf(id: number): number {
    const { rows, start } = this.#range;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return rows[low]?.id === id ? start + low : -1;
  }

  /** The rows in sight, `last` exclusive. */
  want(first: number, last: number): void {
    const asked = `${first} ${last} ${this.state?.version} ${this.#epoch}`;
    // asked once already: what failed then is not asked again until something changes
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#wanted = { first, last };
    void this.#fetch();
  }

  async locate(id: number): Promise<number | null> {
    const here = this.#range.version === this.state?.version ? this.indexOf(id) : -1;
    if (here >= 0) return here;
    const outcome = await this.bridge['trace.locate']({ id });
    return outcome.ok ? outcome.value.index : null;
  }

  setFilter(patch: Partial<TraceFilter>): void {
    this.filter = { ...this.filter, ...patch };
    if (this.#typing) clearTimeout(this.#typing);
    const typed = Object.keys(patch).length === 1 && patch.text !== undefined && patch.text !== '';
    this.#typing = setTimeout(() => void this.#sendFilter(), typed ? TYPING_MS : 0);
    this.#changed();
  }

  async pause(paused: boolean): Promise<void> {
    const outcome = await this.bridge['trace.pause']({ paused });
    if (outcome.ok) this.#take(outcome.value);
    else this.#fail(outcome.error);
  }

  async clear(): Promise<void> {
    const outcome = await this.bridge['trace.clear']({});
    if (!outcome.ok) {
      this.#fail(outcome.error);
      return;
    }
    this.#range = NOTHING;
    this.#take(outcome.value);
  }

  async #sendFilter(): Promise<void> {
    this.#typing = null;
    const epoch = ++this.#epoch;
    const outcome = await this.bridge['trace.filter'](this.filter);
    if (epoch !== this.#epoch) return;
    if (!outcome.ok) {
      this.#fail(outcome.error);
      return;
    }
    this.#range = NOTHING;
    this.#take(outcome.value);
  }

  #take(state: TraceState): void {
    this.error = null;
    this.isCurrent = true;
    this.state = state;
    this.#changed();
    void this.#fetch();
  }

  #fail(error: AppError): void {
    this.error = error;
    this.#changed();
  }

  #covered(): boolean {
    const { state } = this;
    if (!state || !this.#wanted) return true;
    const first = Math.max(0, this.#wanted.first);
    const last = Math.min(state.matched, this.#wanted.last);
    const { start, rows, version } = this.#range;
    return version === state.version && first >= start && last <= start + rows.length;
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    // an answer can be older than the state that made us ask: look again, but not for ever
    for (let attempt = 0; attempt < 3 && !this.#covered(); attempt++) {
      const epoch = this.#epoch;
      const { first, last } = this.#wanted!;
      const start = Math.max(0, first - MARGIN);
      const count = Math.min(500, last + MARGIN - start);
      const outcome = await this.bridge['trace.rows']({ start, count });
      if (epoch !== this.#epoch) continue;
      if (!outcome.ok) {
        this.#fail(outcome.error);
        break;
      }
      this.#range = { ...outcome.value, rows: reuse(this.#range.rows, outcome.value.rows) };
      if (this.state && outcome.value.version > this.state.version) {
        // newer than the last state that was told; that state is on its way
        this.#range.version = this.state.version;
      }
      this.#changed();
    }
    this.#fetching = false;
  }

  #changed(): void {
    this.revision++;
    for (const listener of this.#listeners) listener();
  }
}

/** Keeps the objects of rows that have not changed, so that they are not drawn anew. Both lists rise by id. */
function reuse(old: readonly MessageRow[], rows: MessageRow[]): MessageRow[] {
  let at = 0;
  return rows.map((row) => {
    while (at < old.length && old[at]!.id < row.id) at++;
    const before = old[at];
    return before && before.id === row.id && sameRow(before, row) ? before : row;
  });
}

/** Only these parts of a kept message can change. */
const sameRow = (a: MessageRow, b: MessageRow): boolean =>
  a.datagram === b.datagram &&
  a.time === b.time &&
  a.skipped === b.skipped &&
  a.summary === b.summary &&
  a.related.join() === b.related.join() &&
  JSON.stringify(a.verdict) === JSON.stringify(b.verdict);
