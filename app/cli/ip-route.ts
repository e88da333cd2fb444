// SPDX-License-Identifier: MIT
// Routes as ip(8) prints them, in text and in the shape of `ip -j route`: the same keys, left out where ip leaves
// them out, in the same order.
import { formatAddress } from '../contract/index.ts';
import {
  AF_INET6,
  RTAX_FEATURES,
  RTAX_LOCK,
  RTAX_CC_ALGO,
  RTAX_RTO_MIN,
  RTAX_RTT,
  RTAX_RTTVAR,
  RTA_CACHEINFO,
  RTA_ENCAP_TYPE,
  RTN_UNICAST,
  RTPROT_BOOT,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  USER_HZ,
  allFlags,
  attributes,
  encapName,
  hopFlagNames,
  littleEndian,
  metricName,
  preferenceName,
  protocolName,
  routeTypeName,
  scopeName,
  tableName,
  viewOf,
} from '../../main/codec/index.ts';
import type { HopSpec, RouteSpec } from '../../main/codec/index.ts';

export type Ifname = (index: number) => string;
export type Json = { [key: string]: unknown };

const version = (family: number): 4 | 6 => (family === AF_INET6 ? 6 : 4);

function prefix(spec: RouteSpec): string {
  if (spec.dstLength === 0) return 'default';
  const text = formatAddress(spec.dst, version(spec.family));
  return spec.dstLength === 8 * spec.dst.length ? text : `${text}/${spec.dstLength}`;
}

/** The bytes of one attribute among encoded ones. */
function find(encoded: Uint8Array, type: number): DataView | null {
  const view = viewOf(encoded);
  const list = attributes(view, 0, encoded.length, '');
  const found = list.ok ? list.value.find((one) => one.type === type) : undefined;
  return found
    ? new DataView(encoded.buffer, encoded.byteOffset + found.start, found.end - found.start)
    : null;
}

function expiresOf(spec: RouteSpec): number | null {
  const info = find(spec.others, RTA_CACHEINFO);
  // rta_clntref, rta_lastuse, rta_expires
  if (!info || info.byteLength < 12) return null;
  const ticks = info.getInt32(8, littleEndian);
  return ticks === 0 ? null : Math.trunc(ticks / USER_HZ);
}

const encapOf = (encoded: Uint8Array): string | null => {
  const type = find(encoded, RTA_ENCAP_TYPE);
  if (!type || type.byteLength < 2) return null;
  return encapName(type.getUint16(0, littleEndian));
};

const ECN = 1;

/** A metric's number as ip prints it: RTT in 1/8 ms, RTTVAR in 1/4 ms, the others as they are. */
function scaled(metric: number, value: number): number {
  if (metric === RTAX_RTT) return Math.trunc(value / 8);
  if (metric === RTAX_RTTVAR) return Math.trunc(value / 4);
  return value;
}

function metricsJson(spec: RouteSpec): Json | null {
  const out: Json = {};
  for (const [metric, value] of [...spec.metrics].sort(([a], [b]) => a - b)) {
    if (metric === RTAX_LOCK) continue;
    const name = metricName(metric);
    if (metric === RTAX_CC_ALGO) out['congestion'] = cString(value);
    else if (metric === RTAX_FEATURES) {
      if (Number(value) & ECN) out['ecn'] = null;
      if (Number(value) & ~ECN) out['features'] = `0x${(Number(value) & ~ECN).toString(16)}`;
    } else out[name] = scaled(metric, Number(value));
  }
  return Object.keys(out).length === 0 ? null : out;
}

const cString = (value: number | Uint8Array): string =>
  typeof value === 'number' ? String(value) : new TextDecoder().decode(value).replace(/\0.*$/s, '');

function metricsText(spec: RouteSpec): string {
  const lock = Number(spec.metrics.get(RTAX_LOCK) ?? 0);
  let text = '';
  for (const [metric, value] of [...spec.metrics].sort(([a], [b]) => a - b)) {
    if (metric === RTAX_LOCK) continue;
    const locked = lock & (1 << metric) ? 'lock ' : '';
    const name = metricName(metric);
    const number = scaled(metric, Number(value));
    if (metric === RTAX_CC_ALGO) text += `congctl ${locked}${cString(value)} `;
    else if (metric === RTAX_FEATURES) {
      const rest = Number(value) & ~ECN;
      text += `features ${locked}${Number(value) & ECN ? 'ecn ' : ''}${rest ? `0x${rest.toString(16)} ` : ''}`;
    } else if (metric === RTAX_RTT || metric === RTAX_RTTVAR || metric === RTAX_RTO_MIN)
      text += `${name} ${locked}${number >= 1000 ? `${number / 1000}s` : `${number}ms`} `;
    else text += `${name} ${locked}${number} `;
  }
  return text;
}

const gatewayText = (hop: HopSpec): string => formatAddress(hop.gateway!.bytes, version(hop.gateway!.family));

function hopJson(spec: RouteSpec, hop: HopSpec, ifname: Ifname): Json {
  const out: Json = {};
  const encap = encapOf(hop.others);
  if (encap) out['encap'] = encap;
  if (hop.gateway) {
    if (hop.gateway.family === spec.family) out['gateway'] = gatewayText(hop);
    else out['via'] = { family: hop.gateway.family === AF_INET6 ? 'inet6' : 'inet', host: gatewayText(hop) };
  }
  if (hop.ifindex !== 0) out['dev'] = ifname(hop.ifindex);
  return out;
}

/** One route in the shape of `ip -j route`. `all`: the table is named even where it is main's, as nothing else says so. */
export function routeJson(spec: RouteSpec, ifname: Ifname): Json {
  const out: Json = {};
  const single = spec.multipath ? undefined : spec.hops[0];
  if (spec.type !== RTN_UNICAST) out['type'] = routeTypeName(spec.type);
  out['dst'] = prefix(spec);
  if (spec.src && spec.srcLength > 0)
    out['from'] = `${formatAddress(spec.src, version(spec.family))}/${spec.srcLength}`;
  if (spec.tos !== 0) out['tos'] = `0x${spec.tos.toString(16).padStart(2, '0')}`;
  if (spec.nhId !== null) out['nhid'] = spec.nhId;
  if (single) Object.assign(out, hopJson(spec, single, ifname));
  if (spec.table !== RT_TABLE_MAIN) out['table'] = tableName(spec.table);
  if (spec.protocol !== RTPROT_BOOT) out['protocol'] = protocolName(spec.protocol);
  if (spec.scope !== RT_SCOPE_UNIVERSE) out['scope'] = scopeName(spec.scope);
  if (spec.prefsrc) out['prefsrc'] = formatAddress(spec.prefsrc, version(spec.family));
  if (spec.priority !== null) out['metric'] = spec.priority;
  out['flags'] = hopFlagNames(allFlags(spec) & 0xff);
  const expires = expiresOf(spec);
  if (expires !== null) out['expires'] = expires;
  const metrics = metricsJson(spec);
  if (metrics) out['metrics'] = [metrics];
  if (spec.pref !== null) out['pref'] = preferenceName(spec.pref);
  if (spec.multipath)
    out['nexthops'] = spec.hops.map((hop) => ({
      ...hopJson(spec, hop, ifname),
      weight: hop.hops + 1,
      flags: hopFlagNames(hop.flags),
    }));
  return out;
}

function hopText(spec: RouteSpec, hop: HopSpec, ifname: Ifname): string {
  const encap = encapOf(hop.others);
  let text = encap ? `encap ${encap} ` : '';
  if (hop.gateway) {
    const family = hop.gateway.family === AF_INET6 ? 'inet6 ' : 'inet ';
    text += `via ${hop.gateway.family === spec.family ? '' : family}${gatewayText(hop)} `;
  }
  if (hop.ifindex !== 0) text += `dev ${ifname(hop.ifindex)} `;
  return text;
}

/** One route as `ip route` prints it; more lines for several next hops. No newline at the end. */
export function routeText(spec: RouteSpec, ifname: Ifname): string {
  const single = spec.multipath ? undefined : spec.hops[0];
  let text = spec.type === RTN_UNICAST ? '' : `${routeTypeName(spec.type)} `;
  text += `${prefix(spec)} `;
  if (spec.src && spec.srcLength > 0)
    text += `from ${formatAddress(spec.src, version(spec.family))}/${spec.srcLength} `;
  if (spec.tos !== 0) text += `tos 0x${spec.tos.toString(16).padStart(2, '0')} `;
  if (spec.nhId !== null) text += `nhid ${spec.nhId} `;
  if (single) text += hopText(spec, single, ifname);
  if (spec.table !== RT_TABLE_MAIN) text += `table ${tableName(spec.table)} `;
  if (spec.protocol !== RTPROT_BOOT) text += `proto ${protocolName(spec.protocol)} `;
  if (spec.scope !== RT_SCOPE_UNIVERSE) text += `scope ${scopeName(spec.scope)} `;
  if (spec.prefsrc) text += `src ${formatAddress(spec.prefsrc, version(spec.family))} `;
  if (spec.priority !== null) text += `metric ${spec.priority} `;
  for (const flag of hopFlagNames(allFlags(spec) & 0xff)) text += `${flag} `;
  const expires = expiresOf(spec);
  if (expires !== null) text += `expires ${expires}sec `;
  text += metricsText(spec);
  if (spec.pref !== null) text += `pref ${preferenceName(spec.pref)}`;
  if (spec.multipath)
    for (const hop of spec.hops) {
      text += `\n\tnexthop ${hopText(spec, hop, ifname)}weight ${hop.hops + 1} `;
      for (const flag of hopFlagNames(hop.flags)) text += `${flag} `;
    }
  return text;
}
