// SPDX-License-Identifier: MIT
// One netlink socket as seen from the thread that uses it. The sender thread writes to it, the receiver thread reads
// from it; both hand over through message ports, so that any thread can own an endpoint. Tests put a scripted fake
// kernel behind the same interface.

/**
 * What our sockets are for. Dumps have one of their own: the kernel runs one dump per socket at a time. Where the table
 * is rtmgr's, the interfaces come from NETLINK_ROUTE over `links`, and `mirror` shows what other processes say to rtmgr.
 * `relay` leads to the kernel through the privileged helper.
 */
export type SocketName = 'request' | 'dump' | 'events' | 'links' | 'mirror' | 'relay';

/** Datagrams as received, several in one buffer. */
export interface DatagramBatch {
  bytes: Uint8Array<ArrayBuffer>;
  /** Start and length in `bytes` of each datagram, in pairs. A truncated one has the length that arrived. */
  spans: Uint32Array<ArrayBuffer>;
  /** CLOCK_MONOTONIC in ms when each was received. */
  times: Float64Array<ArrayBuffer>;
  /** Multicast group of each (0: unicast), from the sender's sockaddr_nl or NETLINK_PKTINFO. */
  groups: Uint32Array<ArrayBuffer>;
}

export type SocketTrouble =
  /**
   * ENOBUFS: the kernel dropped messages because the receive buffer was full. Until the buffer has been read empty it
   * goes on dropping without another word (NETLINK_S_CONGESTED, net/netlink/af_netlink.c), so this comes twice: with
   * `drained: false` at once, and without it when the buffer is empty and nothing more is dropped unnoticed.
   */
  | { kind: 'overflow'; drained?: false }
  /** MSG_TRUNC: a datagram of `length` bytes did not fit into the buffer. */
  | { kind: 'truncated'; length: number; room: number }
  /** A datagram that did not come from where it should (nl_pid 0 is the kernel), and was thrown away. */
  | { kind: 'stranger'; portId: number }
  /** sendmsg failed for the datagram with this number (see `send`). */
  | { kind: 'send'; datagram: number; errno: number; errnoName: string }
  /** The socket is dead; nothing more will come. */
  | { kind: 'lost'; call: string; errno: number; errnoName: string };

export interface Endpoint {
  readonly name: SocketName;
  /** nl_pid that the kernel gave the socket. */
  readonly portId: number;
  /** SO_RCVBUF as getsockopt(2) tells it, bytes of kernel memory. */
  readonly receiveBuffer: number;
  /**
   * Gives one datagram (one or several messages, each padded to 4 bytes) to the sender thread and answers its number.
   * The buffer is transferred: it must not be used afterwards.
   */
  send(datagram: Uint8Array<ArrayBuffer>): number;
  onDatagrams(listener: (batch: DatagramBatch) => void): void;
  onTrouble(listener: (trouble: SocketTrouble) => void): void;
}
