// SPDX-License-Identifier: MIT
// The whole program as it is built, in the Chromium shell: how it ends, whoever ends it, and what it leaves behind.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alive, listeningPorts, openTestDisplay, tree, until } from './testing.ts';
import type { TestDisplay } from './testing.ts';

const PROGRAM = join(process.cwd(), 'dist/main/chromium.cjs');
const config = mkdtempSync(join(tmpdir(), 'routelens-program-'));

let display: TestDisplay;
let child: ChildProcess | undefined;
let output = '';

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};
const browser = (pids: number[]): number | undefined =>
  pids.find((pid) => /--remote-debugging-pipe/.test(commandLine(pid)) && !/--type=/.test(commandLine(pid)));
const isRenderer = (pid: number): boolean => /--type=renderer/.test(commandLine(pid));

/** Starts it and waits until Chromium shows a page and the Lab is there; answers all its processes. */
async function start(): Promise<{ pid: number; pids: number[]; exit: Promise<number | null> }> {
  if (!existsSync(PROGRAM)) throw new Error('dist/ is not built: run npm run build');
  output = '';
  const started = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, DISPLAY: display.name, XDG_CONFIG_HOME: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  started.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => started.once('exit', resolve));
  const pid = started.pid!;
  const isUp = (): boolean => {
    const pids = tree(pid);
    return pids.some(isRenderer) && pids.some((p) => commandLine(p).includes('lab-child'));
  };
  expect(await until(isUp, 15_000), output).toBe(true);
  return { pid, pids: tree(pid), exit };
}

const profiles = (pid: number): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`routelens-chromium-${pid}-`));

beforeAll(async () => {
  display = await openTestDisplay();
});
afterEach(() => {
  child?.kill('SIGKILL');
});
afterAll(() => {
  display?.close();
  rmSync(config, { recursive: true, force: true });
});

describe('the program in the Chromium shell', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends on %s with all its processes, and leaves no profile and no port',
    async (signal, code) => {
      const { pid, pids, exit } = await start();
      expect(listeningPorts(pids)).toEqual([]);
      expect(profiles(pid)).toHaveLength(1);
      process.kill(pid, signal);
      expect(await exit).toBe(code);
      expect(await until(() => alive(pids).length === 0, 3000), alive(pids).map(commandLine).join('\n')).toBe(
        true,
      );
      expect(profiles(pid)).toEqual([]);
    },
  );

  it('takes Chromium and the Lab with it when it is killed', async () => {
    const { pid, pids, exit } = await start();
    process.kill(pid, 'SIGKILL');
    await exit;
    expect(await until(() => alive(pids).length === 0, 10_000), alive(pids).map(commandLine).join('\n')).toBe(
      true,
    );
    // nobody was left to remove it; the next start does
    for (const name of profiles(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  });

  it('says so and ends when Chromium crashes', async () => {
    const { pids, exit } = await start();
    process.kill(browser(pids)!, 'SIGKILL');
    expect(await exit).toBe(1);
    expect(output).toContain('Chromium ended unexpectedly (SIGKILL)');
    expect(await until(() => alive(pids).length === 0, 5000), alive(pids).map(commandLine).join('\n')).toBe(
      true,
    );
  });

  it('ends with 0 when the window is closed', async () => {
    const { pids, exit } = await start();
    // what a window manager's close button comes to: Chromium ends in order
    process.kill(browser(pids)!, 'SIGTERM');
    expect(await exit).toBe(0);
    expect(await until(() => alive(pids).length === 0, 5000), alive(pids).map(commandLine).join('\n')).toBe(
      true,
    );
  });

  it('refuses options that it does not know', async () => {
    const refused = spawn(process.execPath, [PROGRAM, '--no-such'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    refused.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    expect(await new Promise((resolve) => refused.once('exit', resolve))).toBe(2);
    expect(words).toContain('There is no option --no-such');
  });
});
