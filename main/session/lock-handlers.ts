// SPDX-License-Identifier: MIT
// The operations on the lock of a target, and on changes that wait to be kept.
import type { AppError, Handlers, OperationName, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { EditLock } from './lock.ts';
import type { Session } from './session.ts';

type Names = Extract<keyof Handlers, `lock.${string}` | `pending.${string}`>;

const NO_LOCK: AppError = { kind: 'invalid', what: 'The target that is open has no lock' };

/** What a person does; the rest the page asks by itself. Any of these puts off the time at which editing is locked. */
const DONE_BY_THE_PERSON: ReadonlySet<OperationName> = new Set<OperationName>([
  'prefs.set',
  'lock.unlock',
  'lock.touch',
  'pending.keep',
  'pending.revert',
  'grid.view',
  'grid.verify',
  'route.add',
  'route.edit',
  'route.delete',
  'route.lookup',
  'route.commands',
  'route.batch',
  'trace.filter',
  'trace.pause',
  'trace.clear',
]);

export const isDoneByThePerson = (name: OperationName): boolean => DONE_BY_THE_PERSON.has(name);

export function lockHandlers(session: Session): Pick<Handlers, Names> {
  async function using<T>(work: (lock: EditLock) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { lock } = session;
    return lock ? work(lock) : fail(NO_LOCK);
  }
  return {
    'lock.unlock': () =>
      using(async (lock) => {
        const unlocked = await lock.unlock();
        return unlocked.ok ? ok(session.state) : unlocked;
      }),
    // what it does is done for every operation of the person's
    'lock.touch': async () => ok({ relocksAt: session.lock?.state.relocksAt ?? null }),
    'lock.lock': () =>
      using(async (lock) => {
        await lock.lock();
        return ok(session.state);
      }),
    'pending.keep': () => using((lock) => lock.settle('keep')),
    'pending.revert': () => using((lock) => lock.settle('revert')),
  };
}
