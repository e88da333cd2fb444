// SPDX-License-Identifier: MIT
// The lock of a target that asks polkit for writing: on every page, beside the target's name. It says in which state it
// is, when it locks itself, and is the button for both ways; one button throughout, so that it keeps the focus.
import { Hourglass, Lock, LockOpen, X } from 'lucide-react';
import type { Lock as LockState } from '../../../app/contract/index.ts';
import { useLock } from '../state/lock.ts';
import { useTarget } from '../state/target.ts';
import { plural } from '../words.ts';
import { useCountdown } from './useCountdown.ts';

/** From here on it is told in seconds, and over the page. */
export const SOON_S = 60;

interface Words {
  label: string;
  title: string;
}

const LOCKED: Words = {
  label: 'Editing is locked. Unlock editing',
  title: 'Routes can be looked at, not changed. Unlocking asks polkit once (Ctrl+U)',
};
const ASKING: Words = {
  label: 'Asking polkit. Take the question back',
  title: 'polkit is asking for the right to change routes. Click to take the question back',
};

function unlockedWords({ relocksAt, unheard }: LockState, left: number | null): Words {
  const minutes = plural(Math.ceil((left ?? 0) / 60), 'minute');
  const when = left === null ? '' : left <= SOON_S ? 'in less than a minute' : `in ${minutes}`;
  const time =
    relocksAt === null
      ? ''
      : new Date(relocksAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return {
    label: `Editing is unlocked${when && `, it locks itself ${when}`}. Lock editing`,
    title: `Editing is unlocked. It locks itself${time && ` at ${time}`} when you do nothing until then${unheard === null ? ', and with the screen' : '; locking the screen does not lock it'}. Click to lock it now (Ctrl+U)`,
  };
}

export function LockButton() {
  const lock = useTarget(({ state }) => state?.lock ?? null);
  const nudges = useLock((store) => store.nudges);
  const left = useCountdown(lock?.relocksAt ?? null);
  const unlock = useLock((store) => store.unlock);
  const lockNow = useLock((store) => store.lock);
  if (!lock) return null;
  const { state } = lock;
  const isSoon = left !== null && left <= SOON_S;
  const { label, title } =
    state === 'locked' ? LOCKED : state === 'unlocking' ? ASKING : unlockedWords(lock, left);
  // two names of one animation: changing it starts it again
  const nudged = state === 'locked' && nudges > 0 ? ` is-nudged-${nudges % 2}` : '';
  return (
    <button
      type="button"
      className={`button lock is-${state}${isSoon ? ' is-soon' : ''}${nudged}`}
      aria-label={label}
      title={title}
      onClick={() => (state === 'locked' ? void unlock() : lockNow())}
    >
      {state === 'locked' && (
        <>
          <Lock size={14} aria-hidden />
          Unlock editing
        </>
      )}
      {state === 'unlocking' && (
        <>
          <Hourglass size={14} aria-hidden />
          Asking polkit…
          <X size={13} aria-hidden />
        </>
      )}
      {state === 'unlocked' && (
        <>
          <LockOpen size={14} aria-hidden />
          Unlocked
          {left !== null && <When left={left} />}
        </>
      )}
    </button>
  );
}

function When({ left }: { left: number }) {
  return (
    <span className="lock-when">
      <span className="lock-wide">locks in </span>
      {left <= SOON_S ? `${left} s` : `${Math.ceil(left / 60)} min`}
      <span className="lock-narrow"> left</span>
    </span>
  );
}
