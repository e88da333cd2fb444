// SPDX-License-Identifier: MIT
// What is remembered: kept here for drawing, sent to the main process a moment after the last change.
import { create } from 'zustand';
import type { Prefs, PrefsPatch } from '../../../app/contract/index.ts';
import { DEFAULT_PREFS } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { valueOf } from './errors.ts';

interface PrefsStore {
  prefs: Prefs;
  /** False until the remembered ones are there: nothing is drawn that would jump. */
  isLoaded: boolean;
  change(patch: PrefsPatch): void;
  take(prefs: Prefs): void;
}

const SAVE_AFTER_MS = 250;
let unsaved: PrefsPatch = {};
let timer: ReturnType<typeof setTimeout> | null = null;

async function save(): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const patch = unsaved;
  unsaved = {};
  valueOf(await bridge['prefs.set'](patch));
}

export const usePrefs = create<PrefsStore>((set, get) => ({
  prefs: DEFAULT_PREFS,
  isLoaded: false,
  change: (patch) => {
    set({ prefs: { ...get().prefs, ...(patch as Partial<Prefs>) } });
    unsaved = { ...unsaved, ...patch };
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_AFTER_MS);
  },
  // what was changed here and not yet sent is newer than what comes
  take: (prefs) => set({ prefs: { ...prefs, ...(unsaved as Partial<Prefs>) }, isLoaded: true }),
}));

/** Keeps data-theme on the document: `system` follows the desktop. */
export function followThemes(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme, density } = usePrefs.getState().prefs;
    const { dataset } = document.documentElement;
    dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    dataset['density'] = density;
  };
  apply();
  usePrefs.subscribe(apply);
  dark.addEventListener('change', apply);
}

/** A change in the last moment before the window closes is remembered, too. */
window.addEventListener('pagehide', () => {
  if (timer !== null) void save();
});

/** Height of a row in CSS pixels. */
export const rowHeightOf = (density: Prefs['density']): number => (density === 'compact' ? 22 : 28);
