// SPDX-License-Identifier: MIT
// The lock of the screen, as a real bus tells it: a dbus-daemon of the test's own, and signals sent over it.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TargetState } from '../contract/index.ts';
import { stubRoutelens } from './testing.ts';
import { lockReader, lockWithScreen } from './screen-lock.ts';

const read = (text: string): number => {
  const isLock = lockReader();
  return text.split('\n').filter((line) => isLock(line)).length;
};
const head = (path: string, interface_: string, member: string): string =>
  `signal time=1700000000.1 sender=:1.9 -> destination=(null destination) serial=7 path=${path}; interface=${interface_}; member=${member}`;

describe('what dbus-monitor prints', () => {
  it('tells a lock by the screen saver, and not its end', () => {
    for (const desktop of ['freedesktop', 'gnome', 'mate', 'cinnamon']) {
      const line = head('/x', `org.${desktop}.ScreenSaver`, 'ActiveChanged');
      expect(read(`${line}\n   boolean true`)).toBe(1);
      expect(read(`${line}\n   boolean false`)).toBe(0);
    }
    expect(read(`${head('/x', 'org.evil.Thing', 'ActiveChanged')}\n   boolean true`)).toBe(0);
  });

  it('tells a lock, a hint and sleep by logind', () => {
    expect(read(head('/s', 'org.freedesktop.login1.Session', 'Lock'))).toBe(1);
    expect(read(head('/s', 'org.freedesktop.login1.Session', 'Unlock'))).toBe(0);
    const sleep = head('/m', 'org.freedesktop.login1.Manager', 'PrepareForSleep');
    expect(read(`${sleep}\n   boolean true`)).toBe(1);
    expect(read(`${sleep}\n   boolean false`)).toBe(0);
    const properties = (name: string, value: boolean): string =>
      [
        head('/s', 'org.freedesktop.DBus.Properties', 'PropertiesChanged'),
        '   string "org.freedesktop.login1.Session"',
        '   array [',
        '      dict entry(',
        `         string "${name}"`,
        `         variant             boolean ${value}`,
        '      )',
        '   ]',
      ].join('\n');
    expect(read(properties('LockedHint', true))).toBe(1);
    expect(read(properties('LockedHint', false))).toBe(0);
    expect(read(properties('IdleHint', true))).toBe(0);
  });
});

const CONFIG = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=DIR</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`;

let daemon: ChildProcess | null = null;
let folder = '';
const before = { ...process.env };
afterEach(() => {
  daemon?.kill('SIGKILL');
  daemon = null;
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
  folder = '';
  for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'DBUS_SYSTEM_BUS_ADDRESS']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

/** Both buses are this one. */
async function startBus(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'routelens-bus-'));
  const config = join(folder, 'bus.conf');
  writeFileSync(config, CONFIG.replace('DIR', folder));
  daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await new Promise<string>((resolve) =>
    daemon!.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address;
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] = address;
  return address;
}

const state = (lock: 'locked' | 'unlocked'): TargetState =>
  ({ lock: { state: lock, relocksAt: null, error: null, unheard: null } }) as TargetState;

const signal = (address: string, ...words: string[]): void => {
  const { status, stderr } = spawnSync('dbus-send', [`--bus=${address}`, '--type=signal', ...words]);
  expect(status, stderr.toString()).toBe(0);
};

/** Processes of this name that this one has started. */
function children(name: string): number[] {
  const own = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return own
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe('a bus', () => {
  it('is listened to while editing is unlocked, and locks it', async () => {
    const address = await startBus();
    const routelens = stubRoutelens();
    const log = vi.fn();
    const stop = lockWithScreen(routelens, log);
    routelens.emit('target.state', state('locked'));
    expect(children('dbus-monitor')).toEqual([]);
    routelens.emit('target.state', state('unlocked'));
    await vi.waitFor(() => expect(children('dbus-monitor')).toHaveLength(2), 5000);
    await vi.waitFor(
      () => {
        // until the monitors listen
        signal(address, '/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver.ActiveChanged', 'boolean:true');
        expect(routelens.screenLocks).toBeGreaterThan(0);
      },
      { timeout: 5000, interval: 100 },
    );
    const locks = routelens.screenLocks;
    signal(address, '/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver.ActiveChanged', 'boolean:false');
    signal(address, '/org/freedesktop/login1/session/_1', 'org.freedesktop.login1.Session.Lock');
    await vi.waitFor(() => expect(routelens.screenLocks).toBeGreaterThan(locks), 5000);
    routelens.emit('target.state', state('locked'));
    await vi.waitFor(() => expect(children('dbus-monitor')).toEqual([]), 5000);
    stop();
    expect(log).not.toHaveBeenCalled();
    expect(routelens.unheard).toEqual([null]);
  });

  it('that is not there is told, once', async () => {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nonexistent/bus';
    process.env['DBUS_SYSTEM_BUS_ADDRESS'] = 'unix:path=/nonexistent/bus';
    const routelens = stubRoutelens();
    const log = vi.fn();
    const stop = lockWithScreen(routelens, log);
    routelens.emit('target.state', state('unlocked'));
    await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(1), 5000);
    expect(log.mock.calls[0]![0]).toMatch(/^editing will not be locked together with the screen: .*bus/);
    expect(routelens.unheard).toEqual(['no D-Bus can be reached']);
    stop();
  });

  it('that nobody can listen to is told: the program and its package', async () => {
    const path = process.env['PATH'];
    folder = mkdtempSync(join(tmpdir(), 'routelens-bus-'));
    const setpriv = spawnSync('sh', ['-c', 'command -v setpriv'], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(setpriv, join(folder, 'setpriv'));
    const routelens = stubRoutelens();
    const stop = lockWithScreen(routelens, vi.fn());
    try {
      process.env['PATH'] = folder;
      routelens.emit('target.state', state('unlocked'));
      await vi.waitFor(
        () =>
          expect(routelens.unheard).toEqual(['the program dbus-monitor is not installed (package dbus-bin)']),
        5000,
      );
    } finally {
      process.env['PATH'] = path;
      stop();
    }
  });
});
