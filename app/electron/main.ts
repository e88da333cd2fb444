// SPDX-License-Identifier: MIT
// The program in Electron: the same main process and the same page as in the Chromium shell, behind the same dispatch.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrowserWindow, Menu, app, ipcMain, powerMonitor } from 'electron';
import { Content } from '../shell/content.ts';
import { dispatch, logToStderr } from '../shell/dispatch.ts';
import { forwardEvents } from '../shell/events.ts';
import { clampSize, configDir, readOptions, version, windowSize } from '../shell/options.ts';
import type { ShellOptions } from '../shell/options.ts';
import { gridPainted } from '../shell/page.ts';
import type { ShellPage } from '../shell/page.ts';
import { lockWithScreen } from '../shell/screen-lock.ts';
import { runSmoke } from '../shell/smoke.ts';
import type { Routelens } from '../../main/routelens.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';
import { guardContents, guardSession } from './guard.ts';
import { ORIGIN, PAGE_URL, registerScheme, serve } from './protocol.ts';
import { isSender } from './sender.ts';

/** A page that crashes more often than this within a minute is not loaded again. */
const MOST_CRASHES = 3;

const hasDevTools = process.env['ROUTELENS_DEVTOOLS'] === '1';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Our words of the command line: what stands after the bundle, else (in a package) after the program. */
function ownWords(): string[] {
  const at = process.argv.findIndex((word) => word.endsWith('electron.cjs'));
  // root cannot start Chromium without this one
  return process.argv.slice((at < 0 ? 0 : at) + 1).filter((word) => word !== '--no-sandbox');
}

let isEnding = false;

/** Ends threads, children and namespaces, then the program. */
async function end(code: number, starting: Promise<Routelens>, why?: string): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  if (why !== undefined) logToStderr(why);
  await starting.then((r) => r.close()).catch(() => {});
  app.exit(code);
}

function createWindow(folder: string, finish: (code: number, why?: string) => void): BrowserWindow {
  const window = new BrowserWindow({
    ...windowSize(folder),
    minWidth: 900,
    minHeight: 600,
    title: 'Routelens',
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: hasDevTools,
    },
  });
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (isEnding || reason === 'clean-exit') return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length > MOST_CRASHES) {
      finish(1, `The window is gone: its page crashed ${crashes.length} times within a minute (${reason})`);
      return;
    }
    logToStderr(`the page crashed (${reason}); it is loaded again`);
    window.webContents.reload();
  });
  return window;
}

function rememberSize(window: BrowserWindow, starting: Promise<Routelens>): void {
  let timer: NodeJS.Timeout | undefined;
  window.on('resize', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.isDestroyed() || window.isMaximized() || window.isFullScreen()) return;
      const { width, height } = window.getBounds();
      starting
        .then(({ handlers }) =>
          dispatch(handlers, { senderOk: true }, 'prefs.set', { window: clampSize(width, height) }),
        )
        .catch(() => {});
    }, 400);
  });
}

function connect(window: BrowserWindow, starting: Promise<Routelens>): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, args: unknown) => {
    // asked at once: the frame may be another by the time the main process is up
    const senderOk = isSender(event.senderFrame, window, ORIGIN);
    const { handlers } = await starting;
    return dispatch(handlers, { senderOk }, name, args);
  });
  starting
    .then((routelens) => {
      const stop = forwardEvents(routelens, (name, payload) => {
        if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, name, payload);
      });
      window.once('closed', stop);
    })
    .catch(() => {});
}

async function work(page: ShellPage, options: ShellOptions): Promise<number | null> {
  if (options.smoke !== undefined) return runSmoke(page, options.smoke, say);
  const { screenshot } = options;
  if (screenshot !== undefined && (await gridPainted(page, 60_000))) {
    await writeFile(screenshot, await page.capture());
    say(`The window is painted: ${screenshot}`);
  }
  return null;
}

async function start(options: ShellOptions, folder: string): Promise<void> {
  // begins at once, while Electron gets ready
  const starting = import('../../main/index.ts').then(({ createRoutelens }) =>
    createRoutelens({
      shell: 'electron',
      shellReason: process.env['ROUTELENS_SHELL_REASON'] ?? 'started directly',
      version: version(__dirname),
      configDir: folder,
      ...(options.target === undefined ? {} : { target: options.target }),
    }),
  );
  const finish = (code: number, why?: string): void => {
    end(code, starting, why).catch(() => app.exit(1));
  };
  starting.catch((error: unknown) => {
    finish(1, `The main process did not start: ${String(error instanceof Error ? error.stack : error)}`);
  });
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
    process.on(signal, () => finish(128 + number));
  }
  app.on('window-all-closed', () => finish(0));
  // Electron's own ways to quit (its signal handlers, a session's end) would leave threads behind that it then waits for
  app.on('before-quit', (event) => {
    event.preventDefault();
    finish(0);
  });
  guardContents(app, logToStderr);
  await app.whenReady();
  Menu.setApplicationMenu(null);
  const window = createWindow(folder, finish);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  const { session } = window.webContents;
  guardSession(session, hasDevTools, logToStderr);
  serve(session, new Content(join(__dirname, '../renderer')));
  connect(window, starting);
  starting
    .then((routelens) => {
      window.once('closed', lockWithScreen(routelens, logToStderr));
      // of locking the screen it does not tell on Linux
      powerMonitor.on('suspend', () => routelens.screenLocked());
    })
    .catch(() => {});
  rememberSize(window, starting);
  await window.loadURL(PAGE_URL);
  if (hasDevTools) window.webContents.openDevTools();
  const page: ShellPage = {
    evaluate: (expression) => window.webContents.executeJavaScript(expression) as Promise<unknown>,
    capture: async () => (await window.webContents.capturePage()).toPNG(),
  };
  const code = await work(page, options);
  if (code !== null) finish(code);
}

const options = readOptions(ownWords());
const folder = configDir();
registerScheme();
// takes --no-sandbox back, without which root cannot start it; the window's own setting stands in any case
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.setPath('userData', join(folder, 'electron'));
// nothing at all resolves: no request can leave the window
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
app.commandLine.appendSwitch('disable-background-networking');
if (!options.ok) {
  logToStderr(options.error);
  app.exit(2);
} else if (app.requestSingleInstanceLock()) {
  start(options.value, folder).catch((error: unknown) => {
    logToStderr(`did not start: ${String(error instanceof Error ? error.stack : error)}`);
    app.exit(1);
  });
} else {
  say('Routelens is open already; its window was brought to the front');
  app.exit(0);
}
