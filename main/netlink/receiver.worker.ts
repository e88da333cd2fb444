// SPDX-License-Identifier: MIT
// The receiver thread: sleeps in poll(2) until a socket has something or the eventfd is raised, and reads datagrams
// one behind the other into a large buffer. A dump fills the buffer, which is then handed on without a copy; a single
// answer is copied out of it and leaves at once.
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { monotonicMs } from '../threads/clock.ts';
import { EAGAIN, EINTR, ENOBUFS } from '../codec/errno.ts';
import * as C from './constants.ts';
import { derivedGroup } from './derive-group.ts';
import type { DatagramBatch, SocketTrouble } from './endpoint.ts';
import { cmsgSpace, stableBytes } from './layout.ts';
import { lowerEvent, PollSet, Receiver } from './libc.ts';
import { TapPort } from './tap-port.ts';
import type { WorkerOrder, WorkerSocket, WorkerStart } from './worker-messages.ts';

const start = workerData as WorkerStart;
const tap = new TapPort('in');

const BUFFER = 512 << 10;
/** Room that is always left for the next datagram. The kernel's dumps use at most 32 KiB for one. */
const FIRST_ROOM = 64 << 10;
/** Below this a batch is copied and its buffer used on. */
const COPY_BELOW = 64 << 10;
/** Datagrams of one socket before the others have their turn. */
const TURN = 16;

class Inbox {
  readonly socket: WorkerSocket;
  private readonly receiver = new Receiver(cmsgSpace(4) + cmsgSpace(8));
  private bytes = stableBytes(0);
  private used = 0;
  private room = FIRST_ROOM;
  private spans: number[] = [];
  private times: number[] = [];
  private groups: number[] = [];
  /** The buffer was full and has not been empty since. */
  private isCongested = false;

  constructor(socket: WorkerSocket) {
    this.socket = socket;
    this.renew();
  }

  /** Whether something is to be handed on as soon as the kernel has nothing more. */
  get pending(): boolean {
    return this.times.length > 0 || this.isCongested;
  }

  private renew(): void {
    this.bytes = stableBytes(Math.max(BUFFER, 4 * this.room));
    this.receiver.aim(this.bytes);
    this.used = 0;
  }

  private trouble(trouble: SocketTrouble): void {
    this.flush();
    this.socket.port.postMessage(trouble);
  }

  /** Reads until there is nothing more or the turn is over. False: the socket is dead. */
  read(): boolean {
    for (let i = 0; i < TURN; i++) {
      if (this.bytes.byteLength - this.used < this.room) {
        this.flush();
        if (this.bytes.byteLength - this.used < this.room) this.renew();
      }
      const offered = this.bytes.byteLength - this.used;
      const got = this.receiver.receive(this.socket.fd, this.used, C.MSG_DONTWAIT | C.MSG_TRUNC);
      if (!got.ok) {
        const { call, errno, errnoName } = got;
        if (errno === EINTR) continue;
        if (errno === EAGAIN) {
          this.rest();
          return true;
        }
        if (errno === ENOBUFS) {
          this.isCongested = true;
          this.trouble({ kind: 'overflow', drained: false });
          continue;
        }
        this.trouble({ kind: 'lost', call, errno, errnoName });
        return false;
      }
      const time = monotonicMs();
      const { peer } = this.socket;
      if (peer === null && got.value === 0) {
        // the other end of a Unix socket was closed
        this.trouble({ kind: 'lost', call: 'close', errno: 0, errnoName: '' });
        return false;
      }
      const portId = peer === null ? null : this.receiver.sender.portId;
      if (portId !== peer) {
        this.trouble({ kind: 'stranger', portId: portId ?? 0 });
        continue;
      }
      const length = Math.min(got.value, offered);
      this.spans.push(this.used, length);
      this.times.push(time);
      this.groups.push(this.group(length));
      this.used += (length + 3) & ~3;
      if (got.value > offered || this.receiver.flags & C.MSG_TRUNC) {
        while (this.room < got.value) this.room *= 2;
        this.trouble({ kind: 'truncated', length: got.value, room: offered });
      }
    }
    return true;
  }

  /** Multicast group of the datagram of this length that was read last; 0: it is for us alone. */
  private group(length: number): number {
    const { peer, name } = this.socket;
    // through the helper come answers only
    if (peer === null) return 0;
    if (peer !== 0) return derivedGroup(name, this.bytes, this.used, length);
    const info = this.receiver.controlInts(C.SOL_NETLINK, C.NETLINK_PKTINFO);
    const { groups } = this.receiver.sender;
    return info[0] ?? (groups === 0 ? 0 : 32 - Math.clz32(groups));
  }

  /** The kernel has nothing more for now. */
  rest(): void {
    this.flush();
    if (!this.isCongested) return;
    this.isCongested = false;
    this.trouble({ kind: 'overflow' });
  }

  /** Hands on what has been read. */
  private flush(): void {
    if (this.times.length === 0) return;
    const batch: DatagramBatch = {
      bytes: this.bytes,
      spans: Uint32Array.from(this.spans),
      times: Float64Array.from(this.times),
      groups: Uint32Array.from(this.groups),
    };
    const copy = this.used < COPY_BELOW;
    if (copy) batch.bytes = this.bytes.slice(0, this.used);
    tap.post(this.socket, batch);
    this.socket.port.postMessage(batch, [
      batch.bytes.buffer,
      batch.spans.buffer,
      batch.times.buffer,
      batch.groups.buffer,
    ]);
    this.spans = [];
    this.times = [];
    this.groups = [];
    if (copy) this.used = 0;
    else this.renew();
  }
}

/** True when the thread shall end. */
function obeyOrders(): boolean {
  lowerEvent(start.eventfd);
  for (;;) {
    const received = receiveMessageOnPort(start.control) as { message: WorkerOrder } | undefined;
    if (!received) return false;
    if (received.message.order === 'close') return true;
    tap.obey(received.message);
  }
}

function run(): void {
  const inboxes = start.sockets.map((socket) => new Inbox(socket));
  const polled = new PollSet([start.eventfd, ...inboxes.map((inbox) => inbox.socket.fd)]);
  for (;;) {
    // with something still to be handed on, only look; otherwise sleep
    const waited = polled.wait(inboxes.some((inbox) => inbox.pending) ? 0 : -1);
    if (!waited.ok && waited.errno !== EINTR) {
      const { call, errno, errnoName } = waited;
      const trouble: SocketTrouble = { kind: 'lost', call, errno, errnoName };
      for (const inbox of inboxes) inbox.socket.port.postMessage(trouble);
      return;
    }
    if (!waited.ok) continue;
    if (polled.events(0) !== 0 && obeyOrders()) return;
    for (const [i, inbox] of inboxes.entries()) {
      if (polled.events(i + 1) === 0) inbox.rest();
      else if (!inbox.read()) polled.drop(i + 1);
    }
  }
}

start.control.postMessage('runs');
run();
tap.close();
for (const socket of start.sockets) socket.port.close();
start.control.close();
