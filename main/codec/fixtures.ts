// SPDX-License-Identifier: MIT
// Routes for tests.
import type { RouteSpec } from './route-spec.ts';

/** `10.20.0.0/16 via 192.0.2.2 dev 3` in the main table, with what is given instead. */
export const route = (changes: Partial<RouteSpec> = {}): RouteSpec => ({
  family: 2,
  dst: Uint8Array.of(10, 20, 0, 0),
  dstLength: 16,
  src: null,
  srcLength: 0,
  tos: 0,
  table: 254,
  protocol: 4,
  scope: 0,
  type: 1,
  flags: 0,
  priority: null,
  prefsrc: null,
  hops: [
    {
      ifindex: 3,
      gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 2) },
      hops: 0,
      flags: 0,
      others: new Uint8Array(0),
    },
  ],
  multipath: false,
  metrics: new Map(),
  nhId: null,
  pref: null,
  others: new Uint8Array(0),
  ...changes,
});
