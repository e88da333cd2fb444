// SPDX-License-Identifier: MIT
// For tests of the Chromium shell: a virtual display, a small page, and a look at the processes behind the window.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface TestDisplay {
  name: string;
  close(): void;
}

/** Xvfb on a free display; rejects when it is not installed. */
export function openTestDisplay(): Promise<TestDisplay> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
    let text = '';
    (child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve({ name: `:${text.trim()}`, close: () => child.kill() });
    });
  });
}

/** A folder with a page in it, as dist/renderer would be. */
export function testPage(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-page-'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Test</title><script src="./app.js"></script><p>A page',
  );
  writeFileSync(join(folder, 'app.js'), 'window.sawBridge = typeof window.routelens;');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

interface ProcessLine {
  pid: number;
  parent: number;
  state: string;
}

function processes(): ProcessLine[] {
  const found: ProcessLine[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      // the name in parentheses may hold anything, so the fields are counted from its end
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      found.push({ pid: Number(name), parent: Number(parent), state });
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

/** Ids of a process and of all that descend from it. */
export function tree(root: number): number[] {
  const all = processes();
  const found = [root];
  for (const pid of found) found.push(...all.filter((p) => p.parent === pid).map((p) => p.pid));
  return found;
}

/** Those of the processes that are still there. */
export const alive = (pids: number[]): number[] =>
  processes()
    .filter((p) => pids.includes(p.pid) && p.state !== 'Z')
    .map((p) => p.pid);

/** TCP ports on which any of these processes listens. */
export function listeningPorts(pids: number[]): number[] {
  const inodes = new Set<string>();
  for (const pid of pids) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[([0-9]+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined) inodes.add(inode);
      }
    } catch {
      // ended meanwhile
    }
  }
  const ports: number[] = [];
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      // st 0A is TCP_LISTEN
      if (fields[3] === '0A' && inodes.has(fields[9] ?? '')) {
        ports.push(Number.parseInt((fields[1] ?? '').split(':')[1] ?? '', 16));
      }
    }
  }
  return ports;
}

/** Waits until `condition` holds; false after `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
