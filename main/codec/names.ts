// SPDX-License-Identifier: MIT
// Names for people: of messages, flags, families, tables, protocols, scopes and types. What has no name reads as its
// decimal number, as ip(8) has it.
import type { Enumeration, Flags } from './schema.ts';
import { LWTUNNEL_ENCAP, LWTUNNEL_ENCAP_SEG6_LOCAL } from './tables/encap.ts';
import { AF } from './tables/families.ts';
import {
  NLMSG,
  NLMSG_ERROR,
  NLM_F,
  NLM_F_ACKS,
  NLM_F_DEL,
  NLM_F_GET,
  NLM_F_NEW,
  NLMSG_DONE,
} from './tables/nlmsg.ts';
import {
  RTM_FLAGS,
  RTN,
  RTNH_F,
  RTPROT,
  RT_SCOPE,
  RT_TABLE,
  RT_TABLE_COMPAT,
  ICMPV6_ROUTER_PREF,
} from './tables/rtmsg.ts';
import { RTAX, RTAX_CC_ALGO } from './tables/rtax.ts';
import type { Protocol } from './tables/messages.ts';
import { RTMGR_MSG } from './tables/rtmgr.ts';
import { RTM } from './tables/types.ts';

/** A bit mask's names without their prefix; unknown bits as one hexadecimal number. */
export function bitNames(mask: number, table: Flags, prefix: string): string[] {
  const names: string[] = [];
  let rest = mask >>> 0;
  for (const [name, [bit]] of Object.entries(table.entries))
    if ((rest & bit) !== 0) {
      names.push(name.startsWith(prefix) ? name.slice(prefix.length) : name);
      rest = (rest & ~bit) >>> 0;
    }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}

/** `RTM_NEWROUTE`; `0x1f` style for what is not in the tables. */
export const messageTypeName = (type: number, protocol: Protocol = 'route'): string =>
  NLMSG.names.get(type) ??
  RTM.names.get(type) ??
  (protocol === 'rtmgr' ? RTMGR_MSG.names.get(type) : undefined) ??
  `0x${type.toString(16)}`;

/** The number of a message type by its name, or by what messageTypeName made of it; null when it is neither. */
export function messageTypeValue(name: string): number | null {
  for (const { entries } of [NLMSG as Enumeration, RTM as Enumeration, RTMGR_MSG as Enumeration])
    if (Object.hasOwn(entries, name)) return entries[name]?.[0] ?? null;
  return /^0x[0-9a-f]{1,4}$/i.test(name) ? Number.parseInt(name.slice(2), 16) : null;
}

/** Which meaning the upper byte of nlmsg_flags has for a message type. */
export function modifiersOf(type: number): Flags | null {
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return NLM_F_ACKS;
  // rtmgr's own, from 0x100, have none
  if (type < 16 || type >= 0x100) return null;
  // RTM_* types come in fours: NEW, DEL, GET, SET. Only NEW, DEL and GET define modifiers.
  return [NLM_F_NEW, NLM_F_DEL, NLM_F_GET, NLM_F_NEW][type & 3] ?? null;
}

/** Names of nlmsg_flags in the meaning they have for this type, without NLM_F_: `['REQUEST','CREATE','EXCL','ACK']`; DUMP for ROOT|MATCH. */
export function flagNames(type: number, flags: number): string[] {
  const modifiers = modifiersOf(type);
  const names = bitNames(flags & 0xff, NLM_F, 'NLM_F_');
  const upper = flags & 0xff00;
  if (upper === 0) return names;
  const further = modifiers ? bitNames(upper, modifiers, 'NLM_F_') : [`0x${upper.toString(16)}`];
  if (further[0] === 'ROOT' && further[1] === 'MATCH') further.splice(0, 2, 'DUMP');
  return [...names, ...further];
}

/** `AF_INET`; the decimal number when it has no name. */
export const familyName = (family: number): string => AF.names.get(family) ?? String(family);

const lower = (names: ReadonlyMap<number, string>, prefix: string): Map<number, string> =>
  new Map([...names].map(([value, name]) => [value, name.slice(prefix.length).toLowerCase()]));

const builtinTables = lower(RT_TABLE.names, 'RT_TABLE_');
// 252 is only a way to say that the number does not fit; a table 252 has no name.
builtinTables.delete(RT_TABLE_COMPAT);
const builtinProtocols = lower(RTPROT.names, 'RTPROT_');
const builtinScopes = lower(RT_SCOPE.names, 'RT_SCOPE_').set(RT_SCOPE.values.RT_SCOPE_UNIVERSE, 'global');
const types = lower(RTN.names, 'RTN_');
const encaps = lower(LWTUNNEL_ENCAP.names, 'LWTUNNEL_ENCAP_').set(LWTUNNEL_ENCAP_SEG6_LOCAL, 'seg6local');
const preferences = lower(ICMPV6_ROUTER_PREF.names, 'ICMPV6_ROUTER_PREF_');
const metrics = new Map<number, string>(
  [...RTAX.byValue].map(([value, { name }]) => [value, name.slice('RTAX_'.length).toLowerCase()]),
).set(RTAX_CC_ALGO, 'congctl');

/** Names from the running system, which go before the built-in ones. */
export interface SystemNames {
  tables: ReadonlyMap<number, string>;
  protocols: ReadonlyMap<number, string>;
  scopes: ReadonlyMap<number, string>;
}

const current = { tables: builtinTables, protocols: builtinProtocols, scopes: builtinScopes };

/** Puts names of the system over the built-in ones, for this thread. */
export function useNames(names: SystemNames): void {
  current.tables = new Map([...builtinTables, ...names.tables]);
  current.protocols = new Map([...builtinProtocols, ...names.protocols]);
  current.scopes = new Map([...builtinScopes, ...names.scopes]);
}

/** `main`, `local`, or what rt_tables says; else the decimal number. */
export const tableName = (table: number): string => current.tables.get(table) ?? String(table);
/** `kernel`, `static`, `dhcp`, or what rt_protos says; else the decimal number. */
export const protocolName = (protocol: number): string => current.protocols.get(protocol) ?? String(protocol);
/** `global`, `link`, `host`; else the decimal number. */
export const scopeName = (scope: number): string => current.scopes.get(scope) ?? String(scope);
/** `unicast`, `blackhole`; else the decimal number. */
export const routeTypeName = (type: number): string => types.get(type) ?? String(type);

/** `mpls`, `seg6`, `seg6local`, as ip(8) calls RTA_ENCAP_TYPE; else the decimal number. */
export const encapName = (type: number): string => encaps.get(type) ?? String(type);

/** `low`, `medium`, `high`, as ip(8) calls RTA_PREF; else the decimal number. */
export const preferenceName = (preference: number): string =>
  preferences.get(preference) ?? String(preference);

/** `mtu`, `advmss`, `congctl`, as ip(8) calls RTAX_*; `metric 99` for one that has no name. */
export const metricName = (metric: number): string => metrics.get(metric) ?? `metric ${metric}`;

/** Names in lower case of rtm_flags, next-hop flags included: `onlink`, `linkdown`, `cloned`, `offload_failed`. */
export const routeFlagNames = (flags: number): string[] =>
  bitNames(flags, RTM_FLAGS, 'RTM_F_').map((name) => name.replace(/^RTNH_F_/, '').toLowerCase());
/** Names in lower case of rtnh_flags: `dead`, `onlink`, `linkdown`. */
export const hopFlagNames = (flags: number): string[] =>
  bitNames(flags, RTNH_F, 'RTNH_F_').map((name) => name.toLowerCase());

const sorted = (names: ReadonlyMap<number, string>): [value: number, name: string][] =>
  [...names].sort(([a], [b]) => a - b);
/** All that have a name, by number. */
export const namedTables = (): [value: number, name: string][] => sorted(current.tables);
export const namedProtocols = (): [value: number, name: string][] => sorted(current.protocols);
export const namedScopes = (): [value: number, name: string][] => sorted(current.scopes);
export const namedRouteTypes = (): [value: number, name: string][] => sorted(types);
