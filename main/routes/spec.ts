// SPDX-License-Identifier: MIT
// Facts about whole routes: which form goes to the kernel, which key the kernel sorts and compares by, what differs.
import { typeHasHops } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import {
  AF_INET,
  AF_INET6,
  RTA,
  RTM_NEWROUTE,
  RTNH_F,
  RTN_UNICAST,
  RTN_UNSPEC,
  RT_SCOPE_NOWHERE,
  attributes,
  USER_HZ,
  encodeRoute,
  littleEndian,
  viewOf,
} from '../codec/index.ts';

const { RTA_CACHEINFO, RTA_EXPIRES } = RTA.values;
const { RTNH_F_ONLINK } = RTNH_F.values;
/** IP6_RT_PRIO_USER of the kernel: what an IPv6 route without a metric gets. */
export const IPV6_METRIC = 1024;
const EXPIRES_OFFSET = 8;
const NOTHING = new Uint8Array(0);

/**
 * Attributes that the kernel tells but does not take: RTA_CACHEINFO goes, its expiry (rta_expires, at byte 8 of struct
 * rta_cacheinfo) becomes RTA_EXPIRES.
 */
function othersToSend(spec: RouteSpec): Uint8Array {
  const view = viewOf(spec.others);
  const list = attributes(view, 0, spec.others.length, 'others');
  if (!list.ok) return spec.others;
  const parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  for (const [i, a] of list.value.entries()) {
    const next = list.value[i + 1]?.at ?? spec.others.length;
    if (a.type !== RTA_CACHEINFO) {
      add(spec.others.subarray(a.at, next));
      continue;
    }
    const ticks =
      a.end - a.start >= EXPIRES_OFFSET + 4 ? view.getInt32(a.start + EXPIRES_OFFSET, littleEndian) : 0;
    if (ticks <= 0 || spec.family !== AF_INET6) continue;
    const expires = new Uint8Array(8);
    const out = viewOf(expires);
    out.setUint16(0, 8, littleEndian);
    out.setUint16(2, RTA_EXPIRES, littleEndian);
    out.setUint32(4, Math.max(1, Math.round(ticks / USER_HZ)), littleEndian);
    add(expires);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The form in which a route is asked for: without what only the kernel says (dead, linkdown, offload, the device of
 * IPv6 routes that go nowhere, the next hops behind a next-hop object).
 */
export function toSend(spec: RouteSpec): RouteSpec {
  const own = spec.nhId === null && typeHasHops(spec.type);
  const hops = own ? spec.hops.map((hop) => ({ ...hop, flags: hop.flags & RTNH_F_ONLINK })) : [];
  // a route through a next-hop object that drops packets is told as blackhole, and was made as unicast
  const type = spec.nhId !== null && !typeHasHops(spec.type) ? RTN_UNICAST : spec.type;
  return { ...spec, type, flags: 0, hops, multipath: own && spec.multipath, others: othersToSend(spec) };
}

/**
 * The form in which exactly this route is deleted: all next hops named, because a gateway alone would take one next hop
 * from an IPv6 route with several, and no gateway would take whatever stands first.
 */
export function toDelete(spec: RouteSpec): RouteSpec {
  const bare = { ...spec, flags: 0, others: NOTHING, pref: null };
  if (spec.nhId !== null)
    return {
      ...bare,
      type: RTN_UNSPEC,
      scope: RT_SCOPE_NOWHERE,
      hops: [],
      multipath: false,
      metrics: new Map(),
    };
  return {
    ...bare,
    hops: spec.hops.map((hop) => ({ ...hop, flags: 0 })),
    // IPv6 compares no metrics, and refuses some that it tells itself
    metrics: spec.family === AF_INET ? spec.metrics : new Map(),
  };
}

/** RTA_PRIORITY as the kernel stores it. */
export const metricOf = (spec: RouteSpec): number =>
  spec.priority === null || spec.priority === 0
    ? spec.family === AF_INET6
      ? IPV6_METRIC
      : 0
    : spec.priority;

const hex = (bytes: Uint8Array | null): string =>
  bytes === null ? '-' : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What the kernel's own table is sorted by: routes with the same key displace each other. */
export const keyOf = (spec: RouteSpec): string =>
  [
    spec.family,
    spec.table,
    hex(spec.dst),
    spec.dstLength,
    hex(spec.src),
    spec.srcLength,
    spec.tos,
    metricOf(spec),
  ].join(' ');

/** True when asking for both would be the same request. */
export const sameRequest = (a: RouteSpec, b: RouteSpec): boolean => {
  const bytes = (spec: RouteSpec): string => hex(encodeRoute(toSend(spec), { type: RTM_NEWROUTE, flags: 0 }));
  return bytes(a) === bytes(b);
};

/** rt6_qualify_for_ecmp of the kernel: such IPv6 routes with the same key are next hops of one route. */
export const joinsOthers = (spec: RouteSpec): boolean =>
  spec.family === AF_INET6 &&
  spec.nhId === null &&
  typeHasHops(spec.type) &&
  spec.hops.some((hop) => hop.gateway);

/** True when two IPv6 routes cannot stand beside each other: same device and gateway (rt6_duplicate_nexthop). */
export const sharesHop = (a: RouteSpec, b: RouteSpec): boolean =>
  a.hops.some((x) =>
    b.hops.some(
      (y) => x.ifindex === y.ifindex && hex(x.gateway?.bytes ?? null) === hex(y.gateway?.bytes ?? null),
    ),
  ) ||
  (a.hops.length === 0 && b.hops.length === 0);
