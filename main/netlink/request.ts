// SPDX-License-Identifier: MIT
// One request and its answer: any number of messages, then an acknowledgement or an error.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLM_F_REQUEST, NLM_F_ACK } from '../codec/index.ts';
import { DROPPED, kernelError, lostAnswer, readAnswer } from './answers.ts';
import type { Exchange, ExchangeOptions, Incoming, Line } from './exchange.ts';
import { cancelled, silence } from './exchange.ts';
import { datagramOf, stamp } from './message.ts';

export interface Reply {
  seq: number;
  /** What came before the acknowledgement, each from its nlmsghdr to its nlmsg_len. */
  messages: Uint8Array[];
  /** Sentences that came with the success (extended acknowledgement). */
  warnings: string[];
}

export class Request implements Exchange {
  readonly outcome: Promise<Outcome<Reply>>;
  private readonly line: Line;
  private readonly reply: Reply;
  private readonly timeoutMs: number;
  private readonly signal: AbortSignal | undefined;
  private resolve: (outcome: Outcome<Reply>) => void = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line, message: Uint8Array, options: ExchangeOptions & { timeoutMs: number }) {
    this.line = line;
    this.timeoutMs = options.timeoutMs;
    this.signal = options.signal;
    const seq = line.seqs(1);
    this.reply = { seq, messages: [], warnings: [] };
    options.onSeq?.(seq);
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
    if (this.signal?.aborted) {
      this.cancel();
      return;
    }
    this.signal?.addEventListener('abort', this.cancel);
    line.listen(this, seq, 1);
    line.send(stamp(datagramOf(message), seq, NLM_F_REQUEST | NLM_F_ACK), this);
    this.wait();
  }

  message({ bytes, at, end, type }: Incoming): void {
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      const answered = readAnswer(bytes, at, end);
      if (answered.errno !== 0) this.finish(fail(kernelError(answered)));
      else {
        if (answered.extack !== undefined) this.reply.warnings.push(answered.extack);
        this.finish(ok(this.reply));
      }
      return;
    }
    if (type !== NLMSG_NOOP) this.reply.messages.push(bytes.slice(at, end));
    this.wait();
  }

  cut({ at, end }: Incoming): void {
    const why = `A message of ${end - at} bytes did not fit into the receive buffer and was cut off`;
    this.finish(fail(lostAnswer(why)));
  }

  notSent(_datagram: number, error: AppError): void {
    this.finish(fail(error));
  }

  overflow(): void {}

  settled(): void {
    this.finish(fail(lostAnswer(DROPPED)));
  }

  lost(error: AppError): void {
    this.finish(fail(error));
  }

  private readonly cancel = (): void => this.finish(fail(cancelled('The request was cancelled')));

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.finish(fail(silence(this.timeoutMs))), this.timeoutMs);
  }

  private finish(outcome: Outcome<Reply>): void {
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.cancel);
    this.line.forget(this, this.reply.seq, 1);
    this.resolve(outcome);
  }
}
