// SPDX-License-Identifier: MIT
// Deleted routes: few with a request each, so that every one is found in the inspector; many in cascades.
import type { AppError, ItemOutcome, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import type { RouteContext } from './context.ts';
import { inWords } from './words.ts';
import { READ_ONLY, deleteMessage, messagesOf, remove, settled, vanished } from './write.ts';

export interface Deleted {
  items: ItemOutcome[];
  messageIds: number[];
}

/** Up to so many go with a request of their own. */
const FEW = 16;
/** Routes encoded and sent between two turns of the main thread: well below 16 ms of work. */
const CHUNK = 250;

const goneError: AppError = {
  kind: 'gone',
  what: 'The route is not there any more',
  why: 'Somebody else deleted it meanwhile',
};

function outcomeOf(
  routes: RouteContext,
  rowId: number,
  spec: RouteSpec,
  error: AppError | null,
  messageIds: number[],
): ItemOutcome {
  if (!error) return { rowId, outcome: { ok: true } };
  if (error.kind !== 'kernel') return { rowId, outcome: { ok: false, error } };
  if (error.errnoName === 'ESRCH') return { rowId, outcome: { ok: false, error: goneError } };
  const words = inWords(error, { asked: 'delete', spec, links: routes.links });
  return { rowId, outcome: { ok: false, error: words.kind === 'kernel' ? { ...words, messageIds } : words } };
}

async function deleteFew(
  routes: RouteContext,
  rowIds: readonly number[],
  specs: readonly (RouteSpec | null)[],
): Promise<Deleted> {
  const items: ItemOutcome[] = [];
  const all: number[] = [];
  for (const [i, rowId] of rowIds.entries()) {
    const spec = specs[i];
    if (!spec) {
      items.push({ rowId, outcome: { ok: false, error: goneError } });
      continue;
    }
    const written = await remove(routes, spec);
    const ids = await messagesOf(routes, [written]);
    all.push(...ids);
    items.push(outcomeOf(routes, rowId, spec, written.error, ids));
    if (!written.error) await settled(routes, written);
  }
  // an IPv6 route with several next hops goes hop by hop
  await follow(routes, items);
  return { items, messageIds: all };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function deleteChunk(routes: RouteContext, rowIds: readonly number[]): Promise<Outcome<ItemOutcome[]>> {
  const specs = await routes.table.specs({ rowIds: [...rowIds] });
  const there = rowIds.flatMap((rowId, i) => (specs[i] ? [{ rowId, spec: specs[i] }] : []));
  const result = await routes.channel.batch(there.map(({ spec }) => deleteMessage(spec)));
  if (!result.ok) return result;
  const errors = new Map(result.value.failures.map(({ index, error }) => [index, error]));
  const { notSent, stopped } = result.value;
  const outcomes = new Map<number, ItemOutcome>();
  for (const [i, { rowId, spec }] of there.entries()) {
    const unsent = i >= there.length - notSent ? stopped : null;
    outcomes.set(rowId, outcomeOf(routes, rowId, spec, errors.get(i) ?? unsent, []));
  }
  return ok(
    rowIds.map((rowId) => outcomes.get(rowId) ?? { rowId, outcome: { ok: false, error: goneError } }),
  );
}

/** Waits until the table knows of the last deletion. */
async function follow(routes: RouteContext, items: readonly ItemOutcome[]): Promise<void> {
  let last: number | null = null;
  for (const item of items) if (item.outcome.ok) last = item.rowId;
  if (last !== null) await vanished(routes, last);
}

/** Deletes exactly these rows; each has an outcome of its own. */
export async function deleteRoutes(
  routes: RouteContext,
  rowIds: readonly number[],
): Promise<Outcome<Deleted>> {
  if (!routes.writable) return fail(READ_ONLY);
  const unique = [...new Set(rowIds)];
  if (unique.length <= FEW) {
    const specs = await routes.table.specs({ rowIds: unique });
    return ok(await deleteFew(routes, unique, specs));
  }
  const items: ItemOutcome[] = [];
  for (let start = 0; start < unique.length; start += CHUNK) {
    const chunk = unique.slice(start, start + CHUNK);
    const done = await deleteChunk(routes, chunk);
    if (done.ok) items.push(...done.value);
    else for (const rowId of chunk) items.push({ rowId, outcome: done });
    await turn();
  }
  await follow(routes, items);
  return ok({ items, messageIds: [] });
}
