// SPDX-License-Identifier: MIT
// Listens to the main process and asks for the first state of everything.
import { bridge } from '../bridge.ts';
import { rows } from '../grid/rows.ts';
import { applyTheme } from '../theme/theme.ts';
import { get, sayError, set } from './store.ts';

let started = false;

/** Once, before the first drawing. */
export function start(): void {
  if (started) return;
  started = true;
  bridge.on('target.state', (target) => {
    const before = get().target;
    if (before?.target !== target.target || target.state === 'connecting') {
      rows.clear();
      set({
        cursor: null,
        selected: new Set(),
        editing: null,
        lit: [],
        message: null,
        litRow: null,
        lookup: null,
      });
    }
    set({ target });
    if (target.state === 'connected') {
      void refresh();
      if (before?.state === 'resyncing') rows.refetch();
    }
    if ((target.state === 'lost' || target.state === 'unavailable') && target.error) sayError(target.error);
  });
  bridge.on('links.changed', (links) => set({ links }));
  bridge.on('grid.changed', (change) => rows.onChange(change));
  bridge.on('trace.changed', (traffic) => set({ traffic }));
  bridge.on('prefs.changed', (prefs) => {
    set({ prefs });
    applyTheme(prefs.theme);
  });
  void first();
}

/** What hardly ever changes, and may be asked before a target is open. */
async function first(): Promise<void> {
  const [prefs, info, targets, vocabulary, target] = await Promise.all([
    bridge['prefs.get']({}),
    bridge['app.info']({}),
    bridge['targets.list']({}),
    bridge['vocabulary.get']({}),
    bridge['targets.state']({}),
  ]);
  if (prefs.ok) {
    set({ prefs: prefs.value, prefsKnown: true });
    applyTheme(prefs.value.theme);
  }
  if (info.ok) set({ info: info.value });
  if (targets.ok) set({ targets: targets.value });
  if (vocabulary.ok) set({ vocabulary: vocabulary.value });
  if (target.ok) set({ target: target.value });
  await refresh();
}

/** The state of the open target. */
async function refresh(): Promise<void> {
  const [links, grid, traffic] = await Promise.all([
    bridge['links.list']({}),
    bridge['grid.view'](get().spec),
    bridge['trace.state']({}),
  ]);
  if (links.ok) set({ links: links.value });
  if (traffic.ok) set({ traffic: traffic.value });
  if (grid.ok) rows.onState(grid.value);
}
