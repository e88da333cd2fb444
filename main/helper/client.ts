// SPDX-License-Identifier: MIT
// A running routelens-helper: started through pkexec, asked with tags, heard for events, ended by closing its standard
// input. Whatever goes wrong is a value; after the end every request fails at once.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { AppError, Outcome, Settled } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { errnoName } from '../codec/errno.ts';
import { AF_UNIX, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_SEQPACKET } from '../netlink/constants.ts';
import * as libc from '../netlink/libc.ts';
import { syscallError } from '../netlink/sockets.ts';
import { endedWords, hasPutBack, notStarted } from './ended.ts';
import { installWayOut } from './installation.ts';
import { helperCommand } from './place.ts';
import * as P from './protocol.ts';

export type HelperMode = 'module' | 'routes';

export type HelperEvent =
  /** A line of the kernel's log; `time` in ms since boot. */
  | { type: 'log'; time: number; text: string }
  /** Changes wait to be kept, for this long. */
  | { type: 'pending'; changes: number; leftMs: number }
  /** The timer has put the old state back. */
  | { type: 'settled'; settled: Settled };

export interface HelperOptions {
  onEvent?: (event: HelperEvent) => void;
  /** Called once, when it ends without having been asked to. */
  onEnd?: (error: AppError) => void;
  /** Stops waiting for the person's answer. */
  signal?: AbortSignal;
  /** A terminal without an agent may ask for the password itself (pkexec's own agent). */
  askInTerminal?: boolean;
}

/** What the helper says to a request, refusals included. */
export interface HelperAnswer {
  /** 0, or a positive errno. */
  error: number;
  /** One of REASON. */
  reason: number;
  payload: Uint8Array;
  /** Descriptors that came with it; whoever asked closes them. */
  fds: number[];
}

export interface Helper {
  readonly mode: HelperMode;
  /** Of pkexec, which the helper takes over. */
  readonly pid: number;
  /** Whom polkit authorised. */
  readonly uid: number;
  /** Null while it runs; then why it has ended. */
  readonly ended: AppError | null;
  /** It has ended in order, and so has put back what was not kept. False while that is not known. */
  readonly hasPutBack: boolean;
  /** `failed`: nothing was answered. A refusal is an answer. */
  request(verb: number, payload?: Uint8Array, timeoutMs?: number): Promise<Outcome<HelperAnswer>>;
  /** Closes its standard input, so that it puts back what was not kept, and waits for its end. Never fails. */
  end(): Promise<void>;
}

const REQUEST_MS = 15_000;
/** Putting back a large table takes its time. */
const END_MS = 5_000;
/** HELPER_HELLO must come soon where nobody is asked. */
const START_MS = 15_000;
const NOTHING = new Uint8Array(0);
const HOW: readonly Settled['how'][] = ['kept', 'reverted', 'expired'];

export const settledOf = (fields: P.Fields<'helper_settled'>): Settled => ({
  how: HOW[fields.how] ?? 'expired',
  changes: fields.changes,
  restored: fields.restored,
  failed: fields.failed,
});

export const helperError = (errno: number, what: string, why?: string, wayOut?: string): AppError => ({
  kind: 'helper',
  errno,
  errnoName: errno === 0 ? '' : errnoName(errno),
  what,
  ...(why !== undefined && { why }),
  ...(wayOut !== undefined && { wayOut }),
});

const garbled = (): AppError => helperError(71, 'The helper said something that is not understood');

function eventOf({ type, payload }: P.Frame): HelperEvent | null {
  switch (type) {
    case P.EVENT.HELPER_EVENT_LOG: {
      const line = P.readLogEvent(payload);
      return line && { type: 'log', ...line };
    }
    case P.EVENT.HELPER_EVENT_PENDING: {
      const read = P.readStruct('helper_pending', payload);
      return read && { type: 'pending', changes: read.fields.changes, leftMs: read.fields.left_ms };
    }
    case P.EVENT.HELPER_EVENT_SETTLED: {
      const read = P.readStruct('helper_settled', payload);
      return read && { type: 'settled', settled: settledOf(read.fields) };
    }
    default:
      return null;
  }
}

interface Waiting {
  verb: number;
  settle(outcome: Outcome<HelperAnswer>): void;
}

class Running implements Helper {
  readonly mode: HelperMode;
  uid = 0;
  ended: AppError | null = null;
  hasPutBack = false;
  private readonly child: ChildProcess;
  private readonly line: number;
  private readonly options: HelperOptions;
  private readonly waiting = new Map<number, Waiting>();
  private readonly frames = new P.FrameReader();
  private said = '';
  private lastTag = 0;
  private isLineOpen = true;
  private isReady = false;
  private ending: Promise<void> | null = null;
  private readonly closed: Promise<void>;

  constructor(mode: HelperMode, child: ChildProcess, line: number, isAsked: boolean, options: HelperOptions) {
    this.mode = mode;
    this.child = child;
    this.line = line;
    this.options = options;
    child.stderr!.on('data', (chunk: Buffer) => {
      this.said = (this.said + chunk.toString()).slice(-2000);
    });
    child.stdout!.on('data', (chunk: Buffer) => this.heard(chunk));
    this.closed = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        this.over(notStarted(error, isAsked));
        resolve();
      });
      // `close`, not `exit`: what it wrote has been read by then
      child.once('close', (code, signal) => {
        // also of one whose words could not be understood before
        this.hasPutBack = hasPutBack({ code, said: this.said });
        this.over(endedWords({ code, signal, said: this.said, wasReady: this.isReady }));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The first greeting: waits until the person has answered polkit. */
  async greet(isAsked: boolean): Promise<Outcome<void>> {
    const answer = await this.request(P.VERB.HELPER_HELLO, NOTHING, isAsked ? 0 : START_MS);
    if (!answer.ok) return answer;
    const hello = P.readStruct('helper_hello', answer.value.payload);
    if (!hello || answer.value.error !== 0) return fail(garbled());
    const { version, uid, module } = hello.fields;
    if (version !== P.LIMITS.HELPER_VERSION || (module === 1) !== (this.mode === 'module'))
      return fail(
        helperError(
          93, // EPROTONOSUPPORT
          `The installed helper speaks version ${version}, and this program version ${P.LIMITS.HELPER_VERSION}`,
          undefined,
          `Install helper and program from the same version. ${installWayOut()}`,
        ),
      );
    this.uid = uid;
    this.isReady = true;
    return ok(undefined);
  }

  request(
    verb: number,
    payload: Uint8Array = NOTHING,
    timeoutMs = REQUEST_MS,
  ): Promise<Outcome<HelperAnswer>> {
    if (this.ended) return Promise.resolve(fail(this.ended));
    if (this.ending) return Promise.resolve(fail({ kind: 'cancelled', what: 'The helper is ending' }));
    this.lastTag = (this.lastTag % 0xffff_ffff) + 1;
    const tag = this.lastTag;
    return new Promise((resolve) => {
      const timer =
        timeoutMs === 0
          ? undefined
          : setTimeout(() => {
              this.waiting.delete(tag);
              resolve(
                fail({ kind: 'timeout', afterMs: timeoutMs, what: 'The helper did not answer in time' }),
              );
            }, timeoutMs);
      this.waiting.set(tag, {
        verb,
        settle(outcome) {
          clearTimeout(timer);
          resolve(outcome);
        },
      });
      const bytes = P.encodeRequest(verb, tag, payload);
      const sent = libc.send(this.line, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
      // when it has just ended, its last words say more than EPIPE
      if (sent.ok || sent.errnoName === 'EPIPE' || sent.errnoName === 'ECONNRESET') return;
      this.waiting.delete(tag);
      clearTimeout(timer);
      resolve(fail(syscallError(sent, 'The helper could not be asked')));
    });
  }

  end(): Promise<void> {
    this.ending ??= this.endNow();
    return this.ending;
  }

  private async endNow(): Promise<void> {
    this.closeLine();
    for (const { settle } of this.waiting.values())
      settle(fail({ kind: 'cancelled', what: 'The helper was ended' }));
    this.waiting.clear();
    // before the person has answered it is pkexec, which is still ours to end; a helper of root is not, and needs no more
    if (!this.isReady) this.child.kill('SIGTERM');
    let timer;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_MS)));
    await Promise.race([this.closed, late]);
    clearTimeout(timer);
    if (this.ended) return;
    // no more can be done: it ends when it has put back
    this.child.unref();
    for (const pipe of [this.child.stdout!, this.child.stderr!]) pipe.destroy();
  }

  private closeLine(): void {
    if (!this.isLineOpen) return;
    // what nobody took
    for (;;) {
      const left = libc.receiveFds(this.line, MSG_DONTWAIT);
      if (!left.ok || left.value.bytes.byteLength === 0) break;
      for (const fd of left.value.fds) libc.close(fd);
    }
    this.isLineOpen = false;
    libc.close(this.line);
  }

  private over(error: AppError): void {
    if (this.ended) return;
    this.ended = error;
    this.closeLine();
    for (const { settle } of this.waiting.values()) settle(fail(error));
    this.waiting.clear();
    if (this.isReady && !this.ending) this.options.onEnd?.(error);
  }

  private heard(chunk: Uint8Array): void {
    if (this.ended) return;
    const frames = this.frames.push(chunk);
    if (!frames) {
      this.broken();
      return;
    }
    for (const frame of frames) {
      if (frame.tag === 0) {
        const event = eventOf(frame);
        if (event && !this.ending) this.options.onEvent?.(event);
      } else this.answered(frame);
    }
  }

  /** A stream that is none of ours: nothing of it can be trusted. */
  private broken(): void {
    this.child.stdout!.removeAllListeners('data').resume();
    this.over(garbled());
    this.child.kill('SIGTERM');
  }

  private answered({ type, tag, payload }: P.Frame): void {
    const read = P.readStruct('helper_result', payload);
    const waiting = this.waiting.get(tag);
    if (!read || (waiting && type !== (waiting.verb | P.LIMITS.HELPER_ANSWER))) {
      this.broken();
      return;
    }
    const fds = this.takeFds(read.fields.fds);
    this.waiting.delete(tag);
    if (!fds) {
      waiting?.settle(fail(helperError(59, 'Descriptors that the helper told of did not come')));
      return;
    }
    if (!waiting) {
      // nobody waits any more
      for (const fd of fds) libc.close(fd);
      return;
    }
    const { error, reason } = read.fields;
    waiting.settle(ok({ error, reason, payload: read.rest, fds }));
  }

  /** They were sent before the answer, so they are there. */
  private takeFds(count: number): number[] | null {
    if (count === 0) return [];
    const received = this.isLineOpen ? libc.receiveFds(this.line, MSG_DONTWAIT) : null;
    if (!received?.ok) return null;
    const { fds } = received.value;
    if (fds.length === count) return fds;
    for (const fd of fds) libc.close(fd);
    return null;
  }
}

/**
 * What pkexec needs, and no more: it refuses where some other variable looks odd to it (a SHELL that is not in
 * /etc/shells), and gives the helper none of them. In the language C, because its words are read.
 */
function pkexecEnvironment(): NodeJS.ProcessEnv {
  const wanted = ['PATH', 'TERM', 'DBUS_SYSTEM_BUS_ADDRESS', 'XDG_RUNTIME_DIR'].filter(
    (name) => process.env[name],
  );
  return { ...Object.fromEntries(wanted.map((name) => [name, process.env[name]])), LC_ALL: 'C' };
}

/**
 * Starts the helper for one polkit action, which asks the person where that is needed. Answers when it is there and has
 * greeted, or why not: refused, dismissed, not installed.
 */
export async function startHelper(mode: HelperMode, options: HelperOptions = {}): Promise<Outcome<Helper>> {
  const command = helperCommand(mode, options.askInTerminal ?? false);
  if (!command.ok) return command;
  const { program, words, how } = command.value;
  const isAsked = how === 'pkexec';
  if (options.signal?.aborted) return fail({ kind: 'cancelled', what: 'The question was taken back' });
  const pair = libc.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
  if (!pair.ok) return fail(syscallError(pair, 'Could not make the line to the helper'));
  const [line, theirs] = pair.value;
  let child: ChildProcess;
  try {
    child = spawn(program, words, {
      stdio: [theirs, 'pipe', 'pipe'],
      // a session of its own: Ctrl-C in our terminal is ours to handle. Where pkexec asks there, it needs the terminal.
      detached: !(options.askInTerminal ?? false),
      env: isAsked ? pkexecEnvironment() : process.env,
    });
  } catch (error) {
    libc.close(line);
    return fail(notStarted(error as NodeJS.ErrnoException, isAsked));
  } finally {
    libc.close(theirs);
  }
  const helper = new Running(mode, child, line, isAsked, options);
  const abort = (): void => void helper.end();
  options.signal?.addEventListener('abort', abort);
  const greeted = await helper.greet(isAsked);
  options.signal?.removeEventListener('abort', abort);
  if (greeted.ok) return ok(helper);
  await helper.end();
  return greeted;
}
