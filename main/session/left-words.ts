// SPDX-License-Identifier: MIT
// What is written to standard error of changes that may still stand: the window may be closed when that comes out.
import type { Settled } from '../../app/contract/index.ts';

const LOOK =
  'Look at the table (ip route show table all), and put right by hand what you changed since you last kept';

/** Null where everything is as it was, or as it was wished. */
export function leftWords({ how, changes, more, restored, failed, why }: Settled): string | null {
  const count = `${changes === 1 ? '1 change' : `${changes} changes`}${more ? ' or more' : ''}`;
  const them = changes === 0 ? 'Changes' : count;
  if (how === 'unknown')
    return `${them} may not have been put back: the helper that does so could not tell whether it did${why === undefined ? '' : ` (${why})`}. ${LOOK}`;
  return failed === 0
    ? null
    : `${them} could not be put back entirely: the kernel refused ${failed} of ${restored} messages. ${LOOK}`;
}
