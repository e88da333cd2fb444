// SPDX-License-Identifier: MIT
// What the loaded module counts while it is not the open target: the main process asks it in passing, and leaves no socket
// that would hold it.
import { CircleSlash } from 'lucide-react';
import type { RtmgrCount, RtmgrStats } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { count, sentence } from '../words.ts';
import { Counts, useStats } from './Counts.tsx';
import { bytes } from './units.ts';

const EVERY_MS = 3000;
const ask = () => bridge['module.stats']({});
const NAMES: readonly RtmgrCount[] = ['uptime_ns', 'routes', 'bytes', 'messages', 'errors'];

interface Row {
  value: number;
  name: string;
  routes: Record<4 | 6, number>;
  bytes: number;
}

/** The tables that have routes, both families in a row, by number. */
function rowsOf({ tables }: RtmgrStats): Row[] {
  const rows = new Map<number, Row>();
  for (const { family, table, routes, bytes: size } of tables) {
    const row = rows.get(table.value) ?? { ...table, routes: { 4: 0, 6: 0 }, bytes: 0 };
    row.routes[family] += routes;
    row.bytes += size;
    rows.set(table.value, row);
  }
  // the usual tables are there before their first route
  return [...rows.values()]
    .filter(({ routes }) => routes[4] + routes[6] > 0)
    .sort((a, b) => a.value - b.value);
}

export function LoadedCounts() {
  const { stats, error } = useStats(ask, EVERY_MS);
  // what is no longer true is not shown beside why it can't be told
  if (error)
    return (
      <p className="life-more life-untold">
        <CircleSlash size={13} aria-hidden /> {sentence(error)}.
      </p>
    );
  if (!stats) return null;
  const rows = rowsOf(stats);
  return (
    <div className="life-counts">
      <Counts stats={stats} names={NAMES} className="life-facts" />
      {rows.length === 0 ? (
        <p className="life-more">No table has a route.</p>
      ) : (
        <div className="life-tables">
          <table className="module-table" aria-label="Routes by table">
            <thead>
              <tr>
                <th scope="col">Table</th>
                <th scope="col">IPv4 routes</th>
                <th scope="col">IPv6 routes</th>
                <th scope="col">Memory</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ value, name, routes, bytes: size }) => (
                <tr key={value}>
                  <th scope="row">{name}</th>
                  <td>{count(routes[4])}</td>
                  <td>{count(routes[6])}</td>
                  <td>{bytes(size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
