// SPDX-License-Identifier: MIT
// Sets data-theme on <html>: the person's choice, else the system's, also when that changes.
import type { Prefs } from '../../../app/contract/index.ts';

let chosen: Prefs['theme'] = 'system';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export const isDark = (): boolean => chosen === 'dark' || (chosen === 'system' && dark.matches);

function show(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
}

export function applyTheme(theme: Prefs['theme']): void {
  chosen = theme;
  show();
}

dark.addEventListener('change', show);
show();
