// SPDX-License-Identifier: MIT
// The child that lives inside the Lab's namespaces: util-linux' unshare(1) starts it, because Node has several threads
// and may not unshare a user namespace itself. It opens the sockets in here and passes them out (SCM_RIGHTS) over the
// socket pair on descriptor 3, then waits for the other end to close. When the program dies, however it dies, the
// kernel closes that end, this process ends, and with it the namespaces.
import { writeSync } from 'node:fs';
import type { CallFailure, CallResult } from '../netlink/libc.ts';
import { close, openReadOnly, receiveFds, sendFds, setns, socket, unshare } from '../netlink/libc.ts';
import { AF_NETLINK, CLONE_NEWNET, NETLINK_ROUTE, SOCK_CLOEXEC, SOCK_RAW } from '../netlink/constants.ts';
import type { ChildAnswer } from './lab-protocol.ts';
import { DOORBELL, LINE_FD, ROUTE_SOCKETS } from './lab-protocol.ts';

const text = new TextEncoder();

/** Sends one answer, then rings on standard output: the other side must not block on a socket. */
function send(answer: ChildAnswer, fds: readonly number[]): void {
  const sent = sendFds(LINE_FD, text.encode(JSON.stringify(answer)), fds);
  if (!sent.ok) process.exit(1);
  writeSync(1, DOORBELL);
}

function refuse(failure: CallFailure, doing: string): never {
  const { call, errno, errnoName } = failure;
  send({ ok: false, call, errno, errnoName, doing }, []);
  process.exit(1);
}

function must<T>(result: CallResult<T>, doing: string): T {
  return result.ok ? result.value : refuse(result, doing);
}

/** The sockets of the Lab, then a second network namespace, for the far ends of the Lab's links. */
function open(): void {
  const own = must(openReadOnly('/proc/self/ns/net'), 'finding the network namespace');
  const openSocket = (): number =>
    must(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), 'opening a netlink socket');
  const sockets: number[] = [];
  for (let i = 0; i < ROUTE_SOCKETS; i++) sockets.push(openSocket());
  must(unshare(CLONE_NEWNET), 'making the namespace for the far ends');
  // unshare and setns move the calling thread alone
  const far = must(openReadOnly('/proc/thread-self/ns/net'), 'finding the namespace for the far ends');
  const farSocket = openSocket();
  must(setns(own, CLONE_NEWNET), 'going back to the Lab');
  send({ ok: true }, [...sockets, far, farSocket]);
  for (const fd of [...sockets, farSocket, own]) close(fd);
}

open();
// blocks until the other end closes; whatever comes is of no concern
for (;;) {
  const received = receiveFds(LINE_FD);
  if (received.ok ? received.value.bytes.length === 0 : received.errnoName !== 'EINTR') break;
}
process.exit(0);
