// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { encodeRoute } from '../codec/route.ts';
import type { RouteSpec } from '../codec/route-spec.ts';
import { RTM_DELROUTE, RTM_NEWROUTE } from '../codec/tables/types.ts';
import { Interner } from './interner.ts';
import { findRoute } from './find.ts';
import { Reconcile } from './reconcile.ts';
import { routeSpec } from './rows.ts';
import { random } from './testing/commands.ts';
import { APPEND, CREATE_EXCL, Fed, hop, route } from './testing/filled.ts';

const REPLACE = 0x100;
const PREPEND = 0x400;
const specs = (fed: Fed): RouteSpec[] => {
  const list: RouteSpec[] = [];
  for (let slot = 1; slot < fed.store.columns.high; slot++)
    if (fed.store.columns.family[slot] !== 0) list.push(routeSpec(fed.store, slot, 0));
  return list;
};
const gateway = (last: number) => [hop(3, [192, 0, 2, last])];

describe('a route in the store', () => {
  const encap = Uint8Array.of(6, 0, 21, 0, 1, 0, 0, 0);
  it.each<[string, RouteSpec]>([
    ['with a gateway', route([10, 0, 0, 0], 8, { hops: gateway(2), priority: 7, flags: 0 })],
    ['without a next hop', route([10, 0, 0, 0], 8, { type: 6, hops: [] })],
    ['with flags of its hop', route([10, 0, 0, 0], 8, { hops: [{ ...hop(3, [192, 0, 2, 9]), flags: 4 }] })],
    [
      'with everything',
      route([10, 0, 0, 0], 8, {
        tos: 16,
        table: 70_000,
        scope: 253,
        protocol: 186,
        priority: 4_000_000_000,
        prefsrc: Uint8Array.of(192, 0, 2, 1),
        metrics: new Map<number, number | Uint8Array>([
          [2, 1400],
          [16, Uint8Array.from(Buffer.from('reno\0'))],
        ]),
        hops: gateway(3),
      }),
    ],
    [
      'with several hops',
      route([10, 0, 0, 0], 8, {
        multipath: true,
        hops: [hop(3, [192, 0, 2, 2], 1), { ...hop(4, undefined, 9), flags: 16, others: encap }],
      }),
    ],
    [
      'through a gateway of IPv6',
      route([10, 0, 0, 0], 8, { hops: [hop(3, [0xfe, 0x80, ...Array.from({ length: 13 }, () => 0), 1])] }),
    ],
    ['with a next-hop object', route([10, 0, 0, 0], 8, { nhId: 77, hops: gateway(4) })],
    [
      'with realms and an unknown attribute',
      route([10, 0, 0, 0], 8, {
        hops: [{ ...hop(3), others: Uint8Array.of(8, 0, 11, 0, 1, 0, 2, 0) }],
        others: Uint8Array.of(6, 0, 50, 0, 1, 2, 0, 0),
      }),
    ],
    [
      'of IPv6 with a source and a preference',
      route([0x20, 1, 0xd, 0xb8, ...Array.from({ length: 12 }, () => 0)], 32, {
        src: Uint8Array.from([0xfd, ...Array.from({ length: 15 }, () => 0)]),
        srcLength: 8,
        pref: 1,
        priority: 0,
      }),
    ],
  ])('%s comes out as it went in', (_, spec) => {
    const fed = new Fed();
    fed.apply(spec);
    expect(specs(fed)).toEqual([spec]);
  });

  it('is replaced in place: the first with its key, and keeps its id', () => {
    const fed = new Fed();
    const { store } = fed;
    const [first] = fed.apply(route([10, 0, 0, 0], 8, { hops: gateway(2) })).slots;
    fed.apply(route([10, 0, 0, 0], 8, { hops: gateway(3) }), APPEND);
    const [before] = fed.apply(route([10, 0, 0, 0], 8, { hops: gateway(1) }), PREPEND).slots;
    const id = store.columns.id(before!);
    const { slots } = fed.apply(route([10, 0, 0, 0], 8, { hops: gateway(9) }), REPLACE);
    expect(slots).toEqual([before]);
    expect(store.columns.id(before!)).toBe(id);
    expect(store.columns.next[before!]).toBe(first);
    expect(store.columns.count).toBe(3);
  });

  it('never gets the id of one that is gone', () => {
    const fed = new Fed();
    const ids = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const [slot] = fed.apply(route([10, 0, 0, 0], 8)).slots;
      ids.add(fed.store.columns.id(slot!));
      fed.apply(route([10, 0, 0, 0], 8), 0, RTM_DELROUTE);
    }
    expect(ids.size).toBe(50);
    for (const id of ids) expect(fed.store.columns.slotOf(id)).toBe(0);
  });

  it('is found by what a deletion would name', () => {
    const fed = new Fed();
    const [slot] = fed.apply(route([10, 0, 0, 0], 8, { hops: gateway(2), priority: 5 })).slots;
    const find = (spec: RouteSpec) =>
      findRoute(fed.store, fed.stage(encodeRoute(spec, { type: RTM_DELROUTE, flags: 0 })));
    expect(find(route([10, 0, 0, 0], 8, { priority: 5, hops: [], protocol: 0, scope: 255, type: 0 }))).toBe(
      slot,
    );
    expect(find(route([10, 0, 0, 0], 8, { priority: 5, hops: gateway(3) }))).toBe(0);
    expect(find(route([10, 0, 0, 0], 8, { hops: gateway(2) }))).toBe(0);
  });

  it('is found by the longest prefix that covers an address, and the lowest metric', () => {
    const fed = new Fed();
    fed.apply(route([0, 0, 0, 0], 0));
    fed.apply(route([10, 0, 0, 0], 8));
    const [slot] = fed.apply(route([10, 1, 0, 0], 16, { priority: 5 })).slots;
    fed.apply(route([10, 1, 0, 0], 16, { priority: 9 }));
    fed.apply(route([10, 1, 2, 0], 24, { table: 100 }));
    expect(fed.store.lookup(4, Uint32Array.of(0x0a010203, 0, 0, 0), 254)).toBe(slot);
    expect(fed.store.lookup(4, Uint32Array.of(0x0a010203, 0, 0, 0), 5)).toBe(0);
  });
});

describe('the store against a list', () => {
  it('has the same routes after many random operations', () => {
    const pick = random(5);
    const fed = new Fed();
    const oracle = new Map<string, RouteSpec>();
    for (let i = 0; i < 20_000; i++) {
      const isV6 = pick(4) === 0;
      const length = isV6 ? 16 : 4;
      const dst = [10, pick(40), ...Array.from({ length: length - 2 }, () => 0)];
      if (isV6) dst[15] = pick(3);
      const spec = route(dst, isV6 ? 128 : 16, {
        priority: 1 + pick(5),
        table: 1 + pick(3),
        hops: [hop(1 + pick(5), isV6 ? undefined : [192, 0, 2, pick(9)])],
      });
      const key = `${spec.family} ${dst.join('.')} ${spec.priority} ${spec.table}`;
      const old = oracle.get(key);
      if (old && pick(2) === 0) {
        fed.apply(old, 0, RTM_DELROUTE);
        oracle.delete(key);
      } else {
        fed.apply(spec, old ? REPLACE : CREATE_EXCL);
        oracle.set(key, spec);
      }
    }
    const sortable = (spec: RouteSpec) =>
      `${spec.family} ${spec.dst} ${spec.priority} ${spec.table} ${spec.hops[0]?.ifindex} ${spec.hops[0]?.gateway?.bytes}`;
    expect(specs(fed).map(sortable).sort()).toEqual([...oracle.values()].map(sortable).sort());
    expect(fed.store.columns.count).toBe(oracle.size);
    const { inFamily } = fed.store;
    expect(inFamily[4] + inFamily[6]).toBe(oracle.size);
  });

  it('drops sets that nobody uses', () => {
    const fed = new Fed();
    for (let i = 0; i < 6000; i++)
      fed.apply(route([10, 0, 0, 0], 8, { hops: [hop(1 + i)] }), i === 0 ? CREATE_EXCL : REPLACE);
    expect(fed.store.hopSets.size).toBe(6000);
    expect(fed.store.collect()).toBe(true);
    expect(fed.store.hopSets.size).toBe(1);
    expect(specs(fed)[0]?.hops[0]?.ifindex).toBe(6000);
  });
});

describe('a dump', () => {
  const dump = (fed: Fed, routes: readonly RouteSpec[], epoch: number, meanwhile?: () => void) => {
    const reconcile = new Reconcile(fed.store, 2, epoch);
    routes.forEach((spec, i) => {
      if (i === 1) meanwhile?.();
      const bytes = encodeRoute(spec, { type: RTM_NEWROUTE, flags: 2 });
      reconcile.part(fed.stage(bytes), bytes, 0, bytes.length, 0);
    });
    return reconcile.finish((message) => fed.stage(message), 0, true);
  };
  const a = route([10, 0, 0, 0], 8, { hops: gateway(2) });
  const b = route([11, 0, 0, 0], 8, { hops: gateway(2) });
  const c = route([12, 0, 0, 0], 8, { hops: gateway(2) });

  it('adds, changes and deletes only what differs', () => {
    const fed = new Fed();
    fed.store.changes.counting = true;
    expect(dump(fed, [a, b], 1)).toMatchObject({ added: 2 });
    const ids = [1, 2].map((slot) => fed.store.columns.id(slot));
    fed.store.changes.take();
    const changed = { ...b, hops: gateway(5) };
    expect(dump(fed, [a, changed, c], 2)).toMatchObject({ added: 1, changed: 1, deleted: 0, doubt: false });
    expect([1, 2].map((slot) => fed.store.columns.id(slot))).toEqual(ids);
    expect(dump(fed, [a], 3)).toMatchObject({ deleted: 2 });
    expect(specs(fed)).toEqual([a]);
    expect(fed.store.changes.take()).toMatchObject({ added: 1, changed: 1, deleted: 2 });
  });

  it('keeps every row while the columns grow under it', () => {
    const fed = new Fed();
    const many = Array.from({ length: 5000 }, (_, i) =>
      route([10, i >> 8, i & 255, 0], 24, { hops: gateway(2) }),
    );
    expect(dump(fed, many, 1)).toMatchObject({ kernel: 5000, added: 5000, deleted: 0 });
    expect(fed.store.columns.count).toBe(5000);
    expect(dump(fed, many, 2)).toMatchObject({ added: 0, changed: 0, deleted: 0, doubt: false });
  });

  it('puts routes with the same key into its own order', () => {
    const fed = new Fed();
    const by = (last: number) => ({ ...a, hops: gateway(last) });
    dump(fed, [by(1), by(2), by(3)], 1);
    dump(fed, [by(9), by(3), by(1)], 2);
    fed.apply(by(7), REPLACE);
    const left = specs(fed).map((spec) => spec.hops[0]?.gateway?.bytes[3]);
    expect(left.sort()).toEqual([1, 3, 7]);
  });

  it('deletes nothing when it was interrupted', () => {
    const fed = new Fed();
    dump(fed, [a, b], 1);
    const reconcile = new Reconcile(fed.store, 2, 2);
    expect(reconcile.finish((message) => fed.stage(message), 0, false)).toMatchObject({ deleted: 0 });
    expect(fed.store.columns.count).toBe(2);
  });
});

describe('interned sets', () => {
  it('have one number each', () => {
    const interner = new Interner();
    const ids = Array.from({ length: 5000 }, (_, i) =>
      interner.intern(Uint32Array.of(i % 1000, 7, i % 3), 3),
    );
    expect(interner.size).toBe(3000);
    ids.forEach((id, i) => expect([...interner.get(id)]).toEqual([i % 1000, 7, i % 3]));
  });
});
