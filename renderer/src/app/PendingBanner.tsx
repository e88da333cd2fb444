// SPDX-License-Identifier: MIT
// Changes on trial: how long is left, large, on every page and over every dialog, and the two ways to end it. The
// helper puts them back by itself; what is shown here only tells.
import { Check, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Pending } from '../../../app/contract/index.ts';
import { useLock } from '../state/lock.ts';
import { presentName, useTarget } from '../state/target.ts';
import { plural } from '../words.ts';
import { useFocusBack } from './useFocusBack.ts';
import { clock, inWords, useCountdown } from './useCountdown.ts';

/** The last seconds, shown as such. */
const LAST_S = 10;
/** When a screen reader says how much is left; all the other seconds are silent. */
const SAID_AT: readonly number[] = [30, 10, 5];
const STAYS_S = 3;
/** Changes follow each other: only the last of a row is said. */
const QUIET_MS = 400;

export function PendingBanner() {
  const pending = useTarget(({ state }) => state?.pending ?? null);
  const name = useTarget(presentName);
  const left = useCountdown(pending?.endsAt ?? null);
  const isOn = pending !== null;
  // for whoever looks at another window meanwhile
  useEffect(() => {
    const { title } = document;
    if (isOn) document.title = `Changes on trial – ${title}`;
    return () => {
      document.title = title;
    };
  }, [isOn]);
  return (
    <>
      {pending && left !== null && <Trial pending={pending} left={left} name={name} />}
      <Announcer pending={pending} left={left} />
    </>
  );
}

function Trial({ pending, left, name }: { pending: Pending; left: number; name: string }) {
  const section = useFocusBack<HTMLElement>();
  const settling = useLock((store) => store.settling);
  const settle = useLock((store) => store.settle);
  const isOver = left === 0;
  const isOff = isOver || settling !== null;
  const isOne = pending.changes === 1;
  const changes = plural(pending.changes, 'change');
  return (
    <section
      ref={section}
      className={`trial${left <= LAST_S ? ' is-last' : ''}`}
      aria-label="Changes on trial"
      data-pane="pending"
      // a dialog that is open must not take away the way to keep or put back
      data-react-aria-top-layer="true"
    >
      <Ring left={left} seconds={pending.seconds} />
      <div className="trial-words">
        <strong>
          {isOver
            ? `The time is over: ${changes} to ${name} ${isOne ? 'is' : 'are'} being put back`
            : `${changes} to ${name} ${isOne ? 'is' : 'are'} on trial`}
        </strong>
        {!isOver && (
          <span>
            {isOne ? 'It is' : 'They are'} put back in {inWords(left)} unless you keep {isOne ? 'it' : 'them'}
            .
            <span className="trial-wide">
              {' '}
              The same happens when the window closes or the connection breaks.
            </span>
          </span>
        )}
      </div>
      <button
        type="button"
        className="button is-primary trial-button"
        aria-disabled={isOff}
        title="What was changed stays (Ctrl+K)"
        onClick={() => !isOff && void settle('keep')}
      >
        <Check size={16} aria-hidden />
        {settling === 'keep' ? 'Keeping…' : `Keep ${changes}`} <kbd>Ctrl+K</kbd>
      </button>
      <button
        type="button"
        className="button trial-button"
        aria-disabled={isOff}
        title="The state before the first of these changes, now (Ctrl+Z)"
        onClick={() => !isOff && void settle('revert')}
      >
        <Undo2 size={16} aria-hidden />
        {settling === 'revert' ? 'Putting back…' : 'Put back now'} <kbd>Ctrl+Z</kbd>
      </button>
    </section>
  );
}

const RADIUS = 23;
const ROUND = 2 * Math.PI * RADIUS;

function Ring({ left, seconds }: { left: number; seconds: number }) {
  const text = clock(left);
  return (
    // a timer is not read out by itself; who goes there hears it
    <div className="trial-timer" role="timer" aria-label={`${inWords(left)} left`}>
      <svg viewBox="0 0 52 52" aria-hidden>
        <circle className="trial-track" cx="26" cy="26" r={RADIUS} />
        <circle
          className="trial-rest"
          cx="26"
          cy="26"
          r={RADIUS}
          strokeDasharray={`${(ROUND * Math.min(1, left / Math.max(1, seconds))).toFixed(1)} ${ROUND.toFixed(1)}`}
        />
      </svg>
      <span className={`trial-seconds${text.length > 2 ? ' is-long' : ''}`} aria-hidden>
        {text}
      </span>
    </div>
  );
}

/** What is said at this moment, beside the beginning. It stays a little, so that it is not lost while it is read out. */
function urgentWords(left: number | null, seconds: number): string {
  const at = SAID_AT.find((one) => left !== null && left <= one && left > one - STAYS_S);
  // the beginning says the whole time already
  if (at === undefined || at >= seconds) return '';
  return at === SAID_AT[0] ? `${at} seconds left to keep the changes` : `${at} seconds left`;
}

/** Says it once when it begins, and at 30, 10 and 5 seconds. The regions are always there, else nobody hears them. */
function Announcer({ pending, left }: { pending: Pending | null; left: number | null }) {
  const [begun, setBegun] = useState({ endsAt: 0, words: '' });
  const { changes = 0, endsAt = null, seconds = 0 } = pending ?? {};

  useEffect(() => {
    if (endsAt === null) return undefined;
    const words = `${plural(changes, 'change')} on trial, put back in ${inWords(seconds)}. Control K keeps, Control Z puts back now.`;
    const timer = setTimeout(() => setBegun({ endsAt, words }), QUIET_MS);
    return () => clearTimeout(timer);
  }, [changes, endsAt, seconds]);

  return (
    <div className="off-screen" data-react-aria-top-layer="true">
      <div role="status" aria-label="Changes on trial">
        {begun.endsAt === endsAt ? begun.words : ''}
      </div>
      <div role="alert">{urgentWords(left, seconds)}</div>
    </div>
  );
}
