// SPDX-License-Identifier: MIT
// Starts the two netlink threads on three sockets and hands out the endpoints. Closing ends the threads through the
// eventfd, and closes the sockets only when no thread can use their descriptors any more.
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { bundlePath } from '../threads/locate.ts';
import type { SocketName } from './endpoint.ts';
import type { EndpointParts } from './endpoint-parts.ts';
import * as libc from './libc.ts';
import type { SocketFacts, SocketFds } from './sockets.ts';
import { EVENT_GROUPS, joinGroups, leaveGroup, prepareSocket, syscallError } from './sockets.ts';
import type { RelaySocket } from './wire.ts';
import type { WorkerOrder, WorkerSocket, WorkerStart } from './worker-messages.ts';

const NAMES: readonly SocketName[] = ['request', 'dump', 'events', 'links', 'mirror', 'relay'];

export interface NetlinkOptions {
  /** Owned by this module from now on, also when it fails: closed by `close`. */
  fds: Partial<SocketFds>;
  /** Owned as those are. */
  relay?: RelaySocket;
  /** Multicast groups of the events socket; without it EVENT_GROUPS. */
  groups?: readonly number[];
  /** The port id at the other end; without it the kernel's, 0. */
  peer?: number;
  /** SO_RCVBUF in bytes instead of the usual, for tests. */
  receiveBuffer?: Partial<Record<SocketName, number>>;
}

export interface Netlink {
  /** What the kernel said of each socket. */
  readonly facts: Partial<Record<SocketName, SocketFacts>>;
  /** For the one thread that will use the socket; each name once, then it throws. Put both ports into the transfer list. */
  parts(name: SocketName): EndpointParts;
  /** Subscribes a socket, where `groups` was empty at the start. */
  join(name: SocketName, groups: readonly number[]): Outcome<void>;
  /** Ends a subscription. */
  leave(name: SocketName, group: number): Outcome<void>;
  /** Two ports on which TapBatches come: one of the sender, one of the receiver. An earlier pair is closed. */
  tap(): { ports: MessagePort[] };
  /** Nothing is copied until this is on. */
  setTap(on: boolean): void;
  /** Resolves when a thread ends though nobody closed it, a defect of ours: its endpoints report that they are lost. */
  readonly crashed: Promise<AppError>;
  /** Ends both threads and closes the sockets. Never fails; a second call waits for the first. */
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  control: MessagePort;
  /** Resolves when it runs, or has ended: from then on an answer may be awaited. */
  runs: Promise<void>;
  /** With the error that ended it, if one did. */
  ended: Promise<Error | null>;
}

function startThread(bundle: 'sender' | 'receiver', start: WorkerStart): Thread {
  const { port1, port2 } = new MessageChannel();
  const workerData: WorkerStart = { ...start, control: port2 };
  const worker = new Worker(bundlePath(bundle), {
    workerData,
    transferList: [port2, ...start.sockets.map((socket) => socket.port)],
  });
  let failure: Error | null = null;
  worker.once('error', (error) => (failure = error));
  worker.unref();
  const ended = new Promise<Error | null>((resolve) => worker.once('exit', () => resolve(failure)));
  const runs = new Promise<void>((resolve) => {
    // its only word; on a slow machine it comes seconds after the start
    port1.once('message', () => resolve());
    void ended.then(() => resolve());
  }).then(() => port1.unref());
  return { worker, control: port1, runs, ended };
}

/** What the answers to requests under way may take of the helper's receive buffer, bytes: less than it has. */
const RELAY_ROOM = 2 << 20;

/** The helper has prepared its netlink socket; what can be known here is what it said. */
const relayFacts = ({ fd, portId, sendMax }: RelaySocket): SocketFacts => ({
  name: 'relay',
  fd,
  portId,
  receiveBuffer: RELAY_ROOM,
  sendBuffer: sendMax,
  strict: true,
  extendedAck: true,
});

/** Prepares the sockets and starts the threads. */
export async function startNetlink(options: NetlinkOptions): Promise<Outcome<Netlink>> {
  const { relay, peer = 0 } = options;
  const fds: Partial<Record<SocketName, number>> = { ...options.fds, ...(relay && { relay: relay.fd }) };
  const names = NAMES.filter((name) => fds[name] !== undefined);
  const closeFds = (): void => names.forEach((name) => void libc.close(fds[name]!));
  const facts = {} as Record<SocketName, SocketFacts>;
  /** Interfaces are the kernel's, whoever has the table. */
  const peerOf = (name: SocketName): number | null => (name === 'relay' ? null : name === 'links' ? 0 : peer);
  for (const name of names) {
    if (name === 'relay') {
      facts.relay = relayFacts(relay!);
      continue;
    }
    const other = peerOf(name);
    const receiveBuffer = options.receiveBuffer?.[name];
    const prepared = prepareSocket(fds[name]!, name, {
      ...(name === 'events' ? { groups: options.groups ?? EVENT_GROUPS } : {}),
      ...(other ? { peer: other } : {}),
      ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
    });
    if (!prepared.ok) {
      closeFds();
      return prepared;
    }
    facts[name] = prepared.value;
  }
  const wake = libc.eventfd();
  if (!wake.ok) {
    closeFds();
    return fail(syscallError(wake, 'Could not make the eventfd that wakes the receiver thread'));
  }

  const parts = new Map<SocketName, EndpointParts>();
  const senders: WorkerSocket[] = [];
  const receivers: WorkerSocket[] = [];
  for (const name of names) {
    const { fd, portId, receiveBuffer } = facts[name];
    const out = new MessageChannel();
    const incoming = new MessageChannel();
    senders.push({ name, portId, fd, peer: peerOf(name), port: out.port2 });
    receivers.push({ name, portId, fd, peer: peerOf(name), port: incoming.port2 });
    parts.set(name, { name, portId, receiveBuffer, sender: out.port1, receiver: incoming.port1 });
  }
  const start = { control: undefined as never };
  let threads: Thread[];
  try {
    threads = [
      startThread('sender', { ...start, sockets: senders, eventfd: -1 }),
      startThread('receiver', { ...start, sockets: receivers, eventfd: wake.value }),
    ];
  } catch (error) {
    closeFds();
    libc.close(wake.value);
    return fail({ kind: 'internal', what: 'The netlink threads could not be started', why: String(error) });
  }

  const order = (order: WorkerOrder, ports: MessagePort[] = [], thread?: Thread): void => {
    for (const to of thread ? [thread] : threads) to.control.postMessage(order, ports);
    libc.raiseEvent(wake.value);
  };
  let closing: Promise<void> | null = null;
  const crashed = new Promise<AppError>((resolve) => {
    for (const thread of threads)
      void thread.ended.then((error) => {
        const what = 'A netlink thread has ended unexpectedly';
        const wayOut = 'Open the target again';
        if (!closing) resolve({ kind: 'internal', what, why: error?.message ?? 'It gave no reason', wayOut });
      });
  });
  await Promise.all(threads.map((thread) => thread.runs));
  return ok({
    facts,
    crashed,
    parts(name) {
      const found = parts.get(name);
      if (!found) throw new Error(`the ${name} endpoint has an owner already`);
      parts.delete(name);
      return found;
    },
    join: (name, groups) => joinGroups(facts[name].fd, groups),
    leave: (name, group) => leaveGroup(facts[name].fd, group),
    tap() {
      const ports: MessagePort[] = [];
      for (const thread of threads) {
        const { port1, port2 } = new MessageChannel();
        ports.push(port1);
        if (closing) port2.close();
        else order({ order: 'tap', port: port2 }, [port2], thread);
      }
      return { ports };
    },
    setTap: (on) => {
      if (!closing) order({ order: 'tapOn', on });
    },
    close() {
      closing ??= (async () => {
        order({ order: 'close' });
        for (const thread of threads) thread.worker.ref();
        await Promise.all(threads.map((thread) => thread.ended));
        for (const part of parts.values()) {
          part.sender.close();
          part.receiver.close();
        }
        closeFds();
        libc.close(wake.value);
      })();
      return closing;
    },
  });
}
