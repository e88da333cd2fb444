// SPDX-License-Identifier: MIT
// Who may call: the main frame of the program's one window, with the program's page in it.
import { isPageUrl } from '../shell/content.ts';

/** The parts of Electron's WebFrameMain that are looked at. */
interface Frame {
  url: string;
}

interface SenderWindow {
  isDestroyed(): boolean;
  webContents: { mainFrame: Frame };
}

/** `frame` is null when it has gone since it called. */
export function isSender(frame: Frame | null, window: SenderWindow, origin: string): boolean {
  return (
    frame !== null &&
    !window.isDestroyed() &&
    frame === window.webContents.mainFrame &&
    isPageUrl(frame.url, origin)
  );
}
