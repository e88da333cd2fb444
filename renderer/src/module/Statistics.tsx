// SPDX-License-Identifier: MIT
// The counts of the rtmgr that is open, asked anew each second while they are in sight.
import { Eraser } from 'lucide-react';
import type { RtmgrStats } from '../../../app/contract/index.ts';
import { RTMGR_COUNTS } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { Refusal } from '../grid/edit/Words.tsx';
import { count } from '../words.ts';
import { Counts, useStats } from './Counts.tsx';
import { bytes } from './units.ts';

const EVERY_MS = 1000;
const ask = () => bridge['rtmgr.stats']({});

export interface StatisticsProps {
  /** Why nothing can be deleted; null when it can. */
  why: string | null;
  onFlush: (table: RtmgrStats['tables'][number]['table'] | 'all') => void;
}

export function Statistics({ why, onFlush }: StatisticsProps) {
  const { stats, error } = useStats(ask, EVERY_MS);
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
          <Counts stats={stats} names={RTMGR_COUNTS} className="module-counts" />
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
