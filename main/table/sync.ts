// SPDX-License-Identifier: MIT
// Keeps the store equal to the kernel: listens to the notifications, dumps, and dumps again when notifications were lost
// or when the kernel is known to change routes without one (a link goes down, an address or a next-hop object goes).
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { encodeMessage } from '../codec/encode.ts';
import { littleEndian, viewOf } from '../codec/bytes.ts';
import { FAST_FAMILY, decodeRouteInto } from '../codec/route-fast.ts';
import { newRouteRecord } from '../codec/route-record.ts';
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../codec/tables/families.ts';
import { NLM_F_DUMP } from '../codec/tables/nlmsg.ts';
import {
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEXTHOP,
  RTM_DELROUTE,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
} from '../codec/tables/types.ts';
import { Channel } from '../netlink/channel.ts';
import type { Endpoint } from '../netlink/endpoint.ts';
import { monotonicMs } from '../threads/clock.ts';
import type { Links } from './links.ts';
import { applyRoute, concernsTable } from './notify.ts';
import { Reconcile } from './reconcile.ts';
import type { RouteStore } from './store.ts';

/** After an event that may have changed routes silently: how long others are awaited before the dump, ms. */
const COALESCE_MS = 30;
/** Tables of fewer routes are dumped in a few milliseconds: no need to be sparing. */
const SMALL = 5000;
/** Of larger ones dumps may take this share of the time at most. */
const DUTY = 0.1;
/** Dumps that still leave doubt are repeated this often at once; then only at the next occasion. */
const INSIST = 8;

/** After a dump that failed, ms. */
const RETRY_MS = 1000;

const routeDump = (family: number): Uint8Array<ArrayBuffer> =>
  encodeMessage({ type: RTM_GETROUTE, flags: NLM_F_DUMP, family: { rtm_family: family } });

/** The sockets, and what is asked of each before anything else. */
export interface SyncEnds {
  dump: Endpoint;
  events: Endpoint;
  /** Interfaces come over a socket of their own, because the table is not the kernel's. */
  links?: Endpoint;
  before?: { dump: Uint8Array[]; events: Uint8Array[] };
}

export interface SyncListener {
  /** Routes have changed, or links; look at the store. */
  changed(): void;
  linksChanged(renamed: boolean): void;
  /** A dump has read so many routes; null: it is over. */
  loading(routes: number | null): void;
  connection(state: 'connected' | 'resyncing' | 'lost', error: AppError | null): void;
  /** A notification with this origin was worked in, and made or changed rows in these slots. */
  applied(portId: number, seq: number, slots: readonly number[]): void;
}

export class RouteSync {
  resyncs = 0;
  /** The last dump was interrupted too often. */
  partial = false;
  /** Messages that could not be read. */
  broken = 0;

  private readonly store: RouteStore;
  private readonly links: Links;
  private readonly listener: SyncListener;
  private readonly dumps: Channel;
  readonly events: Channel;
  /** Of a table that is not the kernel's: routes there do not come and go with interfaces. */
  private readonly ownLinks: Channel | null;
  private readonly before: NonNullable<SyncEnds['before']>;
  private readonly record = newRouteRecord();
  private epoch = 0;
  private running: Reconcile | null = null;
  private isClosed = false;
  /** What is waiting to be dumped: AF_INET, AF_INET6. */
  private readonly wanted = new Set<number>();
  private wantLinks = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dumping: Promise<Outcome<void>> | null = null;
  private lastDumpMs = 0;
  private lastDumpEnd = 0;
  private insisted = 0;
  private isResyncing = false;
  /** The kernel is dropping notifications. */
  private isCongested = false;

  constructor(ends: SyncEnds, store: RouteStore, links: Links, listener: SyncListener) {
    this.store = store;
    this.links = links;
    this.listener = listener;
    this.dumps = new Channel(ends.dump, { onLost: (error) => this.lost(error) });
    // the socket has joined its groups already: what comes from here on is worked in or waits
    this.events = new Channel(ends.events, {
      onEvent: (bytes, at, end) => this.event(bytes, at, end),
      onCongested: () => this.congested(),
      onOverflow: () => this.overflow(),
      onCut: () => this.overflow(),
      onLost: (error) => this.lost(error),
    });
    const overflow = (): void => this.linksOverflow();
    this.ownLinks = ends.links
      ? new Channel(ends.links, {
          onEvent: (bytes, at, end) => this.linkEvent(bytes, at, end),
          onOverflow: overflow,
          onCut: overflow,
          onLost: (error) => this.lost(error),
        })
      : null;
    this.before = ends.before ?? { dump: [], events: [] };
  }

  /** The first dump: links, addresses, routes of both families. */
  async open(): Promise<Outcome<void>> {
    for (const [channel, messages] of [
      [this.dumps, this.before.dump],
      [this.events, this.before.events],
    ] as const)
      for (const message of messages) {
        const done = await channel.request(message);
        if (!done.ok) return done;
      }
    this.wantLinks = true;
    this.wanted.add(AF_INET).add(AF_INET6);
    const opened = await this.run();
    this.store.changes.counting = true;
    if (opened.ok) this.listener.connection('connected', null);
    return opened;
  }

  abandon(error: AppError): void {
    for (const channel of [this.dumps, this.events, this.ownLinks]) channel?.abandon(error);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** A dump of all routes for comparison: hands each record to `part`, staged. */
  async compare(restart: () => void, part: (record: RouteRecord) => void): Promise<Outcome<void>> {
    for (const family of [AF_INET, AF_INET6]) {
      const outcome = await this.dumps.dump(
        routeDump(family),
        (bytes, view, at, end) => {
          const record = this.stage(bytes, view, at, end);
          if (record && concernsTable(record)) part(record);
        },
        { onRestart: restart },
      );
      if (!outcome.ok) return outcome;
    }
    return ok(undefined);
  }

  /** True while nothing is known to be missing from the table. */
  get isSettled(): boolean {
    return !this.dumping && this.wanted.size === 0;
  }

  /** Dumps at once what is waiting to be dumped, and waits for it. */
  async settle(): Promise<void> {
    while (!this.isSettled && !this.isClosed) {
      const outcome = await this.run();
      if (!outcome.ok) return;
    }
  }

  private event(bytes: Uint8Array<ArrayBuffer>, at: number, end: number): void {
    const view = viewOf(bytes);
    const type = view.getUint16(at + 4, littleEndian);
    if (type === RTM_NEWROUTE || type === RTM_DELROUTE) {
      this.routeEvent(bytes, view, at, end);
      return;
    }
    if (type === RTM_NEWNEXTHOP || type === RTM_DELNEXTHOP) this.want(AF_INET, AF_INET6);
    if (!this.ownLinks) this.linkEvent(bytes, at, end);
  }

  private linkEvent(bytes: Uint8Array<ArrayBuffer>, at: number, end: number): void {
    const type = viewOf(bytes).getUint16(at + 4, littleEndian);
    const isLink = type === RTM_NEWLINK || type === RTM_DELLINK;
    if (!isLink && type !== RTM_NEWADDR && type !== RTM_DELADDR) return;
    const { changed, renamed } = this.links.apply(type, bytes.subarray(at, end));
    if (changed) this.listener.linksChanged(renamed);
    if (this.ownLinks) return;
    // address changes of IPv6 are told route by route
    if (isLink) this.want(AF_INET, AF_INET6);
    else if (changed || type === RTM_DELADDR) this.want(AF_INET);
  }

  private routeEvent(bytes: Uint8Array<ArrayBuffer>, view: DataView, at: number, end: number): void {
    const record = this.stage(bytes, view, at, end);
    if (!record || !concernsTable(record)) return;
    this.running?.notified(record);
    const { slots, doubt } = applyRoute(this.store, record, monotonicMs());
    if (doubt) this.want(record.family);
    this.listener.applied(record.portId, record.seq, slots);
    this.listener.changed();
  }

  private stage(bytes: Uint8Array, view: DataView, at: number, end: number): RouteRecord | null {
    const { record } = this;
    const code = decodeRouteInto(bytes, view, at, end, record);
    if (code !== 0) {
      // other families (multicast routing) are not in this table; anything else must not pass unnoticed
      if (code !== FAST_FAMILY) this.broken++;
      return null;
    }
    this.store.stage(record, bytes, at);
    return record;
  }

  /** Changes are being lost. A dump now would miss those that are lost while it runs. */
  private congested(): void {
    if (this.isClosed) return;
    this.isCongested = true;
    this.isResyncing = true;
    this.listener.connection('resyncing', null);
  }

  private overflow(): void {
    if (this.isClosed) return;
    this.resyncs++;
    this.congested();
    this.isCongested = false;
    this.wantLinks = true;
    this.insisted = 0;
    this.want(AF_INET, AF_INET6);
  }

  /** Only interfaces and addresses were lost. */
  private linksOverflow(): void {
    if (this.isClosed) return;
    this.wantLinks = true;
    this.want();
  }

  private lost(error: AppError): void {
    if (this.isClosed) return;
    this.close();
    this.listener.connection('lost', error);
  }

  /** A dump of these families is wanted soon. */
  private want(...families: number[]): void {
    for (const family of families) this.wanted.add(family);
    if (this.timer !== undefined || this.dumping || this.isClosed) return;
    const isSmall = this.store.columns.count < SMALL;
    const pause = isSmall ? 0 : this.lastDumpMs / DUTY - (monotonicMs() - this.lastDumpEnd);
    this.timer = setTimeout(() => void this.run(), this.isResyncing ? 0 : Math.max(COALESCE_MS, pause));
  }

  private run(): Promise<Outcome<void>> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dumping ??= this.dumpWanted().finally(() => {
      this.dumping = null;
      if (this.wanted.size > 0) this.want();
    });
    return this.dumping;
  }

  private async dumpWanted(): Promise<Outcome<void>> {
    const start = monotonicMs();
    const again = new Set<number>();
    let interrupted = false;
    if (this.wantLinks) {
      this.wantLinks = false;
      const links = await this.dumpLinks();
      if (!links.ok) return this.failed(links.error);
    }
    for (const family of this.wanted) {
      this.wanted.delete(family);
      const outcome = await this.dumpRoutes(family);
      if (!outcome.ok) return this.failed(outcome.error);
      if (outcome.value.doubt) again.add(family);
      interrupted ||= outcome.value.interrupted;
    }
    this.listener.loading(null);
    this.partial = interrupted;
    this.lastDumpEnd = monotonicMs();
    this.lastDumpMs = this.lastDumpEnd - start;
    if (this.store.collect()) this.listener.linksChanged(true);
    if (again.size === 0) this.insisted = 0;
    else if (++this.insisted <= INSIST) for (const family of again) this.wanted.add(family);
    else this.insisted = 0;
    if (this.isResyncing && !this.isCongested && this.wanted.size === 0) {
      this.isResyncing = false;
      this.listener.connection('connected', null);
    }
    this.listener.changed();
    return ok(undefined);
  }

  private failed(error: AppError): Outcome<void> {
    this.listener.loading(null);
    if (!this.isClosed) {
      this.partial = true;
      this.listener.changed();
      this.wantLinks = true;
      this.wanted.clear();
      this.timer ??= setTimeout(() => {
        this.wanted.add(AF_INET).add(AF_INET6);
        void this.run();
      }, RETRY_MS);
    }
    return fail(error);
  }

  private async dumpLinks(): Promise<Outcome<void>> {
    const requests: [type: number, fields: string][] = [
      [RTM_GETLINK, 'ifi_family'],
      [RTM_GETADDR, 'ifa_family'],
    ];
    this.links.beginDump();
    for (const [type, field] of requests) {
      const message = encodeMessage({ type, flags: NLM_F_DUMP, family: { [field]: AF_UNSPEC } });
      const outcome = await (this.ownLinks ?? this.dumps).dump(message, (bytes, view, at, end) => {
        this.links.apply(view.getUint16(at + 4, littleEndian), bytes.subarray(at, end));
      });
      if (!outcome.ok) return outcome;
    }
    this.links.endDump();
    this.listener.linksChanged(true);
    return ok(undefined);
  }

  private async dumpRoutes(family: number): Promise<Outcome<{ doubt: boolean; interrupted: boolean }>> {
    const reconcile = new Reconcile(this.store, family, ++this.epoch);
    this.running = reconcile;
    const before = this.store.changes.counting ? 0 : this.store.columns.count;
    let told = 0;
    let now = monotonicMs();
    const outcome = await this.dumps.dump(
      routeDump(family),
      (bytes, view, at, end) => {
        const record = this.stage(bytes, view, at, end);
        if (!record || record.messageType !== RTM_NEWROUTE || !concernsTable(record)) return;
        reconcile.part(record, bytes, at, end, now);
        // reading the clock for each of a million routes would cost more than inserting them
        if ((reconcile.differences.kernel & 0xfff) !== 0) return;
        now = monotonicMs();
        if (now - told < 80) return;
        told = now;
        this.listener.loading(reconcile.differences.kernel + before);
      },
      { onRestart: () => reconcile.restart() },
    );
    this.running = null;
    if (!outcome.ok) return outcome;
    const { interrupted } = outcome.value;
    const stage = (message: Uint8Array): RouteRecord | null =>
      this.stage(message, viewOf(message), 0, message.length);
    const { doubt } = reconcile.finish(stage, monotonicMs(), !interrupted);
    return ok({ doubt: doubt || interrupted, interrupted });
  }
}
