// SPDX-License-Identifier: MIT
// The life of the module as the window knows it, and the lines of its log. Listens from the first time the page is
// shown, and goes on when it is left: what comes meanwhile is there when it is opened again.
import { create } from 'zustand';
import type { AppError, ModuleLife, ModuleLogLine, Outcome } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { useErrors } from '../state/errors.ts';
import { isToldApart } from './life.ts';

/** Older lines are dropped: the kernel's own log has them. */
const MOST_LINES = 4000;

/** Lines that a read and an event may have in common. */
const OVERLAP = 64;

type Asking = 'build' | 'cancel' | 'load' | 'unload' | 'follow' | 'look';

export interface Line extends ModuleLogLine {
  /** Counts up from 1 for as long as the window is open. */
  id: number;
}

interface ModuleStore {
  life: ModuleLife | null;
  /** Why the last operation, or the question for the state, was not answered. */
  error: AppError | null;
  /** What is being asked of the main process now. */
  asking: Asking | null;
  lines: readonly Line[];
  /** Lines of the log that were dropped because there are too many. */
  dropped: number;
  /** The lines of a build that failed; the main process keeps them no longer than it runs. */
  failedBuild: ModuleLife['build'];
  /** Called when the page is shown. */
  enter(): Promise<void>;
  look(): Promise<void>;
  build(): Promise<void>;
  cancel(): Promise<void>;
  load(maxRoutes: number | null): Promise<void>;
  unload(): Promise<void>;
  follow(): Promise<void>;
}

let isListening = false;
let lastId = 0;

export const useModule = create<ModuleStore>((set, get) => {
  async function ask(asking: Asking, call: () => Promise<Outcome<ModuleLife>>): Promise<ModuleLife | null> {
    if (get().asking !== null && asking !== 'cancel') return null;
    set({ asking, error: null });
    const outcome = await call();
    if (outcome.ok) take(outcome.value);
    set({ asking: null, ...(!outcome.ok && { error: outcome.error }) });
    if (!outcome.ok) useErrors.getState().report(outcome.error, 'rtmgr');
    else if (outcome.value.problem && asking !== 'look')
      useErrors.getState().report(outcome.value.problem, 'rtmgr');
    return outcome.ok ? outcome.value : null;
  }

  /** A state as the main process tells it, in the order in which it tells it. */
  function take(life: ModuleLife): void {
    const before = get().life;
    const isOver = before?.state === 'building' && life.state !== 'building';
    set({
      life,
      failedBuild: !isToldApart(life) ? null : isOver ? before.build : get().failedBuild,
    });
    // the log begins anew, with what the kernel has kept since the load
    if (life.isFollowing && before && !before.isFollowing) void readLog();
  }

  const append = (more: readonly ModuleLogLine[]): void => {
    // what was read a moment ago may come by event as well
    const last = get().lines.slice(-more.length - OVERLAP);
    const fresh = more.filter(
      ({ time, text }) => !last.some((line) => line.time === time && line.text === text),
    );
    const numbered = fresh.map(({ time, text }): Line => ({ id: ++lastId, time, text }));
    const all = [...get().lines, ...numbered];
    const lines = all.slice(-MOST_LINES);
    set({ lines, dropped: get().dropped + all.length - lines.length });
  };

  /** All lines that the main process has kept; what came by event meanwhile is among them. */
  async function readLog(): Promise<void> {
    const outcome = await bridge['module.log']({});
    if (!outcome.ok) return;
    set({ lines: [], dropped: 0 });
    append(outcome.value);
  }

  return {
    life: null,
    error: null,
    asking: null,
    failedBuild: null,
    lines: [],
    dropped: 0,
    enter: async () => {
      if (!isListening) {
        isListening = true;
        bridge.on('module.changed', take);
        bridge.on('module.logged', append);
        await readLog();
      }
      await get().look();
    },
    look: async () => {
      await ask('look', () => bridge['module.state']({}));
    },
    build: async () => {
      await ask('build', () => bridge['module.build']({}));
    },
    cancel: async () => {
      await ask('cancel', () => bridge['module.cancel']({}));
    },
    load: async (maxRoutes) => {
      const life = await ask('load', () => bridge['module.load']({ maxRoutes }));
      if (life?.state === 'loaded') useErrors.getState().say('rtmgr is loaded');
    },
    unload: async () => {
      const life = await ask('unload', () => bridge['module.unload']({}));
      if (life && !life.loaded && !life.problem) useErrors.getState().say('rtmgr is unloaded');
    },
    follow: async () => {
      await ask('follow', () => bridge['module.follow']({}));
    },
  };
});
