// SPDX-License-Identifier: MIT
// Which of its states the module is in.
import type { AppError, ModuleStateId } from '../../app/contract/index.ts';
import { helperPlace } from '../helper/place.ts';
import type { Facts } from './facts.ts';

/** What is going on. */
export type Task = 'building' | 'loading' | 'unloading';

/** What went wrong last. */
export interface Trouble {
  /** Null: the state is what it would be anyway. */
  state: Extract<ModuleStateId, 'busy' | 'refused-polkit' | 'refused-kernel' | 'lost'> | null;
  problem: AppError;
  /** It has nothing to do any more with what is there now. */
  isOver(now: Facts): boolean;
}

/** What is there, with nothing going on and nothing wrong. */
function calm(facts: Facts): ModuleStateId {
  if (facts.loaded) return 'loaded';
  if (!facts.canLoad) return 'unsupported';
  if (facts.installed && helperPlace().problem === null) return 'ready';
  if (facts.installed || facts.isBuiltForThis) return 'not-installed';
  return facts.headers.isThere ? 'not-built' : 'no-headers';
}

export function stateOf(facts: Facts, task: Task | null, trouble: Trouble | null): ModuleStateId {
  return task ?? trouble?.state ?? calm(facts);
}
