// SPDX-License-Identifier: MIT
// Compares a dump with the table while it comes in, and makes the table equal to it. Rows that have not changed are not
// touched: they keep their ids.
//
// Notifications go on being worked in meanwhile. What they say of a key is newer than, or as new as, what the dump says
// of it; so keys that were notified since the dump began are left alone, and when the dump disagrees about them another
// dump is wanted.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET } from '../codec/tables/families.ts';
import { chain, sameRoute } from './notify.ts';
import type { RouteStore } from './store.ts';

export interface Differences {
  /** Routes in the dump. */
  kernel: number;
  added: number;
  changed: number;
  deleted: number;
  /** True: it is not certain that the table equals the kernel's; dump again. */
  doubt: boolean;
}

export class Reconcile {
  readonly differences: Differences = { kernel: 0, added: 0, changed: 0, deleted: 0, doubt: false };
  private readonly store: RouteStore;
  /** AF_INET, AF_INET6, or 0 for both. */
  private readonly family: number;
  private readonly touched = new Set<number>();
  private readonly epoch: number;
  private readonly since: number;
  /** Messages whose key the table has with other contents; they are paired with rows at the end. */
  private readonly later: Uint8Array[] = [];
  /** Hashes of their keys. */
  private readonly pending = new Set<number>();

  constructor(store: RouteStore, family: number, epoch: number) {
    this.store = store;
    this.family = family;
    this.epoch = epoch & 0xff;
    this.since = store.changes.number;
    this.unsee();
    store.beginBulk(family === AF_INET ? 4 : 6);
  }

  /** The dump begins again. */
  restart(): void {
    this.store.index.endBulk();
    this.later.length = 0;
    this.pending.clear();
    this.differences.kernel = 0;
    this.unsee();
  }

  /** A notification is about to be worked in: its record is staged. */
  notified(record: RouteRecord): void {
    this.touched.add(this.store.index.keyHash(record));
  }

  /** One route of the dump; its record is staged. */
  part(record: RouteRecord, bytes: Uint8Array, at: number, end: number, now: number): void {
    const { store, differences } = this;
    differences.kernel++;
    const c = store.columns;
    if (store.index.isBulk && this.touched.size === 0) {
      // first the slot: making it may put larger columns in the place of these
      const slot = store.insert(record, false, now);
      c.seen[slot] = this.epoch;
      differences.added++;
      return;
    }
    const head = store.head(record);
    if (head !== 0 && c.next[head] === 0 && store.same(head, record)) {
      c.seen[head] = this.epoch;
      if (this.pending.size > 0 && this.pending.has(store.index.keyHash(record)))
        this.later.push(bytes.slice(at, end));
      if (record.expires !== 0 || store.deadlines.size > 0) store.update(head, record, store.hops, now);
      return;
    }
    const isTouched = this.touched.size > 0 && this.touched.has(store.index.keyHash(record));
    if (head === 0) {
      if (isTouched) {
        // deleted since; or one of several with this key, of which another was
        differences.doubt = true;
        return;
      }
      const slot = store.insert(record, false, now);
      c.seen[slot] = this.epoch;
      differences.added++;
      return;
    }
    for (const slot of chain(store, record))
      if (c.seen[slot] !== this.epoch && store.same(slot, record)) {
        c.seen[slot] = this.epoch;
        store.update(slot, record, store.hops, now);
        if (isTouched) return;
        store.index.toTail(slot);
        // its place is behind one that is not in the chain yet
        if (this.pending.has(store.index.keyHash(record))) this.later.push(bytes.slice(at, end));
        return;
      }
    if (isTouched) differences.doubt = true;
    else {
      this.pending.add(store.index.keyHash(record));
      this.later.push(bytes.slice(at, end));
    }
  }

  /**
   * The dump is over. `stage` decodes and stages a message again. Rows that it did not have are deleted if it is
   * complete, that is, was not interrupted.
   */
  finish(stage: (message: Uint8Array) => RouteRecord | null, now: number, isComplete: boolean): Differences {
    const { store, differences, epoch } = this;
    const c = store.columns;
    store.index.endBulk();
    for (const message of this.later) {
      const record = stage(message);
      if (!record) continue;
      if (this.touched.has(store.index.keyHash(record))) {
        differences.doubt = true;
        continue;
      }
      const all = chain(store, record);
      const known = all.find((slot) => c.seen[slot] === epoch && store.same(slot, record));
      if (known !== undefined) {
        store.index.toTail(known);
        continue;
      }
      const rows = all.filter((slot) => c.seen[slot] !== epoch);
      const slot = sameRoute(store, record, rows) || rows[0];
      if (slot) {
        store.update(slot, record, store.hops, now);
        c.seen[slot] = epoch;
        store.index.toTail(slot);
        differences.changed++;
      } else {
        const added = store.insert(record, false, now);
        c.seen[added] = epoch;
        differences.added++;
      }
    }
    if (!isComplete) return differences;
    for (let slot = 1; slot < c.high; slot++) {
      const family = c.family[slot];
      if (family === 0 || c.seen[slot] === epoch) continue;
      if (this.family !== 0 && family !== this.family) continue;
      if (this.touched.size > 0 && this.touched.has(store.index.slotHash(slot))) {
        // made or changed by a notification: newer than the dump
        if (c.change[slot]! <= this.since) differences.doubt = true;
        continue;
      }
      store.remove(slot);
      differences.deleted++;
    }
    return differences;
  }

  /** No row has been seen by this dump. */
  private unsee(): void {
    const { seen, high } = this.store.columns;
    for (let slot = 1; slot < high; slot++) if (seen[slot] === this.epoch) seen[slot] = this.epoch ^ 0xff;
  }
}
