// SPDX-License-Identifier: MIT
// The first dump of a family goes into the hash many routes at a time: nothing is lost at the steps in which columns and
// hash grow, and whatever asks in between gets the right answer.
import { describe, expect, it } from 'vitest';
import { encodeRoute } from '../codec/route.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import { RTM_NEWROUTE } from '../codec/tables/types.ts';
import { Reconcile } from './reconcile.ts';
import { Fed, hop, route } from './testing/filled.ts';

const MULTI = 2;
const nth = (i: number, more: Partial<RouteSpec> = {}): RouteSpec =>
  route([10 + (i >> 16), (i >> 8) & 255, i & 255, 0], 24, more);

class Dump {
  readonly fed = new Fed();
  readonly reconcile = new Reconcile(this.fed.store, 2, 1);

  part(spec: RouteSpec): void {
    const bytes = encodeRoute(spec, { type: RTM_NEWROUTE, flags: MULTI });
    this.reconcile.part(this.fed.stage(bytes), bytes, 0, bytes.length, 0);
  }

  /** A notification that comes while the dump runs. */
  event(spec: RouteSpec): void {
    this.reconcile.notified(this.fed.stage(encodeRoute(spec, { type: RTM_NEWROUTE, flags: 0 })));
    this.fed.apply(spec);
  }

  finish() {
    return this.reconcile.finish((message) => this.fed.stage(message), 0, true);
  }

  /** First row with the key of this route; 0: none. */
  head(spec: RouteSpec): number {
    return this.fed.store.head(this.fed.stage(encodeRoute(spec, { type: RTM_NEWROUTE, flags: 0 })));
  }
}

describe('the first dump of a family', () => {
  it('has every route, and finds each by its key', () => {
    const dump = new Dump();
    const count = 70_000;
    for (let i = 0; i < count; i++) dump.part(nth(i));
    expect(dump.finish()).toMatchObject({ kernel: count, added: count, deleted: 0, doubt: false });
    const { store } = dump.fed;
    expect(store.columns.count).toBe(count);
    expect(store.inFamily).toEqual({ 4: count, 6: 0 });
    for (let i = 0; i < count; i++) {
      const slot = dump.head(nth(i));
      expect(store.columns.next[slot]).toBe(0);
      if (slot !== i + 1) throw new Error(`route ${i} is found in slot ${slot}`);
    }
  });

  it('keeps routes with the same key in the order of the dump', () => {
    const dump = new Dump();
    for (let i = 0; i < 20_000; i++) dump.part(nth(i >> 1, { hops: [hop(2 + (i & 1))] }));
    dump.finish();
    const { store } = dump.fed;
    expect(store.columns.count).toBe(20_000);
    for (const i of [0, 1, 4999, 9999]) {
      const first = dump.head(nth(i));
      const second = store.columns.next[first]!;
      expect([first, second]).toEqual([2 * i + 1, 2 * i + 2]);
    }
  });

  it('takes a route that comes again for the same one', () => {
    const dump = new Dump();
    for (let i = 0; i < 30_000; i++) dump.part(nth(i));
    for (let i = 29_990; i < 30_010; i++) dump.part(nth(i));
    dump.finish();
    expect(dump.fed.store.columns.count).toBe(30_010);
    expect(dump.fed.store.inTable).toEqual([30_010]);
  });

  it('goes on when a notification comes in between', () => {
    const dump = new Dump();
    for (let i = 0; i < 20_000; i++) dump.part(nth(i));
    dump.event(nth(50_000));
    expect(dump.head(nth(19_999))).toBe(20_000);
    for (let i = 20_000; i < 40_000; i++) dump.part(nth(i));
    dump.finish();
    expect(dump.fed.store.columns.count).toBe(40_001);
  });

  it('leaves nothing behind of an attempt that is begun again', () => {
    const dump = new Dump();
    for (let i = 0; i < 20_000; i++) dump.part(nth(i));
    dump.reconcile.restart();
    for (let i = 10_000; i < 30_000; i++) dump.part(nth(i));
    dump.finish();
    expect(dump.fed.store.columns.count).toBe(20_000);
    expect(dump.head(nth(0))).toBe(0);
    expect(dump.head(nth(29_999))).not.toBe(0);
  });
});
