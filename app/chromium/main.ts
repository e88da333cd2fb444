// SPDX-License-Identifier: MIT
// The program in the Chromium shell: the main process in Node, Debian's Chromium as its window. `npm start` runs this
// bundle in its own process, so the order of things here is what makes the start quick: Chromium first, then the rest.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Content } from '../shell/content.ts';
import { logToStderr } from '../shell/dispatch.ts';
import { configDir, readOptions, version, windowSize } from '../shell/options.ts';
import type { ShellOptions } from '../shell/options.ts';
import { gridPainted } from '../shell/page.ts';
import { runSmoke } from '../shell/smoke.ts';
import { lockWithScreen } from '../shell/screen-lock.ts';
import { findChromium, launch } from './launch.ts';
import type { Launched } from './launch.ts';
import { announceTestPort } from './test-port.ts';
import { PAGE_URL, Window } from './window.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

type Ending = { code: number; why?: string };

/** Resolves when a signal asks the program to end. */
function signalled(): Promise<Ending> {
  return new Promise((resolve) => {
    const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
    for (const [name, number] of Object.entries(numbers)) {
      process.on(name, () => resolve({ code: 128 + number }));
    }
  });
}

/** Resolves when Chromium has gone by itself: closed by the person, or crashed. */
async function chromiumEnded({ exited, words }: Launched): Promise<Ending> {
  const { code, signal } = await exited;
  if (code === 0) return { code: 0 };
  const how = signal === null ? `exit code ${code}` : signal;
  const last = words().trim().split('\n').slice(-3).join('\n');
  return {
    code: 1,
    why: `Chromium ended unexpectedly (${how}), so Routelens ends, too. Its last words:\n${last}`,
  };
}

async function work(window: Window, options: ShellOptions): Promise<Ending> {
  if (options.smoke !== undefined) return { code: await runSmoke(window, options.smoke, say) };
  const { screenshot } = options;
  if (screenshot !== undefined && (await gridPainted(window, 60_000))) {
    await writeFile(screenshot, await window.capture());
    say(`The window is painted: ${screenshot}`);
  }
  // goes on until something else ends the program
  return new Promise(() => {});
}

async function run(options: ShellOptions): Promise<Ending> {
  const chromium = findChromium();
  if (chromium === null) {
    return { code: 1, why: 'There is no Chromium; install it with: apt-get install chromium' };
  }
  const folder = configDir();
  const testPort = process.env['ROUTELENS_TEST_PORT'] === '1';
  const launched = launch({ chromium, url: PAGE_URL, size: windowSize(folder), testPort });
  const signal = signalled();

  // loaded only now, while Chromium starts
  const starting = import('../../main/index.ts').then(({ createRoutelens }) =>
    createRoutelens({
      shell: 'chromium',
      shellReason: process.env['ROUTELENS_SHELL_REASON'] ?? 'started directly',
      version: version(__dirname),
      configDir: folder,
      ...(options.target === undefined ? {} : { target: options.target }),
    }),
  );
  const window = new Window({
    pipe: launched.pipe,
    routelens: starting,
    content: new Content(join(__dirname, '../renderer')),
    log: logToStderr,
  });
  if (testPort) announceTestPort(launched.profile, window.shown, say).catch(() => {});
  let stopWatching = (): void => {};
  starting.then((routelens) => (stopWatching = lockWithScreen(routelens, logToStderr))).catch(() => {});
  const broken = new Promise<Ending>((resolve) => {
    starting.catch((error: unknown) => {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      resolve({ code: 1, why: `The main process did not start: ${words}` });
    });
  });
  const closed = window.closed.then((why): Ending =>
    why === null ? { code: 0 } : { code: 1, why: `The window is gone: ${why}` },
  );
  const ending = await Promise.race([signal, broken, closed, chromiumEnded(launched), work(window, options)]);
  window.dispose();
  stopWatching();
  await Promise.all([launched.end(), starting.then((r) => r.close()).catch(() => {})]);
  return ending;
}

const options = readOptions(process.argv.slice(2));
if (options.ok) {
  run(options.value)
    .catch((error: unknown): Ending => ({
      code: 1,
      why: String(error instanceof Error ? error.stack : error),
    }))
    .then(({ code, why }) => {
      if (why !== undefined) logToStderr(why);
      process.exit(code);
    })
    .catch(() => process.exit(1));
} else {
  logToStderr(options.error);
  process.exitCode = 2;
}
