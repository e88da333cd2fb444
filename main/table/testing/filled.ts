// SPDX-License-Identifier: MIT
// For tests: a store that is fed with encoded messages, without a kernel.
import { viewOf } from '../../codec/bytes.ts';
import { encodeRoute } from '../../codec/route.ts';
import { decodeRouteInto } from '../../codec/route-fast.ts';
import { newRouteRecord } from '../../codec/route-record.ts';
import type { RouteRecord } from '../../codec/route-record.ts';
import type { HopSpec, RouteSpec } from '../../codec/route-spec.ts';
import { RTM_NEWROUTE } from '../../codec/tables/types.ts';
import { applyRoute } from '../notify.ts';
import type { Applied } from '../notify.ts';
import { RouteStore } from '../store.ts';

export const CREATE_EXCL = 0x600;
export const APPEND = 0xc00;

export class Fed {
  readonly store = new RouteStore();
  private readonly record = newRouteRecord();

  stage(bytes: Uint8Array): RouteRecord {
    const code = decodeRouteInto(bytes, viewOf(bytes), 0, bytes.length, this.record);
    if (code !== 0) throw new Error(`not decoded: ${code}`);
    this.store.stage(this.record, bytes, 0);
    return this.record;
  }

  /** Works a notification of this route in. */
  apply(spec: RouteSpec, flags = CREATE_EXCL, type: number = RTM_NEWROUTE): Applied {
    return applyRoute(this.store, this.stage(encodeRoute(spec, { type, flags })), 0);
  }
}

export const EMPTY = new Uint8Array(0);

export const hop = (ifindex: number, gateway?: readonly number[], hops = 0): HopSpec => ({
  ifindex,
  gateway: gateway ? { family: gateway.length === 4 ? 2 : 10, bytes: Uint8Array.from(gateway) } : null,
  hops,
  flags: 0,
  others: EMPTY,
});

/** A unicast route in table main, changed by `more`. */
export function route(dst: readonly number[], dstLength: number, more: Partial<RouteSpec> = {}): RouteSpec {
  const isV4 = dst.length === 4;
  return {
    family: isV4 ? 2 : 10,
    dst: Uint8Array.from(dst),
    dstLength,
    src: null,
    srcLength: 0,
    tos: 0,
    table: 254,
    protocol: 4,
    scope: 0,
    type: 1,
    flags: 0,
    priority: isV4 ? null : 1024,
    prefsrc: null,
    hops: [hop(2)],
    multipath: false,
    metrics: new Map(),
    nhId: null,
    pref: null,
    others: EMPTY,
    ...more,
  };
}
