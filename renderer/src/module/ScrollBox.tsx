// SPDX-License-Identifier: MIT
// A box of lines that scrolls by itself to the newest, until one scrolls up.
import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

export interface ScrollBoxProps {
  role: 'log' | 'region';
  label: string;
  className: string;
  /** Stay at the end when lines come. */
  follows: boolean;
  /** Whether lines are read out as they come. */
  isQuiet?: boolean;
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  /** Says on a button over the lines what one misses while the end is out of sight. */
  missed?: string;
  onToEnd?: () => void;
  children: ReactNode;
}

/** Nearer than this is the end, px. */
const NEAR = 12;

export function ScrollBox(props: ScrollBoxProps) {
  const { role, label, className, follows, isQuiet = false, onKeyDown, missed, onToEnd, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  useLayoutEffect(() => {
    if (box.current && follows && isAtEnd) box.current.scrollTop = box.current.scrollHeight;
  });
  const toEnd = (): void => {
    onToEnd?.();
    setIsAtEnd(true);
    box.current?.focus();
  };
  return (
    <div className="scroll-frame">
      {/* what scrolls has to be reached by keyboard, and Space and Ctrl+C are the box's own */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={box}
        className={className}
        role={role}
        aria-label={label}
        aria-live={isQuiet ? 'off' : undefined}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setIsAtEnd(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        {children}
      </div>
      {missed !== undefined && (!isAtEnd || !follows) && (
        <button type="button" className="button is-small scroll-to-end" onClick={toEnd}>
          <ArrowDown size={12} aria-hidden /> {missed}
        </button>
      )}
    </div>
  );
}
