// SPDX-License-Identifier: MIT
// Builds rtmgr.ko of this clone against the headers of the running kernel, with the script that make uses, too.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { HEADERS, builtPlace, sourceFolder, under } from './place.ts';

/** Lines that are kept for the page. */
const MOST_LINES = 400;
const KILL_MS = 2000;

export interface Build {
  /** What it has written, the last lines. */
  lines(): string[];
  done: Promise<Outcome<void>>;
  /** Ends it and all that it started. */
  cancel(): void;
}

const failed = (why: string): AppError => ({
  kind: 'unavailable',
  what: 'The module could not be built',
  why,
  wayOut: 'The last lines of the build say more. It needs make, gcc and the kernel’s headers',
});

export function startBuild(onLine: () => void): Outcome<Build> {
  const folder = sourceFolder();
  const place = builtPlace();
  if (folder === null || place === null)
    return fail({
      kind: 'unavailable',
      what: 'There is nothing to build here',
      why: 'This is not a clone of Routelens',
      wayOut: 'The package builds the module by itself: sudo dkms autoinstall',
    });
  const lines: string[] = [];
  let rest = '';
  // `quiet=quiet_`: a line for each file, in spite of make -s
  const words = [under(HEADERS), place.result, 'quiet=quiet_'];
  const child: ChildProcess = spawn(join(folder, 'scripts/build-module'), words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // a group of its own, so that what it starts ends with it
    detached: true,
    env: { ...process.env, RTMGR_OBJECTS: place.objects, LC_ALL: 'C.UTF-8' },
  });
  const heard = (chunk: Buffer): void => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop()!;
    lines.push(...parts.map((line) => line.trimEnd()).filter(Boolean));
    lines.splice(0, Math.max(0, lines.length - MOST_LINES));
    onLine();
  };
  child.stdout!.on('data', heard);
  child.stderr!.on('data', heard);
  let isCancelled = false;
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // it has just ended
    }
  };
  const done = new Promise<Outcome<void>>((resolve) => {
    child.once('error', (error) => resolve(fail(failed(error.message))));
    child.once('close', (code, signal) => {
      if (rest !== '') heard(Buffer.from('\n'));
      if (isCancelled) resolve(fail({ kind: 'cancelled', what: 'The build was cancelled' }));
      else if (code === 0) resolve(ok(undefined));
      else
        resolve(
          fail(failed(signal ? `It was ended by ${signal}` : (lines.at(-1) ?? `Its exit code was ${code}`))),
        );
    });
  });
  return ok({
    lines: () => [...lines],
    done,
    cancel() {
      isCancelled = true;
      kill('SIGTERM');
      setTimeout(() => kill('SIGKILL'), KILL_MS).unref();
    },
  });
}
