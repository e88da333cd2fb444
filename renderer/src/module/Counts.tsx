// SPDX-License-Identifier: MIT
// What an rtmgr counts: asked for again and again while it is in sight, and each count with its words.
import { useEffect, useState } from 'react';
import type { AppError, Outcome, RtmgrCount, RtmgrStats } from '../../../app/contract/index.ts';
import { count } from '../words.ts';
import { bytes, uptime } from './units.ts';

const WORDS: Record<RtmgrCount, readonly [words: string, title: string, format?: (n: number) => string]> = {
  routes: ['Routes', 'In all tables, now'],
  max_routes: ['At most', 'More routes are refused with ENOSPC'],
  nexthop_sets: ['Next-hop sets', 'Distinct sets of next hops and metrics, which routes share'],
  bytes: ['Memory', 'Of tries, routes and next-hop sets', bytes],
  datagrams: ['Datagrams', 'Received; several messages may stand in one'],
  messages: ['Messages', 'Received'],
  errors: ['Errors', 'Messages answered with an error'],
  added: ['Added', 'Routes, replacing ones included'],
  deleted: ['Deleted', 'Routes, replaced ones included'],
  lookups: ['Lookups', 'Longest-prefix matches'],
  dumps: ['Dumps', 'Begun'],
  notifications: ['Notifications', 'Sent to the groups of routes'],
  batches: ['Batches', 'Applied entirely'],
  batches_failed: ['Batches refused', 'One message failed, so that nothing was applied'],
  mirrored: ['Mirrored', 'Copies sent to the mirror'],
  uptime_ns: ['Running for', 'Hours, minutes, seconds', uptime],
};

/** `ask` has to be the same function each time. Nobody is asked while the window is out of sight. */
export function useStats(
  ask: () => Promise<Outcome<RtmgrStats>>,
  everyMs: number,
): { stats: RtmgrStats | null; error: AppError | null } {
  const [stats, setStats] = useState<RtmgrStats | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async (): Promise<void> => {
      const outcome = document.hidden ? null : await ask();
      if (!isCurrent) return;
      if (outcome?.ok) {
        setStats(outcome.value);
        setError(null);
      } else if (outcome) setError(outcome.error);
      timer = setTimeout(() => void again(), everyMs);
    };
    void again();
    return () => {
      isCurrent = false;
      if (timer !== undefined) clearTimeout(timer);
    };
  }, [ask, everyMs]);
  return { stats, error };
}

export interface CountsProps {
  stats: RtmgrStats;
  /** Which of them, in the order in which they are shown. */
  names: readonly RtmgrCount[];
  className: string;
}

export function Counts({ stats, names, className }: CountsProps) {
  return (
    <dl className={className} aria-label="Counts">
      {names.map((name) => {
        const value = stats.counts[name];
        const [words, title, format = count] = WORDS[name];
        return (
          value !== undefined && (
            <div key={name} title={title}>
              <dt>{words}</dt>
              <dd data-count={name}>{format(value)}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}
