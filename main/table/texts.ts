// SPDX-License-Identifier: MIT
// How routes read: the texts of interned sets, made once for each distinct set, for rows, for sorting and for filtering.
import { formatAddress } from '../../app/contract/index.ts';
import {
  encapName,
  hopFlagNames,
  metricName,
  preferenceName,
  protocolName,
  routeFlagNames,
  routeTypeName,
  scopeName,
  tableName,
} from '../codec/names.ts';
import type { HopSpec } from '../codec/route-spec.ts';
import {
  RTAX_FEATURE,
  RTAX_FEATURES,
  RTAX_LOCK,
  RTAX_MTU,
  RTAX_RTO_MIN,
  RTAX_RTT,
  RTAX_RTTVAR,
} from '../codec/tables/rtmsg.ts';
import type { Extras } from './extras.ts';
import type { HopSet } from './hops.ts';
import type { Links } from './links.ts';
import type { RouteStore } from './store.ts';

export const addressText = (address: Uint8Array): string =>
  formatAddress(address, address.length === 4 ? 4 : 6);

function metricValue(type: number, value: number | Uint8Array): string {
  if (typeof value !== 'number') return Buffer.from(value).toString('latin1').replace(/\0.*$/s, '');
  if (type === RTAX_RTT) return `${value / 8}ms`;
  if (type === RTAX_RTTVAR) return `${value / 4}ms`;
  if (type === RTAX_RTO_MIN) return `${value}ms`;
  if (type === RTAX_FEATURES) {
    const names = Object.entries(RTAX_FEATURE.values).filter(([, bit]) => (value & bit) !== 0);
    return names.map(([name]) => name.slice('RTAX_FEATURE_'.length).toLowerCase()).join(' ') || String(value);
  }
  return String(value);
}

/** Metrics other than the MTU as ip(8) writes them: `advmss 1400`, `hoplimit lock 64`. */
export function metricTexts(extras: Extras): string[] {
  const texts: string[] = [];
  for (const [type, value] of extras.metrics) {
    if (type === RTAX_MTU || type === RTAX_LOCK) continue;
    const locked = extras.lock & (1 << type) ? 'lock ' : '';
    texts.push(`${metricName(type)} ${locked}${metricValue(type, value)}`);
  }
  return texts;
}

export const mtuOf = (extras: Extras): number | null => {
  const mtu = extras.metrics.get(RTAX_MTU);
  return typeof mtu === 'number' ? mtu : null;
};

/** Numbers inside a text compare by value: `eth2` before `eth10`. */
const natural = (text: string): string => text.replaceAll(/\d+/g, (digits) => digits.padStart(10, '0'));

/** Addresses compare by value, IPv4 before IPv6. */
const sortable = (address: Uint8Array): string =>
  (address.length === 4 ? '4' : '6') + Buffer.from(address).toString('hex');

export class Texts {
  private readonly store: RouteStore;
  private readonly links: Links;
  private readonly hopTexts = new Map<number, string>();
  private readonly extraTexts = new Map<number, string>();

  constructor(store: RouteStore, links: Links) {
    this.store = store;
    this.links = links;
  }

  /** Names or numbers of sets have changed. */
  forget(): void {
    this.hopTexts.clear();
    this.extraTexts.clear();
  }

  device(ifindex: number): string {
    return this.links.name(ifindex);
  }

  /** All that the grid shows of a set of hops, in lower case, one piece a line. */
  hops(id: number): string {
    let text = this.hopTexts.get(id);
    if (text === undefined) {
      const set = this.store.hopSet(id);
      const parts: string[] = [];
      for (const hop of set.hops) parts.push(...this.hopParts(hop));
      if (set.nhId !== 0) parts.push(String(set.nhId));
      if (set.encapType !== null) parts.push(encapName(set.encapType));
      text = parts.join('\n').toLowerCase();
      this.hopTexts.set(id, text);
    }
    return text;
  }

  /** All that the grid shows of a set of further attributes, in lower case, one piece a line. */
  extras(id: number): string {
    let text = this.extraTexts.get(id);
    if (text === undefined) {
      const set = this.store.extraSet(id);
      const parts = metricTexts(set);
      const mtu = mtuOf(set);
      if (mtu !== null) parts.push(String(mtu));
      if (set.prefsrc) parts.push(addressText(set.prefsrc));
      if (set.src) parts.push(`${addressText(set.src)}/${set.srcLength}`);
      if (set.pref !== null) parts.push(preferenceName(set.pref));
      text = parts.join('\n').toLowerCase();
      this.extraTexts.set(id, text);
    }
    return text;
  }

  readonly table = (index: number): string => tableName(this.store.tables[index]!).toLowerCase();
  readonly protocol = (value: number): string => protocolName(value).toLowerCase();
  readonly type = (value: number): string => routeTypeName(value).toLowerCase();
  readonly scope = (value: number): string => scopeName(value).toLowerCase();
  readonly flags = (value: number): string => routeFlagNames(value).join('\n');

  /** What sets of hops are sorted by in the column of next hops. */
  nextHopKey(set: HopSet): string {
    const keys = set.hops.map((hop) => (hop.gateway ? sortable(hop.gateway.bytes) : ''));
    return keys.some((key) => key !== '') ? keys.join(',') : '';
  }

  deviceKey(set: HopSet): string {
    return set.hops.map((hop) => (hop.ifindex === 0 ? '' : natural(this.device(hop.ifindex)))).join(',');
  }

  prefsrcKey(set: Extras): string {
    return set.prefsrc ? sortable(set.prefsrc) : '';
  }

  metricsKey(set: Extras): string {
    return natural(metricTexts(set).join(','));
  }

  static natural = natural;

  private hopParts(hop: HopSpec): string[] {
    const parts = hopFlagNames(hop.flags);
    if (hop.gateway) parts.push(addressText(hop.gateway.bytes));
    if (hop.ifindex !== 0) parts.push(this.device(hop.ifindex));
    return parts;
  }
}
