// SPDX-License-Identifier: MIT
// The main process without a shell: createRoutelens gives a shell the operations, the events and the end.
import { release } from 'node:os';
import type { EventName, Events, Handlers, Settled, TargetId, TargetState } from '../app/contract/index.ts';
import { loadNames, useNames } from './codec/index.ts';
import { INSTALLATION } from './helper/installation.ts';
import { greetModule } from './module/greet.ts';
import { LifeOfModule } from './module/life.ts';
import type { Routelens, RoutelensOptions } from './routelens.ts';
import { makeHandlers } from './session/handlers.ts';
import { leftWords } from './session/left-words.ts';
import { PrefsFile } from './session/prefs.ts';
import { Session } from './session/session.ts';

export type { Routelens, RoutelensOptions } from './routelens.ts';

/** Starts the threads and begins to open the first target; how that goes is told by the event `target.state`. */
export async function createRoutelens(options: RoutelensOptions): Promise<Routelens> {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const emit = <E extends EventName>(event: E, payload: Events[E]): void => {
    for (const listener of listeners.get(event) ?? []) listener(payload as never);
    if (event === 'target.state') opened(payload as TargetState);
    const left = event === 'pending.settled' ? leftWords(payload as Settled) : null;
    if (left !== null) say(left);
  };
  const say = (words: string): void => void process.stderr.write(`routelens: ${words}\n`);
  const opened = ({ target, state }: TargetState): void => {
    if (target === 'rtmgr-kernel' && state === 'connected') void life.targetOpened();
  };
  useNames(loadNames());
  const prefs = new PrefsFile(options.configDir, say);
  const target = options.target ?? (prefs.get().target as TargetId);
  const { lockIdleMs } = options;
  const session = new Session(emit, target, {
    confirmSeconds: () => prefs.get().confirmSeconds,
    ...(lockIdleMs !== undefined && { idleMs: lockIdleMs }),
  });
  const info = {
    version: options.version,
    installation: INSTALLATION,
    shell: options.shell,
    shellReason: options.shellReason,
    kernel: release(),
    node: process.versions.node,
  };
  const life = new LifeOfModule({
    changed: (now) => emit('module.changed', now),
    logged: (lines) => emit('module.logged', lines),
    looked: () => void session.lookNow(),
    async greet() {
      await session.lookNow();
      const { target, state } = session.state;
      // over the open target, so that the inspector has it
      return target === 'rtmgr-kernel' && state === 'connected'
        ? handlers['rtmgr.hello']({ text: 'Routelens' })
        : greetModule();
    },
    leave: () => session.leaveModule(),
    comeBack: () => void session.open('rtmgr-kernel'),
  });
  const handlers: Handlers = makeHandlers(
    session,
    info,
    prefs,
    () => {
      emit('prefs.changed', prefs.get());
      session.confirmChanged();
    },
    life,
  );
  void session.open(target);
  return {
    handlers,
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      set.add(listener as (payload: never) => void);
      listeners.set(event, set);
      return () => void set.delete(listener as (payload: never) => void);
    },
    screenLocked: () => session.screenLocked(),
    screenUnheard: (why) => session.screenUnheard(why),
    async close() {
      await Promise.all([session.close(), life.close(), prefs.flush()]);
    },
  };
}
