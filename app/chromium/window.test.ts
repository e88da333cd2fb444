// SPDX-License-Identifier: MIT
// The real Chromium shell around a small page: what works through it, and what it keeps out.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATION_NAMES, ok } from '../contract/index.ts';
import { Content } from '../shell/content.ts';
import { waitFor } from '../shell/page.ts';
import { stubRoutelens } from '../shell/testing.ts';
import { BINDING } from './bridge.ts';
import { findChromium, launch } from './launch.ts';
import type { Launched } from './launch.ts';
import { readTestPort } from './test-port.ts';
import { alive, listeningPorts, openTestDisplay, testPage, tree, until } from './testing.ts';
import type { TestDisplay } from './testing.ts';
import { ORIGIN, PAGE_URL, Window } from './window.ts';

const READY = `document.readyState === 'complete' && typeof window.routelens === 'object'`;

let display: TestDisplay;
const page = testPage();

interface Opened {
  window: Window;
  launched: Launched;
  stub: ReturnType<typeof stubRoutelens>;
  log: string[];
}

async function open(testPort = false): Promise<Opened> {
  const chromium = findChromium();
  if (chromium === null) throw new Error('not run: no Chromium; install it with: apt-get install chromium');
  const before = process.env['DISPLAY'];
  process.env['DISPLAY'] = display.name;
  const launched = launch({ chromium, url: PAGE_URL, size: { width: 1000, height: 700 }, testPort });
  if (before === undefined) delete process.env['DISPLAY'];
  else process.env['DISPLAY'] = before;
  const stub = stubRoutelens({
    'trace.locate': async ({ id }) => ok({ index: id + 1 }),
    'prefs.set': async () => ok({} as never),
  });
  const log: string[] = [];
  const window = new Window({
    pipe: launched.pipe,
    routelens: Promise.resolve(stub),
    content: new Content(page.folder),
    log: (line) => log.push(line),
  });
  expect(await waitFor(window, READY, 15_000), launched.words()).toBe(true);
  return { window, launched, stub, log };
}

/** Another session on the page, and the way to close it. */
async function attach({ launched: { pipe } }: Opened): Promise<{ session: string; targetId: string }> {
  const { targetInfos } = await pipe.send('Target.getTargets');
  const { targetId } = (targetInfos as { type: string; targetId: string }[]).find((t) => t.type === 'page')!;
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  return { session: sessionId as string, targetId };
}

const pageTargets = async ({ launched }: Opened): Promise<string[]> => {
  const { targetInfos } = await launched.pipe.send('Target.getTargets');
  return (targetInfos as { type: string; url: string }[]).filter((t) => t.type === 'page').map((t) => t.url);
};

beforeAll(async () => {
  display = await openTestDisplay();
});
afterAll(() => {
  display?.close();
  page.remove();
});

describe('the window', () => {
  let all: Opened;
  const run = (expression: string): Promise<unknown> => all.window.evaluate(expression);
  beforeAll(async () => {
    all = await open();
  });
  afterAll(() => all?.launched.end());

  it('gives the page the bridge before its own scripts, frozen and whole', async () => {
    expect(await run('sawBridge')).toBe('object');
    expect(await run('Object.keys(routelens).sort()')).toEqual([...OPERATION_NAMES, 'on'].sort());
    expect(await run('Object.isFrozen(routelens)')).toBe(true);
    expect(await run(`Reflect.defineProperty(window, 'routelens', { value: 1 })`)).toBe(false);
    expect(await run(`delete window.routelens`)).toBe(false);
    expect(await run(`typeof window.${BINDING}`)).toBe('undefined');
    expect(await run('isSecureContext && location.href')).toBe(PAGE_URL);
  });

  it('carries calls, answers and refusals', async () => {
    expect(await run(`routelens['trace.locate']({ id: 41 })`)).toEqual(ok({ index: 42 }));
    const many = `Promise.all([1, 2, 3].map((id) => routelens['trace.locate']({ id })))`;
    expect(await run(many)).toEqual([2, 3, 4].map((index) => ok({ index })));
    expect(await run(`routelens['trace.locate']({ id: 'x' })`)).toMatchObject({ error: { kind: 'refused' } });
    expect(await run(`routelens['trace.locate']()`)).toMatchObject({ error: { kind: 'refused' } });
  });

  it('carries events, and ends a subscription', async () => {
    await run(`window.seen = []; window.end = routelens.on('links.changed', (l) => seen.push(l)); null`);
    all.stub.emit('links.changed', [{ ifindex: 1, name: 'lo"</script>\u2028' } as never]);
    expect(await waitFor(all.window, 'seen.length === 1', 3000)).toBe(true);
    expect(await run('seen[0][0].name')).toBe('lo"</script>\u2028');
    await run('end(); null');
    all.stub.emit('links.changed', []);
    await run(`routelens['trace.locate']({ id: 1 })`);
    expect(await run('seen.length')).toBe(1);
    await expect(run(`routelens.on('no.such', () => {})`)).rejects.toThrow('no event');
  });

  it('refuses a call from another world of the same frame', async () => {
    const { pipe } = all.launched;
    const { session, targetId } = await attach(all);
    const world = await pipe.send('Page.createIsolatedWorld', { frameId: targetId }, session);
    const call = JSON.stringify({ id: 1, name: 'app.info', args: {} });
    await pipe.send(
      'Runtime.evaluate',
      { expression: `${BINDING}(${JSON.stringify(call)})`, contextId: world['executionContextId'] },
      session,
    );
    expect(await until(() => all.log.some((line) => line.includes('own page')), 3000)).toBe(true);
    expect(all.stub.calls.some(({ name }) => name === 'app.info')).toBe(false);
    await pipe.send('Target.detachFromTarget', { sessionId: session });
  });

  it('runs no inline script and no eval, under the policy of the header', async () => {
    await run(`window.violations = [];
      addEventListener('securitypolicyviolation', (e) => violations.push(e.effectiveDirective));
      const s = document.createElement('script'); s.textContent = 'window.inline = 1'; document.body.append(s);
      setTimeout(() => { try { new Function('window.evaluated = 1')(); } catch { window.evalRefused = true; } }); null`);
    expect(await waitFor(all.window, 'window.evalRefused === true', 3000)).toBe(true);
    expect(await run('[window.inline, window.evaluated].map(String)')).toEqual(['undefined', 'undefined']);
    expect(await run(`violations.includes('script-src-elem')`)).toBe(true);
  });

  it('lets nothing reach another origin', async () => {
    const failed = (expression: string): Promise<unknown> =>
      run(`(${expression}).then(() => 'loaded', () => 'failed')`);
    expect(await failed(`fetch('https://example.org/')`)).toBe('failed');
    expect(await failed(`fetch('/app.js')`)).toBe('failed');
    for (const url of ['https://example.org/a.png', 'http://127.0.0.1:1/a.png', 'file:///usr/share/a.png']) {
      expect(
        await failed(
          `new Promise((y, n) => { const i = new Image(); i.onload = y; i.onerror = n; i.src = '${url}' })`,
        ),
      ).toBe('failed');
    }
    expect(
      await failed(
        `new Promise((y, n) => { const w = new WebSocket('ws://127.0.0.1:1'); w.onopen = y; w.onerror = n })`,
      ),
    ).toBe('failed');
    expect(
      await failed(
        `new Promise((y, n) => { const w = new Worker('/app.js'); w.onmessage = y; w.onerror = n })`,
      ),
    ).toBe('failed');
  });

  it.each([
    'https://example.org/',
    'http://127.0.0.1:1/',
    `${ORIGIN}/app.js`,
    'about:blank',
    'file:///etc/passwd',
    'chrome://version',
  ])('does not leave the page for %s', async (url) => {
    await run(`window.mark = 1; setTimeout(() => { location.href = ${JSON.stringify(url)} }); null`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await waitFor(all.window, `${READY} && location.href === '${PAGE_URL}'`, 5000)).toBe(true);
    expect(await run(`routelens['trace.locate']({ id: 1 })`)).toEqual(ok({ index: 2 }));
  });

  it('shows no frame, not even of its own origin', async () => {
    await run(
      `window.frame = document.createElement('iframe'); frame.src = '/index.html'; document.body.append(frame); null`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(
      await run(
        `frames.length && (() => { try { return typeof frames[0].routelens } catch { return 'refused' } })()`,
      ),
    ).not.toBe('object');
    await run('frame.remove(); null');
  });

  it('closes every other window', async () => {
    for (const url of ['https://example.org/', 'about:blank', PAGE_URL]) {
      // with a gesture, so that it is not the pop-up blocker that we test
      const before = all.log.length;
      const { pipe } = all.launched;
      const { session } = await attach(all);
      pipe.tell(
        'Runtime.evaluate',
        { expression: `window.open('${url}', '_blank'); null`, userGesture: true },
        session,
      );
      expect(
        await until(() => all.log.slice(before).some((l) => l.includes('second window')), 5000),
        url,
      ).toBe(true);
      expect(await until(async () => (await pageTargets(all)).length === 1, 5000)).toBe(true);
      pipe.tell('Target.detachFromTarget', { sessionId: session });
    }
    expect(await pageTargets(all)).toEqual([PAGE_URL]);
  });

  it('denies permissions, but for writing to the clipboard', async () => {
    const state = (name: string): Promise<unknown> =>
      run(`navigator.permissions.query({ name: '${name}' }).then((p) => p.state)`);
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read']) {
      expect([name, await state(name)]).toEqual([name, 'denied']);
    }
    expect(await state('clipboard-write')).toBe('granted');
  });

  it('opens no port', () => {
    const pids = tree(all.launched.pid);
    expect(pids.length).toBeGreaterThan(2);
    expect(listeningPorts(pids)).toEqual([]);
  });

  it('loads the page again after a crash', async () => {
    await run('window.mark = 1; null');
    const { session } = await attach(all);
    all.launched.pipe.tell('Page.crash', {}, session);
    expect(await until(() => all.log.some((line) => line.includes('page crashed')), 5000)).toBe(true);
    expect(await waitFor(all.window, `${READY} && window.mark === undefined`, 10_000)).toBe(true);
    expect(await run(`routelens['trace.locate']({ id: 1 })`)).toEqual(ok({ index: 2 }));
  });

  it('remembers the size that the person gives it', async () => {
    await run('resizeTo(1100, 720); null');
    const isRemembered = (): boolean =>
      all.stub.calls.some(
        ({ name, args }) =>
          name === 'prefs.set' && JSON.stringify(args) === '{"window":{"width":1100,"height":720}}',
      );
    expect(await until(isRemembered, 5000)).toBe(true);
  });

  it('takes a picture', async () => {
    expect((await all.window.capture()).subarray(1, 4).toString()).toBe('PNG');
  });

  it('ends with all its processes and leaves no profile', async () => {
    const pids = tree(all.launched.pid);
    await all.launched.end();
    expect(await until(() => alive(pids).length === 0, 3000)).toBe(true);
    expect(existsSync(all.launched.profile)).toBe(false);
  });
});

describe('with the port for tests', () => {
  it('opens one, beside the pipe', async () => {
    const all = await open(true);
    try {
      expect(await until(() => readTestPort(all.launched.profile) !== null, 5000)).toBe(true);
      const ports = listeningPorts(tree(all.launched.pid));
      expect(ports).toEqual([readTestPort(all.launched.profile)]);
      expect(await all.window.evaluate(`routelens['trace.locate']({ id: 1 })`)).toEqual(ok({ index: 2 }));
    } finally {
      await all.launched.end();
    }
  });
});

describe('closing', () => {
  it('is noticed when the person closes the window', async () => {
    const all = await open();
    try {
      const { targetId } = await attach(all);
      all.launched.pipe.tell('Target.closeTarget', { targetId });
      expect(await all.window.closed).toBe(null);
      expect((await all.launched.exited).code).toBe(0);
    } finally {
      await all.launched.end();
    }
  });

  it('is told apart from a crash of Chromium', async () => {
    const all = await open();
    try {
      process.kill(all.launched.pid, 'SIGKILL');
      expect(await all.launched.exited).toEqual({ code: null, signal: 'SIGKILL' });
      await expect(all.window.evaluate('1')).rejects.toThrow('Chromium has ended');
    } finally {
      await all.launched.end();
    }
  });
});
