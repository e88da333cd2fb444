// SPDX-License-Identifier: MIT
// Seconds until a moment, told once a second. The moment comes as a time of day; what counts here is a clock that nobody
// can set.
import { useCallback, useSyncExternalStore } from 'react';
import { plural } from '../words.ts';

/** Moments on the monotonic clock, by the time of day that they came as; taken when they are first seen. */
const ends = new Map<number, number>();
const FORGET_ABOVE = 32;

function msUntil(endsAt: number): number {
  let end = ends.get(endsAt);
  if (end === undefined) {
    if (ends.size > FORGET_ABOVE) ends.clear();
    end = performance.now() + endsAt - Date.now();
    ends.set(endsAt, end);
  }
  return end - performance.now();
}

/** A timer may ring a moment too early. */
const EARLY_MS = 20;
const secondsUntil = (endsAt: number): number => Math.max(0, Math.ceil((msUntil(endsAt) - EARLY_MS) / 1000));

/** Whole seconds left, the last one counting as 1 until it is over; null while there is no moment. */
export function useCountdown(endsAt: number | null): number | null {
  const subscribe = useCallback(
    (tell: () => void) => {
      if (endsAt === null) return () => {};
      let timer: ReturnType<typeof setTimeout>;
      const wait = (): void => {
        const left = secondsUntil(endsAt);
        if (left > 0)
          timer = setTimeout(
            () => {
              tell();
              wait();
            },
            Math.max(EARLY_MS, msUntil(endsAt) - (left - 1) * 1000),
          );
      };
      wait();
      return () => clearTimeout(timer);
    },
    [endsAt],
  );
  return useSyncExternalStore(subscribe, () => (endsAt === null ? null : secondsUntil(endsAt)));
}

/** `28`, `1:05`: short enough to be large. */
export const clock = (seconds: number): string =>
  seconds < 100 ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** `28 seconds`, `1 minute`, `4 minutes 45 seconds`. */
export function inWords(seconds: number): string {
  const minutes = seconds < 100 && seconds !== 60 ? 0 : Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  const parts = [
    minutes > 0 && plural(minutes, 'minute'),
    (rest > 0 || minutes === 0) && plural(rest, 'second'),
  ];
  return parts.filter(Boolean).join(' ');
}
