// SPDX-License-Identifier: MIT
// Serves the built page (dist/renderer) to a shell that intercepts requests: path to file without a way out of the
// folder, MIME types, and the headers that lock the page in. There is no web server anywhere.
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** What a page may do: run and load what came with the program, and nothing else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer, refusals included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=(), payment=(), midi=(), display-capture=()',
  'Cache-Control': 'no-store',
};

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface Served {
  status: 200 | 403 | 404 | 405;
  headers: Record<string, string>;
  body: Buffer;
}

const refuse = (status: 403 | 404 | 405, words: string): Served => ({
  status,
  headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' },
  body: Buffer.from(`${words}\n`),
});

/** The file's path inside the folder, or null for what can't be one: encoded separators, `..`, NUL, hidden files. */
function relativePath(pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const parts = path.split('/').filter((part) => part !== '');
  // a part that starts with a dot is `.`, `..` or hidden; nothing of that kind is ever built
  if (parts.some((part) => part.startsWith('.') || part.includes('\\') || part.includes('\0'))) return null;
  return parts.length === 0 ? 'index.html' : parts.join(sep);
}

/** True for the addresses at which the page itself lies, which are the only ones a window may show. */
export function isPageUrl(url: string, origin: string): boolean {
  try {
    const { origin: itsOrigin, protocol, host, pathname } = new URL(url);
    // `origin` of a scheme of our own is opaque ("null") in Node
    const from = itsOrigin === 'null' ? `${protocol}//${host}` : itsOrigin;
    return from === origin && (pathname === '/' || pathname === '/index.html');
  } catch {
    return false;
  }
}

export class Content {
  readonly #folder: string;

  /** `folder`: absolute path of dist/renderer. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers a request for a URL of the shell's own origin. Never rejects. */
  async respond(method: string, url: string): Promise<Served> {
    if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Only GET and HEAD are answered');
    // taken by hand: `new URL` would resolve `..` away before we could see it
    const pathname = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1];
    if (pathname === undefined) return refuse(403, 'Not an address of the program');
    const relative = relativePath(pathname);
    if (relative === null) return refuse(403, 'Not a path of the page');
    const type = MIME[extname(relative)];
    if (type === undefined) return refuse(404, 'Not found');
    try {
      const root = await realpath(this.#folder);
      const file = await realpath(join(root, relative));
      // a symbolic link may not lead out either
      if (!file.startsWith(root + sep)) return refuse(403, 'Not a file of the page');
      const body = await readFile(file);
      return {
        status: 200,
        headers: { ...SECURITY_HEADERS, 'Content-Type': type },
        body: method === 'HEAD' ? Buffer.alloc(0) : body,
      };
    } catch {
      return refuse(404, 'Not found');
    }
  }
}
