// SPDX-License-Identifier: MIT
// The guards of the Electron shell against stand-ins for Electron's objects; e2e/ tries them in a real one.
import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Content } from '../shell/content.ts';
import { guardContents, guardSession } from './guard.ts';
import { ORIGIN, PAGE_URL, serve } from './protocol.ts';
import { isSender } from './sender.ts';

vi.mock('electron', () => ({ protocol: {} }));

const log: string[] = [];
const say = (line: string): void => void log.push(line);
beforeEach(() => {
  log.length = 0;
});

class FakeSession extends EventEmitter {
  request: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void = () => {};
  check: (contents: unknown, permission: string) => boolean = () => true;
  device: () => boolean = () => true;
  before: (details: object, answer: (verdict: { cancel: boolean }) => void) => void = () => {};
  setPermissionRequestHandler(handler: FakeSession['request']): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['check']): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['device']): void {
    this.device = handler;
  }
  webRequest = {
    onBeforeRequest: (handler: FakeSession['before']): void => {
      this.before = handler;
    },
  };
}

function guarded(): FakeSession {
  const session = new FakeSession();
  guardSession(session as unknown as Session, false, say);
  return session;
}

class FakeContents extends EventEmitter {
  open: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  loaded: string[] = [];
  setWindowOpenHandler(handler: FakeContents['open']): void {
    this.open = handler;
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }
  /** Emits an event that can be prevented; answers whether it was. */
  tryTo(name: string, url: string): boolean {
    let isPrevented = false;
    this.emit(name, { preventDefault: () => (isPrevented = true) }, url);
    return isPrevented;
  }
}

function contents(): FakeContents {
  const app = new EventEmitter();
  guardContents(app as App, say);
  const made = new FakeContents();
  app.emit('web-contents-created', {}, made as unknown as WebContents);
  return made;
}

describe('permissions', () => {
  it.each([
    'geolocation',
    'notifications',
    'media',
    'clipboard-read',
    'openExternal',
    'fullscreen',
    'hid',
    'x',
  ])('refuses %s', (permission) => {
    const session = guarded();
    const answers: boolean[] = [];
    session.request({}, permission, (granted) => answers.push(granted));
    expect([...answers, session.check({}, permission), session.device()]).toEqual([false, false, false]);
  });

  it('grants writing to the clipboard', () => {
    expect(guarded().check({}, 'clipboard-sanitized-write')).toBe(true);
  });
});

describe('requests', () => {
  const isCancelled = (url: string, resourceType: string): boolean => {
    let verdict = { cancel: false };
    guarded().before({ url, resourceType }, (v) => (verdict = v));
    return verdict.cancel;
  };

  it('lets the program load its own files, and pictures that are written into it', () => {
    expect(isCancelled(`${PAGE_URL}assets/a.js`, 'script')).toBe(false);
    expect(isCancelled('data:image/png;base64,AA==', 'image')).toBe(false);
  });

  it.each([
    ['https://example.org/', 'xhr'],
    ['http://127.0.0.1/', 'image'],
    ['file:///etc/passwd', 'mainFrame'],
    ['ws://127.0.0.1/', 'webSocket'],
    ['data:text/html,x', 'subFrame'],
    ['app://other/', 'script'],
    ['app://routelens.example/', 'script'],
    ['devtools://devtools/x', 'mainFrame'],
  ])('cancels %s as %s', (url, type) => {
    expect(isCancelled(url, type)).toBe(true);
    expect(log).toHaveLength(1);
  });

  it('prevents downloads', () => {
    let isPrevented = false;
    guarded().emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });
});

describe('navigation and windows', () => {
  it.each([
    'https://example.org/',
    'file:///etc/passwd',
    `${PAGE_URL}assets/a.js`,
    'app://other/',
    'data:text/html,x',
  ])('stays on the page instead of going to %s', (url) => {
    expect(contents().tryTo('will-navigate', url)).toBe(true);
    expect(contents().tryTo('will-redirect', url)).toBe(true);
  });

  it('lets the page itself be loaded', () => {
    const made = contents();
    expect(made.tryTo('will-navigate', PAGE_URL)).toBe(false);
    made.emit('did-navigate', {}, PAGE_URL);
    expect(made.loaded).toEqual([]);
  });

  it('returns from where it should not be', () => {
    const made = contents();
    made.emit('did-navigate', {}, 'about:blank');
    expect(made.loaded).toEqual([PAGE_URL]);
  });

  it('opens no window and attaches no webview', () => {
    const made = contents();
    for (const url of ['https://example.org/', 'about:blank', PAGE_URL]) {
      expect(made.open({ url })).toEqual({ action: 'deny' });
    }
    expect(made.tryTo('will-attach-webview', '')).toBe(true);
  });
});

describe('isSender', () => {
  const mainFrame = { url: PAGE_URL };
  const window = { isDestroyed: () => false, webContents: { mainFrame } };

  it('takes the main frame with the page in it', () => {
    expect(isSender(mainFrame, window, ORIGIN)).toBe(true);
  });

  it('refuses other frames, other pages, frames that are gone and closed windows', () => {
    const away = { url: 'about:blank' };
    expect(isSender({ url: PAGE_URL }, window, ORIGIN)).toBe(false);
    expect(isSender(null, window, ORIGIN)).toBe(false);
    expect(isSender(away, { ...window, webContents: { mainFrame: away } }, ORIGIN)).toBe(false);
    expect(isSender(mainFrame, { ...window, isDestroyed: () => true }, ORIGIN)).toBe(false);
  });
});

describe('the protocol', () => {
  const content = new Content('/nowhere');

  it('answers by protocol.handle where there is one', async () => {
    let handler: (request: { method: string; url: string }) => Promise<Response> = () => Promise.reject();
    const handle = (_scheme: string, own: typeof handler): void => {
      handler = own;
    };
    serve({ protocol: { handle } } as unknown as Session, content);
    const found = await handler({ method: 'GET', url: `${PAGE_URL}a.js` });
    expect(found.status).toBe(404);
    expect(found.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect((await handler({ method: 'GET', url: 'app://other/index.html' })).status).toBe(403);
  });

  it('answers by registerBufferProtocol on an old Electron', async () => {
    interface Answer {
      statusCode: number;
      headers: Record<string, string>;
    }
    const asked = new Promise<Answer>((resolve) => {
      const registerBufferProtocol = (
        _scheme: string,
        handler: (request: object, answer: (answer: Answer) => void) => void,
      ): void => handler({ method: 'GET', url: `${PAGE_URL}../x.js` }, resolve);
      serve({ protocol: { registerBufferProtocol } } as unknown as Session, content);
    });
    const { statusCode, headers } = await asked;
    expect(statusCode).toBe(403);
    expect(headers['Content-Security-Policy']).toContain("default-src 'none'");
  });
});
