// SPDX-License-Identifier: MIT
// The window in the Chromium shell: our page in it and nothing else, calls in, answers and events out. Everything that
// is not our page is refused here: other addresses, other windows, downloads, permissions, other senders.
import { dispatch } from '../shell/dispatch.ts';
import type { Log } from '../shell/dispatch.ts';
import { forwardEvents } from '../shell/events.ts';
import { isPageUrl } from '../shell/content.ts';
import type { Content } from '../shell/content.ts';
import { clampSize } from '../shell/options.ts';
import type { ShellPage } from '../shell/page.ts';
import type { Routelens } from '../../main/routelens.ts';
import { BINDING, RECEIVER, bridgeScript } from './bridge.ts';
import type { FromPage, ToPage } from './bridge.ts';
import type { CdpEvent, Pipe } from './pipe.ts';

/** An https origin, so that the page is a secure context; `.internal` is reserved, and no request for it leaves Chromium. */
export const ORIGIN = 'https://routelens.internal';
export const PAGE_URL = `${ORIGIN}/`;

/** Longest call that is read, in UTF-16 units: the ids of 100,000 rows fit many times. */
const LONGEST_CALL = 8 * 1024 * 1024;
/** A page that crashes more often than this within a minute is not loaded again. */
const MOST_CRASHES = 3;

interface TargetInfo {
  targetId: string;
  type: string;
  url: string;
}

interface Context {
  origin: string;
  frameId: string;
  isDefault: boolean;
}

export interface WindowOptions {
  pipe: Pipe;
  routelens: Promise<Routelens>;
  content: Content;
  log: Log;
}

export class Window implements ShellPage {
  readonly #pipe: Pipe;
  readonly #routelens: Promise<Routelens>;
  readonly #content: Content;
  readonly #log: Log;
  readonly #contexts = new Map<number, Context>();
  #session = '';
  #targetId = '';
  /** Id of the context that our page runs in, once it does. */
  #pageContext: number | null = null;
  #isShown = false;
  #crashes: number[] = [];
  #stopEvents = (): void => {};
  #resolveClosed: (why: string | null) => void = () => {};
  #resolveShown: () => void = () => {};
  /** Resolves when our page is in the window for the first time. */
  readonly shown: Promise<void>;
  /** Resolves when the window is no more: null when the person closed it, else why, in words. */
  readonly closed: Promise<string | null>;

  constructor({ pipe, routelens, content, log }: WindowOptions) {
    this.#pipe = pipe;
    this.#routelens = routelens;
    this.#content = content;
    this.#log = log;
    this.shown = new Promise((resolve) => (this.#resolveShown = resolve));
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    pipe.on((event) => this.#onEvent(event));
    // new targets wait for us before they run anything, the first window too
    pipe
      .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
      .catch(() => {});
    pipe.tell('Browser.setDownloadBehavior', { behavior: 'deny' });
    // grants these and refuses all others without asking; copying rows needs this one
    pipe.tell('Browser.grantPermissions', { permissions: ['clipboardSanitizedWrite'] });
    routelens
      .then((r) => {
        this.#stopEvents = forwardEvents(r, (event, payload) => this.#toPage({ event, payload }));
      })
      .catch(() => {});
  }

  async evaluate(expression: string): Promise<unknown> {
    if (this.#pageContext === null) throw new Error('the page is not there yet');
    const answer = await this.#pipe.send(
      'Runtime.evaluate',
      { expression, contextId: this.#pageContext, awaitPromise: true, returnByValue: true },
      this.#session,
    );
    const { result, exceptionDetails } = answer as {
      result: { value?: unknown };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async capture(): Promise<Buffer> {
    const { data } = await this.#pipe.send('Page.captureScreenshot', { format: 'png' }, this.#session);
    return Buffer.from(data as string, 'base64');
  }

  /** Lets go of the main process's events; the window itself ends with Chromium. */
  dispose(): void {
    this.#stopEvents();
  }

  #onEvent({ method, params, sessionId }: CdpEvent): void {
    if (method === 'Target.attachedToTarget') {
      this.#onTarget(params['targetInfo'] as TargetInfo, params['sessionId'] as string);
    } else if (method === 'Target.detachedFromTarget') {
      if (params['sessionId'] === this.#session) this.#resolveClosed(null);
    } else if (sessionId !== '' && sessionId === this.#session) {
      this.#onPageEvent(method, params);
    }
  }

  #onTarget(info: TargetInfo, session: string): void {
    if (this.#session === '' && info.type === 'page') {
      this.#session = session;
      this.#targetId = info.targetId;
      this.#prepare().catch((error: unknown) => {
        // when Chromium has gone, its own ending says why
        if (!this.#pipe.isClosed) this.#resolveClosed(`its page could not be set up: ${String(error)}`);
      });
      return;
    }
    // a further session of ours on the same page
    if (info.targetId === this.#targetId) return;
    if (info.type === 'page' || info.type === 'webview') {
      this.#log(`closed a second window (${JSON.stringify(info.url.slice(0, 80))})`);
      this.#pipe.tell('Target.closeTarget', { targetId: info.targetId });
    }
    // anything else (a frame, a worker) may go on: it reaches neither the bridge nor the network
    this.#pipe.tell('Runtime.runIfWaitingForDebugger', {}, session);
    this.#pipe.tell('Target.detachFromTarget', { sessionId: session });
  }

  async #prepare(): Promise<void> {
    const ask = (method: string, params: object = {}): Promise<unknown> =>
      this.#pipe.send(method, params, this.#session);
    // in one go: the pipe keeps their order, and nothing in the page runs before the last
    const steps = [
      ask('Page.enable'),
      ask('Inspector.enable'),
      ask('Runtime.enable'),
      ask('Runtime.addBinding', { name: BINDING }),
      ask('Page.addScriptToEvaluateOnNewDocument', { source: bridgeScript(ORIGIN) }),
      ask('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
      // what the page opens waits for us, too
      ask('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      ask('Runtime.runIfWaitingForDebugger'),
    ];
    await Promise.all(steps);
    await ask('Page.navigate', { url: PAGE_URL });
  }

  #onPageEvent(method: string, params: Record<string, unknown>): void {
    switch (method) {
      case 'Fetch.requestPaused':
        this.#onRequest(params as unknown as PausedRequest).catch((error: unknown) => {
          this.#log(`a request was not answered: ${String(error)}`);
        });
        break;
      case 'Runtime.bindingCalled':
        this.#onCall(params as unknown as BindingCall).catch((error: unknown) => {
          this.#log(`an answer was not delivered: ${String(error)}`);
        });
        break;
      case 'Runtime.executionContextCreated':
        this.#onContext(params['context'] as NewContext);
        break;
      case 'Runtime.executionContextDestroyed':
        this.#forgetContext(params['executionContextId'] as number);
        break;
      case 'Runtime.executionContextsCleared':
        this.#contexts.clear();
        this.#pageContext = null;
        break;
      case 'Page.frameNavigated':
        this.#onNavigated(params['frame'] as { id: string; url: string; unreachableUrl?: string });
        break;
      case 'Page.javascriptDialogOpening':
        // the page has dialogs of its own; these would freeze it
        this.#pipe.tell(
          'Page.handleJavaScriptDialog',
          { accept: params['type'] === 'beforeunload' },
          this.#session,
        );
        break;
      case 'Inspector.targetCrashed':
        this.#onCrash();
        break;
      default:
    }
  }

  async #onRequest({ requestId, request, resourceType, frameId }: PausedRequest): Promise<void> {
    const isOurs = request.url.startsWith(PAGE_URL);
    const isDocument = resourceType === 'Document';
    const isAllowed =
      isOurs && (!isDocument || (frameId === this.#targetId && isPageUrl(request.url, ORIGIN)));
    if (!isAllowed) {
      this.#log(`refused a request for ${JSON.stringify(request.url.slice(0, 80))}`);
      // an aborted navigation leaves the page where it is; a blocked one would show an error page
      const errorReason = isDocument ? 'Aborted' : 'BlockedByClient';
      this.#pipe.tell('Fetch.failRequest', { requestId, errorReason }, this.#session);
      return;
    }
    const { status, headers, body } = await this.#content.respond(request.method, request.url);
    this.#pipe.tell(
      'Fetch.fulfillRequest',
      {
        requestId,
        responseCode: status,
        responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
        body: body.toString('base64'),
      },
      this.#session,
    );
  }

  #onContext({ id, origin, auxData }: NewContext): void {
    const context = { origin, frameId: auxData?.frameId ?? '', isDefault: auxData?.isDefault === true };
    this.#contexts.set(id, context);
    if (this.#isPage(id)) this.#pageContext = id;
  }

  #forgetContext(id: number): void {
    this.#contexts.delete(id);
    if (this.#pageContext === id) this.#pageContext = null;
  }

  /** The sender check: the main world of the main frame, and our own page in it. */
  #isPage(contextId: number): boolean {
    const context = this.#contexts.get(contextId);
    return context?.isDefault === true && context.frameId === this.#targetId && context.origin === ORIGIN;
  }

  async #onCall({ name: binding, payload, executionContextId }: BindingCall): Promise<void> {
    if (binding !== BINDING) return;
    const senderOk = this.#isPage(executionContextId);
    let message: FromPage | null = null;
    try {
      if (payload.length <= LONGEST_CALL) message = JSON.parse(payload) as FromPage | null;
    } catch {
      // said below
    }
    if (message === null || typeof message !== 'object') {
      this.#log('refused a call that is not readable');
      return;
    }
    const { handlers } = await this.#routelens;
    if ('size' in message) {
      const { width, height } = message.size ?? {};
      await dispatch(handlers, { senderOk }, 'prefs.set', { window: clampSize(width, height) }, this.#log);
      return;
    }
    const { id, name, args } = message;
    const outcome = await dispatch(handlers, { senderOk }, name, args, this.#log);
    if (senderOk) this.#toPage({ id, outcome }, executionContextId);
  }

  #toPage(message: ToPage, executionContextId = this.#pageContext): void {
    // a call whose page has gone has nobody to be answered to
    if (executionContextId === null) return;
    this.#pipe.tell(
      'Runtime.callFunctionOn',
      {
        functionDeclaration: `function (text) { ${RECEIVER}(text); }`,
        arguments: [{ value: JSON.stringify(message) }],
        executionContextId,
        silent: true,
      },
      this.#session,
    );
  }

  #onNavigated({ id, url, unreachableUrl }: { id: string; url: string; unreachableUrl?: string }): void {
    if (id !== this.#targetId) return;
    if (unreachableUrl === undefined && isPageUrl(url, ORIGIN)) {
      this.#isShown = true;
      this.#resolveShown();
      return;
    }
    // what --app began to load before we were there; our own navigation is on its way
    if (!this.#isShown) return;
    this.#log(`left ${JSON.stringify((unreachableUrl ?? url).slice(0, 80))} for the program's page`);
    this.#pipe.tell('Page.navigate', { url: PAGE_URL }, this.#session);
  }

  #onCrash(): void {
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < 60_000), now];
    if (this.#crashes.length > MOST_CRASHES) {
      this.#resolveClosed(`its page crashed ${this.#crashes.length} times within a minute`);
      return;
    }
    this.#log('the page crashed; it is loaded again');
    this.#pipe.tell('Page.reload', {}, this.#session);
  }
}

interface PausedRequest {
  requestId: string;
  request: { url: string; method: string };
  resourceType: string;
  frameId: string;
}

interface BindingCall {
  name: string;
  payload: string;
  executionContextId: number;
}

interface NewContext {
  id: number;
  origin: string;
  auxData?: { frameId?: string; isDefault?: boolean };
}
