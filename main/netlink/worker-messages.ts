// SPDX-License-Identifier: MIT
// What the main thread and its two netlink threads say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { SocketName } from './endpoint.ts';

/** A socket as a worker gets it: descriptor and the port that leads to the endpoint's owner. */
export interface WorkerSocket {
  name: SocketName;
  portId: number;
  fd: number;
  /** Port id that it talks to: 0 is the kernel, else rtmgr-user's; null: a Unix socket, which has no port ids. */
  peer: number | null;
  port: MessagePort;
}

/** workerData of both threads; the ports are in the transfer list. */
export interface WorkerStart {
  sockets: WorkerSocket[];
  /** Orders come through here: see `WorkerOrder`. */
  control: MessagePort;
  /** Receiver only: raised after every order, because a thread in poll(2) sees no message. -1 for the sender. */
  eventfd: number;
}

export type WorkerOrder =
  /** Copies go to this port from now on, if on; an earlier one is closed. */
  { order: 'tap'; port: MessagePort } | { order: 'tapOn'; on: boolean } | { order: 'close' };

/** From an endpoint's owner to the sender thread. */
export interface SendOrder {
  datagram: number;
  bytes: Uint8Array<ArrayBuffer>;
}
