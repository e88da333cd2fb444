// SPDX-License-Identifier: MIT
// The kernel's log of rtmgr, followed: stays at the newest line unless one scrolls up or pauses it.
import { Copy, Pause, Play, ScrollText } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { ModuleLogLine } from '../../../app/contract/index.ts';
import { count, plural } from '../words.ts';
import { copyAndSay } from './Command.tsx';
import { ScrollBox } from './ScrollBox.tsx';
import { useModule } from './store.ts';
import { sinceBoot } from './units.ts';

const textOf = (lines: readonly ModuleLogLine[]): string =>
  lines.map(({ time, text }) => `[${sinceBoot(time).padStart(12)}] ${text}`).join('\n');

export function Log({ isFollowing, isLoaded }: { isFollowing: boolean; isLoaded: boolean }) {
  const lines = useModule((store) => store.lines);
  const dropped = useModule((store) => store.dropped);
  const isAsking = useModule((store) => store.asking !== null);
  /** The newest line when it was paused. */
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const frame = useRef<HTMLElement>(null);

  const shown = pausedAt === null ? lines : lines.filter(({ id }) => id <= pausedAt);
  const newer = lines.length - shown.length;
  const pause = (isPaused: boolean): void => setPausedAt(isPaused ? (lines.at(-1)?.id ?? 0) : null);
  const copy = (): void => {
    const selection = document.getSelection();
    const chosen = String(selection ?? '');
    const isOurs = chosen !== '' && frame.current?.contains(selection?.anchorNode ?? null) === true;
    void copyAndSay(
      isOurs ? chosen : textOf(shown),
      isOurs ? 'Copied the selected lines' : `Copied ${plural(shown.length, 'line')}`,
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === ' ' && isFollowing) pause(pausedAt === null);
    else if (event.key === 'c' && event.ctrlKey && !event.shiftKey) copy();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const hasBox = isFollowing || lines.length > 0;
  return (
    <section ref={frame} className="module-panel life-log" aria-label="Kernel log of rtmgr">
      <div className="module-panel-head">
        <h2>Kernel log of rtmgr</h2>
        <div className="life-log-buttons">
          {!isFollowing && (
            <button
              type="button"
              className="button is-small"
              aria-disabled={isAsking}
              title="The kernel’s log is for root: the helper reads it, and polkit may ask for it"
              onClick={() => void useModule.getState().follow()}
            >
              <ScrollText size={13} aria-hidden /> Follow
            </button>
          )}
          {isFollowing && (
            <button
              type="button"
              className="toggle life-log-toggle"
              aria-pressed={pausedAt !== null}
              title="Space, in the list"
              onClick={() => pause(pausedAt === null)}
            >
              {pausedAt === null ? <Pause size={13} aria-hidden /> : <Play size={13} aria-hidden />}
              {pausedAt === null ? 'Pause' : 'Paused'}
            </button>
          )}
          {hasBox && (
            <button
              type="button"
              className="button is-small"
              aria-disabled={shown.length === 0}
              title="Ctrl+C, in the list: what is selected, or all of it"
              onClick={copy}
            >
              <Copy size={13} aria-hidden /> Copy
            </button>
          )}
        </div>
      </div>
      {hasBox ? (
        <ScrollBox
          role="log"
          label="Lines of the kernel log"
          className="life-lines life-log-lines"
          follows={pausedAt === null}
          onKeyDown={onKeyDown}
          missed={newer > 0 ? plural(newer, 'newer line') : pausedAt === null ? 'Newest' : 'Go on'}
          onToEnd={() => setPausedAt(null)}
        >
          {shown.map(({ id, time, text }) => (
            <div key={id} className="life-log-line">
              <span className="life-log-time">{sinceBoot(time)}</span> <span>{text}</span>
            </div>
          ))}
          {shown.length === 0 && <p className="module-note">It has logged nothing since it was loaded.</p>}
        </ScrollBox>
      ) : (
        <p className="module-note">
          {isLoaded
            ? 'Follow shows what rtmgr has logged since it was loaded, and each new line. The helper reads it, as root.'
            : 'What rtmgr logs from its loading on. Where loading was refused, the kernel’s words stand above.'}
        </p>
      )}
      {hasBox && (
        <p className="life-log-foot">
          {isFollowing ? (pausedAt === null ? 'Following' : 'Paused') : 'Not followed any more'} ·{' '}
          {plural(shown.length, 'line')}
          {dropped > 0 && ` · ${count(dropped)} older ones left out`} · seconds since boot
        </p>
      )}
    </section>
  );
}
