// SPDX-License-Identifier: MIT
// The C library's socket calls: the only file that knows koffi. Every call answers a value, the errno is read right
// after the call on the same thread, every buffer is allocated by JavaScript (Electron forbids external ones), and
// every length that is handed to C is the length of such a buffer, never one that came from a message.
// Load it on the main thread before a worker does.
import koffi from 'koffi';
import { errnoName } from '../codec/errno.ts';
import * as C from './constants.ts';
import * as layout from './layout.ts';

/** A system call that failed: its name, and errno by number and by name. */
export interface CallFailure {
  ok: false;
  call: string;
  errno: number;
  errnoName: string;
}
export type CallResult<T> = { ok: true; value: T } | CallFailure;

// null: what the process itself is linked with, so glibc and musl alike
const lib = koffi.load(null);
const c = {
  socket: lib.func('int socket(int, int, int)'),
  socketpair: lib.func('int socketpair(int, int, int, void *)'),
  bind: lib.func('int bind(int, void *, uint)'),
  connect: lib.func('int connect(int, void *, uint)'),
  getsockname: lib.func('int getsockname(int, void *, void *)'),
  setsockopt: lib.func('int setsockopt(int, int, int, void *, uint)'),
  getsockopt: lib.func('int getsockopt(int, int, int, void *, void *)'),
  send: lib.func('intptr_t send(int, void *, size_t, int)'),
  sendmsg: lib.func('intptr_t sendmsg(int, void *, int)'),
  recvmsg: lib.func('intptr_t recvmsg(int, void *, int)'),
  poll: lib.func('int poll(void *, ulong, int)'),
  eventfd: lib.func('int eventfd(uint, int)'),
  read: lib.func('intptr_t read(int, void *, size_t)'),
  write: lib.func('intptr_t write(int, void *, size_t)'),
  close: lib.func('int close(int)'),
  open: lib.func('int open(const char *, int, ...)'),
  unshare: lib.func('int unshare(int)'),
  setns: lib.func('int setns(int, int)'),
};

function answer(call: string, value: number): CallResult<number> {
  if (value >= 0) return { ok: true, value };
  const errno = koffi.errno();
  return { ok: false, call, errno, errnoName: errnoName(errno) };
}

/** socket(2). */
export const socket = (family: number, type: number, protocol: number): CallResult<number> =>
  answer('socket', c.socket(family, type, protocol));

/** socketpair(2): a connected pair of file descriptors. */
export function socketpair(family: number, type: number): CallResult<[number, number]> {
  const pair = new Int32Array(2);
  const result = answer('socketpair', c.socketpair(family, type, 0, pair));
  return result.ok ? { ok: true, value: [pair[0]!, pair[1]!] } : result;
}

/** bind(2) of a netlink socket; port id 0 lets the kernel choose one. */
export function bindNetlink(fd: number, portId: number, groups: number): CallResult<number> {
  const address = layout.encodeSockaddrNl(C.AF_NETLINK, portId, groups);
  return answer('bind', c.bind(fd, address, address.byteLength));
}

/** connect(2) of a netlink socket: sends to this port, and receives from it alone. */
export function connectNetlink(fd: number, portId: number): CallResult<number> {
  const address = layout.encodeSockaddrNl(C.AF_NETLINK, portId, 0);
  return answer('connect', c.connect(fd, address, address.byteLength));
}

/** getsockname(2) of a netlink socket: its port id, 0 while it is not bound. */
export function netlinkPortId(fd: number): CallResult<number> {
  const address = layout.stableBytes(layout.SOCKADDR_NL_SIZE);
  const result = answer('getsockname', c.getsockname(fd, address, Uint32Array.of(address.byteLength)));
  return result.ok ? { ok: true, value: layout.decodeSockaddrNl(address).portId } : result;
}

/** setsockopt(2) with an int. */
export const setOption = (fd: number, level: number, option: number, value: number): CallResult<number> =>
  answer('setsockopt', c.setsockopt(fd, level, option, Int32Array.of(value), 4));

/** getsockopt(2) of an int. */
export function getOption(fd: number, level: number, option: number): CallResult<number> {
  const value = new Int32Array(1);
  const result = answer('getsockopt', c.getsockopt(fd, level, option, value, Uint32Array.of(4)));
  return result.ok ? { ok: true, value: value[0]! } : result;
}

/** A number that no other network namespace has while this machine runs; null before Linux 5.14. */
export function netnsCookie(fd: number): bigint | null {
  const value = new BigUint64Array(1);
  const asked = c.getsockopt(fd, C.SOL_SOCKET, C.SO_NETNS_COOKIE, value, Uint32Array.of(8));
  return asked < 0 ? null : value[0]!;
}

/** send(2): all of `bytes` as one datagram. */
export const send = (fd: number, bytes: Uint8Array, flags = 0): CallResult<number> =>
  answer('sendmsg', c.send(fd, bytes, bytes.byteLength, flags));

/** Waits on several descriptors: poll(2) with its array of pollfd kept between calls. */
export class PollSet {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly count: number;
  constructor(fds: readonly number[]) {
    this.count = fds.length;
    this.bytes = layout.stableBytes(fds.length * layout.POLLFD_SIZE);
    for (const [i, fd] of fds.entries()) layout.encodePollfd(this.bytes, i, fd, C.POLLIN);
  }
  /** No longer waits for this one. (poll ignores negative descriptors.) */
  drop(index: number): void {
    layout.encodePollfd(this.bytes, index, -1, 0);
  }
  /** `timeoutMs` -1: for ever. Answers how many have something to say. */
  wait(timeoutMs: number): CallResult<number> {
    return answer('poll', c.poll(this.bytes, this.count, timeoutMs));
  }
  /** POLL* bits of the last wait. */
  events(index: number): number {
    return layout.polledEvents(this.bytes, index);
  }
}

/** eventfd(2), non-blocking: a counter that poll can wait for. */
export const eventfd = (): CallResult<number> =>
  answer('eventfd', c.eventfd(0, C.EFD_CLOEXEC | C.EFD_NONBLOCK));

/** Raises an eventfd, which ends a poll on it. */
export const raiseEvent = (fd: number): CallResult<number> =>
  answer('write', c.write(fd, BigUint64Array.of(1n), 8));

/** Takes an eventfd back to zero. */
export const lowerEvent = (fd: number): CallResult<number> =>
  answer('read', c.read(fd, new BigUint64Array(1), 8));

/** read(2) into all of `bytes`; 0 at the end of file. */
export const read = (fd: number, bytes: Uint8Array): CallResult<number> =>
  answer('read', c.read(fd, bytes, bytes.byteLength));

/** write(2) of all of `bytes`; answers how many went. */
export const write = (fd: number, bytes: Uint8Array): CallResult<number> =>
  answer('write', c.write(fd, bytes, bytes.byteLength));

/** close(2). */
export const close = (fd: number): CallResult<number> => answer('close', c.close(fd));

/** open(2), read-only and close-on-exec: enough for /proc/PID/ns/net. */
export const openReadOnly = (path: string): CallResult<number> =>
  answer('open', c.open(path, C.O_RDONLY | C.O_CLOEXEC));

/** unshare(2) of the calling thread only, whatever the manual says of processes. */
export const unshare = (flags: number): CallResult<number> => answer('unshare', c.unshare(flags));

/** setns(2) of the calling thread only. */
export const setns = (fd: number, type: number): CallResult<number> => answer('setns', c.setns(fd, type));

/** A msghdr with room for a sender's address and for control data, aimed at one buffer after the other. */
export class Receiver {
  private readonly header = new layout.MsghdrLayout();
  private readonly name = layout.stableBytes(layout.SOCKADDR_NL_SIZE);
  private readonly control: Uint8Array<ArrayBuffer>;
  private readonly nameAddress = koffi.address(this.name);
  private readonly controlAddress: bigint;
  private target: Uint8Array<ArrayBuffer> = layout.stableBytes(0);
  private targetAddress = 0n;

  /** `controlRoom`: bytes for control messages. */
  constructor(controlRoom: number) {
    this.control = layout.stableBytes(Math.max(1, controlRoom));
    this.controlAddress = koffi.address(this.control);
    this.header.init(koffi.address(this.header.bytes));
  }

  /** Further receives go into `bytes`, which must not be transferred away before another is aimed at. */
  aim(bytes: Uint8Array<ArrayBuffer>): void {
    this.target = bytes;
    this.targetAddress = koffi.address(bytes);
  }

  /**
   * recvmsg(2) to `offset` of the buffer, as much as is left of it. Answers the length: with MSG_TRUNC in `flags` that
   * of the datagram, which may be more than there was room for.
   */
  receive(fd: number, offset: number, flags: number): CallResult<number> {
    const room = this.target.byteLength - offset;
    if (!(offset >= 0 && room >= 0)) return { ok: false, call: 'recvmsg', errno: 22, errnoName: 'EINVAL' };
    this.header.setName(this.nameAddress, this.name.byteLength);
    this.header.setControl(this.controlAddress, this.control.byteLength);
    this.header.setData(this.targetAddress + BigInt(offset), room);
    this.header.clearFlags();
    return answer('recvmsg', c.recvmsg(fd, this.header.bytes, flags));
  }

  /** msg_flags of the last datagram. */
  get flags(): number {
    return this.header.flags;
  }
  /** The netlink sender of the last datagram, and its groups 1 to 32 as a mask. */
  get sender(): { portId: number; groups: number } {
    return layout.decodeSockaddrNl(this.name);
  }
  /** The ints of a control message that came with the last datagram; empty: it had none. */
  controlInts(level: number, type: number): number[] {
    return layout.decodeCmsg(this.control, this.header.controlLength, level, type);
  }
}

// What a header points to by address only, so that it is not collected during the call.
const inUse: Uint8Array[] = [];

/** Sends `bytes` (at least one) with copies of file descriptors over a Unix socket: SCM_RIGHTS of unix(7). */
export function sendFds(fd: number, bytes: Uint8Array, fds: readonly number[]): CallResult<number> {
  const data = layout.stableBytes(bytes.byteLength);
  data.set(bytes);
  const control = layout.encodeCmsg(C.SOL_SOCKET, C.SCM_RIGHTS, fds);
  const header = new layout.MsghdrLayout();
  header.init(koffi.address(header.bytes));
  header.setData(koffi.address(data), data.byteLength);
  header.setControl(koffi.address(control), control.byteLength);
  inUse.push(data, control);
  const result = answer('sendmsg', c.sendmsg(fd, header.bytes, C.MSG_NOSIGNAL));
  inUse.length = 0;
  return result;
}

const MOST_FDS = 253; // SCM_MAX_FD, net/scm.h

/** Receives what `sendFds` sent; waits for it unless `flags` holds MSG_DONTWAIT. No bytes: the other side has closed. */
export function receiveFds(fd: number, flags = 0): CallResult<{ bytes: Uint8Array; fds: number[] }> {
  const receiver = new Receiver(layout.cmsgSpace(4 * MOST_FDS));
  const bytes = layout.stableBytes(65536);
  receiver.aim(bytes);
  const result = receiver.receive(fd, 0, flags | C.MSG_CMSG_CLOEXEC);
  if (!result.ok) return result;
  const fds = receiver.controlInts(C.SOL_SOCKET, C.SCM_RIGHTS);
  return { ok: true, value: { bytes: bytes.slice(0, result.value), fds } };
}
