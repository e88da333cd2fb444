// SPDX-License-Identifier: MIT
// Many changes at once: messages cascaded in datagrams, of which usually only the last asks for an acknowledgement.
// The kernel handles the messages of a datagram in order and always reports errors, so the answer to the last proves
// that all before it were handled. Why, and what it wins: docs/decisions/0002-last-ack-of-a-datagram.md.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { NLMSG_ERROR, NLM_F_REQUEST, NLM_F_ACK, NLM_F_ECHO, align4, HEADER_LENGTH } from '../codec/index.ts';
import { DROPPED, kernelError, lostAnswer, readAnswer } from './answers.ts';
import type { Exchange, ExchangeOptions, Incoming, Line } from './exchange.ts';
import { cancelled, silence } from './exchange.ts';
import { flagsOf, stamp } from './message.ts';

export interface BatchOptions extends ExchangeOptions {
  /** After every datagram that has been answered: messages handled so far, refused ones included. */
  onProgress?: (handled: number, total: number) => void;
  /** Each message asks for an acknowledgement of its own: for people who watch. */
  ackEach?: boolean;
}

export interface BatchResult {
  /** Messages that the kernel handled without an error. */
  applied: number;
  /** Messages that were refused, or whose answer was lost, by their index in the batch. */
  failures: { index: number; error: AppError }[];
  /** Messages at the end of the batch that were never sent. */
  notSent: number;
  /** Why the rest was not sent: cancelled, or nothing answered, or the socket died. */
  stopped: AppError | null;
}

/** Bytes of messages in a datagram, and how many: more of either brought nothing. */
const DATAGRAM_BYTES = 32 << 10;
const DATAGRAM_MESSAGES = 500;
/** Datagrams under way at a time: one that the kernel works at, one that waits for it, one whose answer is read. */
const UNDER_WAY = 3;

/** What an answer adds to the message that it echoes: nlmsghdr, errno, and the kernel's sentence with its place. */
const ANSWER_EXTRA = 20 + 180;
/** sizeof(struct sk_buff) and sizeof(struct skb_shared_info), rounded up to cache lines, on 64 bits. */
const SKB = 256;
const SHARED_INFO = 320;
/** The kernel takes buffers from kmalloc in powers of two; smaller ones from a cache of 704 bytes (SKB_SMALL_HEAD_SIZE). */
const SMALLEST = 704;
/** Left for the answers to other requests on the socket, bytes. */
const SPARE = 64 << 10;

/** What the answer to a message takes of the receive buffer (its truesize), at most: a refusal echoes all of it. */
function answerCost(length: number, flags: number): number {
  const bytes = length + ANSWER_EXTRA + 64 + SHARED_INFO;
  const block = bytes <= SMALLEST ? SMALLEST : 2 ** Math.ceil(Math.log2(bytes));
  return (block + SKB) * (flags & NLM_F_ECHO ? 2 : 1);
}

interface Flight {
  /** Indexes in the batch, `end` exclusive. */
  start: number;
  end: number;
  cost: number;
  datagram: number;
  /** Indexes that have failed. */
  failed: Set<number>;
  /** An answer of it may have been dropped. */
  doubtful: boolean;
}

export class Batch implements Exchange {
  readonly outcome: Promise<Outcome<BatchResult>>;
  private readonly line: Line;
  private readonly messages: readonly Uint8Array[];
  private readonly options: BatchOptions & { timeoutMs: number };
  private readonly result: BatchResult = { applied: 0, failures: [], notSent: 0, stopped: null };
  private readonly firstSeq: number;
  private readonly flights: Flight[] = [];
  private readonly budget: number;
  private inFlight = 0;
  private next = 0;
  private resolve: (outcome: Outcome<BatchResult>) => void = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line, messages: readonly Uint8Array[], options: BatchOptions & { timeoutMs: number }) {
    this.line = line;
    this.messages = messages;
    this.options = options;
    this.budget = Math.max(line.receiveBuffer / 2, line.receiveBuffer - SPARE);
    this.firstSeq = line.seqs(Math.max(1, messages.length));
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
    line.listen(this, this.firstSeq, Math.max(1, messages.length));
    options.signal?.addEventListener('abort', this.cancel);
    if (options.signal?.aborted) this.cancel();
    else this.fill();
  }

  /** Sends as much as there is room for answers. */
  private fill(): void {
    while (
      !this.result.stopped &&
      this.next < this.messages.length &&
      this.flights.length < UNDER_WAY &&
      (this.flights.length === 0 || this.inFlight < this.budget)
    ) {
      if (!this.launch()) break;
    }
    if (this.flights.length === 0) this.finish();
  }

  /** Builds and sends one datagram; false when there is no room for the answers of even one more message. */
  private launch(): boolean {
    const share = Math.max(1, this.budget / UNDER_WAY);
    const start = this.next;
    let end = start;
    let bytes = 0;
    let cost = 0;
    for (; end < this.messages.length && end - start < DATAGRAM_MESSAGES; end++) {
      const message = this.messages[end]!;
      const more = answerCost(message.byteLength, flagsOf(message));
      if (end > start && (bytes + message.byteLength > DATAGRAM_BYTES || cost + more > share)) break;
      if (end === start && this.flights.length > 0 && this.inFlight + more > this.budget) return false;
      bytes += align4(message.byteLength);
      cost += more;
    }
    const datagram = new Uint8Array(bytes);
    let at = 0;
    for (let i = start; i < end; i++) {
      const message = this.messages[i]!;
      datagram.set(message, at);
      const ack = this.options.ackEach || i === end - 1 ? NLM_F_ACK : 0;
      stamp(datagram, this.firstSeq + i, NLM_F_REQUEST | ack, NLM_F_ACK, at);
      at += align4(message.byteLength);
    }
    this.next = end;
    this.inFlight += cost;
    const flight: Flight = { start, end, cost, datagram: 0, failed: new Set(), doubtful: false };
    this.flights.push(flight);
    flight.datagram = this.line.send(datagram, this);
    this.wait();
    return true;
  }

  message({ bytes, at, end, type, seq }: Incoming): void {
    if (type !== NLMSG_ERROR) return;
    const index = seq - this.firstSeq;
    const place = this.flights.findIndex((flight) => index >= flight.start && index < flight.end);
    const flight = this.flights[place];
    if (!flight) return;
    const answered = readAnswer(bytes, at, end);
    if (answered.errno !== 0) this.refuse(flight, index, kernelError(answered));
    if (index !== flight.end - 1) return;
    // answers come in order: what was sent before this and has no answer will get none
    for (const earlier of this.flights.splice(0, place)) {
      earlier.doubtful = true;
      this.land(earlier, true);
    }
    this.flights.shift();
    this.land(flight, false);
    this.fill();
  }

  private refuse(flight: Flight, index: number, error: AppError): void {
    if (flight.failed.has(index)) return;
    flight.failed.add(index);
    this.result.failures.push({ index, error });
  }

  /** Counts a datagram that is over. */
  private land(flight: Flight, lastLost: boolean): void {
    this.inFlight -= flight.cost;
    if (flight.doubtful) {
      const error = lostAnswer(DROPPED);
      for (let i = flight.start; i < flight.end; i++) {
        if (lastLost || i < flight.end - 1) this.refuse(flight, i, error);
      }
    }
    this.result.applied += flight.end - flight.start - flight.failed.size;
    this.options.onProgress?.(flight.end, this.messages.length);
    if (this.flights.length > 0) this.wait();
  }

  private failAll(error: AppError): void {
    for (const flight of this.flights.splice(0)) {
      for (let i = flight.start; i < flight.end; i++) this.refuse(flight, i, error);
      this.land(flight, false);
    }
  }

  cut(incoming: Incoming): void {
    // an error is longer than what it echoes by some hundred bytes only, so this is its header with less behind it
    if (incoming.type === NLMSG_ERROR) this.message({ ...incoming, end: incoming.at + HEADER_LENGTH + 20 });
  }

  notSent(datagram: number, error: AppError): void {
    const place = this.flights.findIndex((flight) => flight.datagram === datagram);
    const flight = this.flights[place];
    if (!flight) return;
    this.flights.splice(place, 1);
    for (let i = flight.start; i < flight.end; i++) this.refuse(flight, i, error);
    this.land(flight, false);
    this.fill();
  }

  overflow(): void {
    for (const flight of this.flights) flight.doubtful = true;
  }

  settled(): void {
    const over = this.flights.filter((flight) => flight.doubtful);
    for (const flight of over) {
      this.flights.splice(this.flights.indexOf(flight), 1);
      this.land(flight, true);
    }
    this.fill();
  }

  lost(error: AppError): void {
    this.stop(error);
  }

  private readonly cancel = (): void => {
    this.result.stopped ??= cancelled('The rest was cancelled');
    // what is under way is answered in a moment
    if (this.flights.length === 0) this.finish();
  };

  private wait(): void {
    clearTimeout(this.timer);
    const { timeoutMs } = this.options;
    this.timer = setTimeout(() => this.stop(silence(timeoutMs)), timeoutMs);
  }

  private stop(error: AppError): void {
    this.result.stopped = error;
    this.failAll(error);
    this.finish();
  }

  private finish(): void {
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.cancel);
    this.line.forget(this, this.firstSeq, Math.max(1, this.messages.length));
    this.result.notSent = this.messages.length - this.next;
    this.result.failures.sort((a, b) => a.index - b.index);
    this.resolve(ok(this.result));
  }
}
