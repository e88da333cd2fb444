// SPDX-License-Identifier: MIT
// Routes as `ip route add` lines (ip-route(8)) that make the same route in a namespace with the same interfaces. Names
// are written only where every iproute2 knows them; everything else is a number.
import type { LinkRow } from '../../app/contract/index.ts';
import { defaultScope, formatAddress, typeHasHops } from '../../app/contract/index.ts';
import type { HopSpec, RouteSpec } from '../codec/index.ts';
import {
  AF_INET,
  AF_INET6,
  RTA,
  RTAX,
  RTN,
  RTNH_F,
  RT_TABLE,
  attributes,
  littleEndian,
  metricName,
  preferenceName,
  protocolName,
  routeTypeName,
  viewOf,
} from '../codec/index.ts';
import { prefixText } from './words.ts';
import { keyOf, toSend } from './spec.ts';

const { RTAX_LOCK, RTAX_FEATURES, RTAX_RTT, RTAX_RTTVAR, RTAX_RTO_MIN } = RTAX.values;
const { RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, RTN_NAT } = RTN.values;
const { RT_TABLE_MAIN, RT_TABLE_LOCAL, RT_TABLE_DEFAULT } = RT_TABLE.values;
const RTAX_FEATURE_ECN = 1;
/** Built into iproute2, whatever rt_protos says: redirect, kernel, boot, static, ra, dhcp. */
const PROTOCOLS: ReadonlySet<number> = new Set([1, 2, 3, 4, 9, 16]);
const addressText = ({ family, bytes }: { family: number; bytes: Uint8Array }): string =>
  formatAddress(bytes, family === AF_INET6 ? 6 : 4);

function hopWords(
  spec: RouteSpec,
  hop: HopSpec,
  links: readonly Pick<LinkRow, 'ifindex' | 'name'>[],
): string[] {
  const words: string[] = [];
  if (hop.gateway) {
    words.push('via');
    if (hop.gateway.family !== spec.family) words.push(hop.gateway.family === AF_INET6 ? 'inet6' : 'inet');
    words.push(addressText(hop.gateway));
  }
  if (hop.ifindex !== 0)
    words.push('dev', links.find((link) => link.ifindex === hop.ifindex)?.name ?? `if${hop.ifindex}`);
  return words;
}

function metricWords(metrics: RouteSpec['metrics']): string[] {
  const locks = metrics.get(RTAX_LOCK);
  const locked = (type: number): boolean => typeof locks === 'number' && (locks & (1 << type)) !== 0;
  const words: string[] = [];
  for (const [type, value] of metrics) {
    if (type <= RTAX_LOCK || !RTAX.byValue.has(type)) continue;
    const name = metricName(type);
    if (type === RTAX_FEATURES) {
      if (value === RTAX_FEATURE_ECN) words.push(name, 'ecn');
      continue;
    }
    words.push(name);
    // rto_min is always locked by ip itself
    if (locked(type) && type !== RTAX_RTO_MIN) words.push('lock');
    if (typeof value !== 'number') words.push(new TextDecoder().decode(value).replace(/\0.*$/s, ''));
    // ip takes bare numbers of these as they are on the wire; with a unit it multiplies
    else if (type === RTAX_RTT || type === RTAX_RTTVAR) words.push(String(value));
    else if (type === RTAX_RTO_MIN) words.push(`${value}ms`);
    else words.push(String(value));
  }
  return words;
}

/** What stands in `others` and has a word; null when there is something that no line can say. */
function otherWords(spec: RouteSpec): string[] | null {
  const words: string[] = [];
  const view = viewOf(spec.others);
  const list = attributes(view, 0, spec.others.length, 'others');
  if (!list.ok) return null;
  for (const a of list.value) {
    if (a.type === RTA.values.RTA_EXPIRES && a.end - a.start === 4)
      words.push('expires', String(view.getUint32(a.start, littleEndian)));
    else return null;
  }
  return words;
}

/** The table that ip(8) takes when none is named. */
const usualTable = (type: number): number =>
  type === RTN_LOCAL || type === RTN_BROADCAST || type === RTN_ANYCAST || type === RTN_NAT
    ? RT_TABLE_LOCAL
    : RT_TABLE_MAIN;
const TABLES: ReadonlyMap<number, string> = new Map([
  [RT_TABLE_MAIN, 'main'],
  [RT_TABLE_LOCAL, 'local'],
  [RT_TABLE_DEFAULT, 'default'],
]);

/** One route as a line; a comment where ip(8)'s syntax does not suffice. */
function ipCommand(
  route: RouteSpec,
  verb: 'add' | 'append',
  links: readonly Pick<LinkRow, 'ifindex' | 'name'>[],
): string {
  const spec = toSend(route);
  const family = spec.family === AF_INET ? 4 : 6;
  const words = ['ip', ...(family === 6 ? ['-6'] : []), 'route', verb];
  if (spec.type !== RTN_UNICAST) words.push(routeTypeName(spec.type));
  words.push(prefixText(spec));
  if (spec.src && spec.srcLength > 0)
    words.push('from', `${formatAddress(spec.src, family)}/${spec.srcLength}`);
  if (spec.tos !== 0) words.push('tos', `0x${spec.tos.toString(16)}`);
  const [only] = spec.hops;
  if (only && !spec.multipath) words.push(...hopWords(spec, only, links));
  if (spec.nhId !== null) words.push('nhid', String(spec.nhId));
  if (spec.table !== usualTable(spec.type)) words.push('table', TABLES.get(spec.table) ?? String(spec.table));
  words.push('proto', PROTOCOLS.has(spec.protocol) ? protocolName(spec.protocol) : String(spec.protocol));
  const usual = defaultScope(family, spec.type, spec.hops);
  if (family === 4 && spec.scope !== usual)
    words.push('scope', spec.scope === 0 ? 'global' : String(spec.scope));
  if (spec.prefsrc) words.push('src', formatAddress(spec.prefsrc, family));
  if (spec.priority !== null && spec.priority !== 0) words.push('metric', String(spec.priority));
  words.push(...metricWords(spec.metrics));
  const others = otherWords(spec);
  // medium (0) is the default
  if (spec.pref) words.push('pref', preferenceName(spec.pref));
  const onlink = RTNH_F.values.RTNH_F_ONLINK;
  if (only && !spec.multipath && (only.flags & onlink) !== 0) words.push('onlink');
  if (others) words.push(...others);
  if (spec.multipath)
    for (const hop of spec.hops) {
      words.push('nexthop', ...hopWords(spec, hop, links), 'weight', String(hop.hops + 1));
      if ((hop.flags & onlink) !== 0) words.push('onlink');
    }
  const line = words.join(' ');
  const complete =
    others !== null &&
    spec.hops.every((hop) => hop.others.length === 0) &&
    (typeHasHops(spec.type) || spec.hops.length === 0);
  return complete ? line : `# without its further attributes (such as encap): ${line}`;
}

/** A line for each route. Of several with the same key the later ones are appended, as `add` would refuse them. */
export function ipCommands(
  specs: readonly RouteSpec[],
  links: readonly Pick<LinkRow, 'ifindex' | 'name'>[],
): string[] {
  const keys = new Set<string>();
  return specs.map((spec) => {
    const key = keyOf(spec);
    const verb = keys.has(key) ? 'append' : 'add';
    keys.add(key);
    return ipCommand(spec, verb, links);
  });
}
