// SPDX-License-Identifier: MIT
// From `npm start` on a built tree to the first painted route, in the Chromium shell on a display that is there.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { RUNS, atMost, say } from '../../main/bench/support.ts';
import { openDisplay } from '../support/display.ts';
import { until } from '../support/program.ts';
import { firstRowsAt } from './page.ts';

async function once(display: string): Promise<number> {
  const config = mkdtempSync(join(tmpdir(), 'routelens-bench-'));
  const started = Date.now();
  const child = spawn('npm', ['start', '--', '--shell=chromium'], {
    env: { ...process.env, DISPLAY: display, XDG_CONFIG_HOME: config, ROUTELENS_TEST_PORT: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    let port: string | undefined;
    const isUp = await until(() => (port = /test port ([0-9]+)/.exec(output)?.[1]) !== undefined, 30_000);
    if (!isUp) throw new Error(`npm start gave no test port:\n${output}`);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    try {
      const painted = await firstRowsAt(browser);
      return (painted - started) / 1000;
    } finally {
      await browser.close();
    }
  } finally {
    // as Ctrl-C in a terminal does: the whole group
    process.kill(-child.pid!, 'SIGINT');
    const isGone = await until(() => child.exitCode !== null || child.signalCode !== null, 5000);
    if (!isGone) process.kill(-child.pid!, 'SIGKILL');
    rmSync(config, { recursive: true, force: true });
  }
}

const display = await openDisplay({ ownOne: true });
try {
  await once(display.name); // page cache and first-run files
  const samples: number[] = [];
  for (let run = 0; run < RUNS; run++) samples.push(await once(display.name));
  atMost('npm start to the first painted route', samples, 's', 2);
} catch (error) {
  say(`start: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await display.close();
}
