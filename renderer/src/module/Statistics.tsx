// SPDX-License-Identifier: MIT
// rtmgr's counts, asked anew each second while they are in sight.
import { Eraser } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AppError, RtmgrCount, RtmgrStats } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { Refusal } from '../grid/edit/Words.tsx';
import { count } from '../words.ts';
import { bytes, uptime } from './units.ts';

const EVERY_MS = 1000;

/** In the order in which they are read, with the words for each. */
const COUNTS: readonly [name: RtmgrCount, words: string, title: string, format?: (n: number) => string][] = [
  ['routes', 'Routes', 'In all tables, now'],
  ['max_routes', 'At most', 'More routes are refused with ENOSPC'],
  ['nexthop_sets', 'Next-hop sets', 'Distinct sets of next hops and metrics, which routes share'],
  ['bytes', 'Memory', 'Of tries, routes and next-hop sets', bytes],
  ['datagrams', 'Datagrams', 'Received; several messages may stand in one'],
  ['messages', 'Messages', 'Received'],
  ['errors', 'Errors', 'Messages answered with an error'],
  ['added', 'Added', 'Routes, replacing ones included'],
  ['deleted', 'Deleted', 'Routes, replaced ones included'],
  ['lookups', 'Lookups', 'Longest-prefix matches'],
  ['dumps', 'Dumps', 'Begun'],
  ['notifications', 'Notifications', 'Sent to the groups of routes'],
  ['batches', 'Batches', 'Applied entirely'],
  ['batches_failed', 'Batches refused', 'One message failed, so that nothing was applied'],
  ['mirrored', 'Mirrored', 'Copies sent to the mirror'],
  ['uptime_ns', 'Running for', 'Hours, minutes, seconds', uptime],
];

function useStats(): { stats: RtmgrStats | null; error: AppError | null } {
  const [stats, setStats] = useState<RtmgrStats | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const outcome = document.hidden ? null : await bridge['rtmgr.stats']({});
      if (!isCurrent) return;
      if (outcome?.ok) {
        setStats(outcome.value);
        setError(null);
      } else if (outcome) setError(outcome.error);
      timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      isCurrent = false;
      if (timer !== undefined) clearTimeout(timer);
    };
  }, []);
  return { stats, error };
}

export interface StatisticsProps {
  /** Why nothing can be deleted; null when it can. */
  why: string | null;
  onFlush: (table: RtmgrStats['tables'][number]['table'] | 'all') => void;
}

export function Statistics({ why, onFlush }: StatisticsProps) {
  const { stats, error } = useStats();
  // the usual tables are there before their first route
  const used = (stats?.tables ?? []).filter(({ routes }) => routes > 0);
  const flush = (title: string) => ({
    type: 'button' as const,
    className: 'button is-small',
    'aria-disabled': why !== null,
    title: why ?? title,
  });
  return (
    <section className="module-panel" aria-label="Statistics">
      <div className="module-panel-head">
        <h2>Statistics</h2>
        <button {...flush('Delete the routes of all tables')} onClick={() => onFlush('all')}>
          <Eraser size={13} aria-hidden /> Flush all…
        </button>
      </div>
      {error && (
        <div className="is-refusal" role="alert">
          <Refusal error={error} />
        </div>
      )}
      {stats && (
        <>
          <dl className="module-counts" aria-label="Counts">
            {COUNTS.map(([name, words, title, format = count]) => {
              const value = stats.counts[name];
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
          <table className="module-table is-tables" aria-label="Tables">
            <thead>
              <tr>
                <th scope="col">Table</th>
                <th scope="col">Family</th>
                <th scope="col">Routes</th>
                <th scope="col">Nodes</th>
                <th scope="col">Memory</th>
                <th scope="col">
                  <span className="sr-only">Flush</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {used.map(({ family, table, routes, nodes, bytes: size }) => (
                <tr key={`${family} ${table.value}`}>
                  <th scope="row">{table.name}</th>
                  <td>IPv{family}</td>
                  <td>{count(routes)}</td>
                  <td>{count(nodes)}</td>
                  <td>{bytes(size)}</td>
                  <td>
                    <button
                      {...flush(`Delete all routes of table ${table.name}, of both families`)}
                      aria-label={`Flush table ${table.name}`}
                      onClick={() => onFlush(table)}
                    >
                      Flush…
                    </button>
                  </td>
                </tr>
              ))}
              {used.length === 0 && (
                <tr>
                  <td colSpan={6} className="module-note">
                    No table has a route.
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
