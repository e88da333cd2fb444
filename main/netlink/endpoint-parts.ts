// SPDX-License-Identifier: MIT
// What another thread needs to use a socket: ports to the sender and the receiver thread, and the socket's facts.
import type { MessagePort } from 'node:worker_threads';
import type { SocketName } from './endpoint.ts';

/** Cloneable when `sender` and `receiver` are in the transfer list. */
export interface EndpointParts {
  name: SocketName;
  portId: number;
  receiveBuffer: number;
  /** Datagrams to send go in here. */
  sender: MessagePort;
  /** DatagramBatches and SocketTroubles come out of here. */
  receiver: MessagePort;
}
