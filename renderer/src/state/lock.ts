// SPDX-License-Identifier: MIT
// The lock of a target that is written through the helper, changes that wait to be kept, and what became of them.
import { create } from 'zustand';
import type { AppError, Settled, TargetState } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { plural } from '../words.ts';
import { useErrors, valueOf } from './errors.ts';
import { presentName, useTarget } from './target.ts';

/** What became of changes, in a target that may not be open any more. */
export interface Outcome {
  settled: Settled;
  /** Name of the target. */
  where: string;
}

/** Something that would put pending changes back: the person is asked first. */
export interface Asking {
  /** At the end of a sentence: `opening the Lab`. */
  what: string;
  go: () => void;
}

interface LockStore {
  /** What the person has asked for and is not answered yet. */
  settling: 'keep' | 'revert' | null;
  /** What was put back, until it is dismissed. */
  outcome: Outcome | null;
  /** Why it could not be unlocked, or was locked again, until it is dismissed. */
  trouble: AppError | null;
  asking: Asking | null;
  /** That the screen's lock is not noticed has been read. */
  isUnheardRead: boolean;
  /** Counts what was tried while it is locked: the button shows itself. */
  nudges: number;
  unlock(): Promise<void>;
  /** Locks, or takes back the question to polkit. Asks first when changes wait. */
  lock(): void;
  settle(how: 'keep' | 'revert'): Promise<boolean>;
  ask(asking: Asking): void;
  take(before: TargetState | null, state: TargetState): void;
  told(settled: Settled): void;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A person who said no, or who went away, made no mistake. */
export const isCalm = (error: AppError): boolean =>
  error.kind === 'cancelled' || (error.kind === 'polkit' && error.cause === 'dismissed');

/** Where the last pending changes were: they may be put back after another target was opened. */
let pendingIn = '';

export const useLock = create<LockStore>((set, get) => {
  const { say } = useErrors.getState();
  const trouble = (error: AppError): void => {
    if (isCalm(error) && !isSame(error, get().trouble)) say(error.what);
    set({ trouble: error });
  };
  const putBack = (settled: Settled, where: string): void => {
    if (settled.failed === 0 && settled.how !== 'unknown')
      say(`Put back: ${plural(settled.changes, 'change')} to ${where}`);
    set({ outcome: { settled, where } });
  };
  return {
    settling: null,
    outcome: null,
    trouble: null,
    asking: null,
    isUnheardRead: false,
    nudges: 0,
    unlock: async () => {
      set({ trouble: null });
      const outcome = await bridge['lock.unlock']({});
      if (outcome.ok) useTarget.setState({ state: outcome.value });
      // taken back by the person: that is no trouble
      else if (outcome.error.kind !== 'cancelled') trouble(outcome.error);
    },
    lock: () => {
      const go = (): void => {
        void bridge['lock.lock']({}).then((outcome) => {
          const state = valueOf(outcome);
          if (state) useTarget.setState({ state });
        });
      };
      get().ask({ what: 'locking', go });
    },
    settle: async (how) => {
      const { state } = useTarget.getState();
      if (!state?.pending || get().settling) return false;
      const where = presentName(useTarget.getState());
      set({ settling: how });
      const outcome = await bridge[how === 'keep' ? 'pending.keep' : 'pending.revert']({});
      set({ settling: null });
      // the time may have been over in the same moment: then the event tells what became of it
      if (!outcome.ok && outcome.error.kind === 'gone') return false;
      if (!outcome.ok) {
        // what the person decided did not happen: too much for the status line alone
        trouble(outcome.error);
        return false;
      }
      const settled = outcome.value;
      if (how === 'keep') {
        set({ outcome: null, trouble: null });
        useErrors.getState().say(`Kept ${plural(settled.changes, 'change')}`);
      } else putBack(settled, where);
      return true;
    },
    ask: (asking) => {
      if (useTarget.getState().state?.pending) set({ asking });
      else asking.go();
    },
    take: (before, state) => {
      if (state.pending) {
        pendingIn = presentName(useTarget.getState());
        // what was before is settled, and read or not: now something newer counts, but for what has to be put right by hand
        if (!before?.pending && get().outcome?.settled.how !== 'unknown') set({ outcome: null });
      } else if (before?.pending) set({ asking: null });
      const was = before?.target === state.target ? before.lock : null;
      const { lock } = state;
      // it is noticed after all: when that is over it is news again
      if (lock?.unheard === null && lock.state === 'unlocked') set({ isUnheardRead: false });
      if (lock?.error && !isSame(lock.error, was?.error)) trouble(lock.error);
      else if (before?.target !== state.target || (was?.state === 'locked' && lock?.state !== 'locked'))
        set({ trouble: null });
      if (lock?.state === 'unlocked' && was && was.state !== 'unlocked')
        useErrors.getState().say('Editing is unlocked');
      if (lock?.state === 'locked' && was?.state === 'unlocked' && !lock.error)
        useErrors.getState().say('Editing is locked');
    },
    told: (settled) => {
      putBack(settled, pendingIn || presentName(useTarget.getState()));
    },
  };
});

/** Shows the button that unlocks, and says why nothing happened. */
export function nudge(): void {
  useLock.setState(({ nudges }) => ({ nudges: nudges + 1 }));
}
