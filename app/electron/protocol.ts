// SPDX-License-Identifier: MIT
// app://routelens/: the page's own scheme. A standard and secure one, so that headers, origins and storage work as for
// https; everything but the page's files is refused, on every Electron from 18 on.
import { protocol } from 'electron';
import type { Session } from 'electron';
import type { Content } from '../shell/content.ts';

const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://routelens`;
export const PAGE_URL = `${ORIGIN}/`;

/** Before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

interface BufferAnswer {
  statusCode: number;
  headers: Record<string, string>;
  data: Buffer;
}

/** What Electron had before `protocol.handle` (25): gone from the types, still in old versions. */
interface OldProtocol {
  registerBufferProtocol(
    scheme: string,
    handler: (request: { method: string; url: string }, answer: (answer: BufferAnswer) => void) => void,
  ): boolean;
}

/** Once the app is ready. */
export function serve(session: Session, content: Content): void {
  const respond = (method: string, url: string): ReturnType<Content['respond']> =>
    // another host of the same scheme is another origin
    content.respond(method, url.startsWith(PAGE_URL) ? url : '');
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(SCHEME, async ({ method, url }) => {
      const { status, headers, body } = await respond(method, url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  const old = session.protocol as unknown as OldProtocol;
  old.registerBufferProtocol(SCHEME, ({ method, url }, answer) => {
    respond(method, url)
      .then(({ status, headers, body }) => answer({ statusCode: status, headers, data: body }))
      .catch(() => answer({ statusCode: 500, headers: {}, data: Buffer.alloc(0) }));
  });
}
