// SPDX-License-Identifier: MIT
// The sender thread. The kernel carries a netlink request out inside the sender's own system call, which for a large
// change takes long; therefore it happens here and not on the thread that serves the window.
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { monotonicMs } from '../threads/clock.ts';
import { EAGAIN, ECONNREFUSED, ECONNRESET, EINTR, ENOBUFS, EPIPE } from '../codec/errno.ts';
import { MSG_DONTWAIT, MSG_NOSIGNAL } from './constants.ts';
import type { SocketTrouble } from './endpoint.ts';
import { send } from './libc.ts';
import { TapPort } from './tap-port.ts';
import type { SendOrder, WorkerOrder, WorkerSocket, WorkerStart } from './worker-messages.ts';

const start = workerData as WorkerStart;
const tap = new TapPort('out');
let isOver = false;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The kernel was short of memory or of room: wait a little longer each time, about a quarter of a second in all. */
const PAUSES_MS = [1, 2, 4, 8, 16, 32, 64, 128];

/** Nobody is at the other end any more: rtmgr-user or the helper has ended, or the module was unloaded. */
const GONE: ReadonlySet<number> = new Set([ECONNREFUSED, ECONNRESET, EPIPE]);

function sendOne(socket: WorkerSocket, order: SendOrder): void {
  // before the call, so that the copy is always ahead of the answer's
  tap.post(socket, {
    bytes: order.bytes,
    spans: Uint32Array.of(0, order.bytes.byteLength),
    times: Float64Array.of(monotonicMs()),
    groups: Uint32Array.of(0),
  });
  // the kernel works while we wait; a helper that hangs must not hold this thread
  const flags = socket.peer === null ? MSG_NOSIGNAL | MSG_DONTWAIT : MSG_NOSIGNAL;
  for (let tries = 0; ;) {
    const sent = send(socket.fd, order.bytes, flags);
    if (sent.ok) return;
    if (sent.errno === EINTR) continue;
    const wait = PAUSES_MS[tries++];
    if ((sent.errno === EAGAIN || sent.errno === ENOBUFS) && wait !== undefined) {
      Atomics.wait(pause, 0, 0, wait);
      // the order to end, among others
      obeyWaiting();
      if (isOver) return;
      continue;
    }
    const { call, errno, errnoName } = sent;
    const trouble: SocketTrouble = GONE.has(errno)
      ? { kind: 'lost', call, errno, errnoName }
      : { kind: 'send', datagram: order.datagram, errno, errnoName };
    socket.port.postMessage(trouble);
    return;
  }
}

function obey(order: WorkerOrder): void {
  if (order.order !== 'close') {
    tap.obey(order);
    return;
  }
  isOver = true;
  tap.close();
  for (const socket of start.sockets) socket.port.close();
  start.control.close();
}

/** Between ports there is no order; orders come first, so that a tap is on for what is sent after it was turned on. */
function obeyWaiting(): void {
  for (;;) {
    const received = receiveMessageOnPort(start.control) as { message: WorkerOrder } | undefined;
    if (!received) return;
    obey(received.message);
  }
}

for (const socket of start.sockets)
  socket.port.on('message', (order: SendOrder) => {
    obeyWaiting();
    sendOne(socket, order);
  });
start.control.on('message', obey);
start.control.postMessage('runs');
