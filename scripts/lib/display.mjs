// SPDX-License-Identifier: MIT
// A virtual display for machines that have none.
import { spawn } from 'node:child_process';
import { hasCommand } from './packages.mjs';

/** Whether a window can be shown here. */
export const hasDisplay = () => Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/**
 * Starts Xvfb on a free display. It ends with `close`, and by itself when this process is killed.
 * @returns {Promise<{ name: string, close: () => void }>}
 */
export function startXvfb(size = '1440x1000x24') {
  const words = ['Xvfb', '-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-noreset'];
  // a signal of the kernel's when its parent has gone, even by SIGKILL
  if (hasCommand('setpriv')) words.unshift('setpriv', '--pdeathsig', 'TERM');
  // a process group of its own: Ctrl-C reaches the shell first, which ends things in order
  const child = spawn(words[0] ?? '', words.slice(1), {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const close = () => void child.kill();
  process.once('exit', close);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
    let text = '';
    child.stdio[3]?.on('data', (chunk) => {
      text += String(chunk);
      if (!text.endsWith('\n')) return;
      child.unref();
      /** @type {import('node:net').Socket} */ (child.stdio[3]).unref();
      resolve({ name: `:${text.trim()}`, close });
    });
  });
}
