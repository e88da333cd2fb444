// SPDX-License-Identifier: MIT
// The operations on the lock of a target, and on changes that wait to be kept.
import type { AppError, Handlers } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';

type Names = Extract<keyof Handlers, `lock.${string}` | `pending.${string}`>;

const notYet: AppError = { kind: 'unavailable', what: 'This target has no lock yet' };

export const lockHandlers = (): Pick<Handlers, Names> => ({
  'lock.unlock': async () => fail(notYet),
  'lock.lock': async () => fail(notYet),
  'pending.keep': async () => fail(notYet),
  'pending.revert': async () => fail(notYet),
});
