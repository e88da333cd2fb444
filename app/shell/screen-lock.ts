// SPDX-License-Identifier: MIT
// Notices that the screen is locked, or that the machine goes to sleep: a child reads what the desktop says on D-Bus (the
// screen saver on the session bus, logind on the system bus). Electron's own event for it does not exist on Linux.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Routelens } from '../../main/routelens.ts';

interface ScreenLockEvents {
  onLock: () => void;
  /** A bus can be heard: once. */
  onHeard: () => void;
  /** The desktop can't be heard: called once at most, with the reason for people, and with all that was said of it. */
  onProblem: (why: string, details: string) => void;
}

/** Only what is said to everybody; no reply and no call of others is listened to. */
const RULES = {
  // org.freedesktop.ScreenSaver and those of GNOME, MATE, Cinnamon, Xfce and KDE tell it by the same member
  session: ["type='signal',member='ActiveChanged'"],
  system: [
    "type='signal',interface='org.freedesktop.login1.Session',member='Lock'",
    "type='signal',interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
    "type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='org.freedesktop.login1.Session'",
  ],
} as const;
type Bus = keyof typeof RULES;
const BUSES = Object.keys(RULES) as Bus[];

const SAVERS =
  /; interface=org\.(?:freedesktop|gnome|mate|cinnamon|xfce|kde)\.ScreenSaver; member=ActiveChanged$/;
const LOCK = /; interface=org\.freedesktop\.login1\.Session; member=Lock$/;
const SLEEP = /; interface=org\.freedesktop\.login1\.Manager; member=PrepareForSleep$/;
const PROPERTIES = /; interface=org\.freedesktop\.DBus\.Properties; member=PropertiesChanged$/;

/** Reads what dbus-monitor(1) prints, line by line. Answers whether this line says that the screen is locked. */
export function lockReader(): (line: string) => boolean {
  /** What the next `boolean true` means. */
  let waits: 'argument' | 'property' | 'value' | null = null;
  return (line) => {
    if (!line.startsWith(' ')) {
      waits = SAVERS.test(line) || SLEEP.test(line) ? 'argument' : PROPERTIES.test(line) ? 'property' : null;
      return LOCK.test(line);
    }
    if (waits === 'property' && line.trim() === 'string "LockedHint"') waits = 'value';
    else if (waits === 'argument' || waits === 'value') {
      const said = /^\s+(?:variant\s+)?boolean (true|false)$/.exec(line)?.[1];
      if (said === undefined) return false;
      waits = waits === 'value' ? 'property' : null;
      return said === 'true';
    }
    return false;
  };
}

interface Reason {
  why: string;
  details: string;
}
const both = (why: string): Reason => ({ why, details: why });

/** What setpriv(1) ends with when there is no such program. */
const NO_PROGRAM = 127;

function watchBus(
  bus: Bus,
  onHeard: () => void,
  onLock: () => void,
  onEnd: (reason: Reason) => void,
): ChildProcess {
  // it ends with us, however we end: otherwise it would wait for the next signal to notice
  const words = ['--pdeathsig', 'TERM', 'dbus-monitor', `--${bus}`, ...RULES[bus]];
  const child = spawn('setpriv', words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-300);
  });
  const isLock = lockReader();
  const lines = createInterface({ input: child.stdout });
  // the bus greets whoever listens
  let why = 'no D-Bus can be reached';
  lines.once('line', () => {
    why = 'the connection to D-Bus has ended';
    onHeard();
  });
  lines.on('line', (line) => {
    if (isLock(line)) onLock();
  });
  child.once('error', (error: NodeJS.ErrnoException) =>
    onEnd(
      both(
        error.code === 'ENOENT' ? 'the program setpriv is not installed (package util-linux)' : error.message,
      ),
    ),
  );
  child.once('close', (code) =>
    onEnd(
      code === NO_PROGRAM
        ? both('the program dbus-monitor is not installed (package dbus-bin)')
        : { why, details: said.trim().split('\n').at(-1) || 'dbus-monitor has ended' },
    ),
  );
  return child;
}

/** Answers the function that ends it. Without either bus it is told that nothing is noticed. */
function watchScreenLock({ onLock, onHeard, onProblem }: ScreenLockEvents): () => void {
  let isOver = false;
  let isHeard = false;
  const heard = (): void => {
    if (!isOver && !isHeard) onHeard();
    isHeard = true;
  };
  const reasons = new Map<Bus, Reason>();
  const ended = (bus: Bus, reason: Reason): void => {
    if (isOver || reasons.has(bus)) return;
    reasons.set(bus, reason);
    if (reasons.size < BUSES.length) return;
    // which of them ended first is nobody's concern
    const all = BUSES.map((one) => reasons.get(one)!);
    const joined = (words: string[]): string => [...new Set(words)].join('; ');
    onProblem(joined(all.map(({ why }) => why)), joined(all.map(({ details }) => details)));
  };
  const children = BUSES.map((bus) => watchBus(bus, heard, onLock, (reason) => ended(bus, reason)));
  return () => {
    isOver = true;
    for (const child of children) child.kill('SIGTERM');
  };
}

/** Locks editing with the screen. Only while it is unlocked there is something to watch for. Answers the function that ends it. */
export function lockWithScreen(routelens: Routelens, log: (line: string) => void): () => void {
  let stop: (() => void) | null = null;
  const end = (): void => {
    stop?.();
    stop = null;
  };
  const forget = routelens.on('target.state', ({ lock }) => {
    if (lock?.state !== 'unlocked') end();
    else
      stop ??= watchScreenLock({
        onLock: () => routelens.screenLocked(),
        onHeard: () => routelens.screenUnheard(null),
        onProblem: (why, details) => {
          log(`editing will not be locked together with the screen: ${details}`);
          routelens.screenUnheard(why);
        },
      });
  });
  return () => {
    forget();
    end();
  };
}
