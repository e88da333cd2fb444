// SPDX-License-Identifier: MIT
// A changed route. The kernel has no "change": it replaces by key, or adds and deletes. What is done, and why:
//
// - Same key, and NLM_F_REPLACE would hit this very route: replace. Nothing is uncovered in between.
// - Same key, but replace would hit another one (it takes the first of several): add beside them, then delete the old.
// - Same key, and the new one cannot stand beside the old (IPv6: same next hop): delete, then add, and put the old one
//   back when that fails. The others with the key cover the destination meanwhile.
// - Another key: add (refused when there is one), then delete the old. Nothing is uncovered in between. On rtmgr both
//   go as one batch: they happen together or not at all.
import type { AppError, Applied, Outcome, RoutePatch } from '../../app/contract/index.ts';
import { draftOfRow, fail, ok } from '../../app/contract/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { AF_INET } from '../codec/index.ts';
import type { RouteContext } from './context.ts';
import { patchSpec } from './draft.ts';
import { joinsOthers, keyOf, metricOf, sameRequest, sharesHop } from './spec.ts';
import { inWords, prefixText } from './words.ts';
import type { Written } from './write.ts';
import {
  ADD,
  BESIDE,
  REPLACE,
  deleteMessage,
  ifindexIn,
  problemOf,
  put,
  putMessage,
  readBack,
  readOnlyError,
  refusal,
  remove,
  settled,
  vanished,
} from './write.ts';

const GONE: AppError = {
  kind: 'gone',
  what: 'The route is not there any more',
  why: 'Somebody else deleted it meanwhile',
  wayOut: 'Add it as a new route',
};

interface Edit {
  rowId: number;
  old: RouteSpec;
  spec: RouteSpec;
  metricAsked: boolean;
}

/** Which of the routes with one key NLM_F_REPLACE takes away: fib_table_insert and fib6_add_rt2node of the kernel. */
export function replaced(chain: readonly RouteSpec[], spec: RouteSpec): number {
  if (spec.family === AF_INET) return chain.length > 0 ? 0 : -1;
  const same = chain.findIndex((one) => joinsOthers(one) === joinsOthers(spec));
  return same >= 0 || chain.length === 0 ? same : 0;
}

const explain = (routes: RouteContext, error: AppError, { old, spec }: Edit): AppError =>
  inWords(error, { asked: 'edit', spec, links: routes.links, before: old, protocol: routes.protocol });

/** The new one is there; the old one stays although it should have gone. */
function halfDone(error: AppError, old: RouteSpec): AppError {
  return {
    ...error,
    what: `The changed route is in the table, but the old one (${prefixText(old)}, metric ${metricOf(old)}) could not be deleted`,
    wayOut: 'Delete one of the two',
  };
}

async function addThenDelete(
  routes: RouteContext,
  edit: Edit,
  flags: number,
  warnings: readonly string[],
): Promise<Outcome<Applied>> {
  const { old, spec, metricAsked } = edit;
  const added = await put(routes, spec, flags);
  if (added.error) return refusal(routes, explain(routes, added.error, edit), [added]);
  const deleted = await remove(routes, old);
  const { error } = deleted;
  const noSuch = error?.kind === 'kernel' && error.errnoName === 'ESRCH';
  const goneBefore = noSuch && (await vanished(routes, edit.rowId));
  if (error && !goneBefore) return refusal(routes, halfDone(error, old), [added, deleted]);
  if (!error) {
    await settled(routes, deleted);
    await vanished(routes, edit.rowId);
  }
  return readBack(routes, spec, [added, deleted], {
    metricAsked,
    warnings: goneBefore ? [...warnings, 'The old route had been deleted by somebody else'] : warnings,
  });
}

/** Both in one batch, which rtmgr does entirely or not at all. */
async function moveAtOnce(routes: RouteContext, edit: Edit): Promise<Outcome<Applied>> {
  const { old, spec, metricAsked } = edit;
  let begin = 0;
  const done = await routes.channel.atomic([putMessage(spec, ADD), deleteMessage(old)], {
    onSeq: (seq) => void (begin = seq),
  });
  if (!done.ok) return done;
  const part = (at: number): Written => ({ seq: begin + at, error: null, warnings: [] });
  const [added, deleted, end] = [part(1), part(2), part(3)];
  const { failure } = done.value;
  if (failure) {
    const { error, index } = failure;
    if (index === 1 && error.kind === 'kernel' && error.errnoName === 'ESRCH') return fail(GONE);
    return refusal(routes, explain(routes, error, edit), [index === 1 ? deleted : added, end]);
  }
  await settled(routes, deleted);
  await vanished(routes, edit.rowId);
  return readBack(routes, spec, [added, deleted, end], { metricAsked });
}

async function deleteThenAdd(routes: RouteContext, edit: Edit): Promise<Outcome<Applied>> {
  const { old, spec, metricAsked } = edit;
  const deleted = await remove(routes, old);
  if (deleted.error) return refusal(routes, explain(routes, deleted.error, edit), [deleted]);
  const added = await put(routes, spec, BESIDE);
  if (!added.error) return readBack(routes, spec, [added, deleted], { metricAsked });
  const restored = await put(routes, old, BESIDE);
  const written: Written[] = [deleted, added, restored];
  const error = explain(routes, added.error, edit);
  if (!restored.error) return refusal(routes, error, written);
  return refusal(
    routes,
    {
      ...error,
      what: `${error.what}. The old route could not be put back`,
      wayOut: `Add ${prefixText(old)} again`,
    },
    written,
  );
}

async function sameKey(routes: RouteContext, edit: Edit): Promise<Outcome<Applied>> {
  const { rowId, old, spec, metricAsked } = edit;
  const rowIds = await routes.table.chain({ spec: old });
  const specs = await routes.table.specs({ rowIds });
  const chain = rowIds.flatMap((id, i) => (specs[i] ? [{ id, spec: specs[i] }] : []));
  const hit = replaced(
    chain.map((one) => one.spec),
    spec,
  );
  if (chain.length <= 1 || chain[hit]?.id === rowId) {
    const written = await put(routes, spec, REPLACE);
    if (written.error) return refusal(routes, explain(routes, written.error, edit), [written]);
    return readBack(routes, spec, [written], { metricAsked });
  }
  if (spec.family !== AF_INET && (sharesHop(old, spec) || joinsOthers(spec)))
    return deleteThenAdd(routes, edit);
  const last = chain[chain.length - 1]?.id === rowId;
  return addThenDelete(
    routes,
    edit,
    BESIDE,
    last ? [] : [`The route now stands last of the ${chain.length} with the same destination and metric`],
  );
}

/** Changes the cells of a patch; everything else of the route stays. */
export async function editRoute(
  routes: RouteContext,
  rowId: number,
  patch: RoutePatch,
): Promise<Outcome<Applied>> {
  if (routes.readOnly !== null) return fail(readOnlyError(routes));
  const [[old], { row }] = await Promise.all([
    routes.table.specs({ rowIds: [rowId] }),
    routes.table.locate({ rowId }),
  ]);
  if (!old || !row) return fail(GONE);
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const problem = problemOf(
    routes,
    { ...draftOfRow(row), ...given },
    Object.keys(given) as (keyof RoutePatch)[],
  );
  if (problem) return fail(problem);
  const spec = patchSpec(old, patch, ifindexIn(routes));
  if (sameRequest(old, spec)) return ok({ rowIds: [rowId], messageIds: [], warnings: [] });
  const metricAsked = patch.metric !== undefined && patch.metric !== null;
  const edit: Edit = { rowId, old, spec, metricAsked };
  if (keyOf(old) === keyOf(spec)) return sameKey(routes, edit);
  return routes.protocol === 'rtmgr' ? moveAtOnce(routes, edit) : addThenDelete(routes, edit, ADD, []);
}
