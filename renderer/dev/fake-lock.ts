// SPDX-License-Identifier: MIT
// The lock of the fake bridge, and its pending changes.
import type { Bridge } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';

type Names = Extract<keyof Bridge, `lock.${string}` | `pending.${string}`>;

const none = async () => fail({ kind: 'unavailable' as const, what: 'The fake has no lock yet' });

export const fakeLock = (): Pick<Bridge, Names> => ({
  'lock.unlock': none,
  'lock.lock': none,
  'pending.keep': none,
  'pending.revert': none,
});
