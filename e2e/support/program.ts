// SPDX-License-Identifier: MIT
// Starts the real program in one of its shells and takes hold of its page, as tests, benches and screenshots need it.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, chromium } from 'playwright';
import type { Page } from 'playwright';
import type { Answer, Args, OperationName, Outcome } from '../../app/contract/index.ts';
import type { Machine } from './machine.ts';

export type ShellName = 'chromium' | 'electron';

/** Root of the repository: where npm runs, and Playwright too. */
export const ROOT = process.cwd();
/** The bundles; ROUTELENS_DIST names another folder, e.g. of those built for an old Electron. */
export const DIST = join(ROOT, process.env['ROUTELENS_DIST'] ?? 'dist');

export interface StartOptions {
  shell: ShellName;
  display: string;
  target?: string;
  /** The bundles, where they are not those of the clone. */
  dist?: string;
  /** How long the first rows may take, ms. */
  patience?: number;
  /** Remembered state; a fresh folder, removed at the end, when it is left out. */
  configDir?: string;
  /** Variables of its environment. */
  env?: Record<string, string>;
  /** The namespace to start it in. */
  machine?: Machine;
}

export interface Program {
  page: Page;
  /** Milliseconds since the epoch when the process was started. */
  startedAt: number;
  /** The shell's own process id. */
  pid: number;
  configDir: string;
  /** Console errors, uncaught exceptions and CSP violations of the page, in the order they came. */
  complaints: string[];
  /** What the program wrote to its standard streams. */
  output(): string;
  /** Calls an operation of the contract through the page's own bridge; fails when it is refused. */
  call<K extends OperationName>(name: K, args: Args<K>): Promise<Answer<K>>;
  /** The same, with its outcome. */
  ask<K extends OperationName>(name: K, args: Args<K>): Promise<Outcome<Answer<K>>>;
  /** Runs a command inside the Lab's namespaces. */
  inLab(...words: string[]): Promise<string>;
  /** Closes the window as a person does; answers the ids of processes that the program started and left behind. */
  close(): Promise<number[]>;
}

/** Folder with an Electron binary: ELECTRON_OVERRIDE_DIST_PATH, or the package's own; null when there is none. */
export function electronDist(): string | null {
  const asked = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  for (const folder of asked ? [asked] : [join(ROOT, 'node_modules/electron/dist')]) {
    if (existsSync(join(folder, 'electron'))) return folder;
  }
  return null;
}

/** Ids of a process and of all that descend from it, or that carry its mark in their environment. */
function family(root: number, mark: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const isMarked = readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark);
      const isAlive = !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${name}/status`, 'utf8'));
      if (isAlive && (isMarked || Number(name) === root)) found.push(Number(name));
    } catch {
      // ended while we looked, or another user's
    }
  }
  return found;
}

/** Waits until `condition` holds; false after `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const exited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

interface Opened {
  page: Page;
  child: ChildProcess;
  output: string[];
  /** Lets go of the page, when the shell is not to end by it. */
  detach(): Promise<void>;
}

interface Command {
  words: string[];
  env: Record<string, string>;
  /** Finds the port in what the program says. */
  port: RegExp;
}

/** Starts a program that tells the port of its page's developer tools, and reaches it there, whatever namespace it is in. */
async function openByPort({ words, env, port }: Command, machine: Machine | undefined): Promise<Opened> {
  const [program = '', ...rest] = [...(machine?.enter ?? []), ...words];
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const told = (): string | undefined => port.exec(output.join(''))?.[1];
  const isUp = await until(() => told() !== undefined || exited(child), 20_000);
  if (!isUp || told() === undefined) {
    child.kill();
    throw new Error(`the program gave no test port:\n${output.join('')}`);
  }
  const reached = machine ? await machine.reach(Number(told())) : told();
  // Electron has no downloads of a browser that Playwright could lead elsewhere
  const attached = chromium.connectOverCDP(`http://127.0.0.1:${reached}`, { noDefaults: true });
  const browser = await attached.catch((error: unknown) => {
    child.kill();
    throw error;
  });
  let page: Page | undefined;
  await until(() => {
    page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((p) => !p.url().startsWith('devtools:'));
    return page !== undefined;
  }, 10_000);
  if (!page) {
    child.kill();
    throw new Error(`the program shows no page:\n${output.join('')}`);
  }
  return {
    page,
    child,
    output,
    detach: async () => {
      await browser.close().catch(() => {});
    },
  };
}

const openChromium = (
  args: string[],
  env: Record<string, string>,
  { machine, dist = DIST }: StartOptions,
): Promise<Opened> =>
  openByPort(
    {
      words: [process.execPath, join(dist, 'main/chromium.cjs'), ...args],
      env: { ...env, ROUTELENS_TEST_PORT: '1' },
      port: /test port ([0-9]+)/,
    },
    machine,
  );

async function openElectron(
  args: string[],
  env: Record<string, string>,
  { machine, dist = DIST }: StartOptions,
): Promise<Opened> {
  const folder = electronDist();
  if (folder === null) throw new Error('no Electron binary');
  const program = join(folder, 'electron');
  const isRoot = process.getuid?.() === 0;
  const words = [...(isRoot ? ['--no-sandbox'] : []), join(dist, 'main/electron.cjs'), ...args];
  // Playwright's own way ends at the loopback of the namespace that it is in
  if (machine)
    return openByPort(
      {
        words: [program, '--remote-debugging-port=0', ...words],
        env,
        port: /DevTools listening on ws:\/\/127\.0\.0\.1:([0-9]+)/,
      },
      machine,
    );
  const app = await _electron.launch({ executablePath: program, args: words, env, cwd: ROOT });
  const output: string[] = [];
  app.process().stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  app.process().stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return { page: await app.firstWindow(), child: app.process(), output, detach: () => app.close() };
}

let counter = 0;

export async function startProgram(options: StartOptions): Promise<Program> {
  const configDir = options.configDir ?? mkdtempSync(join(tmpdir(), 'routelens-e2e-'));
  const mark = `ROUTELENS_E2E=${process.pid}-${++counter}`;
  const [markName = '', markValue = ''] = mark.split('=');
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    DISPLAY: options.display,
    XDG_CONFIG_HOME: configDir,
    ...options.env,
    [markName]: markValue,
  };
  const args = options.target === undefined ? [] : [`--target=${options.target}`];
  const startedAt = Date.now();
  const opened = await (options.shell === 'chromium'
    ? openChromium(args, env, options)
    : openElectron(args, env, options));
  const { page, child } = opened;

  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  // the window as a person first sees it; what is asked of a page on its way is lost with its context
  const isUp = await until(
    () =>
      page.evaluate(() => performance.getEntriesByName('routelens:first-rows').length > 0).catch(() => false),
    options.patience ?? 20_000,
  );
  if (!isUp) complaints.push('no rows were painted');
  // a violation before we were attached is told, too: the observer has a buffer
  await page
    .evaluate(() => {
      const observer = new ReportingObserver(
        (reports) => {
          for (const { body } of reports) console.error(`CSP: ${JSON.stringify(body)}`);
        },
        { types: ['csp-violation'], buffered: true },
      );
      observer.observe();
    })
    .catch((error: unknown) => {
      // nobody would get hold of it to close it
      child.kill();
      throw error;
    });

  const ask: Program['ask'] = (name, args) =>
    page.evaluate(
      ([name, args]) =>
        (globalThis as unknown as { routelens: Record<string, (a: unknown) => Promise<never>> }).routelens[
          name
        ]!(args),
      [name, args] as const,
    );
  const call: Program['call'] = async (name, args) => {
    const outcome = await ask(name, args);
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.error)}`);
    return outcome.value;
  };

  let closing: Promise<number[]> | null = null;
  const close = async (): Promise<number[]> => {
    await page.close({ runBeforeUnload: true }).catch(() => {});
    const isGone = await until(() => exited(child), 5000);
    await opened.detach().catch(() => {});
    if (!isGone) child.kill();
    await until(() => family(child.pid ?? 0, mark).length === 0, 3000);
    const left = family(child.pid ?? 0, mark);
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it went by itself
      }
    }
    if (options.configDir === undefined) rmSync(configDir, { recursive: true, force: true });
    return isGone ? left : [child.pid ?? 0, ...left];
  };

  return {
    page,
    startedAt,
    pid: child.pid ?? 0,
    configDir,
    complaints,
    output: () => opened.output.join(''),
    call,
    ask,
    async inLab(...words) {
      const { lab } = await call('targets.state', {});
      if (!lab) throw new Error('the Lab is not open');
      const all = ['-t', String(lab.pid), '-U', '-n', '--preserve-credentials', ...words];
      const { status, stdout, stderr } = spawnSync('nsenter', all, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${words.join(' ')}: exit code ${status}: ${stderr}`);
      return stdout;
    },
    close: () => (closing ??= close()),
  };
}
