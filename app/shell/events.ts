// SPDX-License-Identifier: MIT
// Hands every event of the main process to the page. The list is complete because the compiler checks it.
import type { EventName, Events } from '../contract/index.ts';
import type { Routelens } from '../../main/routelens.ts';

const NAMES: Record<EventName, true> = {
  'target.state': true,
  'targets.changed': true,
  'links.changed': true,
  'module.changed': true,
  'module.logged': true,
  'pending.settled': true,
  'grid.changed': true,
  'trace.changed': true,
  'prefs.changed': true,
};

/** Every event of the contract. */
export const EVENT_NAMES = Object.keys(NAMES) as EventName[];

/** Calls `send` on each event until the function that it answers is called. */
export function forwardEvents(
  routelens: Pick<Routelens, 'on'>,
  send: (event: EventName, payload: Events[EventName]) => void,
): () => void {
  const ends = EVENT_NAMES.map((name) => routelens.on(name, (payload) => send(name, payload)));
  return () => ends.forEach((end) => end());
}
