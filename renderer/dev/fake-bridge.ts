// SPDX-License-Identifier: MIT
// A main process that is not there: up to a million made-up routes, changes that happen by themselves, refusals. For
// working on the window, and for its tests. Not part of any build.
import type {
  AppError,
  BatchAnswer,
  Bridge,
  ConnectionState,
  EventName,
  GridSpec,
  GridState,
  HopDraft,
  HopRow,
  Installation,
  LinkRow,
  Outcome,
  Prefs,
  RouteDraft,
  RouteRow,
  TargetState,
} from '../../app/contract/index.ts';
import { DEFAULT_GRID_SPEC, DEFAULT_PREFS, fail, ok } from '../../app/contract/index.ts';
import { cellText } from '../src/grid/core/cells.ts';
import { FakeTrace } from '../src/inspector/testing.ts';
import { LINKS, named, OTHER_TARGETS, rowOf, SAMPLES, VOCABULARY } from './fake-data.ts';
import { FakeLock } from './fake-lock.ts';
import { FakeModule } from './fake-module.ts';

export interface FakeOptions {
  /** How many made-up routes besides the samples. */
  routes?: number;
  state?: ConnectionState;
  prefs?: Partial<Prefs>;
  /** Milliseconds that each answer takes. */
  delay?: number;
  writable?: boolean;
  /** The target is rtmgr, user-mode. */
  rtmgr?: boolean;
  /** The target is this machine, with its lock in this state. */
  machine?: 'locked' | 'unlocked';
  /** How the program came to the machine. */
  installation?: Installation;
}

const hopRow = ({ gateway, device, weight, onlink }: HopDraft): HopRow => ({
  gateway,
  device,
  weight,
  ifindex: 2,
  flags: onlink ? ['onlink'] : [],
});

export class FakeMain {
  readonly trace = new FakeTrace();
  readonly lock = new FakeLock(this);
  readonly module = new FakeModule((event, payload) => this.emit(event, payload));
  rows: RouteRow[];
  prefs: Prefs;
  target: TargetState;
  links: LinkRow[] = LINKS;
  spec: GridSpec = DEFAULT_GRID_SPEC;
  readonly calls: { name: string; args: unknown }[] = [];
  /** What the kernel says to the next write; null: yes. */
  refusal: AppError | null = null;
  /** What a batch answers; null: that all went well. */
  batch: BatchAnswer | null = null;
  loading: GridState['loading'] = null;
  partial = false;
  #view: RouteRow[] = [];
  #version = 1;
  #change = 0;
  #nextId: number;
  readonly #delay: number;
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();

  constructor(options: FakeOptions = {}) {
    const {
      routes = 0,
      state = 'connected',
      prefs = {},
      delay = 0,
      writable = true,
      rtmgr = false,
      machine,
      installation,
    } = options;
    if (installation) this.module.life = { ...this.module.life, installation };
    this.rows = [...SAMPLES, ...Array.from({ length: routes }, (_, i) => rowOf(i))].map((row, id) =>
      Object.assign(row, { id }),
    );
    this.#nextId = this.rows.length;
    this.#delay = delay;
    this.prefs = { ...DEFAULT_PREFS, ...prefs };
    this.target = {
      target: machine || !writable ? 'system' : rtmgr ? 'rtmgr-user' : 'lab',
      state,
      writable: writable && machine !== 'locked',
      readOnlyReason: null,
      rtmgr: rtmgr ? { pid: 88, port: 88, version: 1, release: '0.1.0' } : null,
      lock: machine
        ? {
            state: machine,
            relocksAt: machine === 'unlocked' ? Date.now() + 900_000 : null,
            error: null,
            unheard: null,
          }
        : null,
      pending: null,
      mirror: rtmgr ? false : null,
      portId: state === 'connected' || state === 'resyncing' ? 4242 : null,
      lab: rtmgr || machine ? null : { pid: 77, enterCommand: 'nsenter -t 77 -U -n' },
      error:
        state === 'lost'
          ? {
              kind: 'unavailable',
              what: 'The connection to the Lab was lost',
              why: 'The process that holds its namespaces has ended',
              wayOut: 'Connect again to make a new one',
            }
          : null,
      resyncs: state === 'resyncing' ? 1 : 0,
    };
    this.#look();
  }

  state(): GridState {
    const tables = new Map<number, { table: RouteRow['table']; routes: number }>();
    for (const { table } of this.rows) {
      const entry = tables.get(table.value) ?? { table, routes: 0 };
      entry.routes++;
      tables.set(table.value, entry);
    }
    const v6 = this.rows.reduce((sum, { family }) => sum + (family === 6 ? 1 : 0), 0);
    return {
      version: this.#version,
      change: this.#change,
      total: this.rows.length,
      matched: this.#view.length,
      byFamily: { 4: this.rows.length - v6, 6: v6 },
      tables: [...tables.values()].sort((a, b) => a.table.value - b.table.value),
      loading: this.loading,
      partial: this.partial,
      viewMs: 1,
    };
  }

  emit(event: EventName, payload: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
  }

  /** Tells the page that routes changed, as the table thread does. */
  tell(added: number, changed: number, deletedIds: number[] = []): void {
    this.#look();
    this.emit('grid.changed', {
      state: this.state(),
      added,
      changed,
      deleted: deletedIds.length,
      deletedIds,
    });
  }

  /** Changes the metric of a row, as `ip` would in the namespace. */
  touch(rowId: number, patch: Partial<RouteRow> = { metric: 10 + (this.#change % 90) }): void {
    const at = this.rows.findIndex(({ id }) => id === rowId);
    if (at < 0) return;
    this.#change++;
    this.rows[at] = { ...this.rows[at]!, ...patch, change: this.#change };
    this.tell(0, 1);
  }

  add(draft: RouteDraft): RouteRow {
    this.#change++;
    const isDefault = draft.destination === 'default';
    const row: RouteRow = {
      ...rowOf(0),
      id: this.#nextId++,
      family: draft.family,
      destination: isDefault ? (draft.family === 4 ? '0.0.0.0/0' : '::/0') : draft.destination,
      isDefault,
      hops: draft.hops.map(hopRow),
      table: named(VOCABULARY.tables, draft.table),
      protocol: named(VOCABULARY.protocols, draft.protocol),
      type: named(VOCABULARY.types, draft.type),
      scope: named(VOCABULARY.scopes, draft.scope ?? 0),
      metric: draft.metric ?? 0,
      tos: draft.tos,
      prefsrc: draft.prefsrc,
      mtu: draft.mtu,
      change: this.#change,
    };
    this.rows.push(row);
    return row;
  }

  remove(rowIds: number[]): void {
    this.#change++;
    const gone = new Set(rowIds);
    this.rows = this.rows.filter(({ id }) => !gone.has(id));
    this.tell(0, 0, rowIds);
  }

  #look(): void {
    const { text, table, families, sort } = this.spec;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#view = this.rows.filter(
      (row) =>
        (families.length === 0 || families.includes(row.family)) &&
        (table === 'all' || (table === 'no-local' ? row.table.value !== 255 : row.table.value === table)) &&
        words.every((word) =>
          `${row.destination} ${row.hops.map((hop) => `${hop.gateway} ${hop.device}`).join(' ')} ${row.protocol.name} ${row.type.name}`
            .toLowerCase()
            .includes(word),
        ),
    );
    const [first] = sort;
    if (first) {
      const key = (row: RouteRow): number | string =>
        first.column === 'metric' ? row.metric : cellText(row, first.column);
      this.#view = [...this.#view].sort(
        (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (first.descending ? -1 : 1),
      );
    }
    this.#version++;
  }

  #answer<T>(name: string, args: unknown, make: () => Outcome<T>): Promise<Outcome<T>> {
    this.calls.push({ name, args });
    // JSON between, as a shell would
    const answer = JSON.parse(JSON.stringify(make())) as Outcome<T>;
    if (this.#delay === 0) return Promise.resolve(answer);
    return new Promise((resolve) => {
      setTimeout(() => resolve(answer), this.#delay);
    });
  }

  #write<T>(name: string, args: unknown, make: () => T): Promise<Outcome<T>> {
    const { refusal } = this;
    if (!refusal) this.lock.beforeWrite();
    this.refusal = null;
    return this.#answer(name, args, () => (refusal ? fail(refusal) : ok(make())));
  }

  readonly bridge: Bridge = {
    ...this.module.bridge,
    ...this.lock.bridge(),
    ...(this.trace.bridge as Pick<
      Bridge,
      | 'trace.state'
      | 'trace.filter'
      | 'trace.rows'
      | 'trace.message'
      | 'trace.locate'
      | 'trace.pause'
      | 'trace.clear'
    >),
    on: (event, listener) => {
      if (event === 'trace.changed') return this.trace.bridge.on('trace.changed', listener as never);
      const set = this.#listeners.get(event) ?? new Set();
      this.#listeners.set(event, set.add(listener as (payload: never) => void));
      return () => void set.delete(listener as (payload: never) => void);
    },
    'app.info': (args) =>
      this.#answer('app.info', args, () =>
        ok({
          version: '0',
          installation: this.module.life.installation,
          shell: 'chromium',
          shellReason: '',
          kernel: '',
          node: '',
        }),
      ),
    'prefs.get': (args) => this.#answer('prefs.get', args, () => ok(this.prefs)),
    'prefs.set': (patch) =>
      this.#answer('prefs.set', patch, () =>
        ok((this.prefs = { ...this.prefs, ...(patch as Partial<Prefs>) })),
      ),
    'targets.list': (args) => this.#answer('targets.list', args, () => ok(OTHER_TARGETS)),
    'targets.open': (args) =>
      this.#answer('targets.open', args, () => {
        this.target = {
          ...this.target,
          target: args.id,
          state: 'connected',
          writable: args.id !== 'system',
          lock:
            args.id === 'system' ? { state: 'locked', relocksAt: null, error: null, unheard: null } : null,
          pending: null,
          lab: null,
          rtmgr: args.id.startsWith('rtmgr') ? { pid: 89, port: 89, version: 1, release: '0.1.0' } : null,
          mirror: args.id.startsWith('rtmgr') ? false : null,
          error: null,
          portId: 4243,
        };
        this.emit('target.state', this.target);
        return ok(this.target);
      }),
    'targets.state': (args) => this.#answer('targets.state', args, () => ok(this.target)),
    'lab.reset': (args) => this.#answer('lab.reset', args, () => ok(this.target)),
    'links.list': (args) => this.#answer('links.list', args, () => ok(this.links)),
    'vocabulary.get': (args) => this.#answer('vocabulary.get', args, () => ok(VOCABULARY)),
    'grid.state': (args) => this.#answer('grid.state', args, () => ok(this.state())),
    'grid.view': (spec) =>
      this.#answer('grid.view', spec, () => {
        this.spec = spec;
        this.#look();
        return ok(this.state());
      }),
    'grid.rows': ({ start, count }) =>
      this.#answer('grid.rows', { start, count }, () =>
        ok({ version: this.#version, start, rows: this.#view.slice(start, start + count) }),
      ),
    'grid.locate': ({ rowId }) =>
      this.#answer('grid.locate', { rowId }, () => {
        const index = this.#view.findIndex(({ id }) => id === rowId);
        return ok({ index: index < 0 ? null : index, row: this.rows.find(({ id }) => id === rowId) ?? null });
      }),
    'grid.verify': (args) =>
      this.#answer('grid.verify', args, () =>
        ok({ kernel: this.rows.length, table: this.rows.length, differences: 0 }),
      ),
    'route.add': (args) =>
      this.#write('route.add', args, () => {
        const row = this.add(args.draft);
        this.tell(1, 0);
        return { rowIds: [row.id], messageIds: [1, 2], warnings: [] };
      }),
    'route.edit': (args) =>
      this.#write('route.edit', args, () => {
        const { table, protocol, type, scope, hops, ...rest } = args.patch;
        const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
        this.touch(args.rowId, {
          ...(plain as Partial<RouteRow>),
          ...(hops && {
            hops: hops.map(hopRow),
          }),
          ...(table !== undefined && { table: named(VOCABULARY.tables, table) }),
          ...(protocol !== undefined && { protocol: named(VOCABULARY.protocols, protocol) }),
          ...(type !== undefined && { type: named(VOCABULARY.types, type) }),
          ...(typeof scope === 'number' && { scope: named(VOCABULARY.scopes, scope) }),
        });
        return { rowIds: [args.rowId], messageIds: [1, 2], warnings: [] };
      }),
    'route.delete': (args) => {
      const { refusal } = this;
      if (!refusal) this.lock.beforeWrite();
      this.refusal = null;
      return this.#answer('route.delete', args, () => {
        if (!refusal) this.remove(args.rowIds);
        const outcome = refusal ? { ok: false as const, error: refusal } : { ok: true as const };
        return ok({ items: args.rowIds.map((rowId) => ({ rowId, outcome })), messageIds: [1, 2] });
      });
    },
    'route.lookup': ({ address }) =>
      this.#answer('route.lookup', { address }, () => {
        const row = this.rows.find(({ destination }) => destination === '10.20.0.0/16') ?? this.rows[0]!;
        return ok({
          address,
          rowId: row.id,
          index: this.#view.indexOf(row),
          matched: row.destination,
          table: row.table,
          type: row.type,
          gateway: row.hops[0]?.gateway ?? null,
          device: row.hops[0]?.device ?? null,
          source: '192.0.2.1',
          reason: `Rule 32766 sends it to table main, where ${row.destination} is the longest prefix that covers ${address}.`,
          messageIds: [1, 2],
        });
      }),
    'route.commands': (args) =>
      this.#answer('route.commands', args, () =>
        ok(
          this.rows
            .filter(({ id }) => args.rowIds.includes(id))
            .map(({ destination }) => `ip route add ${destination} dev lan0`),
        ),
      ),
    'route.batch': (args) =>
      this.#write('route.batch', args, () => {
        const total = args.commands.split('\n').filter((line) => /^\s*[^#\s]/.test(line)).length;
        if (this.batch) return this.batch;
        return { atomic: this.target.rtmgr !== null, total, applied: total, failures: [], messageIds: [1] };
      }),
    'rtmgr.hello': (args) =>
      this.#write('rtmgr.hello', args, () => ({
        version: 1,
        release: '0.1.0',
        text: args.text,
        seen: { length: 29, type: 'RTMGR_MSG_HELLO', flags: ['REQUEST', 'ACK'], seq: 7, pid: 0 },
        portId: 4243,
        uid: 1000,
        writable: true,
        tookMs: 0.4,
        messageIds: [1, 2],
      })),
    'rtmgr.stats': (args) =>
      this.#answer('rtmgr.stats', args, () =>
        ok({
          counts: { routes: this.rows.length, messages: this.calls.length },
          tables: [
            {
              family: 4 as const,
              table: { value: 254, name: 'main' },
              routes: this.rows.length,
              nodes: 9,
              bytes: 2048,
            },
          ],
        }),
      ),
    'rtmgr.flush': (args) =>
      this.#write('rtmgr.flush', args, () => {
        const gone = this.rows
          .filter(({ table }) => args.table === null || table.value === args.table)
          .map(({ id }) => id);
        this.remove(gone);
        return { deleted: gone.length, messageIds: [1, 2] };
      }),
    'rtmgr.mirror': ({ on }) =>
      this.#write('rtmgr.mirror', { on }, () => {
        this.target = { ...this.target, mirror: on };
        this.emit('target.state', this.target);
        return { on };
      }),
    'trace.ofRow': (args) => this.#answer('trace.ofRow', args, () => ok([1, 2])),
    'trace.rowOf': (args) => this.#answer('trace.rowOf', args, () => ok({ rowId: 3 })),
  };
}
