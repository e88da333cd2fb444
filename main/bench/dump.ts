// SPDX-License-Identifier: MIT
// A million routes from the kernel into the table engine, by the program's own threads, beside a receive loop that
// decodes nothing (in C and through koffi) and `ip route show`. Runs inside a private namespace.
import { statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { koffiLoop } from './koffi-loop.ts';
import { ROUTES, RUNS, atMost, atMostTimes, bare, faster, fill, makeLinks, say, timed } from './support.ts';
import { openTable } from './table-thread.ts';

const MB = 1e6;
const RESOLUTION_MS = 1;

interface Run {
  seconds: number;
  /** Longest time that the main thread could not look after anything else, ms. */
  blocked: number;
  megabytes: number;
}

async function ours(): Promise<Run> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const table = await openTable();
  delay.enable();
  const seconds = await table.load();
  delay.disable();
  const { bytes, routes } = await table.call.memory();
  await table.close();
  if (routes < ROUTES) throw new Error(`the table holds ${routes} of ${ROUTES} routes`);
  return { seconds, blocked: Math.max(0, delay.max / 1e6 - RESOLUTION_MS), megabytes: bytes / MB };
}

async function main(): Promise<void> {
  fill(ROUTES, makeLinks());
  const file = join(tmpdir(), `routelens-bench-${process.pid}.txt`);
  const runs: Run[] = [];
  const loopC: number[] = [];
  const loopKoffi: number[] = [];
  const ip: number[] = [];
  bare('dump'); // the kernel's first walk is a cold one
  await ours();
  for (let run = 0; run < RUNS; run++) {
    loopC.push(bare('dump').seconds);
    runs.push(await ours());
    loopKoffi.push(koffiLoop());
    ip.push(timed('ip', ['-4', 'route', 'show'], file));
    const { seconds, blocked, megabytes } = runs.at(-1)!;
    say(
      `C loop ${loopC.at(-1)!.toFixed(3)} s, koffi loop ${loopKoffi.at(-1)!.toFixed(3)} s, ours ${seconds.toFixed(3)} s ` +
        `(main thread ${blocked.toFixed(1)} ms, ${megabytes.toFixed(1)} MB), ip ${ip.at(-1)!.toFixed(3)} s`,
    );
  }
  say(`ip route show wrote ${(statSync(file).size / MB).toFixed(0)} MB`);
  unlinkSync(file);

  const seconds = runs.map((run) => run.seconds);
  const name = `dump and decode ${ROUTES.toLocaleString('en')} routes`;
  atMostTimes(name, seconds, 's', 'bare receive loop, C', loopC, 1.25);
  atMostTimes(name, seconds, 's', 'bare receive loop, koffi', loopKoffi, null);
  faster(name, seconds, 's', 'ip route show >file', ip, 2.5);
  const blocked = runs.map((run) => run.blocked);
  atMost('main thread blocked meanwhile, at most', blocked, 'ms', 16);
  const megabytes = runs.map((run) => run.megabytes);
  atMost(`columns and indexes of ${ROUTES.toLocaleString('en')} rows`, megabytes, 'MB', 120);
}

void main();
