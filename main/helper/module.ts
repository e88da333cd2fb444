// SPDX-License-Identifier: MIT
// The verbs of `routelens-helper module`, as plain data: what a refusal means is said in main/module.
import type { Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { helperError } from './client.ts';
import type { Helper } from './client.ts';
import * as P from './protocol.ts';

export interface HelperModuleStatus {
  loaded: 'no' | 'live' | 'coming' | 'going';
  refcount: number;
  owner: number | null;
  maxRoutes: number | null;
  bytes: number;
  /** One of REASON: NONE when the installed module may be loaded. */
  installedReason: number;
  version: string;
  srcversion: string;
  /** Of the installed module. */
  path: string;
}

/** What became of a load or an unload; refusals are in it. */
export interface ModuleAnswer {
  error: number;
  reason: number;
  /** What the kernel logged meanwhile. */
  lines: string[];
}

/** Reading and linking the module, and starting it, take their time on a slow machine. */
const CHANGE_MS = 60_000;
const LOADED: readonly HelperModuleStatus['loaded'][] = ['no', 'live', 'coming', 'going'];
const UNSET = 0xffff_ffff;

const known = (value: number): number | null => (value === UNSET ? null : value);

export async function moduleStatus(helper: Helper): Promise<Outcome<HelperModuleStatus>> {
  const answer = await helper.request(P.VERB.HELPER_MODULE_STATUS);
  if (!answer.ok) return answer;
  const read = P.readStruct('helper_status', answer.value.payload);
  if (answer.value.error !== 0 || !read)
    return fail(helperError(answer.value.error, 'The helper did not tell the state of the module'));
  const { fields, rest } = read;
  const [version = '', srcversion = '', path = ''] = P.toTexts(rest);
  return ok({
    loaded: LOADED[fields.loaded] ?? 'no',
    refcount: fields.refcount,
    owner: known(fields.owner),
    maxRoutes: known(fields.max_routes),
    bytes: fields.core_bytes,
    installedReason: fields.installed_reason,
    version,
    srcversion,
    path,
  });
}

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
