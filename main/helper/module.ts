// SPDX-License-Identifier: MIT
// The verbs of `routelens-helper module`, as plain data: what a refusal means is said in main/module.
import type { Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { helperError } from './client.ts';
import type { Helper } from './client.ts';
import * as P from './protocol.ts';

/** What became of a load or an unload; refusals are in it. */
export interface ModuleAnswer {
  error: number;
  reason: number;
  /** What the kernel logged meanwhile. */
  lines: string[];
}

/** Reading and linking the module, and starting it, take their time on a slow machine. */
const CHANGE_MS = 60_000;
async function change(helper: Helper, verb: number, payload?: Uint8Array): Promise<Outcome<ModuleAnswer>> {
  const answer = await helper.request(verb, payload, CHANGE_MS);
  if (!answer.ok) return answer;
  const { error, reason } = answer.value;
  const lines = P.toText(answer.value.payload).split('\n').filter(Boolean);
  return ok({ error, reason, lines });
}

/** `maxRoutes` null: the module's own default. */
export const loadModule = (helper: Helper, maxRoutes: number | null): Promise<Outcome<ModuleAnswer>> =>
  change(helper, P.VERB.HELPER_MODULE_LOAD, P.writeStruct('helper_load', { max_routes: maxRoutes ?? 0 }));

export const unloadModule = (helper: Helper): Promise<Outcome<ModuleAnswer>> =>
  change(helper, P.VERB.HELPER_MODULE_UNLOAD);

/** From now on lines come as events. */
export async function followLog(helper: Helper): Promise<Outcome<void>> {
  const answer = await helper.request(P.VERB.HELPER_LOG);
  if (!answer.ok) return answer;
  const { error } = answer.value;
  return error === 0 ? ok(undefined) : fail(helperError(error, 'The log of the kernel cannot be read'));
}
