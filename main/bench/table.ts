// SPDX-License-Identifier: MIT
// Sorting and filtering a million rows, asked for as the window does: over the port of the table thread.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DEFAULT_GRID_SPEC, GRID_COLUMNS } from '../../app/contract/index.ts';
import type { GridSpec } from '../../app/contract/index.ts';
import { monotonicMs } from '../threads/clock.ts';
import { ROUTES, RUNS, atMost, fill, makeLinks, median, say } from './support.ts';
import { openTable } from './table-thread.ts';
import type { TableThread } from './table-thread.ts';

const ALL: GridSpec = { ...DEFAULT_GRID_SPEC, table: 'all' };

/** Each sample is another text, so that no answer is a remembered one. */
const FILTERS: Record<string, (run: number) => string> = {
  'a substring': (run) => `4.${run + 10}`,
  'an address': (run) => `9.${run}.3.77`,
  'a prefix': (run) => `${3 + run}.0.0.0/8`,
  'two words': (run) => `bench${run % 4} 13.${run}`,
  'nothing found': (run) => `zz${run}`,
};

/** Longest time that the main thread could not look after anything else, for each view, ms. */
const blocked: number[] = [];

async function view(table: TableThread, spec: GridSpec): Promise<{ ms: number; matched: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = monotonicMs();
  const { matched } = await table.call.view(spec);
  await table.call.rows({ start: 0, count: 40 });
  const ms = monotonicMs() - start;
  delay.disable();
  blocked.push(Math.max(0, delay.max / 1e6 - 1));
  return { ms, matched };
}

async function main(): Promise<void> {
  fill(ROUTES, makeLinks());
  const table = await openTable();
  await table.load();
  const slowest = { column: '', samples: [0] };
  for (const column of GRID_COLUMNS) {
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const sort = [{ column, descending: run % 2 === 1 }];
      samples.push((await view(table, { ...ALL, sort })).ms);
      await table.call.view(ALL);
    }
    atMost(`sort ${ROUTES.toLocaleString('en')} rows by ${column}`, samples, 'ms', 300);
    if (median(samples) > median(slowest.samples)) Object.assign(slowest, { column, samples });
  }
  say(`slowest sort: ${slowest.column}`);
  for (const [kind, text] of Object.entries(FILTERS)) {
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { ms, matched } = await view(table, { ...ALL, text: text(run) });
      samples.push(ms);
      if (run === 0) say(`filter ${text(run)}: ${matched} rows`);
      await table.call.view(ALL);
    }
    atMost(`quick filter, ${kind}`, samples, 'ms', 150);
  }
  atMost('main thread blocked by sorting and filtering', blocked, 'ms', 16);
  await table.close();
}

void main();
