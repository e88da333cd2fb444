// SPDX-License-Identifier: MIT
// What the channel and its kinds of exchange (a request, a dump, a batch) know of each other.
import type { AppError } from '../../app/contract/index.ts';

/** One message that was received: a span of a buffer, with the header fields that everyone needs. */
export interface Incoming {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  /** Start of the nlmsghdr in `bytes`. */
  at: number;
  /** at + nlmsg_len. */
  end: number;
  type: number;
  flags: number;
  seq: number;
}

export interface Exchange {
  /** A message with a sequence number of this exchange. The object is used again: keep nothing of it but `bytes`. */
  message(incoming: Incoming): void;
  /** The message was cut off: its datagram did not fit into the receive buffer. */
  cut(incoming: Incoming): void;
  /** sendmsg failed for this datagram: the kernel has seen nothing of it. */
  notSent(datagram: number, error: AppError): void;
  /** The kernel dropped messages to us. */
  overflow(): void;
  /** After an overflow: all that the kernel had to say until then has been read, so what is missing will not come. */
  settled(): void;
  /** The socket is dead. */
  lost(error: AppError): void;
}

/** What an exchange may do with the channel. */
export interface Line {
  readonly receiveBuffer: number;
  /** The next `count` sequence numbers, the first is answered. They never wrap around within a block. */
  seqs(count: number): number;
  send(datagram: Uint8Array<ArrayBuffer>, exchange: Exchange): number;
  /** Answers to these sequence numbers go to the exchange. */
  listen(exchange: Exchange, first: number, count: number): void;
  /** No longer. What still comes with these numbers is `late`, not unknown. */
  forget(exchange: Exchange, first: number, count: number): void;
  /** Counts a message that came too late to be of use. */
  late(): void;
}

export interface ExchangeOptions {
  signal?: AbortSignal | undefined;
  /** Longest silence of the kernel, ms. */
  timeoutMs?: number | undefined;
  /** Called at once with the sequence number of a request, which a refusal does not tell. */
  onSeq?: ((seq: number) => void) | undefined;
}

export const cancelled = (what: string): AppError => ({ kind: 'cancelled', what });

export const silence = (afterMs: number): AppError => ({
  kind: 'timeout',
  afterMs,
  what: 'The kernel did not answer in time',
  why: `Nothing came for ${afterMs / 1000} s`,
});
