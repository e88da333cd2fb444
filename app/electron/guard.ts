// SPDX-License-Identifier: MIT
// What the window may not do: leave the page, open others, ask for permissions, download, reach the network.
import type { App, Session, WebContents } from 'electron';
import { isPageUrl } from '../shell/content.ts';
import type { Log } from '../shell/dispatch.ts';
import { ORIGIN, PAGE_URL } from './protocol.ts';

/** Writing to the clipboard on a click is how rows are copied; nothing else is ever granted. */
const isGranted = (permission: string): boolean => permission === 'clipboard-sanitized-write';

const shown = (url: string): string => JSON.stringify(url.slice(0, 80));

export function guardSession(session: Session, hasDevTools: boolean, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isGranted(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isGranted(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
    log('refused a download');
  });
  session.webRequest.onBeforeRequest((details, answer) => {
    const isOurs =
      details.url.startsWith(PAGE_URL) || (hasDevTools && /^(devtools|data|blob):/.test(details.url));
    const isInline = details.resourceType === 'image' && details.url.startsWith('data:');
    if (!isOurs && !isInline) log(`refused a request for ${shown(details.url)}`);
    answer({ cancel: !isOurs && !isInline });
  });
}

export function guardContents(app: App, log: Log): void {
  app.on('web-contents-created', (_created, contents: WebContents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      if (isPageUrl(url, ORIGIN)) return;
      event.preventDefault();
      log(`refused to go to ${shown(url)}`);
    };
    contents.on('will-navigate', (event, url) => stay(event, url));
    contents.on('will-redirect', (event, url) => stay(event, url));
    // about:blank is not asked about beforehand
    contents.on('did-navigate', (_event, url) => {
      if (isPageUrl(url, ORIGIN) || url.startsWith('devtools:')) return;
      log(`left ${shown(url)} for the program's page`);
      contents.loadURL(PAGE_URL).catch(() => {});
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      log(`refused to open a window for ${shown(url)}`);
      return { action: 'deny' };
    });
  });
}
