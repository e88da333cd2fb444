// SPDX-License-Identifier: MIT
// For tests: the whole main process on a Lab of its own, and ip(8) inside it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Handlers,
  Outcome,
  RouteDraft,
  RouteRow,
  TargetId,
  TargetState,
} from '../../app/contract/index.ts';
import { createRoutelens } from '../index.ts';
import type { Routelens } from '../index.ts';

export interface Bench {
  app: Routelens;
  h: Handlers;
  /** Runs a command inside the Lab; throws with what it said when it fails. */
  run(command: string, ...words: string[]): string;
  /** `ip -j …` parsed. */
  ipJson<T = Record<string, unknown>>(...words: string[]): T[];
  pid: number;
  end(): Promise<void>;
}

export function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.error, null, 1));
}

/** Calls `read` until `good` likes the answer; throws with the last answer when it never does. */
export async function until<T>(
  read: () => Promise<T> | T,
  good: (value: T) => boolean,
  what: string,
  ms = 5000,
): Promise<T> {
  let value = await read();
  for (let waited = 0; !good(value); waited += 10) {
    if (waited >= ms) throw new Error(`${what}: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    value = await read();
  }
  return value;
}

export async function start(
  target: TargetId,
): Promise<{ app: Routelens; state: TargetState; end(): Promise<void> }> {
  const configDir = mkdtempSync(join(tmpdir(), 'routelens-test-'));
  const app = await createRoutelens({
    shell: 'chromium',
    shellReason: 'a test',
    version: '0.0.0',
    target,
    configDir,
  });
  const state = await until(
    async () => must(await app.handlers['targets.state']({})),
    ({ state }) => state !== 'connecting',
    'still connecting',
    15_000,
  );
  return {
    app,
    state,
    async end() {
      await app.close();
      rmSync(configDir, { recursive: true, force: true });
    },
  };
}

export async function openBench(): Promise<Bench> {
  const { app, state, end } = await start('lab');
  if (!state.lab) {
    await end();
    throw new Error(`no Lab: ${JSON.stringify(state)}`);
  }
  const { pid } = state.lab;
  const run = (command: string, ...words: string[]): string => {
    const inside = ['-t', String(pid), '-U', '-n', '--preserve-credentials', command, ...words];
    const { status, stdout, stderr } = spawnSync('nsenter', inside, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  return {
    app,
    h: app.handlers,
    run,
    ipJson: (...words) => JSON.parse(run('ip', '-j', ...words) || '[]') as never,
    pid,
    end,
  };
}

/** All rows, whatever the view. */
export async function allRows({ h }: Bench): Promise<RouteRow[]> {
  must(await h['grid.view']({ sort: [], text: '', table: 'all', families: [] }));
  const rows: RouteRow[] = [];
  for (;;) {
    const page = must(await h['grid.rows']({ start: rows.length, count: 500 })).rows;
    rows.push(...page);
    if (page.length < 500) return rows;
  }
}

export async function rowAt(bench: Bench, destination: string, table = 254): Promise<RouteRow | undefined> {
  return (await allRows(bench)).find((row) => row.destination === destination && row.table.value === table);
}

export const aHop = (gateway: string | null, device: string | null, weight = 1, onlink = false) => ({
  gateway,
  device,
  weight,
  onlink,
});

export const aDraft = (over: Partial<RouteDraft> = {}): RouteDraft => ({
  family: 4,
  destination: '10.200.0.0/16',
  hops: [aHop('192.0.2.7', 'lan0')],
  table: 254,
  protocol: 4,
  type: 1,
  scope: null,
  metric: null,
  tos: 0,
  prefsrc: null,
  mtu: null,
  ...over,
});
