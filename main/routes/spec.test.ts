// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RouteSpec } from '../codec/index.ts';
import { AF_INET6, decodeRoute, encodeRoute, RTM_NEWROUTE } from '../codec/index.ts';
import { aDraft, aHop } from '../session/testing.ts';
import { patchSpec, specOfDraft } from './draft.ts';
import { replaced } from './edit.ts';
import { keyOf, metricOf, sameRequest, toDelete, toSend } from './spec.ts';

const links = new Map([
  ['lo', 1],
  ['lan0', 2],
  ['wan0', 3],
]);
const ifindexOf = (name: string) => links.get(name) ?? null;
const four = (over: Parameters<typeof aDraft>[0] = {}): RouteSpec => specOfDraft(aDraft(over), ifindexOf);
const six = (over: Parameters<typeof aDraft>[0] = {}): RouteSpec =>
  four({ family: 6, destination: '2001:db8:9::/48', hops: [aHop('2001:db8:1::2', 'lan0')], ...over });
const RTAX_LOCK = 1;
const RTAX_MTU = 2;
const RTAX_ADVMSS = 8;

describe('specOfDraft', () => {
  it('gives the scope that ip(8) gives', () => {
    expect(four().scope).toBe(0);
    expect(four({ hops: [aHop(null, 'lan0')] }).scope).toBe(253);
    expect(four({ type: 2, hops: [aHop(null, 'lo')] }).scope).toBe(254);
    expect(four({ type: 6, hops: [aHop(null, 'lan0')] })).toMatchObject({ scope: 0, hops: [] });
    expect(four({ scope: 200 }).scope).toBe(200);
    expect(six({ hops: [aHop(null, 'lan0')] }).scope).toBe(0);
  });

  it('makes a weight of a single next hop nothing, of several rtnh_hops', () => {
    expect(four({ hops: [aHop('192.0.2.7', 'lan0', 9)] })).toMatchObject({
      multipath: false,
      hops: [{ hops: 0 }],
    });
    expect(four({ hops: [aHop('192.0.2.7', 'lan0', 9), aHop(null, 'wan0')] })).toMatchObject({
      multipath: true,
      hops: [
        { hops: 8, ifindex: 2 },
        { hops: 0, ifindex: 3, gateway: null },
      ],
    });
  });

  it('writes what reads back the same', () => {
    for (const spec of [
      four({ metric: 5, mtu: 1400, prefsrc: '192.0.2.1', tos: 16, table: 1000 }),
      four({ hops: [aHop('2001:db8:1::2', 'lan0')] }),
      six({ hops: [aHop('2001:db8:1::2', 'lan0', 2), aHop('fe80::1', 'wan0', 1)] }),
    ]) {
      const decoded = decodeRoute(encodeRoute(spec, { type: RTM_NEWROUTE, flags: 0 }));
      expect(decoded).toEqual({ ok: true, value: spec });
    }
  });
});

describe('patchSpec', () => {
  const rich = (): RouteSpec => {
    const spec = four({ metric: 5, mtu: 1400, prefsrc: '192.0.2.1' });
    spec.metrics.set(RTAX_LOCK, (1 << RTAX_MTU) | (1 << RTAX_ADVMSS));
    spec.metrics.set(RTAX_ADVMSS, 1300);
    spec.hops[0]!.others = Uint8Array.of(8, 0, 11, 0, 7, 0, 0, 0);
    return spec;
  };

  it('changes what is named and nothing else', () => {
    expect(patchSpec(rich(), { metric: 6 }, ifindexOf)).toEqual({ ...rich(), priority: 6 });
    expect(patchSpec(rich(), {}, ifindexOf)).toEqual(rich());
  });

  it('keeps what a next hop carries beside gateway and device', () => {
    const moved = patchSpec(rich(), { hops: [aHop('192.0.2.8', 'lan0')] }, ifindexOf);
    expect(moved.hops[0]).toMatchObject({ ifindex: 2, others: rich().hops[0]!.others });
    const two = patchSpec(
      rich(),
      { hops: [aHop('192.0.2.8', 'lan0'), aHop('192.0.2.7', 'lan0')] },
      ifindexOf,
    );
    expect(two.hops.map((hop) => hop.others.length)).toEqual([0, 8]);
  });

  it('takes the lock away with the MTU, and leaves the other locks', () => {
    const { metrics } = patchSpec(rich(), { mtu: null }, ifindexOf);
    expect([...metrics].sort(([a], [b]) => a - b)).toEqual([
      [RTAX_LOCK, 1 << RTAX_ADVMSS],
      [RTAX_ADVMSS, 1300],
    ]);
  });

  it('lets the scope follow, unless it was chosen', () => {
    const direct = four({ hops: [aHop(null, 'lan0')] });
    const patch = { hops: [aHop('192.0.2.7', 'lan0')] };
    expect(patchSpec(direct, patch, ifindexOf).scope).toBe(0);
    expect(patchSpec({ ...direct, scope: 200 }, patch, ifindexOf).scope).toBe(200);
    expect(patchSpec({ ...direct, scope: 200 }, { scope: null }, ifindexOf).scope).toBe(253);
  });

  it('lets go of a next-hop object when next hops are given', () => {
    const object = { ...four(), nhId: 5 };
    expect(patchSpec(object, { metric: 2 }, ifindexOf).nhId).toBe(5);
    expect(patchSpec(object, { hops: [aHop('192.0.2.7', 'lan0')] }, ifindexOf).nhId).toBeNull();
  });
});

describe('what is sent', () => {
  it('leaves out what only the kernel says', () => {
    const spec = four({ hops: [aHop('192.0.2.7', 'lan0', 1, true)] });
    const told: RouteSpec = { ...spec, flags: 0x4200, hops: [{ ...spec.hops[0]!, flags: 0x15 }] };
    expect(toSend(told)).toEqual(spec);
    const blackhole: RouteSpec = { ...six({ type: 6 }), hops: six().hops };
    expect(toSend(blackhole).hops).toEqual([]);
    expect(toDelete(blackhole).hops).toHaveLength(1);
    expect(toSend({ ...spec, nhId: 3 })).toMatchObject({ nhId: 3, hops: [] });
  });

  it('tells equal requests', () => {
    expect(sameRequest(four(), { ...four(), flags: 0x4000 })).toBe(true);
    expect(sameRequest(four(), four({ metric: 1 }))).toBe(false);
  });
});

describe('the key', () => {
  it('counts an absent metric as the kernel does', () => {
    expect([
      metricOf(four()),
      metricOf(six()),
      metricOf(six({ metric: 0 })),
      metricOf(six({ metric: 7 })),
    ]).toEqual([0, 1024, 1024, 7]);
    expect(keyOf(six())).toBe(keyOf(six({ metric: 1024, hops: [aHop(null, 'wan0')], mtu: 1300 })));
    const keys = [
      four(),
      four({ tos: 8 }),
      four({ metric: 1 }),
      four({ table: 7 }),
      four({ destination: '10.200.0.0/17' }),
    ];
    expect(new Set(keys.map(keyOf)).size).toBe(keys.length);
  });
});

describe('replaced', () => {
  const device = six({ hops: [aHop(null, 'wan0')] });
  it('is the first of IPv4 routes, and of IPv6 routes the first of the same kind', () => {
    expect(replaced([four(), four()], four())).toBe(0);
    expect(replaced([device, six()], six())).toBe(1);
    expect(replaced([six(), device], device)).toBe(1);
    expect(replaced([device, device], six())).toBe(0);
    expect(replaced([], six())).toBe(-1);
    expect(device.family).toBe(AF_INET6);
  });
});
