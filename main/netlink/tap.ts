// SPDX-License-Identifier: MIT
// The tap: copies of every datagram, both ways, for whoever looks. Nothing is copied while nobody does.
import type { Direction } from '../../app/contract/index.ts';
import type { SocketName } from './endpoint.ts';

/** What the sender and the receiver thread post to the trace thread; the buffers are transferred. */
export interface TapBatch {
  direction: Direction;
  socket: SocketName;
  portId: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Start and length of each datagram in `bytes`, in pairs. */
  spans: Uint32Array<ArrayBuffer>;
  /** CLOCK_MONOTONIC, ms: just before sendmsg for `out`, just after recvmsg for `in`. */
  times: Float64Array<ArrayBuffer>;
  /** Multicast groups; 0 for unicast. */
  groups: Uint32Array<ArrayBuffer>;
}
