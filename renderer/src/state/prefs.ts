// SPDX-License-Identifier: MIT
import type { Prefs } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { applyTheme } from '../theme/theme.ts';
import { get, sayError, set } from './store.ts';

/** Remembers some preferences; the window follows at once. */
export function remember(patch: Partial<Prefs>): void {
  set({ prefs: { ...get().prefs, ...patch } });
  if (patch.theme) applyTheme(patch.theme);
  if (!get().prefsKnown) return;
  void bridge['prefs.set'](patch).then((outcome) => {
    if (!outcome.ok) sayError(outcome.error);
  });
}
