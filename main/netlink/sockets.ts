// SPDX-License-Identifier: MIT
// Makes a NETLINK_ROUTE socket ready: bound, sized, with extended acknowledgements, and subscribed. The descriptor may
// come from here or, for the Lab, from a child in another namespace; the options are the same.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import * as C from './constants.ts';
import type { SocketName } from './endpoint.ts';
import type { CallFailure } from './libc.ts';
import * as libc from './libc.ts';

/** The descriptors a target gives; the last two where the table is rtmgr's. */
export interface SocketFds {
  request: number;
  dump: number;
  events: number;
  links?: number;
  mirror?: number;
}

export interface SocketFacts {
  name: SocketName;
  fd: number;
  /** nl_pid. */
  portId: number;
  /** SO_RCVBUF as getsockopt(2) tells it: bytes of kernel memory, overhead included. */
  receiveBuffer: number;
  /** SO_SNDBUF: the kernel refuses a datagram longer than this less 32 with EMSGSIZE. */
  sendBuffer: number;
  /** NETLINK_GET_STRICT_CHK (Linux 4.20): dumps are checked, and filtered by the kernel. */
  strict: boolean;
  /** NETLINK_EXT_ACK (Linux 4.12): errors carry a sentence and an offset. */
  extendedAck: boolean;
}

/**
 * Groups (RTNLGRP_* of linux/rtnetlink.h) that tell of routes, and of what takes routes away without saying so:
 * LINK, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE, IPV6_RULE, NEXTHOP.
 */
export const EVENT_GROUPS: readonly number[] = [1, 5, 7, 8, 9, 11, 19, 32];
/** rtmgr has routes alone: IPV4_ROUTE, IPV6_ROUTE. */
export const RTMGR_GROUPS: readonly number[] = [7, 11];
/** What tells of interfaces and their addresses: LINK, IPV4_IFADDR, IPV6_IFADDR. */
export const LINK_GROUPS: readonly number[] = [1, 5, 9];

/** Wished SO_RCVBUF in bytes (the kernel doubles it): events come in bursts that nobody can slow down. */
const RECEIVE_BUFFER: Record<Exclude<SocketName, 'relay'>, number> = {
  request: 4 << 20,
  dump: 1 << 20,
  events: 32 << 20,
  links: 1 << 20,
  mirror: 32 << 20,
};
const SEND_BUFFER = 1 << 20;

/** A system call's failure in words. */
export function syscallError(failure: CallFailure, what: string): AppError {
  const { call, errno, errnoName } = failure;
  return { kind: 'syscall', call, errno, errnoName, what, why: `${call} failed with ${errnoName}` };
}

/** Opens sockets of these protocols in the namespace that this process is in. */
function openSockets(protocols: readonly number[]): Outcome<number[]> {
  const fds: number[] = [];
  for (const protocol of protocols) {
    const made = libc.socket(C.AF_NETLINK, C.SOCK_RAW | C.SOCK_CLOEXEC, protocol);
    if (!made.ok) {
      for (const fd of fds) libc.close(fd);
      return fail(syscallError(made, 'Could not open a netlink socket'));
    }
    fds.push(made.value);
  }
  return ok(fds);
}

/** Opens the three sockets in the namespace that this process is in. */
export function openRouteSockets(): Outcome<SocketFds> {
  const fds = openSockets([C.NETLINK_ROUTE, C.NETLINK_ROUTE, C.NETLINK_ROUTE]);
  return fds.ok ? ok({ request: fds.value[0]!, dump: fds.value[1]!, events: fds.value[2]! }) : fds;
}

/** One socket, for a question. */
export function openRequestSocket(protocol: number): Outcome<number> {
  const fds = openSockets([protocol]);
  return fds.ok ? ok(fds.value[0]!) : fds;
}

/** Sockets for rtmgr on this protocol, and one of NETLINK_ROUTE for the interfaces. */
export function openRtmgrSockets(protocol: number): Outcome<SocketFds> {
  const fds = openSockets([protocol, protocol, protocol, protocol, C.NETLINK_ROUTE]);
  if (!fds.ok) return fds;
  const [request, dump, events, mirror, links] = fds.value as [number, number, number, number, number];
  return ok({ request, dump, events, links, mirror });
}

/**
 * The forced variant ignores net.core.rmem_max but needs CAP_NET_ADMIN; without it the limit is taken. What root has
 * made larger stays.
 */
function setBuffer(fd: number, forced: number, plain: number, bytes: number): void {
  const now = libc.getOption(fd, C.SOL_SOCKET, plain);
  if (now.ok && now.value >= 2 * bytes) return;
  if (!libc.setOption(fd, C.SOL_SOCKET, forced, bytes).ok) libc.setOption(fd, C.SOL_SOCKET, plain, bytes);
}

/** Subscribes a socket to multicast groups, by their numbers. */
export function joinGroups(fd: number, groups: readonly number[]): Outcome<void> {
  // the sender's address tells groups up to 32 only as a mask; this tells the number
  if (groups.length > 0) libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_PKTINFO, 1);
  for (const group of groups) {
    const joined = libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_ADD_MEMBERSHIP, group);
    if (!joined.ok) return fail(syscallError(joined, `Could not join the multicast group ${group}`));
  }
  return ok(undefined);
}

/** Unsubscribes a socket from a multicast group. */
export function leaveGroup(fd: number, group: number): Outcome<void> {
  const left = libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_DROP_MEMBERSHIP, group);
  return left.ok ? ok(undefined) : fail(syscallError(left, `Could not leave the multicast group ${group}`));
}

/** Options that an old kernel may lack are asked for and their absence is remembered; all else is an error. */
export function prepareSocket(
  fd: number,
  name: Exclude<SocketName, 'relay'>,
  options: { groups?: readonly number[]; receiveBuffer?: number; peer?: number } = {},
): Outcome<SocketFacts> {
  const bad = (failure: CallFailure, what: string) => fail(syscallError(failure, what));
  let port = libc.netlinkPortId(fd);
  if (!port.ok) return bad(port, 'What was given is not a netlink socket');
  if (port.value === 0) {
    const bound = libc.bindNetlink(fd, 0, 0);
    if (!bound.ok) return bad(bound, 'Could not bind the netlink socket');
    port = libc.netlinkPortId(fd);
    if (!port.ok) return bad(port, 'Could not ask for the port id of the netlink socket');
  }
  if (options.peer !== undefined) {
    const connected = libc.connectNetlink(fd, options.peer);
    if (!connected.ok) return bad(connected, `Could not connect to port ${options.peer}`);
  }
  const wished = options.receiveBuffer;
  if (wished === undefined) setBuffer(fd, C.SO_RCVBUFFORCE, C.SO_RCVBUF, RECEIVE_BUFFER[name]);
  else libc.setOption(fd, C.SOL_SOCKET, C.SO_RCVBUF, wished);
  setBuffer(fd, C.SO_SNDBUFFORCE, C.SO_SNDBUF, SEND_BUFFER);
  const receiveBuffer = libc.getOption(fd, C.SOL_SOCKET, C.SO_RCVBUF);
  if (!receiveBuffer.ok) return bad(receiveBuffer, 'Could not ask for the size of the receive buffer');
  const sendBuffer = libc.getOption(fd, C.SOL_SOCKET, C.SO_SNDBUF);
  if (!sendBuffer.ok) return bad(sendBuffer, 'Could not ask for the size of the send buffer');

  const extendedAck = libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_EXT_ACK, 1).ok;
  // off, so that an error brings back the whole refused message: people look at it
  libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_CAP_ACK, 0);
  const strict = libc.setOption(fd, C.SOL_NETLINK, C.NETLINK_GET_STRICT_CHK, 1).ok;
  const joined = joinGroups(fd, options.groups ?? []);
  if (!joined.ok) return joined;
  return ok({
    name,
    fd,
    portId: port.value,
    receiveBuffer: receiveBuffer.value,
    sendBuffer: sendBuffer.value,
    strict,
    extendedAck,
  });
}
