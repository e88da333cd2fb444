// SPDX-License-Identifier: MIT
// For tests: a machine whose helper does what a script says (e2e/support/scripted-helper.py), one for a test file. It
// really relays, and puts back; what it takes of time, refusals and sudden ends the real one can't give.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { until } from '../testing.ts';
import { openMachine } from './machine.ts';
import type { Machine, MachineOptions, MachineProgram } from './machine.ts';

const HELPER = join(process.cwd(), 'e2e/support/scripted-helper.py');

export interface Scripted {
  /** For the file; from its first test on. */
  readonly machine: Machine;
  /** What helpers do from now on, in this test. */
  script(what: object): void;
  /** Starts the program; it is ended with the test. */
  start(options?: Partial<MachineOptions>): Promise<MachineProgram>;
}

export function scriptedMachine(): Scripted {
  let machine: Machine;
  let folder: string;
  let programs: MachineProgram[];
  beforeAll(async () => {
    machine = await openMachine();
  });
  afterAll(() => machine.end());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'routelens-script-'));
    programs = [];
  });
  afterEach(async () => {
    for (const program of programs) await program.end();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get machine() {
      return machine;
    },
    script: (what) => writeFileSync(join(folder, 'script.json'), JSON.stringify(what)),
    async start(options = {}) {
      const env = { ROUTELENS_SCRIPT: join(folder, 'script.json') };
      const program = await machine.start({ helper: HELPER, confirmSeconds: 5, ...options, env });
      programs.push(program);
      return program;
    },
  };
}

export const locked = (program: MachineProgram): Promise<unknown> =>
  until(
    () => program.state().lock?.state,
    (state) => state === 'locked',
    'not locked',
    20_000,
  );
