// SPDX-License-Identifier: MIT
// Dumps: multipart answers, one at a time on a socket, begun again when the table changed under them.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import {
  NLMSG_NOOP,
  NLMSG_ERROR,
  NLMSG_DONE,
  NLM_F_REQUEST,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLM_F_DUMP_FILTERED,
  NLM_F_DUMP,
} from '../codec/index.ts';
import { EBUSY } from '../codec/errno.ts';
import { DROPPED, kernelError, lostAnswer, readAnswer } from './answers.ts';
import type { Exchange, ExchangeOptions, Incoming, Line } from './exchange.ts';
import { cancelled, silence } from './exchange.ts';
import { datagramOf, stamp } from './message.ts';

/** One part of a dump stands in `bytes` from `at` (its nlmsghdr) to `end`; `view` is over all of `bytes`. */
export type PartListener = (bytes: Uint8Array<ArrayBuffer>, view: DataView, at: number, end: number) => void;

export interface DumpOptions extends ExchangeOptions {
  /** The dump begins again (the table changed under it, or parts were lost): drop what was collected. */
  onRestart?: () => void;
  /** How often it may begin again; 3 without it. */
  restarts?: number;
}

export interface DumpResult {
  /** Messages, and their bytes without padding, of the last attempt. */
  parts: number;
  bytes: number;
  /** True: every attempt was interrupted (NLM_F_DUMP_INTR) or lost parts; the data may lack routes or have some twice. */
  interrupted: boolean;
  attempts: number;
  /** The kernel itself filtered (NLM_F_DUMP_FILTERED on any part). */
  filtered: boolean;
}

/** After an EBUSY: another dump of this socket is not over yet. */
const BUSY_PAUSE_MS = 20;
const BUSY_TRIES = 50;
/** How long parts of an abandoned dump are awaited before the next dump is tried all the same. */
const DRAIN_MS = 1000;

interface Job {
  message: Uint8Array;
  onPart: PartListener;
  options: DumpOptions & { timeoutMs: number };
  resolve: (outcome: Outcome<DumpResult>) => void;
}

export class DumpQueue {
  private readonly line: Line;
  private readonly waiting: Job[] = [];
  private running = false;

  constructor(line: Line) {
    this.line = line;
  }

  add(message: Uint8Array, onPart: PartListener, options: Job['options']): Promise<Outcome<DumpResult>> {
    return new Promise((resolve) => {
      const job: Job = { message: message.slice(), onPart, options, resolve };
      const { signal } = options;
      const leave = (): void => {
        const at = this.waiting.indexOf(job);
        if (at < 0) return;
        this.waiting.splice(at, 1);
        resolve(fail(cancelled('The dump was cancelled')));
      };
      if (signal?.aborted) {
        resolve(fail(cancelled('The dump was cancelled')));
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(job);
      this.next();
    });
  }

  lost(error: AppError): void {
    for (const job of this.waiting.splice(0)) job.resolve(fail(error));
  }

  private next(): void {
    if (this.running) return;
    const job = this.waiting.shift();
    if (!job) return;
    this.running = true;
    const dump = new Dump(this.line, job, () => {
      this.running = false;
      this.next();
    });
    dump.begin();
  }
}

class Dump implements Exchange {
  private readonly line: Line;
  private readonly job: Job;
  private readonly over: () => void;
  private readonly result: DumpResult = {
    parts: 0,
    bytes: 0,
    interrupted: false,
    attempts: 0,
    filtered: false,
  };
  private seq = 0;
  private busy = 0;
  /** Answered already; only waiting for the kernel to finish, because the socket can't dump anything else before. */
  private draining = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line, job: Job, over: () => void) {
    this.line = line;
    this.job = job;
    this.over = over;
  }

  begin(): void {
    this.job.options.signal?.addEventListener('abort', this.cancel);
    this.ask();
  }

  message(incoming: Incoming): void {
    if (incoming.seq !== this.seq) return;
    if (this.draining) {
      this.drain(incoming.type);
      return;
    }
    const { bytes, at, end, type, flags } = incoming;
    const { result } = this;
    if (flags & NLM_F_DUMP_INTR) result.interrupted = true;
    if (type === NLMSG_DONE || type === NLMSG_ERROR) this.verdict(incoming);
    else if (type !== NLMSG_NOOP) {
      if (flags & NLM_F_DUMP_FILTERED) result.filtered = true;
      result.parts++;
      result.bytes += end - at;
      this.job.onPart(bytes, incoming.view, at, end);
      this.heard = true;
    }
  }

  private verdict({ bytes, at, end, type, flags }: Incoming): void {
    const answered = readAnswer(bytes, at, end);
    if (type === NLMSG_ERROR && answered.errno === EBUSY && this.busy < BUSY_TRIES) {
      this.busy++;
      this.result.attempts--;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), BUSY_PAUSE_MS);
    } else if (answered.errno !== 0) this.finish(fail(kernelError(answered)));
    else if (type === NLMSG_DONE) {
      if (flags & NLM_F_DUMP_FILTERED) this.result.filtered = true;
      this.end();
    }
  }

  /** A whole attempt is in. */
  private end(): void {
    const { result } = this;
    if (!result.interrupted || result.attempts > (this.job.options.restarts ?? 3)) this.finish(ok(result));
    else this.restart();
  }

  private restart(): void {
    const { result } = this;
    this.job.options.onRestart?.();
    result.parts = result.bytes = 0;
    result.interrupted = result.filtered = false;
    this.ask();
  }

  cut(incoming: Incoming): void {
    if (incoming.seq === this.seq) this.result.interrupted = true;
  }

  /** Parts are read out of the kernel one datagram at a time, so they don't overflow; but who knows what else did. */
  overflow(): void {
    this.result.interrupted = true;
  }

  settled(): void {}

  notSent(_datagram: number, error: AppError): void {
    this.finish(fail(error));
  }

  lost(error: AppError): void {
    this.finish(fail(error));
  }

  private readonly cancel = (): void => this.giveUp(cancelled('The dump was cancelled'));

  // A timer for each part of a million would cost more than the parts: the timer looks whether anything came.
  private heard = false;

  private wait(): void {
    clearTimeout(this.timer);
    this.heard = false;
    const { timeoutMs } = this.job.options;
    this.timer = setTimeout(() => {
      if (this.heard) this.wait();
      else this.silent(timeoutMs);
    }, timeoutMs);
  }

  private silent(timeoutMs: number): void {
    const { result } = this;
    // DONE itself may have been lost in an overflow
    if (result.interrupted && result.attempts <= (this.job.options.restarts ?? 3)) this.restart();
    else if (result.interrupted) this.giveUp(lostAnswer(DROPPED));
    else this.giveUp(silence(timeoutMs));
  }

  private ask(): void {
    if (this.seq !== 0) this.line.forget(this, this.seq, 1);
    this.seq = this.line.seqs(1);
    this.result.attempts++;
    this.line.listen(this, this.seq, 1);
    const flags = NLM_F_REQUEST | NLM_F_DUMP;
    this.line.send(stamp(datagramOf(this.job.message), this.seq, flags, NLM_F_ACK), this);
    this.wait();
  }

  /** Answers the caller now, and lets the next dump begin when the kernel has ended this one. */
  private giveUp(error: AppError): void {
    if (this.draining) return;
    this.draining = true;
    this.job.options.signal?.removeEventListener('abort', this.cancel);
    this.job.resolve(fail(error));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop(), Math.min(DRAIN_MS, this.job.options.timeoutMs));
  }

  private drain(type: number): void {
    this.line.late();
    if (type === NLMSG_DONE || type === NLMSG_ERROR) this.stop();
    else this.timer?.refresh();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.line.forget(this, this.seq, 1);
    this.over();
  }

  private finish(outcome: Outcome<DumpResult>): void {
    this.job.options.signal?.removeEventListener('abort', this.cancel);
    this.job.resolve(outcome);
    this.stop();
  }
}
