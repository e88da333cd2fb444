// SPDX-License-Identifier: MIT
// Listens to the main process, then asks for everything once: an event that comes between is never older.
import type { TargetState } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { useApp } from './app.ts';
import { useEditing } from './editing.ts';
import { useErrors, valueOf } from './errors.ts';
import { tellGridChange, useGrid } from './grid.ts';
import { useLinks } from './links.ts';
import { useLock } from './lock.ts';
import { usePrefs } from './prefs.ts';
import { useSelection } from './selection.ts';
import { useTarget } from './target.ts';
import { useTraffic } from './traffic.ts';
import { watchUse } from './use.ts';

function takeTarget(state: TargetState): void {
  const before = useTarget.getState().state;
  // of another target nothing was said yet; what becomes of the one that is left is told after this
  if (before && before.target !== state.target) useErrors.getState().hush();
  useTarget.setState({ state });
  useLock.getState().take(before, state);
  // row ids and message numbers belong to one opening of one target
  const isAnother =
    before &&
    (before.target !== state.target ||
      before.lab?.pid !== state.lab?.pid ||
      before.rtmgr?.pid !== state.rtmgr?.pid);
  if (isAnother || state.state === 'connecting') {
    useSelection.getState().clear();
    useErrors.getState().forgive();
    useEditing.getState().leave();
    if (isAnother) useErrors.getState().dismiss();
  }
  if (state.state === 'connecting') useGrid.setState({ state: null });
  const hasError = state.error && state.error !== before?.error;
  if (hasError && state.error) useErrors.getState().report(state.error);
}

export async function start(): Promise<void> {
  watchUse();
  bridge.on('target.state', takeTarget);
  bridge.on('targets.changed', (infos) => useTarget.setState({ infos }));
  bridge.on('pending.settled', (settled) => useLock.getState().told(settled));
  bridge.on('links.changed', (links) => useLinks.setState({ links }));
  bridge.on('grid.changed', tellGridChange);
  bridge.on('prefs.changed', (prefs) => usePrefs.getState().take(prefs));
  bridge.on('trace.changed', ({ perSecond }) => useTraffic.setState({ perSecond }));
  await Promise.all([
    bridge['prefs.get']({}).then((outcome) => {
      const prefs = valueOf(outcome);
      usePrefs.getState().take(prefs ?? usePrefs.getState().prefs);
    }),
    bridge['targets.state']({}).then((outcome) => {
      const state = valueOf(outcome);
      if (state) takeTarget(state);
    }),
    useTarget.getState().refresh(),
    bridge['app.info']({}).then((outcome) => {
      const info = valueOf(outcome);
      if (info) useApp.setState({ info });
    }),
    bridge['links.list']({}).then((outcome) => {
      const links = valueOf(outcome);
      if (links) useLinks.setState({ links });
    }),
    bridge['vocabulary.get']({}).then((outcome) => {
      const vocabulary = valueOf(outcome);
      if (vocabulary) useLinks.setState({ vocabulary });
    }),
    useGrid.getState().look({}),
  ]);
}
