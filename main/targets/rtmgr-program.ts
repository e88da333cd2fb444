// SPDX-License-Identifier: MIT
// The program rtmgr-user: where it is, how it is started, how it ends.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';

const START_MS = 10_000;
const END_MS = 1_000;
// asked in this order, because in an archive of Electron's a stat of what is not there throws
const isProgram = (file: string): boolean => existsSync(file) && statSync(file).isFile();

/** Where it is in a clone, and in a package. */
const PLACES = ['kernel/build/rtmgr-user', 'rtmgr-user'];

/**
 * The program of the clone or the package that this bundle lies in, or of the clone that the working directory lies in;
 * null when it is not built.
 * ROUTELENS_RTMGR_USER names another one.
 */
export function rtmgrUserPath(): string | null {
  const named = process.env['ROUTELENS_RTMGR_USER'];
  if (named) return existsSync(named) ? named : null;
  for (const start of [typeof __dirname === 'string' ? __dirname : process.cwd(), process.cwd()])
    for (let folder = start; ; folder = dirname(folder)) {
      const path = PLACES.map((place) => join(folder, place)).find(isProgram);
      if (path !== undefined) return path;
      if (folder === dirname(folder)) break;
    }
  return null;
}

export const NOT_BUILT = {
  why: 'The program rtmgr-user is not built',
  wayOut: 'Build it with: make -C kernel user',
};

export interface Program {
  pid: number;
  /** nl_pid of its socket. */
  port: number;
  /** Calls back once, when it ends without having been asked to. */
  onEnd(listener: (error: AppError) => void): void;
  /** Asks it to end, then makes it. */
  end(): Promise<void>;
}

function endedWords(child: ChildProcess, said: string): AppError {
  const { exitCode, signalCode } = child;
  const how = signalCode ? `It was ended by ${signalCode}` : `Its exit code was ${exitCode}`;
  return {
    kind: 'unavailable',
    what: 'rtmgr-user has ended',
    why: said.trim() === '' ? how : `${how}; it said: ${said.trim().slice(-300)}`,
    wayOut: 'Start it again: its table begins anew',
  };
}

/** Starts it, and waits until it says at which port it serves. */
export function startRtmgrUser(command: readonly string[]): Promise<Outcome<Program>> {
  const [program, ...words] = command;
  let child: ChildProcess;
  try {
    child = spawn(program!, [...words, '--with-parent'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // a session of its own: Ctrl-C in our terminal is ours to handle
      detached: true,
    });
  } catch (error) {
    return Promise.resolve(
      fail({ kind: 'internal', what: 'rtmgr-user could not be started', why: String(error) }),
    );
  }
  let said = '';
  let out = '';
  let ending = false;
  let onEnd: ((error: AppError) => void) | null = null;
  let over: AppError | null = null;
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = (): Promise<void> => {
    ending = true;
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      child.ref();
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
  };
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (outcome: Outcome<Program>): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      if (!outcome.ok) child.kill('SIGKILL');
      resolve(outcome);
    };
    const timer = setTimeout(
      () => settle(fail({ kind: 'timeout', afterMs: START_MS, what: 'rtmgr-user did not start in time' })),
      START_MS,
    );
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.stdout!.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      out = (out + chunk.toString()).slice(-2000);
      const port = /^port (\d+)$/m.exec(out)?.[1];
      if (port === undefined) return;
      child.unref();
      for (const pipe of [child.stdout, child.stderr]) (pipe as unknown as { unref?(): void }).unref?.();
      settle(
        ok({
          pid: child.pid!,
          port: Number(port),
          onEnd(listener) {
            if (over && !ending) listener(over);
            else onEnd = listener;
          },
          end,
        }),
      );
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle(
        fail({
          kind: 'unavailable',
          what: 'rtmgr-user could not be started',
          why: error.code === 'ENOENT' ? NOT_BUILT.why : error.message,
          wayOut: NOT_BUILT.wayOut,
        }),
      ),
    );
    // `close`, not `exit`: what it wrote has been read by then
    child.once('close', () => {
      over = endedWords(child, said);
      settle(fail(over));
      if (!ending) onEnd?.(over);
    });
  });
}
