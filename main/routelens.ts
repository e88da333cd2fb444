// SPDX-License-Identifier: MIT
// What a shell gets: the operations, the events, and the end.
import type { AppInfo, EventName, Events, Handlers, TargetId } from '../app/contract/index.ts';

export interface RoutelensOptions {
  shell: AppInfo['shell'];
  shellReason: string;
  version: string;
  /** The target to open first; without it the remembered one, else the Lab. */
  target?: TargetId;
  /** Where prefs.json lies, `$XDG_CONFIG_HOME/routelens`. */
  configDir: string;
  /** After how long without the person's doing anything editing is locked, ms; without it 15 minutes. */
  lockIdleMs?: number;
}

export interface Routelens {
  handlers: Handlers;
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** The shell has noticed that the screen was locked, or that the machine goes to sleep: editing is locked, too. */
  screenLocked(): void;
  /** The shell would not notice that, and why, at the end of a sentence; null: it would. */
  screenUnheard(why: string | null): void;
  /** Ends threads, children and namespaces; resolves in milliseconds. */
  close(): Promise<void>;
}
