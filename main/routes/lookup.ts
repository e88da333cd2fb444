// SPDX-License-Identifier: MIT
// "Which route takes this address?" The kernel is asked twice: for its decision (with the table it was found in,
// RTM_F_LOOKUP_TABLE) and for the whole route behind it (RTM_F_FIB_MATCH). That there is no way is an answer too.
import type { AppError, LookupAnswer, Named, Outcome } from '../../app/contract/index.ts';
import { fail, formatAddress, ok, parseAddress } from '../../app/contract/index.ts';
import type { Address } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import {
  AF_INET,
  AF_INET6,
  FR_ACT,
  RTA,
  RTM_F,
  RTM_GETROUTE,
  RTN,
  decodeRoute,
  encodeMessage,
  routeTypeName,
  tableName,
} from '../codec/index.ts';
import type { RouteContext } from './context.ts';
import type { Rule } from './rules.ts';
import { readRules, rulesFor } from './rules.ts';
import { prefixText } from './words.ts';
import type { Written } from './write.ts';
import { messagesOf } from './write.ts';

const { RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH } = RTM_F.values;
const { RTN_UNICAST, RTN_LOCAL, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW } = RTN.values;

const named = (value: number, name: (value: number) => string): Named => ({ value, name: name(value) });

interface Asked {
  written: Written;
  spec: RouteSpec | null;
}

async function ask(routes: RouteContext, { family, bytes }: Address, flags: number): Promise<Asked> {
  const written: Written = { seq: 0, error: null, warnings: [] };
  const message = encodeMessage({
    type: RTM_GETROUTE,
    flags: 0,
    family: {
      rtm_family: family === 4 ? AF_INET : AF_INET6,
      rtm_dst_len: bytes.length * 8,
      // IPv6 tells the table unasked, and refuses the flag
      rtm_flags: family === 4 && routes.protocol === 'route' ? flags | RTM_F_LOOKUP_TABLE : flags,
    },
    attributes: [{ type: RTA.values.RTA_DST, value: bytes }],
  });
  const reply = await routes.channel.request(message, { onSeq: (seq) => void (written.seq = seq) });
  if (!reply.ok) {
    written.error = reply.error;
    return { written, spec: null };
  }
  const decoded = reply.value.messages[0] ? decodeRoute(reply.value.messages[0]) : null;
  return { written, spec: decoded?.ok ? decoded.value : null };
}

/** `via 192.0.2.2 dev lan0`, in words. */
function way(gateway: string | null, device: string | null): string {
  if (gateway !== null) return `through ${gateway}${device === null ? '' : ` on ${device}`}`;
  return device === null ? '' : `straight out of ${device}`;
}

const REFUSALS: ReadonlyMap<string, { type: number; words: string }> = new Map([
  ['EINVAL', { type: RTN_BLACKHOLE, words: 'The packet is dropped without a word' }],
  ['EHOSTUNREACH', { type: RTN_UNREACHABLE, words: 'The sender is told that the host cannot be reached' }],
  ['EACCES', { type: RTN_PROHIBIT, words: 'The sender is told that it is prohibited' }],
]);
const TYPE_WORDS: ReadonlyMap<number, string> = new Map(
  [...REFUSALS.values()].map(({ type, words }) => [type, words]),
);

const ruleWords = (rule: Rule | undefined, table: string): string => {
  if (rule && OWN_RULES.includes(rule))
    return `rtmgr has no rules: it asks local and main, then default, and table ${table} has an answer`;
  return rule ? `Rule ${rule.priority} asks table ${table}` : `Table ${table} is asked`;
};

/** What the kernel starts with, and all that rtmgr has. */
const OWN_RULES: readonly Rule[] = [255, 254, 253].map((table, i) => ({
  priority: i,
  action: FR_ACT.values.FR_ACT_TO_TBL,
  table,
  target: 0,
  dst: null,
  invert: false,
  special: false,
}));

const rulesOf = async (routes: RouteContext, family: 4 | 6): Promise<readonly Rule[]> => {
  if (routes.protocol === 'rtmgr') return OWN_RULES;
  const rules = await readRules(routes.channel, family);
  return rules.ok ? rules.value : [];
};

interface Found {
  rowId: number | null;
  spec: RouteSpec | null;
}

async function rowOf(routes: RouteContext, rowId: number | null): Promise<Found> {
  if (rowId === null) return { rowId, spec: null };
  const [spec] = await routes.table.specs({ rowIds: [rowId] });
  return { rowId, spec: spec ?? null };
}

/**
 * Where the kernel only says "no" (IPv4 does so for routes that go nowhere), the tables are walked as its rules say.
 * A throw, or a table without a match, leads on to the next rule.
 */
async function walk(
  routes: RouteContext,
  address: Address,
  rules: readonly Rule[],
): Promise<Found & { rule: Rule | undefined }> {
  for (const rule of rulesFor(rules, address.bytes)) {
    if (rule.action !== FR_ACT.values.FR_ACT_TO_TBL) return { rowId: null, spec: null, rule };
    const rowId = await routes.table.lookup({
      family: address.family,
      address: address.bytes,
      table: rule.table,
    });
    const found = await rowOf(routes, rowId);
    if (found.spec && found.spec.type !== RTN_THROW) return { ...found, rule };
  }
  return { rowId: null, spec: null, rule: undefined };
}

function reachable(
  decision: RouteSpec,
  route: RouteSpec | null,
  rule: Rule | undefined,
  gateway: string | null,
  device: string | null,
): string {
  const table = tableName(decision.table);
  const prefix = prefixText(route ?? decision);
  const begin = `${ruleWords(rule, table)}; its longest prefix for the address is ${prefix}`;
  const nowhere = TYPE_WORDS.get(decision.type);
  if (nowhere !== undefined) return `${begin}, of type ${routeTypeName(decision.type)}. ${nowhere}.`;
  if (decision.type === RTN_LOCAL) return `${begin}. It is an address of this machine itself.`;
  const several = route && route.hops.length > 1 ? `, one of ${route.hops.length} next hops` : '';
  const kind = decision.type === RTN_UNICAST ? '' : ` as ${routeTypeName(decision.type)}`;
  return `${begin}. The packet goes ${way(gateway, device)}${several}${kind}.`;
}

async function finish(
  routes: RouteContext,
  answer: Omit<LookupAnswer, 'index' | 'messageIds'>,
  written: readonly Written[],
): Promise<Outcome<LookupAnswer>> {
  const [located, messageIds] = await Promise.all([
    answer.rowId === null ? { index: null } : routes.table.locate({ rowId: answer.rowId }),
    messagesOf(routes, written),
  ]);
  return ok({ ...answer, index: located.index, messageIds });
}

async function refusedLookup(
  routes: RouteContext,
  address: Address,
  error: AppError,
  rules: readonly Rule[],
  written: readonly Written[],
): Promise<Outcome<LookupAnswer>> {
  if (error.kind !== 'kernel') return fail(error);
  const refusal = REFUSALS.get(error.errnoName);
  // the kernel explains what is wrong with a request, not what became of a packet
  if (error.extack !== undefined) return fail(error);
  if (!refusal && error.errnoName !== 'ENETUNREACH') return fail(error);
  const text = formatAddress(address.bytes, address.family);
  const { rowId, spec, rule } = await walk(routes, address, rules);
  const nothing = {
    address: text,
    gateway: null,
    device: null,
    source: null,
  };
  if (!spec) {
    const by = rule && rule.action !== FR_ACT.values.FR_ACT_TO_TBL;
    return finish(
      routes,
      {
        ...nothing,
        rowId: null,
        matched: '',
        table: named(rule?.table ?? 0, tableName),
        type: named(refusal?.type ?? RTN_UNREACHABLE, routeTypeName),
        reason: by
          ? `Rule ${rule.priority} refuses it itself (${error.errnoName}).`
          : `No table has a route for ${text} (${error.errnoName}). A default route would take it.`,
      },
      written,
    );
  }
  const begin = `${ruleWords(rule, tableName(spec.table))}; its longest prefix for the address is ${prefixText(spec)}`;
  const words = TYPE_WORDS.get(spec.type);
  const reason = words
    ? `${begin}, of type ${routeTypeName(spec.type)}. ${words} (${error.errnoName}).`
    : `${begin}, but the kernel does not use it (${error.errnoName}): no next hop of it is up.`;
  return finish(
    routes,
    {
      ...nothing,
      rowId,
      matched: prefixText(spec),
      table: named(spec.table, tableName),
      type: named(spec.type, routeTypeName),
      reason,
    },
    written,
  );
}

/** Asks the kernel which route a packet of this machine to this address takes. */
export async function lookupRoute(routes: RouteContext, text: string): Promise<Outcome<LookupAnswer>> {
  const address = parseAddress(text.trim());
  if (!address)
    return fail({
      kind: 'invalid',
      what: text.trim() === '' ? 'An address is needed' : `${text.trim()} is not an address`,
      wayOut: 'Write one address, like 192.0.2.1 or 2001:db8::1',
    });
  // rtmgr forwards nothing and has no cache: the route behind the decision is all there is
  const own = routes.protocol === 'rtmgr';
  const decision = await ask(routes, address, own ? RTM_F_FIB_MATCH : 0);
  const known = await rulesOf(routes, address.family);
  const { error } = decision.written;
  if (error) return refusedLookup(routes, address, error, known, [decision.written]);
  if (!decision.spec) return fail({ kind: 'internal', what: 'The answer of the kernel could not be read' });
  const match = own ? decision : await ask(routes, address, RTM_F_FIB_MATCH);
  const { spec } = decision;
  const found = match.spec ? await routes.table.find({ spec: match.spec }) : null;
  const row =
    found ??
    (await routes.table.lookup({ family: address.family, address: address.bytes, table: spec.table }));
  const route = match.spec ?? (await rowOf(routes, row)).spec;
  const [hop] = spec.hops;
  const gateway = hop?.gateway
    ? formatAddress(hop.gateway.bytes, hop.gateway.family === AF_INET6 ? 6 : 4)
    : null;
  const nowhere = TYPE_WORDS.has(spec.type);
  const device = nowhere ? null : (routes.links.find((link) => link.ifindex === hop?.ifindex)?.name ?? null);
  const rule = rulesFor(known, address.bytes).find(
    (one) => one.action === FR_ACT.values.FR_ACT_TO_TBL && one.table === spec.table,
  );
  return finish(
    routes,
    {
      address: formatAddress(address.bytes, address.family),
      rowId: row,
      matched: prefixText(route ?? spec),
      table: named(spec.table, tableName),
      type: named(spec.type, routeTypeName),
      gateway,
      device,
      source: spec.prefsrc ? formatAddress(spec.prefsrc, address.family) : null,
      reason: reachable(spec, route, rule, gateway, device),
    },
    own ? [decision.written] : [decision.written, match.written],
  );
}
