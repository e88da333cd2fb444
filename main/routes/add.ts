// SPDX-License-Identifier: MIT
// A new route.
import type { Applied, Outcome, RouteDraft } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';
import type { RouteContext } from './context.ts';
import { specOfDraft } from './draft.ts';
import { inWords } from './words.ts';
import { ADD, ifindexIn, problemOf, put, readBack, readOnlyError, refusal } from './write.ts';

/** Adds a route that is not there yet; the kernel refuses one with the same key (NLM_F_EXCL). */
export async function addRoute(routes: RouteContext, draft: RouteDraft): Promise<Outcome<Applied>> {
  if (routes.readOnly !== null) return fail(readOnlyError(routes));
  const problem = problemOf(routes, draft);
  if (problem) return fail(problem);
  const spec = specOfDraft(draft, ifindexIn(routes));
  const written = await put(routes, spec, ADD);
  if (written.error)
    return refusal(
      routes,
      inWords(written.error, { asked: 'add', spec, links: routes.links, protocol: routes.protocol }),
      [written],
    );
  return readBack(routes, spec, [written], { metricAsked: draft.metric !== null });
}
