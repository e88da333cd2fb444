// SPDX-License-Identifier: MIT
// One line each, under the top bar of every page: why it could not be unlocked or was locked again, what became of
// changes on trial, and that it locks itself soon.
import { CircleCheck, CircleX, Clock, Lock, MonitorX, TriangleAlert, Undo2, X } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import type { AppError } from '../../../app/contract/index.ts';
import { copyText } from '../grid/actions.ts';
import { Refusal } from '../grid/edit/Words.tsx';
import { wayToInstall } from '../install.ts';
import { useApp } from '../state/app.ts';
import { useErrors } from '../state/errors.ts';
import { isCalm, useLock } from '../state/lock.ts';
import type { Outcome } from '../state/lock.ts';
import { useTarget } from '../state/target.ts';
import { plural } from '../words.ts';
import { SOON_S } from './LockButton.tsx';
import { useCountdown } from './useCountdown.ts';
import { useFocusBack } from './useFocusBack.ts';

const UNHEARD = 'Locking the screen does not lock editing here';

export function LockNotices() {
  const trouble = useLock((store) => store.trouble);
  const outcome = useLock((store) => store.outcome);
  return (
    <>
      <SoonLocked />
      <Unheard />
      {trouble && <Trouble error={trouble} />}
      {outcome && <PutBack outcome={outcome} />}
    </>
  );
}

function Dismiss({ what, onPress }: { what: string; onPress: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={`Dismiss: ${what}`} onClick={onPress}>
      <X size={14} aria-hidden />
    </button>
  );
}

function Notice({ tone, icon, children }: { tone: string; icon: ReactNode; children: ReactNode }) {
  const element = useFocusBack<HTMLDivElement>();
  // what is no alarm is read out from the status line, whose live region was there before (state/lock.ts)
  return (
    <div ref={element} className={`banner notice ${tone}`} role={tone === 'is-error' ? 'alert' : undefined}>
      {icon}
      {children}
    </div>
  );
}

function Trouble({ error }: { error: AppError }) {
  const state = useTarget(({ state }) => state?.lock?.state ?? null);
  const needsInstall = error.kind === 'polkit' && error.cause === 'not-installed';
  const calm = isCalm(error);
  const installation = useApp(({ info }) => info?.installation ?? null);
  const command = needsInstall && installation ? wayToInstall(installation).command : null;
  const copy = async (text: string): Promise<void> => {
    const isCopied = await copyText(text);
    useErrors.getState().say(isCopied ? `Copied: ${text}` : 'The clipboard refused the copy');
  };
  return (
    <Notice
      tone={calm ? 'is-info' : 'is-error'}
      icon={calm ? <Lock size={15} aria-hidden /> : <CircleX size={15} aria-hidden />}
    >
      <div className="banner-words">
        {error.kind === 'polkit' && !calm && 'Editing stays locked. '}
        {/* where the button beside it is the whole way out, that need not be said twice */}
        <Refusal error={error.kind === 'cancelled' ? { ...error, wayOut: '' } : error} />
      </div>
      {command !== null && (
        <button
          type="button"
          className="button is-small notice-copy"
          title={command}
          onClick={() => void copy(command)}
        >
          Copy <code>{command}</code>
        </button>
      )}
      {state === 'locked' && (
        <button type="button" className="button is-small" onClick={() => void useLock.getState().unlock()}>
          {error.kind === 'polkit' ? 'Try again' : 'Unlock editing'}
        </button>
      )}
      <Dismiss what={error.what} onPress={() => useLock.setState({ trouble: null })} />
    </Notice>
  );
}

function PutBack({ outcome }: { outcome: Outcome }) {
  const { settled, where } = outcome;
  const { how, changes, restored, failed } = settled;
  const isOne = changes === 1;
  const why = how === 'expired' ? 'The time was over, and nobody kept ' : '';
  if (how === 'unknown') return <PerhapsLeft outcome={outcome} />;
  const isWhole = failed === 0;
  const said = `${plural(changes, 'change')} to ${where}`;
  return (
    <Notice
      tone={isWhole ? (how === 'expired' ? 'is-warn' : 'is-info') : 'is-error'}
      icon={
        !isWhole ? (
          <TriangleAlert size={15} aria-hidden />
        ) : how === 'kept' ? (
          <CircleCheck size={15} aria-hidden />
        ) : (
          <Undo2 size={15} aria-hidden />
        )
      }
    >
      <div className="banner-words">
        {how === 'kept' ? (
          <strong>{said} kept</strong>
        ) : isWhole ? (
          <>
            <strong>
              {said} {isOne ? 'was' : 'were'} put back.
            </strong>{' '}
            {why && `${why}${isOne ? 'it' : 'them'}. `}
            {how === 'ended'
              ? 'The helper did so before it ended.'
              : restored === 0
                ? 'There was nothing to undo: the table is as it was.'
                : `It took ${plural(restored, 'message')}; the table is as it was before.`}
          </>
        ) : (
          <>
            <strong>
              {said} could not be put back entirely: the kernel refused {failed} of{' '}
              {plural(restored, 'message')}.
            </strong>{' '}
            {why && `${why}${isOne ? 'it' : 'them'}. `}
            Somebody else may have changed the same routes. Look at the grid, and put the rest right by hand.
          </>
        )}
      </div>
      <Dismiss what="what was put back" onPress={() => useLock.setState({ outcome: null })} />
    </Notice>
  );
}

/** The helper ended without putting back, or nobody knows: the person has to look. */
function PerhapsLeft({ outcome: { settled, where } }: { outcome: Outcome }) {
  const { changes, more, why } = settled;
  return (
    <Notice tone="is-error" icon={<TriangleAlert size={15} aria-hidden />}>
      <div className="banner-words">
        <strong>
          {changes === 0 ? 'Changes' : `${plural(changes, 'change')}${more ? ' or more' : ''}`} to {where} may
          not have been put back.
        </strong>{' '}
        The helper that does so could not tell whether it did{why === undefined ? '' : ` (${why})`}. Look at
        the grid, and put right by hand what you changed since you last kept.
      </div>
      <Dismiss what="what may not have been put back" onPress={() => useLock.setState({ outcome: null })} />
    </Notice>
  );
}

/** That locking the screen does not lock editing here; once it is read it stands in the title of the lock. */
function Unheard() {
  const unheard = useTarget(({ state }) => (state?.lock?.state === 'unlocked' ? state.lock.unheard : null));
  const isRead = useLock((store) => store.isUnheardRead);
  if (unheard === null || isRead) return null;
  return (
    <Notice tone="is-warn" icon={<MonitorX size={15} aria-hidden />}>
      <div className="banner-words">
        <Once words={UNHEARD} />
        <strong>{UNHEARD}:</strong> only doing nothing for a while does. Lock it yourself (Ctrl+U) before you
        walk away. <span className="notice-why">Why: {unheard}.</span>
      </div>
      <Dismiss
        what="locking the screen does not lock editing"
        onPress={() => useLock.setState({ isUnheardRead: true })}
      />
    </Notice>
  );
}

/** The last minute before it locks itself: doing anything puts it off, and so does a button. */
function SoonLocked() {
  const relocksAt = useTarget(({ state }) =>
    state?.lock?.state === 'unlocked' ? state.lock.relocksAt : null,
  );
  const left = useCountdown(relocksAt);
  if (left === null || left > SOON_S || left === 0) return null;
  return (
    <Notice tone="is-warn" icon={<Clock size={15} aria-hidden />}>
      <div className="banner-words">
        <Once words="Editing locks itself in a minute, because nothing was done for a while" />
        <strong>Editing locks itself in {left} s,</strong> because nothing was done for a while
      </div>
      <button type="button" className="button is-small" onClick={() => void useLock.getState().unlock()}>
        Stay unlocked
      </button>
    </Notice>
  );
}

/** Read out when it appears; the seconds are for the eye. */
function Once({ words }: { words: string }) {
  useEffect(() => useErrors.getState().say(words), [words]);
  return null;
}
