// SPDX-License-Identifier: MIT
// What a new route starts from, and what an edit changes. The main process is sent only the cells that differ: all the
// rest of a route, attributes that no cell shows included, stays as it is.
import type { HopDraft, RouteDraft, RoutePatch, RouteRow } from '../../../app/contract/index.ts';
import { draftOfRow, formatPrefix, parsePrefix } from '../../../app/contract/index.ts';

// linux/rtnetlink.h
const RTPROT_STATIC = 4;
const RT_TABLE_MAIN = 254;
const RTN_UNICAST = 1;

export const emptyHop = (): HopDraft => ({ gateway: null, device: null, weight: 1, onlink: false });

/**
 * What the editor of a new route starts from. `like`: a route to copy, its family and destination included; a person
 * makes the copy, so its protocol is static whatever made the original.
 */
export function emptyDraft(like: RouteRow | null, family: 4 | 6): RouteDraft {
  if (like) return { ...draftOfRow(like), protocol: RTPROT_STATIC };
  return {
    family,
    destination: '',
    hops: [emptyHop()],
    table: RT_TABLE_MAIN,
    protocol: RTPROT_STATIC,
    type: RTN_UNICAST,
    scope: null,
    metric: null,
    tos: 0,
    prefsrc: null,
    mtu: null,
  };
}

/** One text for each prefix, however it is written. */
function canonical(destination: string, family: 4 | 6): string {
  const text = destination.trim();
  if (text === 'default') return family === 4 ? '0.0.0.0/0' : '::/0';
  const prefix = parsePrefix(text);
  return prefix ? formatPrefix(prefix) : text;
}

const text = (value: string | null): string => value?.trim() ?? '';

const sameHop = (a: HopDraft, b: HopDraft): boolean =>
  text(a.gateway) === text(b.gateway) &&
  text(a.device) === text(b.device) &&
  a.weight === b.weight &&
  a.onlink === b.onlink;

type PatchField = keyof RoutePatch;

/** How each cell is compared. */
const SAME: Record<PatchField, (a: RouteDraft, b: RouteDraft) => boolean> = {
  destination: (a, b) => canonical(a.destination, a.family) === canonical(b.destination, b.family),
  hops: (a, b) => a.hops.length === b.hops.length && a.hops.every((hop, i) => sameHop(hop, b.hops[i]!)),
  table: (a, b) => a.table === b.table,
  protocol: (a, b) => a.protocol === b.protocol,
  type: (a, b) => a.type === b.type,
  scope: (a, b) => a.scope === b.scope,
  // no metric is metric 0 for IPv4, but 1024 for IPv6
  metric: (a, b) => a.metric === b.metric || (b.family === 4 && (a.metric ?? 0) === (b.metric ?? 0)),
  tos: (a, b) => a.tos === b.tos,
  prefsrc: (a, b) => text(a.prefsrc) === text(b.prefsrc),
  mtu: (a, b) => a.mtu === b.mtu,
};

/** The cells of `after` that differ from `before`; empty when nothing does. */
export function patchOf(before: RouteDraft, after: RouteDraft): RoutePatch {
  const changed = (Object.keys(SAME) as PatchField[]).filter((field) => !SAME[field](before, after));
  return Object.fromEntries(changed.map((field) => [field, after[field]]));
}
