// SPDX-License-Identifier: MIT
// The window on a table of a million routes: painting, scrolling, reaching every row, and a burst of changes. Runs
// inside a private user and network namespace, whose own table is what the program shows as "This machine".
import { spawn } from 'node:child_process';
import { PEER, ROUTES, RUNS, atMost, emit, fill, makeLinks, say } from '../../main/bench/support.ts';
import { openDisplay } from '../support/display.ts';
import { startProgram, until } from '../support/program.ts';
import type { Program } from '../support/program.ts';
import { firstRowsAfterData, reach, watchFrames, wheel } from './page.ts';

const BURST = Number(process.env['BENCH_BURST'] ?? 100_000);
const SCROLL_MS = 3000;

/** A check that holds or does not; how long it took does not matter. */
function holds(name: string, what: string, met: boolean): void {
  say(`${name}: ${what}`);
  emit({ name, value: met ? 0 : 1, unit: 'faults', peer: null, ratio: null, budget: 'none', met });
}

async function loaded(program: Program): Promise<void> {
  const isThere = await until(async () => {
    const outcome = await program.ask('grid.state', {});
    return outcome.ok && outcome.value.loading === null && outcome.value.total >= ROUTES;
  }, 60_000);
  if (!isThere) throw new Error('the table was not loaded within a minute');
}

async function painting(program: Program): Promise<void> {
  const samples: number[] = [];
  for (let run = 0; run < RUNS; run++) samples.push(await firstRowsAfterData(program.page, ROUTES));
  atMost(`first rows painted after ${ROUTES.toLocaleString('en')} routes are there`, samples, 'ms', 300);
}

async function scrolling(program: Program, pixels: number, most: number): Promise<void> {
  const p95: number[] = [];
  const filled: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await program.page.getByRole('grid', { name: 'Routes' }).focus();
    await program.page.keyboard.press('Control+Home');
    await program.page.waitForTimeout(300);
    const frames = await wheel(program.page, pixels, SCROLL_MS);
    p95.push(frames.p95);
    filled.push(frames.filledMs ?? Number.NaN);
    say(
      `${pixels} px: p95 ${frames.p95.toFixed(1)} ms, worst ${frames.worst.toFixed(1)}, ${frames.perSecond.toFixed(0)} fps, ` +
        `${frames.rows} rows, ${frames.unfilled} frames with rows not filled yet`,
    );
  }
  atMost(`scrolling ${pixels} px a frame, 95th percentile frame`, p95, 'ms', most);
  atMost(`rows filled after ${pixels} px a frame stops`, filled, 'ms', 50);
}

async function reaching(program: Program): Promise<void> {
  const session = await program.page.context().newCDPSession(program.page);
  for (const scale of [1, 2]) {
    await session.send('Emulation.setDeviceMetricsOverride', {
      width: 1280,
      height: 800,
      deviceScaleFactor: scale,
      mobile: false,
    });
    const { matched } = await program.call('grid.state', {});
    const faults = await reach(program.page, matched);
    holds(`every row reachable at device scale ${scale}`, faults[0] ?? 'yes', faults.length === 0);
  }
  await session.send('Emulation.clearDeviceMetricsOverride');
  await session.detach();
}

/** Half of the changes delete routes, half add them again. */
function change(verb: 'fill' | 'fill-del', links: readonly string[]): Promise<void> {
  const tail = verb === 'fill' ? links : [];
  const child = spawn(PEER, [verb, '0', String(BURST / 2), ...tail], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`bare ${verb}: ${code}`))));
  });
}

async function burst(program: Program, links: readonly string[]): Promise<void> {
  const p95: number[] = [];
  let differences = 0;
  for (let run = 0; run < RUNS; run++) {
    const before = await program.call('targets.state', {});
    const total = (await program.call('grid.state', {})).total;
    const frames = watchFrames(program.page, 4000);
    await change('fill-del', links);
    await change('fill', links);
    p95.push((await frames).p95);
    await until(async () => {
      const state = await program.call('grid.state', {});
      const target = await program.call('targets.state', {});
      return state.total === total && state.loading === null && target.state === 'connected';
    }, 30_000);
    const verified = await program.call('grid.verify', {});
    const after = await program.call('targets.state', {});
    differences = Math.max(differences, verified.differences, Math.abs(verified.kernel - verified.table));
    say(
      `burst: p95 ${p95.at(-1)?.toFixed(1)} ms, kernel ${verified.kernel}, table ${verified.table}, ` +
        `differences ${verified.differences}, resyncs ${after.resyncs - before.resyncs}`,
    );
  }
  const name = `burst of ${BURST.toLocaleString('en')} changes`;
  atMost(`${name}, 95th percentile frame`, p95, 'ms', 33);
  holds(`${name}, table equals the kernel's`, `${differences} differences`, differences === 0);
}

const links = makeLinks();
fill(ROUTES, links);
const display = await openDisplay({ ownOne: true });
let program: Program | null = null;
try {
  program = await startProgram({ shell: 'chromium', display: display.name, target: 'system' });
  await loaded(program);
  for (const [name, part] of Object.entries({
    painting: () => painting(program!),
    slow: () => scrolling(program!, 84, 20),
    fast: () => scrolling(program!, 2000, 34),
    reaching: () => reaching(program!),
    burst: () => burst(program!, links),
  })) {
    if ((process.env['BENCH_PART'] ?? name) !== name) continue;
    try {
      await part();
    } catch (error) {
      say(`${name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
} catch (error) {
  say(`window: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await program?.close();
  await display.close();
}
