// SPDX-License-Identifier: MIT
// What a person entered becomes what goes to the kernel: drafts and patches become RouteSpecs, with the defaults that
// ip(8) has. What a patch does not mention stays as it was, attributes that the grid does not show included.
import type { HopDraft, RouteDraft, RoutePatch } from '../../app/contract/index.ts';
import {
  defaultScope,
  maskPrefix,
  parseAddress,
  parsePrefix,
  typeHasHops,
} from '../../app/contract/index.ts';
import type { HopSpec, RouteSpec } from '../codec/index.ts';
import { AF_INET, AF_INET6, RTAX, RTNH_F } from '../codec/index.ts';

const { RTAX_LOCK, RTAX_MTU } = RTAX.values;
const EMPTY = new Uint8Array(0);

/** The index of an interface by its name, null when there is none. */
export type IfindexOf = (name: string) => number | null;

const afOf = (family: 4 | 6): number => (family === 4 ? AF_INET : AF_INET6);
export const familyOf = (spec: { family: number }): 4 | 6 => (spec.family === AF_INET ? 4 : 6);

/** The prefix of a destination text; `default` is the prefix of length 0. Null when it is none, or of the other family. */
function destinationOf(text: string, family: 4 | 6): { dst: Uint8Array; dstLength: number } | null {
  const trimmed = text.trim();
  if (trimmed === 'default') return { dst: new Uint8Array(family === 4 ? 4 : 16), dstLength: 0 };
  const prefix = parsePrefix(trimmed);
  if (!prefix || prefix.family !== family) return null;
  const { bytes, length } = maskPrefix(prefix);
  return { dst: bytes, dstLength: length };
}

function addressOf(text: string | null): HopSpec['gateway'] {
  const address = text === null || text.trim() === '' ? null : parseAddress(text.trim());
  return address && { family: afOf(address.family), bytes: address.bytes };
}

function hopOf(hop: HopDraft, several: boolean, ifindexOf: IfindexOf): HopSpec {
  const device = hop.device?.trim() ?? '';
  return {
    ifindex: device === '' ? 0 : (ifindexOf(device) ?? 0),
    gateway: addressOf(hop.gateway),
    hops: several ? hop.weight - 1 : 0,
    flags: hop.onlink ? RTNH_F.values.RTNH_F_ONLINK : 0,
    others: EMPTY,
  };
}

/** The route that a draft describes. `validateDraft` has found nothing wrong with it. */
export function specOfDraft(draft: RouteDraft, ifindexOf: IfindexOf): RouteSpec {
  const drafts = typeHasHops(draft.type) ? draft.hops : [];
  const several = drafts.length > 1;
  const hops = drafts.map((hop) => hopOf(hop, several, ifindexOf));
  const destination = destinationOf(draft.destination, draft.family);
  return {
    family: afOf(draft.family),
    dst: destination?.dst ?? new Uint8Array(draft.family === 4 ? 4 : 16),
    dstLength: destination?.dstLength ?? 0,
    src: null,
    srcLength: 0,
    tos: draft.tos,
    table: draft.table,
    protocol: draft.protocol,
    scope: draft.scope ?? defaultScope(draft.family, draft.type, hops),
    type: draft.type,
    flags: 0,
    priority: draft.metric,
    prefsrc: addressOf(draft.prefsrc)?.bytes ?? null,
    hops,
    multipath: several,
    metrics: draft.mtu === null ? new Map() : new Map([[RTAX_MTU, draft.mtu]]),
    nhId: null,
    pref: null,
    others: EMPTY,
  };
}

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b || (a !== null && b !== null && a.length === b.length && a.every((byte, i) => byte === b[i]));
const sameWay = (a: HopSpec, b: HopSpec): boolean =>
  a.ifindex === b.ifindex &&
  a.gateway?.family === b.gateway?.family &&
  sameBytes(a.gateway?.bytes ?? null, b.gateway?.bytes ?? null);

/** New next hops; what the old ones carry beyond gateway and device (such as encapsulation) stays with the same way. */
function patchHops(spec: RouteSpec, drafts: readonly HopDraft[], ifindexOf: IfindexOf): HopSpec[] {
  const several = drafts.length > 1;
  return drafts.map((draft) => {
    const hop = hopOf(draft, several, ifindexOf);
    const alone = drafts.length === 1 && spec.hops.length === 1;
    const old = spec.hops.find((one) => sameWay(one, hop)) ?? (alone ? spec.hops[0] : undefined);
    return old ? { ...hop, others: old.others } : hop;
  });
}

function patchMtu(spec: RouteSpec, mtu: number | null): RouteSpec['metrics'] {
  const metrics = new Map(spec.metrics);
  if (mtu !== null) {
    metrics.set(RTAX_MTU, mtu);
    return metrics;
  }
  metrics.delete(RTAX_MTU);
  const lock = metrics.get(RTAX_LOCK);
  if (typeof lock === 'number') {
    const rest = (lock & ~(1 << RTAX_MTU)) >>> 0;
    if (rest === 0) metrics.delete(RTAX_LOCK);
    else metrics.set(RTAX_LOCK, rest);
  }
  return metrics;
}

/** The route as it will be after an edit. */
export function patchSpec(old: RouteSpec, patch: RoutePatch, ifindexOf: IfindexOf): RouteSpec {
  const family = familyOf(old);
  const type = patch.type ?? old.type;
  const spec: RouteSpec = { ...old, type };
  const destination = patch.destination === undefined ? null : destinationOf(patch.destination, family);
  if (destination) Object.assign(spec, destination);
  // the kernel calls a route blackhole whose next-hop object is one
  const throughObject = old.nhId !== null && type === old.type && patch.hops === undefined;
  if (throughObject) spec.nhId = old.nhId;
  else if (!typeHasHops(type)) {
    spec.hops = [];
    spec.multipath = false;
    spec.nhId = null;
  } else if (patch.hops !== undefined) {
    spec.hops = patchHops(old, patch.hops, ifindexOf);
    spec.multipath = spec.hops.length > 1;
    spec.nhId = null;
  }
  if (patch.table !== undefined) spec.table = patch.table;
  if (patch.protocol !== undefined) spec.protocol = patch.protocol;
  if (patch.tos !== undefined) spec.tos = patch.tos;
  if (patch.metric !== undefined) spec.priority = patch.metric;
  if (patch.prefsrc !== undefined) spec.prefsrc = addressOf(patch.prefsrc)?.bytes ?? null;
  if (patch.mtu !== undefined) spec.metrics = patchMtu(old, patch.mtu);
  const wasUsual = old.scope === defaultScope(family, old.type, old.hops);
  if (patch.scope !== undefined && patch.scope !== null) spec.scope = patch.scope;
  else if (patch.scope === null || wasUsual) spec.scope = defaultScope(family, type, spec.hops);
  return spec;
}
