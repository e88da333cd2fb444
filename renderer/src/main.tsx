// SPDX-License-Identifier: MIT
// Where the page starts: looks first, then what is remembered, then the window.
import { createRoot } from 'react-dom/client';
import './theme/fonts.css';
import './theme/tokens.css';
import './theme/base.css';
import { App } from './app/App.tsx';
import { NoShell } from './app/NoShell.tsx';
import { hasBridge } from './bridge.ts';
import { followThemes } from './state/prefs.ts';
import { start } from './state/start.ts';

const root = createRoot(document.getElementById('root')!);
if (hasBridge) {
  followThemes();
  void start();
  root.render(<App />);
} else {
  root.render(<NoShell />);
}
