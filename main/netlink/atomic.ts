// SPDX-License-Identifier: MIT
// rtmgr's batch: one datagram with BATCH_BEGIN, changes, BATCH_END, which happens entirely or not at all. Only the end
// asks for an acknowledgement; what is refused answers by itself, and the end then carries the same error.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import {
  HEADER_LENGTH,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTMGR_MSG_BATCH_BEGIN,
  RTMGR_MSG_BATCH_END,
  align4,
  decodeBatchCookie,
  encodeMessage,
} from '../codec/index.ts';
import { ECANCELED } from '../codec/errno.ts';
import { DROPPED, kernelError, lostAnswer, readAnswer } from './answers.ts';
import type { Exchange, ExchangeOptions, Incoming, Line } from './exchange.ts';
import { cancelled, silence } from './exchange.ts';
import { stamp } from './message.ts';

export interface AtomicResult {
  /** Sequence number of BATCH_BEGIN; the messages have the next ones, then BATCH_END. */
  firstSeq: number;
  /** Null: all is done. Else nothing is, and this is why; `index` names the message, null when it was none of them. */
  failure: { index: number | null; error: AppError } | null;
}

const frame = (type: number): Uint8Array => encodeMessage({ type, flags: 0, family: {} }, 'rtmgr');

/** Bytes of the datagram that these messages make. */
export function atomicLength(messages: readonly Uint8Array[]): number {
  const ends = 2 * align4(frame(RTMGR_MSG_BATCH_BEGIN).byteLength);
  return messages.reduce((sum, message) => sum + align4(message.byteLength), ends);
}

export class Atomic implements Exchange {
  readonly outcome: Promise<Outcome<AtomicResult>>;
  private readonly line: Line;
  private readonly firstSeq: number;
  private readonly count: number;
  private readonly signal: AbortSignal | undefined;
  /** The refusal that is not only the end's echo of it. */
  private refused: { index: number; error: AppError } | null = null;
  private resolve: (outcome: Outcome<AtomicResult>) => void = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line, changes: readonly Uint8Array[], options: ExchangeOptions & { timeoutMs: number }) {
    this.line = line;
    this.signal = options.signal;
    const messages = [frame(RTMGR_MSG_BATCH_BEGIN), ...changes, frame(RTMGR_MSG_BATCH_END)];
    this.count = messages.length;
    this.firstSeq = line.seqs(this.count);
    options.onSeq?.(this.firstSeq);
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
    line.listen(this, this.firstSeq, this.count);
    this.signal?.addEventListener('abort', this.cancel);
    const { timeoutMs } = options;
    this.timer = setTimeout(() => this.finish(fail(silence(timeoutMs))), timeoutMs);
    if (this.signal?.aborted) {
      this.cancel();
      return;
    }
    const datagram = new Uint8Array(atomicLength(changes));
    let at = 0;
    for (const [i, message] of messages.entries()) {
      datagram.set(message, at);
      const flags = NLM_F_REQUEST | (i === this.count - 1 ? NLM_F_ACK : 0);
      stamp(datagram, this.firstSeq + i, flags, NLM_F_ACK, at);
      at += align4(message.byteLength);
    }
    line.send(datagram, this);
  }

  message({ bytes, at, end, type, seq }: Incoming): void {
    // echoes of changes are told to whoever listens for events, too
    if (type !== NLMSG_ERROR) return;
    const answered = readAnswer(bytes, at, end);
    const index = seq - this.firstSeq - 1;
    if (index < this.count - 2) {
      // one that stands beside the refused one is only cancelled
      if (answered.errno !== 0 && answered.errno !== ECANCELED && index >= 0)
        this.refused ??= { index, error: kernelError(answered) };
      // BATCH_BEGIN itself
      if (index < 0 && answered.errno !== 0 && answered.errno !== ECANCELED)
        this.settle(null, kernelError(answered));
      return;
    }
    if (answered.errno === 0) {
      this.finish(ok({ firstSeq: this.firstSeq, failure: null }));
      return;
    }
    const named = answered.cookie ? decodeBatchCookie(answered.cookie) : null;
    const known = this.refused && (named === null || named.index === this.refused.index);
    if (known && this.refused) this.settle(this.refused.index, this.refused.error);
    else this.settle(named?.index ?? null, kernelError(answered));
  }

  cut(incoming: Incoming): void {
    if (incoming.type === NLMSG_ERROR) this.message({ ...incoming, end: incoming.at + HEADER_LENGTH + 20 });
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

  private readonly cancel = (): void => this.finish(fail(cancelled('The batch was cancelled')));

  private settle(index: number | null, error: AppError): void {
    this.finish(ok({ firstSeq: this.firstSeq, failure: { index, error } }));
  }

  private finish(outcome: Outcome<AtomicResult>): void {
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.cancel);
    this.line.forget(this, this.firstSeq, this.count);
    this.resolve(outcome);
  }
}
