// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, Content, isPageUrl } from './content.ts';

const ORIGIN = 'https://routelens.internal';
let folder = '';
let content: Content;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'routelens-content-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'page/assets/a b.js'), 'let a;');
  writeFileSync(join(folder, 'page/.env.js'), 'hidden');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  symlinkSync('../secret.js', join(folder, 'page/link.js'));
  content = new Content(join(folder, 'page'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Content', () => {
  it('serves the page and its files with types and headers', async () => {
    for (const path of ['/', '/index.html', '/index.html?x#y', '']) {
      const { status, headers, body } = await content.respond('GET', ORIGIN + path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
      expect(body.toString()).toBe('<!doctype html>');
    }
    const script = await content.respond('GET', `${ORIGIN}/assets/a%20b.js`);
    expect(script.headers['Content-Type']).toBe('text/javascript; charset=utf-8');
    expect(script.body.toString()).toBe('let a;');
  });

  it('sends the security headers with every answer', async () => {
    for (const path of ['/', '/assets/a%20b.js', '/missing.js', '/../secret.js']) {
      const { headers } = await content.respond('GET', ORIGIN + path);
      expect(headers).toMatchObject({
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Opener-Policy': 'same-origin',
      });
    }
  });

  it('has a policy that allows no inline script, no eval, no connection and no frame', () => {
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("script-src 'self';");
    expect(CONTENT_SECURITY_POLICY).toContain("connect-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("frame-ancestors 'none'");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|http|\*/);
  });

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '//../secret.js',
    '/.env.js',
    '/./index.html',
    '/link.js',
    '/assets/a%00.js',
    '/%ff.js',
  ])('does not serve %s', async (path) => {
    const { status, body } = await content.respond('GET', ORIGIN + path);
    expect(status).toBe(403);
    expect(body.toString()).not.toContain('secret');
  });

  it('answers 404 for what is not there, folders and unknown types included', async () => {
    for (const path of ['/missing.js', '/assets', '/assets/', '/etc/passwd']) {
      expect((await content.respond('GET', ORIGIN + path)).status).toBe(404);
    }
  });

  it('answers GET and HEAD only', async () => {
    expect((await content.respond('POST', `${ORIGIN}/`)).status).toBe(405);
    const head = await content.respond('HEAD', `${ORIGIN}/`);
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});

describe('isPageUrl', () => {
  it('knows the page from everything else, for https and for a scheme of our own', () => {
    expect(isPageUrl(`${ORIGIN}/#routes`, ORIGIN)).toBe(true);
    expect(isPageUrl(`${ORIGIN}/index.html`, ORIGIN)).toBe(true);
    expect(isPageUrl('app://routelens/', 'app://routelens')).toBe(true);
    for (const url of [
      `${ORIGIN}/assets/a.js`,
      `${ORIGIN}.example/`,
      `${ORIGIN}:444/`,
      'https://routelens.internal@example.org/',
      'http://routelens.internal/',
      'about:blank',
      'data:text/html,x',
      `blob:${ORIGIN}/1`,
      'nonsense',
    ]) {
      expect([url, isPageUrl(url, ORIGIN)]).toEqual([url, false]);
    }
    expect(isPageUrl('app://other/', 'app://routelens')).toBe(false);
  });
});
