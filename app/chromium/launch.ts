// SPDX-License-Identifier: MIT
// Starts Chromium as our window: private profile, no network of its own, controlled over a pipe; and ends it, with all
// its children and the profile.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, statSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Prefs } from '../contract/index.ts';
import { Pipe } from './pipe.ts';

const PROFILE_PREFIX = 'routelens-chromium-';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/**
 * The Chromium to use, null when there is none. Debian's binary is taken directly: its wrapper script loads the
 * machine's extensions, which have no business in this window.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const asked = env['ROUTELENS_CHROMIUM'];
  if (asked) return isExecutable(asked) ? asked : null;
  const inPath = (env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) =>
      ['chromium', 'chromium-browser', 'google-chrome-stable'].map((name) => join(folder, name)),
    );
  return ['/usr/lib/chromium/chromium', ...inPath].find(isExecutable) ?? null;
}

// https://peter.sh/experiments/chromium-command-line-switches/
const FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  // nothing of Chromium's own goes out, and nothing at all can: no name and no address resolves
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-field-trial-config',
  '--disable-quic',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-pings',
  '--no-service-autorun',
  '--disable-features=Translate,MediaRouter,DialMediaRouteProvider,OptimizationHints,AutofillServerCommunication,WebRtcHideLocalIpsWithMdns',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  // no crash reports, no keyring, no extensions, nothing that stays behind when the window is closed
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--password-store=basic',
  '--disable-extensions',
  '--disable-component-extensions-with-background-pages',
  '--disable-background-mode',
  '--deny-permission-prompts',
  '--disable-search-engine-choice-screen',
  '--hide-crash-restore-bubble',
  '--class=routelens',
];

export interface LaunchOptions {
  chromium: string;
  url: string;
  size: Prefs['window'];
  /** For tests only: also opens a DevTools port that Playwright can attach to. */
  testPort: boolean;
}

export interface Launched {
  pipe: Pipe;
  pid: number;
  profile: string;
  /** How it ended: resolves once, never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The last of what it wrote to standard error. */
  words(): string;
  /** Asks it to end, then makes it; removes the profile. */
  end(): Promise<void>;
}

/** Profiles of programs that were killed before they could remove them. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PROFILE_PREFIX}([0-9]+)-`).exec(name)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') continue;
      try {
        rmSync(join(tmpdir(), name), { recursive: true, force: true });
      } catch {
        // another user's
      }
    }
  }
}

/** Whether shared memory is too small for Chromium, as in many containers (64 MB). */
function isSharedMemorySmall(): boolean {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize < 512 * 1024 * 1024;
  } catch {
    return true;
  }
}

function flags({ url, size, testPort }: LaunchOptions, profile: string): string[] {
  const isRoot = process.getuid?.() === 0;
  const isWaylandOnly = !process.env['DISPLAY'] && Boolean(process.env['WAYLAND_DISPLAY']);
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    `--window-size=${size.width},${size.height}`,
    '--remote-debugging-pipe',
    ...FLAGS,
    // Chromium refuses to run as root with its sandbox, and --test-type hides the banner about that; for root only
    ...(isRoot ? ['--no-sandbox', '--test-type'] : []),
    ...(isSharedMemorySmall() ? ['--disable-dev-shm-usage'] : []),
    ...(isWaylandOnly ? ['--ozone-platform=wayland'] : []),
    ...(testPort
      ? [
          '--remote-debugging-port=0',
          '--disable-renderer-backgrounding',
          '--disable-backgrounding-occluded-windows',
        ]
      : []),
  ];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function launch(options: LaunchOptions): Launched {
  const profile = mkdtempSync(join(tmpdir(), `${PROFILE_PREFIX}${process.pid}-`));
  // its own process group: Ctrl-C reaches us alone, and we end it in order; and we can end all of it at once
  const child: ChildProcess = spawn(options.chromium, flags(options, profile), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-8192)));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      words += `${error.message}\n`;
      resolve({ code: 127, signal: null });
    });
  });
  const pipe = new Pipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
  setTimeout(removeLeftovers, 5000).unref();

  const killGroup = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // all of it has gone
    }
  };
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    pipe.tell('Browser.close');
    await Promise.race([exited, pause(2000)]);
    if (child.pid !== undefined) killGroup();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(() => {});
  };
  return {
    pipe,
    pid: child.pid ?? 0,
    profile,
    exited,
    words: () => words,
    end: () => (ending ??= end()),
  };
}
