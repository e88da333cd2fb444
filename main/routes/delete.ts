// SPDX-License-Identifier: MIT
// Deleted routes: few with a request each, so that every one is found in the inspector; many in cascades.
import type { AppError, ItemOutcome, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { align4 } from '../codec/index.ts';
import { atomicLength } from '../netlink/atomic.ts';
import type { RouteContext } from './context.ts';
import { inWords } from './words.ts';
import { deleteMessage, messagesOf, readOnlyError, remove, settled, vanished } from './write.ts';

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
  const words = inWords(error, { asked: 'delete', spec, links: routes.links, protocol: routes.protocol });
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

const together = (why: AppError): AppError => ({
  kind: 'cancelled',
  what: 'It was not deleted, because another route of the batch was refused',
  why: why.what,
});

/** One datagram's worth of rtmgr's batches: all of them, or none. */
async function deleteBatch(
  routes: RouteContext,
  rows: readonly { rowId: number; spec: RouteSpec }[],
): Promise<Deleted> {
  let seq = 0;
  const done = await routes.channel.atomic(
    rows.map(({ spec }) => deleteMessage(spec)),
    { onSeq: (first) => void (seq = first) },
  );
  const failure = done.ok ? done.value.failure : { index: null, error: done.error };
  const end = { seq: seq + rows.length + 1, error: null, warnings: [] };
  const begin = { seq, error: null, warnings: [] };
  const messageIds = await messagesOf(routes, [begin, end]);
  const items = rows.map(({ rowId, spec }, i): ItemOutcome => {
    if (!failure) return { rowId, outcome: { ok: true } };
    const own = failure.index === null || failure.index === i;
    return own
      ? outcomeOf(routes, rowId, spec, failure.error, messageIds)
      : { rowId, outcome: { ok: false, error: together(failure.error) } };
  });
  return { items, messageIds };
}

/** On rtmgr: all at once, in as few batches as the send buffer allows (usually one). */
async function deleteTogether(routes: RouteContext, rowIds: readonly number[]): Promise<Outcome<Deleted>> {
  const items: ItemOutcome[] = [];
  const messageIds: number[] = [];
  let waiting: { rowId: number; spec: RouteSpec }[] = [];
  let bytes = atomicLength([]);
  const send = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const done = await deleteBatch(routes, waiting);
    items.push(...done.items);
    messageIds.push(...done.messageIds);
    waiting = [];
    bytes = atomicLength([]);
  };
  for (let start = 0; start < rowIds.length; start += CHUNK) {
    const chunk = rowIds.slice(start, start + CHUNK);
    const specs = await routes.table.specs({ rowIds: chunk });
    for (const [i, rowId] of chunk.entries()) {
      const spec = specs[i];
      if (!spec) {
        items.push({ rowId, outcome: { ok: false, error: goneError } });
        continue;
      }
      const more = align4(deleteMessage(spec).byteLength);
      if (bytes + more > routes.mostBytes) await send();
      waiting.push({ rowId, spec });
      bytes += more;
    }
  }
  await send();
  await follow(routes, items);
  return ok({ items, messageIds });
}

/** Deletes exactly these rows; each has an outcome of its own. */
export async function deleteRoutes(
  routes: RouteContext,
  rowIds: readonly number[],
): Promise<Outcome<Deleted>> {
  if (routes.readOnly !== null) return fail(readOnlyError(routes));
  const unique = [...new Set(rowIds)];
  if (routes.protocol === 'rtmgr' && unique.length > 1) return deleteTogether(routes, unique);
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
