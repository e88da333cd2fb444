// SPDX-License-Identifier: MIT
// One change of one route over the request channel, and what the table says of it afterwards.
import type {
  AppError,
  Applied,
  Outcome,
  RouteDraft,
  RouteField,
  RoutePatch,
} from '../../app/contract/index.ts';
import { fail, ok, validateDraft } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  encodeRoute,
} from '../codec/index.ts';
import type { RouteContext } from './context.ts';
import type { IfindexOf } from './draft.ts';
import { toDelete, toSend } from './spec.ts';
import { differences } from './words.ts';

/** How long a notification may take to be worked into the table, ms. The kernel sends it before it acknowledges. */
const SETTLE_MS = 1000;
const TRACE_MS = 300;
const VANISH_MS = 2000;
const VANISH_STEP_MS = 10;

export const ADD = NLM_F_CREATE | NLM_F_EXCL;
export const REPLACE = NLM_F_REPLACE;
/** Beside those that have the same key. */
export const BESIDE = NLM_F_CREATE | NLM_F_APPEND;

/** What became of one request. */
export interface Written {
  seq: number;
  /** Null: the kernel did it. */
  error: AppError | null;
  /** Sentences that came with the success. */
  warnings: string[];
}

async function send(routes: RouteContext, message: Uint8Array): Promise<Written> {
  const written: Written = { seq: 0, error: null, warnings: [] };
  const reply = await routes.channel.request(message, { onSeq: (seq) => void (written.seq = seq) });
  if (reply.ok) written.warnings = reply.value.warnings;
  else written.error = reply.error;
  return written;
}

/** RTM_NEWROUTE with these modifiers. */
export const putMessage = (spec: RouteSpec, flags: number): Uint8Array<ArrayBuffer> =>
  encodeRoute(toSend(spec), { type: RTM_NEWROUTE, flags });

export const put = (routes: RouteContext, spec: RouteSpec, flags: number): Promise<Written> =>
  send(routes, putMessage(spec, flags));

export const deleteMessage = (spec: RouteSpec): Uint8Array<ArrayBuffer> =>
  encodeRoute(toDelete(spec), { type: RTM_DELROUTE, flags: 0 });

/** RTM_DELROUTE of exactly this route. */
export const remove = (routes: RouteContext, spec: RouteSpec): Promise<Written> =>
  send(routes, deleteMessage(spec));

/** Numbers in the inspector of requests and of what answered them. */
export async function messagesOf(routes: RouteContext, written: readonly Written[]): Promise<number[]> {
  const ids = await Promise.all(
    written
      .filter(({ seq }) => seq !== 0)
      .map(({ seq }) =>
        routes.trace.idsOf({ socket: routes.socket, seq, timeoutMs: TRACE_MS }).catch((): number[] => []),
      ),
  );
  return ids.flat();
}

/** An error with the numbers of its messages, where it has a place for them. */
export async function refusal(
  routes: RouteContext,
  error: AppError,
  written: readonly Written[],
): Promise<{ ok: false; error: AppError }> {
  if (error.kind !== 'kernel') return fail(error);
  return fail({ ...error, messageIds: await messagesOf(routes, written) });
}

/** Waits until the table has worked in what a request changed; answers the rows it made or changed. */
export const settled = async (routes: RouteContext, { seq }: Written): Promise<number[]> =>
  (await routes.table.settled({ portId: routes.channel.portId, seq, timeoutMs: SETTLE_MS })).rowIds;

/**
 * Waits until a row that was deleted is out of the table (an IPv6 route goes next hop by next hop), but not for ever.
 * False: it is still there.
 */
export async function vanished(routes: RouteContext, rowId: number): Promise<boolean> {
  for (let waited = 0; waited < VANISH_MS; waited += VANISH_STEP_MS) {
    const { row } = await routes.table.locate({ rowId });
    if (!row) return true;
    await new Promise((resolve) => setTimeout(resolve, VANISH_STEP_MS));
  }
  return false;
}

/**
 * Reads back what became of a route that was asked for by the first of these requests, and says where the kernel did
 * otherwise. `metricAsked`: a metric was named, so that another one is worth a word.
 */
export async function readBack(
  routes: RouteContext,
  spec: RouteSpec,
  written: readonly [Written, ...Written[]],
  more: { metricAsked: boolean; warnings?: readonly string[] },
): Promise<Outcome<Applied>> {
  let rowIds = await settled(routes, written[0]);
  if (rowIds.length === 0) {
    // nothing was told: what was asked for was there already
    const found = await routes.table.find({ spec });
    rowIds = found === null ? [] : [found];
  }
  const warnings = [...written.flatMap((one) => one.warnings), ...(more.warnings ?? [])];
  const stored = rowIds.length === 1 ? (await routes.table.specs({ rowIds }))[0] : null;
  if (stored) warnings.push(...differences(toSend(spec), stored, { metric: more.metricAsked }));
  if (rowIds.length === 0)
    warnings.push(
      'The kernel took the route, but it is not in the table: somebody may have deleted it since',
    );
  return ok({ rowIds, messageIds: await messagesOf(routes, written), warnings });
}

export const ifindexIn =
  (routes: RouteContext): IfindexOf =>
  (name) =>
    routes.links.find((link) => link.name === name)?.ifindex ??
    // interfaces that the table does not know by name read if7
    (/^if[1-9][0-9]{0,8}$/.test(name) ? Number(name.slice(2)) : null);

/** The cells that a change of these parts of a draft can put wrong. */
const CONCERNED: Record<keyof RoutePatch, readonly RouteField[]> = {
  destination: ['destination'],
  hops: ['gateway', 'device', 'weight', 'onlink', 'scope'],
  table: ['table'],
  protocol: ['protocol'],
  type: ['type', 'gateway', 'device', 'scope'],
  scope: ['scope'],
  metric: ['metric'],
  tos: ['tos'],
  prefsrc: ['prefsrc'],
  mtu: ['mtu'],
};

/**
 * What stands against a draft, as an error at the first cell concerned; null: nothing. `parts`: only what concerns these
 * parts, because the kernel has routes that no draft may say (such as those of a next-hop object that drops packets).
 */
export function problemOf(
  routes: RouteContext,
  draft: RouteDraft,
  parts?: readonly (keyof RoutePatch)[],
): AppError | null {
  const ifindexOf = ifindexIn(routes);
  const known = draft.hops.flatMap(({ device }) =>
    device && ifindexOf(device.trim()) !== null ? [{ name: device.trim() }] : [],
  );
  const fields = parts && new Set(parts.flatMap((part) => CONCERNED[part]));
  const problem = validateDraft(draft, { links: [...routes.links, ...known] }).find(
    ({ field }) => !fields || fields.has(field),
  );
  if (!problem) return null;
  const { field, message, wayOut } = problem;
  return { kind: 'invalid', field, what: message, ...(wayOut === undefined ? {} : { wayOut }) };
}

/** Why nothing can be changed here. */
export const readOnlyError = ({ readOnly }: RouteContext): AppError => ({
  kind: 'unavailable',
  what: 'This target is read-only',
  why: readOnly?.why ?? 'It can only be read',
  wayOut: readOnly?.wayOut ?? 'Open the Lab to change routes where nothing can do harm',
});
