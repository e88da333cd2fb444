// SPDX-License-Identifier: MIT
// The lock of a target that asks polkit for writing: on every page, beside the target's name. It says in which state it
// is, when it locks itself, and is the button for both ways.
import { Hourglass, Lock, LockOpen, X } from 'lucide-react';
import type { Lock as LockState } from '../../../app/contract/index.ts';
import { useLock } from '../state/lock.ts';
import { useTarget } from '../state/target.ts';
import { plural } from '../words.ts';
import { useCountdown } from './useCountdown.ts';

/** From here on it is told in seconds, and over the page. */
export const SOON_S = 60;

export function LockButton() {
  const lock = useTarget(({ state }) => state?.lock ?? null);
  const nudges = useLock((store) => store.nudges);
  if (!lock) return null;
  if (lock.state === 'unlocking')
    return (
      <button
        type="button"
        className="button lock is-asking"
        aria-label="Asking polkit. Take the question back"
        title="polkit is asking for the right to change routes. Click to take the question back"
        onClick={() => useLock.getState().lock()}
      >
        <Hourglass size={14} aria-hidden />
        Asking polkit…
        <X size={13} aria-hidden />
      </button>
    );
  if (lock.state === 'unlocked') return <Unlocked lock={lock} />;
  return (
    <button
      // made anew, so that it flashes again
      key={nudges}
      type="button"
      className={`button lock is-locked${nudges > 0 ? ' is-nudged' : ''}`}
      aria-label="Editing is locked. Unlock editing"
      title="Routes can be looked at, not changed. Unlocking asks polkit once (Ctrl+U)"
      onClick={() => void useLock.getState().unlock()}
    >
      <Lock size={14} aria-hidden />
      Unlock editing
    </button>
  );
}

function Unlocked({ lock }: { lock: LockState }) {
  const left = useCountdown(lock.relocksAt);
  const isSoon = left !== null && left <= SOON_S;
  const minutes = left === null ? null : Math.ceil(left / 60);
  const at =
    lock.relocksAt === null
      ? ''
      : new Date(lock.relocksAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const when = left === null ? '' : isSoon ? 'in less than a minute' : `in ${plural(minutes!, 'minute')}`;
  return (
    <button
      type="button"
      className={`button lock is-unlocked${isSoon ? ' is-soon' : ''}`}
      aria-label={`Editing is unlocked${when && `, it locks itself ${when}`}. Lock editing`}
      title={`Editing is unlocked. It locks itself${at && ` at ${at}`} when you do nothing until then, and with the screen. Click to lock it now (Ctrl+U)`}
      onClick={() => useLock.getState().lock()}
    >
      <LockOpen size={14} aria-hidden />
      Unlocked
      {left !== null && (
        <span className="lock-when">
          <span className="lock-wide">locks in </span>
          {isSoon ? `${left} s` : `${minutes} min`}
          <span className="lock-narrow"> left</span>
        </span>
      )}
    </button>
  );
}
