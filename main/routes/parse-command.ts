// SPDX-License-Identifier: MIT
// Reads a line as ip(8) takes it: `ip -6 route add 2001:db8::/48 via fe80::1 dev lan0 metric 5`. `ip` and `route` may be
// left out. What is not understood is said with the word that it stands at.
import type { AppError, HopDraft, LinkRow, Outcome, RouteDraft } from '../../app/contract/index.ts';
import { fail, ok, parseAddress, parsePrefix, typeHasHops, validateDraft } from '../../app/contract/index.ts';
import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTAX,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTN,
  RTPROT,
  RT_SCOPE_NOWHERE,
  RT_TABLE,
  encodeRoute,
  metricName,
  namedProtocols,
  namedRouteTypes,
  namedScopes,
  namedTables,
} from '../codec/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { specOfDraft } from './draft.ts';
import { toSend } from './spec.ts';

/** What a verb asks of the kernel (iproute2, ip/iproute.c). */
const VERBS: ReadonlyMap<string, { type: number; flags: number }> = new Map([
  ['add', { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL }],
  ['append', { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_APPEND }],
  ['prepend', { type: RTM_NEWROUTE, flags: NLM_F_CREATE }],
  ['change', { type: RTM_NEWROUTE, flags: NLM_F_REPLACE }],
  ['replace', { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_REPLACE }],
  ['del', { type: RTM_DELROUTE, flags: 0 }],
  ['delete', { type: RTM_DELROUTE, flags: 0 }],
]);

export interface Command {
  message: Uint8Array<ArrayBuffer>;
  spec: RouteSpec;
  asked: 'add' | 'delete';
}

class Unreadable extends Error {}

const { RTN_UNICAST, RTN_UNSPEC, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST } = RTN.values;
const { RT_TABLE_MAIN, RT_TABLE_LOCAL } = RT_TABLE.values;
const { RTAX_MTU, RTAX_LOCK } = RTAX.values;

/** Metrics that are plain numbers, by ip's word. */
const METRICS: ReadonlyMap<string, number> = new Map(
  [...RTAX.byValue.keys()]
    .filter((type) => type > RTAX_LOCK && metricName(type) !== 'congctl' && metricName(type) !== 'features')
    .map((type) => [metricName(type), type]),
);

function numberOf(
  word: string,
  what: string,
  names: readonly [number, string][] = [],
  most = 0xffff_ffff,
): number {
  const named = names.find(([, name]) => name === word);
  if (named) return named[0];
  const number = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(word) ? Number(word) : Number.NaN;
  if (!(number <= most)) throw new Unreadable(`${word} is no ${what}`);
  return number;
}

/** Words one after the other. */
class Words {
  private at = 0;
  private readonly list: string[];
  constructor(text: string) {
    this.list = text.split(/\s+/).filter((word) => word !== '');
  }
  get peek(): string | undefined {
    return this.list[this.at];
  }
  next(): string | undefined {
    return this.list[this.at++];
  }
  /** True, and the word is taken, when the next one is this. */
  takes(...words: string[]): boolean {
    if (this.peek === undefined || !words.includes(this.peek)) return false;
    this.at++;
    return true;
  }
  after(word: string): string {
    const value = this.next();
    if (value === undefined) throw new Unreadable(`Something is missing behind ${word}`);
    return value;
  }
}

interface Read {
  verb: { type: number; flags: number };
  draft: RouteDraft;
  metrics: Map<number, number>;
  locks: number;
  /** What a delete names: the rest matches anything. */
  given: Set<string>;
}

function readHop(words: Words, hop: HopDraft): void {
  for (;;) {
    if (words.takes('via')) {
      const word = words.after('via');
      hop.gateway = word === 'inet' || word === 'inet6' ? words.after(word) : word;
      if (!parseAddress(hop.gateway)) throw new Unreadable(`${hop.gateway} is not an address`);
    } else if (words.takes('dev', 'oif')) hop.device = words.after('dev');
    else if (words.takes('weight')) hop.weight = numberOf(words.after('weight'), 'weight', [], 256);
    else if (words.takes('onlink')) hop.onlink = true;
    else return;
  }
}

const aHop = (): HopDraft => ({ gateway: null, device: null, weight: 1, onlink: false });

function readRoute(words: Words, family: 4 | 6 | null): Read {
  const word = words.next();
  if (word === undefined) throw new Unreadable('The line asks for nothing');
  const verb = VERBS.get(word);
  if (!verb) throw new Unreadable(`${word} is not a verb: there are ${[...VERBS.keys()].join(', ')}`);
  const draft: RouteDraft = {
    family: family ?? 4,
    destination: '',
    hops: [],
    table: -1,
    protocol: RTPROT.values.RTPROT_BOOT,
    type: RTN_UNICAST,
    scope: null,
    metric: null,
    tos: 0,
    prefsrc: null,
    mtu: null,
  };
  const given = new Set<string>();
  const metrics = new Map<number, number>();
  let locks = 0;
  const single = aHop();
  const several: HopDraft[] = [];
  const type = namedRouteTypes().find(([, name]) => name === words.peek);
  if (type) {
    draft.type = type[0];
    given.add('type');
    words.next();
  }
  for (;;) {
    readHop(words, single);
    const name = words.next();
    if (name === undefined) break;
    if (name === 'to') draft.destination = words.after(name);
    else if (name === 'table') {
      draft.table = numberOf(words.after(name), 'table', namedTables());
      given.add('table');
    } else if (name === 'proto' || name === 'protocol') {
      draft.protocol = numberOf(words.after(name), 'protocol', namedProtocols(), 255);
      given.add('protocol');
    } else if (name === 'scope') {
      draft.scope = numberOf(words.after(name), 'scope', namedScopes(), 255);
      given.add('scope');
    } else if (name === 'src') draft.prefsrc = words.after(name);
    else if (name === 'tos' || name === 'dsfield') draft.tos = numberOf(words.after(name), 'TOS', [], 255);
    else if (name === 'metric' || name === 'priority' || name === 'preference')
      draft.metric = numberOf(words.after(name), 'metric');
    else if (name === 'nexthop') {
      const hop = aHop();
      readHop(words, hop);
      several.push(hop);
    } else if (METRICS.has(name)) {
      const metric = METRICS.get(name)!;
      if (words.takes('lock')) locks |= 1 << metric;
      metrics.set(metric, numberOf(words.after(name), name));
    } else if (draft.destination === '' && (name === 'default' || parsePrefix(name) || parseAddress(name)))
      draft.destination = name;
    else throw new Unreadable(`${name} is not understood here`);
  }
  if (draft.destination === '') throw new Unreadable('There is no destination');
  const prefix = draft.destination === 'default' ? null : parsePrefix(draft.destination);
  const gateway = parseAddress([single, ...several].find((hop) => hop.gateway)?.gateway ?? '');
  draft.family = prefix?.family ?? family ?? gateway?.family ?? 4;
  if (several.length > 0) draft.hops = several;
  else if (single.gateway !== null || single.device !== null) draft.hops = [single];
  if (draft.table < 0)
    draft.table = [RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST].includes(draft.type as never)
      ? RT_TABLE_LOCAL
      : RT_TABLE_MAIN;
  draft.mtu = metrics.get(RTAX_MTU) ?? null;
  return { verb, draft, metrics, locks, given };
}

function build({ verb, draft, metrics, locks, given }: Read, links: readonly LinkRow[]): Outcome<Command> {
  const ifindexOf = (name: string): number | null =>
    links.find((link) => link.name === name)?.ifindex ?? null;
  const deletes = verb.type === RTM_DELROUTE;
  // what a delete leaves out matches anything
  const problem = validateDraft(draft, { links }).find(
    ({ field }) => !deletes || field === 'destination' || field === 'device',
  );
  if (problem && !(deletes && draft.hops.length === 0 && problem.field !== 'destination'))
    return fail({
      kind: 'invalid',
      field: problem.field,
      what: problem.message,
      ...(problem.wayOut === undefined ? {} : { wayOut: problem.wayOut }),
    });
  const spec = specOfDraft(draft, ifindexOf);
  for (const [type, value] of metrics) spec.metrics.set(type, value);
  if (locks !== 0) spec.metrics.set(RTAX_LOCK, locks);
  if (deletes) {
    if (!given.has('type')) spec.type = RTN_UNSPEC;
    if (!given.has('protocol')) spec.protocol = RTPROT.values.RTPROT_UNSPEC;
    if (!given.has('scope')) spec.scope = draft.family === 4 ? RT_SCOPE_NOWHERE : 0;
  }
  const message = encodeRoute(deletes ? { ...spec, multipath: spec.hops.length > 1 } : toSend(spec), verb);
  return ok({ message, spec, asked: deletes ? 'delete' : 'add' });
}

/** One line; an empty one, and a comment behind #, is no command: null. */
export function parseCommand(line: string, links: readonly LinkRow[]): Outcome<Command> | null {
  const text = line.replace(/(^|\s)#.*$/, '').trim();
  if (text === '') return null;
  const words = new Words(text);
  const invalid = (what: string): { ok: false; error: AppError } => fail({ kind: 'invalid', what });
  let family: 4 | 6 | null = null;
  words.takes('ip');
  for (;;) {
    if (words.takes('-4')) family = 4;
    else if (words.takes('-6')) family = 6;
    else break;
  }
  words.takes('route', 'r', 'ro');
  try {
    const read = readRoute(words, family);
    if (typeHasHops(read.draft.type) || read.draft.hops.length === 0) return build(read, links);
    // the kernel says `dev lo` of IPv6 routes that go nowhere, and people copy it
    return build({ ...read, draft: { ...read.draft, hops: [] } }, links);
  } catch (error) {
    if (error instanceof Unreadable) return invalid(error.message);
    if (error instanceof RangeError) return invalid(error.message);
    throw error;
  }
}
