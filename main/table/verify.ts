// SPDX-License-Identifier: MIT
// Compares the table with a fresh dump, row by row, all attributes included.
import { ok } from '../../app/contract/index.ts';
import type { Outcome } from '../../app/contract/index.ts';
import { chain } from './notify.ts';
import type { RouteStore } from './store.ts';
import type { RouteSync } from './sync.ts';

export interface Verified {
  /** Routes that the kernel has. */
  kernel: number;
  /** Routes that the table has. */
  table: number;
  /** Routes that only one of both has, or that differ. */
  differences: number;
}

/** While notifications are on their way a comparison is not fair: how often it is tried, and the pause between, ms. */
const TRIES = 8;
const PAUSE_MS = 60;

export async function compareWithKernel(store: RouteStore, sync: RouteSync): Promise<Outcome<Verified>> {
  for (let tries = 1; ; tries++) {
    await sync.settle();
    const before = store.changes.number;
    const outcome = await compareOnce(store, sync);
    if (!outcome.ok) return outcome;
    const isQuiet = store.changes.number === before && sync.isSettled;
    if ((outcome.value.differences === 0 && isQuiet) || tries === TRIES) return outcome;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export async function compareOnce(store: RouteStore, sync: RouteSync): Promise<Outcome<Verified>> {
  const { columns: c } = store;
  let seen = new Uint8Array(c.high);
  let kernel = 0;
  let differences = 0;
  const outcome = await sync.compare(
    () => {
      seen = new Uint8Array(c.high);
      kernel = 0;
      differences = 0;
    },
    (record) => {
      kernel++;
      const slot = chain(store, record).find((slot) => store.same(slot, record) && seen[slot] !== 1);
      if (slot === undefined) differences++;
      else seen[slot] = 1;
    },
  );
  if (!outcome.ok) return outcome;
  for (let slot = 1; slot < c.high; slot++) if (c.family[slot] !== 0 && seen[slot] !== 1) differences++;
  return ok({ kernel, table: c.count, differences });
}
