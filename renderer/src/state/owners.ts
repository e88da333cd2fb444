// SPDX-License-Identifier: MIT
// Routes that a daemon has put there: whoever is about to change them is asked before.
import { create } from 'zustand';
import type { RouteOwner, RouteRow } from '../../../app/contract/index.ts';
import { DAEMON_PROTOCOLS } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { valueOf } from './errors.ts';
import { useTarget } from './target.ts';

export type Deed = 'change' | 'delete';

interface Question {
  owners: RouteOwner[];
  deed: Deed;
  answer: (isMeant: boolean) => void;
}

export const useOwners = create<{ question: Question | null }>(() => ({ question: null }));

/** Where a real daemon may be at work: the targets that have a lock. A Lab has none, and nobody else's routes. */
export const hasDaemons = (): boolean => useTarget.getState().state?.lock !== null;

/** The daemon that a row belongs to; none where there are no daemons. */
export const ownersOfRow = ({ protocol, destination, isDefault }: RouteRow): RouteOwner[] =>
  hasDaemons() && DAEMON_PROTOCOLS.has(protocol.value)
    ? [{ protocol, routes: 1, examples: [isDefault ? 'default' : destination] }]
    : [];

/** Daemons whose routes would be touched; null when that could not be found out, which is reported. */
export async function ownersOf(rowIds: readonly number[], commands = ''): Promise<RouteOwner[] | null> {
  if (!hasDaemons()) return [];
  return valueOf(await bridge['route.owners']({ rowIds: [...rowIds], commands }));
}

/** Asks whether it is meant, where daemons are concerned. */
export function isMeant(owners: RouteOwner[], deed: Deed): Promise<boolean> {
  if (owners.length === 0) return Promise.resolve(true);
  useOwners.getState().question?.answer(false);
  return new Promise((resolve) => {
    const answer = (isMeant: boolean): void => {
      useOwners.setState({ question: null });
      resolve(isMeant);
    };
    useOwners.setState({ question: { owners, deed, answer } });
  });
}
