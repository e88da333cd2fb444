// SPDX-License-Identifier: MIT
// A display for the window: the one that is there, or a virtual one.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface Display {
  /** For the environment variable DISPLAY. */
  name: string;
  close(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** `DISPLAY` when it is set, unless a display of its own is asked for; else Xvfb on a free number. */
export async function openDisplay({ ownOne = false, size = '1440x1000x24' } = {}): Promise<Display> {
  const present = process.env['DISPLAY'];
  if (present && !ownOne) return { name: present, close: async () => {} };
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-dpi', '96', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const name = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
    child.stdio[3]!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(`:${text.trim()}`);
    });
  });
  return {
    name,
    async close() {
      child.kill();
      await ended(child);
    },
  };
}
