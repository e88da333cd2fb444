// SPDX-License-Identifier: MIT
// The channel: gives every request a sequence number and every answer to the request it belongs to. Works over any
// Endpoint, on any thread, and loses nothing silently: what can't be paired is counted, what may be lost is said.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';
import {
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  NLM_F_REQUEST,
  NLM_F_ACK,
  align4,
  littleEndian,
  HEADER_LENGTH,
} from '../codec/index.ts';
import { HELPER_ENDED } from './answers.ts';
import { Atomic } from './atomic.ts';
import type { AtomicResult } from './atomic.ts';
import { Batch } from './batch.ts';
import type { BatchOptions, BatchResult } from './batch.ts';
import { DumpQueue } from './dump.ts';
import type { DumpOptions, DumpResult, PartListener } from './dump.ts';
import type { DatagramBatch, Endpoint, SocketTrouble } from './endpoint.ts';
import type { Exchange, ExchangeOptions, Incoming, Line } from './exchange.ts';
import { stamp, unusable } from './message.ts';
import { Request } from './request.ts';
import type { Reply } from './request.ts';

export interface ChannelOptions {
  /** Multicast: nobody asked for it. The message stands in `bytes` from `at` to `end`; the buffer may be kept. */
  onEvent?: (bytes: Uint8Array<ArrayBuffer>, at: number, end: number, group: number) => void;
  /** A multicast message was cut off because its datagram did not fit: as bad as an overflow, but only this one is gone. */
  onCut?: () => void;
  /** ENOBUFS: messages are being dropped, until `onOverflow` says that they no longer are. */
  onCongested?: () => void;
  /** ENOBUFS: multicast messages, or answers, were dropped. What is asked from now on tells what they were about. */
  onOverflow?: () => void;
  /** The socket is dead; everything that waits has failed with this error. */
  onLost?: (error: AppError) => void;
  /** Longest silence of the kernel for requests, ms; 5000 without it. */
  timeoutMs?: number;
  /** Sequence numbers go on behind this one, where the socket takes the place of an earlier one. */
  lastSeq?: number;
  /** How often to ask again whether all answers are in after an overflow, ms; 250 without it. */
  probeMs?: number;
}

/** Counts since the channel was made. */
export interface ChannelStats {
  sent: number;
  received: number;
  events: number;
  /** Answers to what had been cancelled or given up. */
  late: number;
  /** Unicast messages with a sequence number that was never ours. */
  unknown: number;
  strangers: number;
  truncated: number;
  overflows: number;
}

interface Range {
  first: number;
  last: number;
  exchange: Exchange;
}

/** How many ranges of abandoned sequence numbers are remembered. */
const REMEMBERED = 1024;
const PROBES = 20;
/** Requests at a time: more of them might have more answers than the receive buffer has room for. */
const UNDER_WAY = 64;

export class Channel {
  readonly stats: ChannelStats = {
    sent: 0,
    received: 0,
    events: 0,
    late: 0,
    unknown: 0,
    strangers: 0,
    truncated: 0,
    overflows: 0,
  };
  private readonly endpoint: Endpoint;
  private readonly options: ChannelOptions;
  /** Exchanges with one sequence number (requests, dumps) by it, and those with many (batches). */
  private readonly singles = new Map<number, Exchange>();
  private readonly ranges: Range[] = [];
  /** Requests beyond what may be under way; each starts one. */
  private readonly waiting: (() => void)[] = [];
  private underWay = 0;
  private foundSeq = 0;
  private found: Exchange | undefined;
  private readonly abandoned: { first: number; last: number }[] = [];
  /** Datagrams given to the sender thread, by the endpoint's number: whose they are, and the number that they know. */
  private readonly bySend = new Map<number, { exchange: Exchange; datagram: number }>();
  private readonly sentFor = new Map<Exchange, number[]>();
  /** Datagrams that wait until the probe is over: their answers might be dropped without a word. */
  private held: { bytes: Uint8Array<ArrayBuffer>; exchange: Exchange; datagram: number }[] = [];
  private lastDatagram = 0;
  private readonly dumps: DumpQueue;
  private readonly line: Line;
  private lastSeq = 0;
  private dead: AppError | null = null;
  private cutOff = false;
  private probing: { seq: number; doubtful: Set<Exchange>; left: number } | null = null;
  private probeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: Endpoint, options: ChannelOptions = {}) {
    this.endpoint = endpoint;
    this.options = options;
    this.lastSeq = options.lastSeq ?? 0;
    this.line = {
      receiveBuffer: endpoint.receiveBuffer,
      seqs: (count) => this.seqs(count),
      send: (datagram, exchange) => this.send(datagram, exchange),
      listen: (exchange, first, count) => {
        if (count === 1) this.singles.set(first, exchange);
        else this.ranges.push({ first, last: first + count - 1, exchange });
      },
      forget: (exchange, first, count) => this.forget(exchange, first, count),
      late: () => void this.stats.late++,
    };
    this.dumps = new DumpQueue(this.line);
    endpoint.onTrouble((trouble) => this.trouble(trouble));
    endpoint.onDatagrams((batch) => this.datagrams(batch));
  }

  /** nl_pid of the socket: notifications of changes made here carry it in nlmsg_pid. */
  get portId(): number {
    return this.endpoint.portId;
  }
  /** The last sequence number that was used. */
  get sequence(): number {
    return this.lastSeq;
  }
  /** Why nothing works any more; null while the socket lives. */
  get error(): AppError | null {
    return this.dead;
  }
  /** Something is asked and not answered, or was when the socket was lost. */
  get hasUnanswered(): boolean {
    return this.cutOff || this.exchanges().size > 0;
  }

  /**
   * Sends one message (nlmsghdr first; sequence number, NLM_F_REQUEST and NLM_F_ACK are put in) and waits for all that
   * answers it. Not for dumps.
   */
  request(message: Uint8Array, options: ExchangeOptions = {}): Promise<Outcome<Reply>> {
    const refusal = this.dead ?? unusable(message);
    if (refusal) return Promise.resolve(fail(refusal));
    const begin = (): Promise<Outcome<Reply>> => {
      this.underWay++;
      const { outcome } = new Request(this.line, message, this.withTimeout(options));
      void outcome.then(() => {
        this.underWay--;
        this.waiting.shift()?.();
      });
      return outcome;
    };
    if (this.underWay < UNDER_WAY) return begin();
    return new Promise((resolve) => {
      this.waiting.push(() => resolve(this.dead ? fail(this.dead) : begin()));
    });
  }

  /**
   * Asks for a dump (NLM_F_DUMP is put in) and hands every part to `onPart` as it comes. One dump at a time runs on a
   * socket; others wait for their turn.
   */
  dump(message: Uint8Array, onPart: PartListener, options: DumpOptions = {}): Promise<Outcome<DumpResult>> {
    const refusal = this.dead ?? unusable(message);
    if (refusal) return Promise.resolve(fail(refusal));
    return this.dumps.add(message, onPart, this.withTimeout(options));
  }

  /** Sends many messages, cascaded in datagrams, never more at a time than their answers have room for. */
  batch(messages: readonly Uint8Array[], options: BatchOptions = {}): Promise<Outcome<BatchResult>> {
    let refusal = this.dead;
    for (let i = 0; i < messages.length && !refusal; i++) refusal = unusable(messages[i]!);
    if (refusal) return Promise.resolve(fail(refusal));
    return new Batch(this.line, messages, this.withTimeout(options)).outcome;
  }

  /** Sends changes to rtmgr as one datagram that happens entirely or not at all. */
  atomic(messages: readonly Uint8Array[], options: ExchangeOptions = {}): Promise<Outcome<AtomicResult>> {
    let refusal = this.dead;
    for (let i = 0; i < messages.length && !refusal; i++) refusal = unusable(messages[i]!);
    if (refusal) return Promise.resolve(fail(refusal));
    return new Atomic(this.line, messages, this.withTimeout(options)).outcome;
  }

  /** Ends everything that waits with this error, because more is known of the other end's death than the socket says. */
  abandon(error: AppError): void {
    this.end(error);
  }

  private withTimeout<T extends ExchangeOptions>(options: T): T & { timeoutMs: number } {
    return { ...options, timeoutMs: options.timeoutMs ?? this.options.timeoutMs ?? 5000 };
  }

  private seqs(count: number): number {
    // 0 is what the kernel's own notifications carry
    if (this.lastSeq + count > 0xffff_ffff) this.lastSeq = 0;
    const first = this.lastSeq + 1;
    this.lastSeq += count;
    return first;
  }

  private send(bytes: Uint8Array<ArrayBuffer>, exchange: Exchange): number {
    const datagram = ++this.lastDatagram;
    if (this.probing) this.held.push({ bytes, exchange, datagram });
    else this.transmit(bytes, exchange, datagram);
    return datagram;
  }

  private transmit(bytes: Uint8Array<ArrayBuffer>, exchange: Exchange, datagram: number): void {
    const number = this.endpoint.send(bytes);
    this.stats.sent++;
    this.bySend.set(number, { exchange, datagram });
    const sent = this.sentFor.get(exchange);
    if (sent) sent.push(number);
    else this.sentFor.set(exchange, [number]);
  }

  private forget(exchange: Exchange, first: number, count: number): void {
    if (count === 1) this.singles.delete(first);
    else this.ranges.splice(0, this.ranges.length, ...this.ranges.filter((r) => r.exchange !== exchange));
    this.found = undefined;
    this.abandoned.push({ first, last: first + count - 1 });
    if (this.abandoned.length > REMEMBERED) this.abandoned.splice(0, REMEMBERED / 2);
    for (const number of this.sentFor.get(exchange) ?? []) this.bySend.delete(number);
    this.sentFor.delete(exchange);
    if (this.held.length > 0) this.held = this.held.filter((waiting) => waiting.exchange !== exchange);
    this.probing?.doubtful.delete(exchange);
  }

  private find(seq: number): Exchange | undefined {
    // a dump of a million parts asks for the same number a million times
    if (seq === this.foundSeq && this.found) return this.found;
    const inRange = (range: Range): boolean => seq >= range.first && seq <= range.last;
    this.foundSeq = seq;
    this.found = this.singles.get(seq) ?? this.ranges.find(inRange)?.exchange;
    return this.found;
  }

  private exchanges(): Set<Exchange> {
    return new Set([...this.singles.values(), ...this.ranges.map((range) => range.exchange)]);
  }

  private datagrams(batch: DatagramBatch): void {
    const { bytes, spans, groups } = batch;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const incoming: Incoming = { bytes, view, at: 0, end: 0, type: 0, flags: 0, seq: 0 };
    for (let i = 0; i < groups.length; i++) {
      const end = spans[2 * i]! + spans[2 * i + 1]!;
      for (let at = spans[2 * i]!; at + HEADER_LENGTH <= end;) {
        const length = view.getUint32(at, littleEndian);
        incoming.at = at;
        incoming.end = at + length;
        incoming.type = view.getUint16(at + 4, littleEndian);
        incoming.flags = view.getUint16(at + 6, littleEndian);
        incoming.seq = view.getUint32(at + 8, littleEndian);
        const whole = length >= HEADER_LENGTH && incoming.end <= end;
        this.incoming(incoming, groups[i]!, whole);
        if (!whole) break;
        at += align4(length);
      }
    }
  }

  private incoming(incoming: Incoming, group: number, whole: boolean): void {
    this.stats.received++;
    if (group !== 0) {
      this.stats.events++;
      if (whole) this.options.onEvent?.(incoming.bytes, incoming.at, incoming.end, group);
      else this.options.onCut?.();
      return;
    }
    if (incoming.type === NLMSG_OVERRUN) {
      this.overflow();
      return;
    }
    const { seq } = incoming;
    const exchange = this.find(seq);
    if (exchange) {
      if (whole) exchange.message(incoming);
      else exchange.cut(incoming);
    } else if (this.probing?.seq === seq) this.probed();
    else if (this.abandoned.some((range) => seq >= range.first && seq <= range.last)) this.stats.late++;
    else this.stats.unknown++;
  }

  private trouble(trouble: SocketTrouble): void {
    switch (trouble.kind) {
      case 'overflow':
        // what is asked before the buffer is empty may be dropped again
        if (trouble.drained === false) this.options.onCongested?.();
        else this.overflow();
        break;
      case 'truncated':
        this.stats.truncated++;
        break;
      case 'stranger':
        this.stats.strangers++;
        break;
      case 'send': {
        const { errno, errnoName, datagram } = trouble;
        const owner = this.bySend.get(datagram);
        const what = 'The message could not be sent';
        const why = `sendmsg failed with ${errnoName}`;
        this.bySend.delete(datagram);
        owner?.exchange.notSent(owner.datagram, {
          kind: 'syscall',
          call: 'sendmsg',
          errno,
          errnoName,
          what,
          why,
        });
        break;
      }
      case 'lost':
        this.lost(trouble);
        break;
    }
  }

  private overflow(): void {
    this.stats.overflows++;
    this.options.onOverflow?.();
    const doubtful = this.exchanges();
    for (const exchange of doubtful) exchange.overflow();
    if (doubtful.size > 0) this.probe(doubtful, PROBES);
  }

  /**
   * After an overflow: which answers are lost, and which are only waiting in the queue? The kernel answers in the order
   * of the requests, so when an NLMSG_NOOP sent now is acknowledged, everything before it has been answered or never
   * will be. While the socket is congested the kernel drops without a word, hence the repetition.
   */
  private probe(doubtful: Set<Exchange>, left: number): void {
    clearTimeout(this.probeTimer);
    const seq = this.seqs(1);
    const noop = new Uint8Array(HEADER_LENGTH);
    const view = new DataView(noop.buffer);
    view.setUint32(0, HEADER_LENGTH, littleEndian);
    view.setUint16(4, NLMSG_NOOP, littleEndian);
    this.probing = { seq, doubtful, left };
    this.endpoint.send(stamp(noop, seq, NLM_F_REQUEST | NLM_F_ACK));
    this.stats.sent++;
    this.probeTimer = setTimeout(() => {
      this.abandoned.push({ first: seq, last: seq });
      if (left > 1) this.probe(doubtful, left - 1);
      else this.probed();
    }, this.options.probeMs ?? 250);
  }

  private probed(): void {
    clearTimeout(this.probeTimer);
    const doubtful = this.probing?.doubtful ?? [];
    this.probing = null;
    for (const { bytes, exchange, datagram } of this.held.splice(0)) this.transmit(bytes, exchange, datagram);
    for (const exchange of doubtful) exchange.settled();
  }

  private lost(trouble: SocketTrouble & { kind: 'lost' }): void {
    const { call, errno, errnoName } = trouble;
    if (this.endpoint.name === 'relay') {
      this.end(HELPER_ENDED);
      return;
    }
    this.end(
      call === 'close'
        ? { kind: 'unavailable', what: 'The connection to the kernel was closed' }
        : {
            kind: 'syscall',
            call,
            errno,
            errnoName,
            what: 'The connection to the kernel is lost',
            why: `${call} failed with ${errnoName}`,
            wayOut: 'Open the target again',
          },
    );
  }

  private end(error: AppError): void {
    if (this.dead) return;
    this.dead = error;
    this.cutOff = this.exchanges().size > 0;
    clearTimeout(this.probeTimer);
    this.probing = null;
    this.held = [];
    this.dumps.lost(this.dead);
    for (const exchange of this.exchanges()) exchange.lost(this.dead);
    for (const fails of this.waiting.splice(0)) fails();
    this.options.onLost?.(this.dead);
  }
}
