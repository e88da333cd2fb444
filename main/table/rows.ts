// SPDX-License-Identifier: MIT
// Rows for the page and whole routes for the encoder, made from the columns when somebody asks for them.
import type { HopRow, Named, RouteRow } from '../../app/contract/index.ts';
import {
  encapName,
  hopFlagNames,
  preferenceName,
  protocolName,
  routeFlagNames,
  routeTypeName,
  scopeName,
  tableName,
} from '../codec/names.ts';
import { littleEndian, viewOf } from '../codec/bytes.ts';
import type { HopSpec, RouteSpec } from '../codec/route-spec.ts';
import { AF_INET } from '../codec/tables/families.ts';
import { RTAX_MTU, RTA_ENCAP, RTA_ENCAP_TYPE, RTA_EXPIRES, RTA_FLOW, RTNH_F } from '../codec/tables/rtmsg.ts';
import { destinationBytes, destinationText } from './destination-text.ts';
import { concat, eachAttribute } from './hops.ts';
import type { Hop } from './hops.ts';
import type { RouteStore } from './store.ts';
import { addressText, metricTexts, mtuOf } from './texts.ts';
import type { Texts } from './texts.ts';

/** Bits of rtm_flags that belong to a route's only next hop. */
const HOP_FLAGS = Object.values(RTNH_F.values).reduce((mask, bit) => mask | bit, 0);
/** Attributes that belong to the next hop when it stands alone. */
const HOP_ATTRIBUTES = new Set<number>([RTA_ENCAP, RTA_ENCAP_TYPE, RTA_FLOW]);

const named = (value: number, name: string): Named => ({ value, name });

/** The row in this slot, which must be in use. `now` is CLOCK_MONOTONIC in ms. */
export function routeRow(store: RouteStore, texts: Texts, slot: number, now: number): RouteRow {
  const c = store.columns;
  const set = store.hopSet(c.hops[slot]!);
  const extras = store.extraSet(c.extras[slot]!);
  const flags = c.flags[slot]!;
  const table = store.tables[c.table[slot]!]!;
  const hopRow = (hop: Hop): HopRow => ({
    gateway: hop.gateway ? addressText(hop.gateway.bytes) : null,
    device: hop.ifindex === 0 ? null : texts.device(hop.ifindex),
    ifindex: hop.ifindex,
    weight: hop.hops + 1,
    flags: hopFlagNames(set.multipath ? hop.flags : flags & HOP_FLAGS),
  });
  const deadline = store.deadlines.get(slot);
  return {
    id: c.id(slot),
    family: c.family[slot] === AF_INET ? 4 : 6,
    destination: `${destinationText(c, slot)}/${c.dstLength[slot]}`,
    isDefault: c.dstLength[slot] === 0,
    hops: set.hops.map(hopRow),
    table: named(table, tableName(table)),
    protocol: named(c.protocol[slot]!, protocolName(c.protocol[slot]!)),
    type: named(c.type[slot]!, routeTypeName(c.type[slot]!)),
    scope: named(c.scope[slot]!, scopeName(c.scope[slot]!)),
    metric: c.priority[slot]!,
    tos: c.tos[slot]!,
    prefsrc: extras.prefsrc ? addressText(extras.prefsrc) : null,
    mtu: mtuOf(extras),
    mtuLocked: (extras.lock & (1 << RTAX_MTU)) !== 0,
    metrics: metricTexts(extras),
    flags: routeFlagNames(flags),
    nhid: set.nhId === 0 ? null : set.nhId,
    pref: extras.pref === null ? null : preferenceName(extras.pref),
    encap: set.encapType === null ? null : encapName(set.encapType),
    expires: deadline === undefined ? null : Math.max(0, Math.round((deadline - now) / 1000)),
    change: c.change[slot]!,
  };
}

/** RTA_EXPIRES, so that a copy of the route goes away at the same time. */
function expiresAttribute(seconds: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint16(0, 8, littleEndian);
  view.setUint16(2, RTA_EXPIRES, littleEndian);
  view.setUint32(4, seconds, littleEndian);
  return bytes;
}

/** The whole route in this slot, which must be in use. */
export function routeSpec(store: RouteStore, slot: number, now: number): RouteSpec {
  const c = store.columns;
  const set = store.hopSet(c.hops[slot]!);
  const extras = store.extraSet(c.extras[slot]!);
  const flags = c.flags[slot]!;
  const family = c.family[slot]!;
  const priority = c.priority[slot]!;
  const isSingle = !set.multipath && set.hops.length === 1;
  const ofHop: Uint8Array[] = [];
  const others: Uint8Array[] = [];
  eachAttribute(extras.others, (type, start, end) => {
    (isSingle && HOP_ATTRIBUTES.has(type) ? ofHop : others).push(extras.others.slice(start, end));
  });
  const deadline = store.deadlines.get(slot);
  if (deadline !== undefined) others.push(expiresAttribute(Math.max(1, Math.round((deadline - now) / 1000))));
  return {
    family,
    dst: destinationBytes(c, slot),
    dstLength: c.dstLength[slot]!,
    src: extras.src,
    srcLength: extras.srcLength,
    tos: c.tos[slot]!,
    table: store.tables[c.table[slot]!]!,
    protocol: c.protocol[slot]!,
    scope: c.scope[slot]!,
    type: c.type[slot]!,
    flags: isSingle ? (flags & ~HOP_FLAGS) >>> 0 : flags,
    // the kernel writes RTA_PRIORITY into every IPv6 route, and into IPv4 routes that have one
    priority: priority === 0 && family === AF_INET ? null : priority,
    prefsrc: extras.prefsrc,
    hops: set.hops.map(({ ifindex, gateway, hops, flags: own, others: further }): HopSpec => ({
      ifindex,
      gateway,
      hops,
      flags: isSingle ? flags & HOP_FLAGS : own,
      others: isSingle ? concat(set.encap, ...ofHop) : further,
    })),
    multipath: set.multipath,
    metrics: new Map(extras.metrics),
    nhId: set.nhId === 0 ? null : set.nhId,
    pref: extras.pref,
    others: isSingle ? concat(...others) : concat(set.encap, ...others),
  };
}
