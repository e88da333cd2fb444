// SPDX-License-Identifier: MIT
// What the page of the real program may not do, in either shell.
import { expect, test } from './fixture.ts';
import type { Program } from './support/program.ts';

const run = (program: Program, expression: string): Promise<unknown> => program.page.evaluate(expression);

/** Some of what is tried here is reported on the console, which the fixture would take for a defect. */
const forgive = (program: Program): void => {
  program.complaints.length = 0;
};

test('the bridge is whole, frozen, and all that the page has of the program', async ({ program }) => {
  expect(await run(program, 'Object.isFrozen(window.routelens)')).toBe(true);
  expect(await run(program, `typeof window.routelens['grid.rows']`)).toBe('function');
  expect(await run(program, '[typeof require, typeof process, typeof module]')).toEqual([
    'undefined',
    'undefined',
    'undefined',
  ]);
  expect(await run(program, 'isSecureContext')).toBe(true);
});

test('malformed calls are refused, in words', async ({ program }) => {
  const outcome = await run(program, `window.routelens['grid.rows']({ start: -1, count: 5 })`);
  expect(outcome).toMatchObject({
    ok: false,
    error: { kind: 'refused', why: expect.stringContaining('start') },
  });
  expect(await run(program, `window.routelens['app.info']({ more: 1 })`)).toMatchObject({
    ok: false,
    error: { kind: 'refused' },
  });
});

test('scripts that did not come with the program do not run', async ({ program }) => {
  const seen = await run(
    program,
    `new Promise((done) => {
      const directives = [];
      addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.inline = true';
      document.body.append(script);
      setTimeout(() => done([window.inline === undefined, directives.includes('script-src-elem')]), 200);
    })`,
  );
  expect(seen).toEqual([true, true]);
  forgive(program);
});

test('nothing is loaded from anywhere else', async ({ program }) => {
  const seen = await run(
    program,
    `Promise.all([
      fetch('https://example.org/').then(() => 'loaded', () => 'failed'),
      ...['https://example.org/a.png', 'http://127.0.0.1:1/a.png'].map((url) => new Promise((done) => {
        const image = new Image();
        image.onload = () => done('loaded');
        image.onerror = () => done('failed');
        image.src = url;
      })),
    ])`,
  );
  expect(seen).toEqual(['failed', 'failed', 'failed']);
  forgive(program);
});

test('the window neither leaves the page nor opens another', async ({ program }) => {
  const { page } = program;
  const home = page.url();
  for (const url of ['https://example.org/', 'file:///etc/passwd', 'about:blank']) {
    await run(program, `void setTimeout(() => { location.href = ${JSON.stringify(url)}; })`);
    await page.waitForTimeout(300);
    await expect.poll(() => page.url()).toBe(home);
    await expect.poll(() => run(program, 'typeof window.routelens').catch(() => 'moving')).toBe('object');
  }
  for (const url of ['https://example.org/', 'about:blank']) {
    await run(program, `void window.open(${JSON.stringify(url)})`);
  }
  await expect.poll(() => page.context().pages().length).toBe(1);
  forgive(program);
});

test('permissions are denied without asking', async ({ program }) => {
  const states = await run(
    program,
    `Promise.all(['geolocation', 'notifications', 'camera', 'microphone'].map((name) =>
      navigator.permissions.query({ name }).then((permission) => permission.state)))`,
  );
  expect(states).toEqual(['denied', 'denied', 'denied', 'denied']);
});
