// SPDX-License-Identifier: MIT
// For tests: a user and network namespace of its own, with three sockets in it, and ip(8) inside.
import { execFileSync, spawn } from 'node:child_process';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from '../constants.ts';
import { close, receiveFds, socketpair } from '../libc.ts';
import type { SocketFds } from '../sockets.ts';
import { bundleChild } from './bundle-child.ts';

export interface Namespace {
  fds: SocketFds;
  /** Runs a command inside and answers its output. */
  run(command: string, ...args: string[]): string;
  /** Gives commands to `ip -batch`. */
  ip(...lines: string[]): void;
  end(): void;
}

/** Starts the child; throws with what it wrote when it can't be. */
export async function namespace(): Promise<Namespace> {
  const file = await bundleChild('main/netlink/testing/namespace-child.ts');
  const pair = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
  if (!pair.ok) throw new Error(`socketpair: ${pair.errnoName}`);
  const [ours, theirs] = pair.value;
  const child = spawn('unshare', ['-Urn', process.execPath, file], {
    stdio: ['ignore', 'ignore', 'pipe', theirs],
  });
  close(theirs);
  let words = '';
  child.stderr?.on('data', (text) => (words += String(text)));
  // waits: a child that fails closes its end
  const received = receiveFds(ours);
  if (!received.ok || received.value.fds.length !== 3) {
    await new Promise((resolve) => child.once('close', resolve));
    close(ours);
    throw new Error(`no namespace for the test: ${words.trim()}`);
  }
  const [request, dump, events] = received.value.fds as [number, number, number];
  const enter = ['-t', String(child.pid), '-U', '-n', '--preserve-credentials'];
  const inside = (command: string, args: string[], input = ''): string =>
    execFileSync('nsenter', [...enter, command, ...args], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return {
    fds: { request, dump, events },
    run: (command, ...args) => inside(command, args),
    ip: (...lines) => void inside('ip', ['-batch', '-'], `${lines.join('\n')}\n`),
    end: () => void close(ours),
  };
}
