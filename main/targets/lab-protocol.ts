// SPDX-License-Identifier: MIT
// What the Lab's child says over its socket pair, once: the namespaces are there, or why not.

/** The descriptor of the child's end. */
export const LINE_FD = 3;
/** Request, dump, events. */
export const ROUTE_SOCKETS = 3;
/** Written to standard output when an answer waits in the socket pair. */
export const DOORBELL = '\n';

/** Those, a descriptor of the far network namespace, and a netlink socket in it. */
export const DESCRIPTORS = ROUTE_SOCKETS + 2;

/** JSON. With `ok` come DESCRIPTORS descriptors. */
export type ChildAnswer =
  { ok: true } | { ok: false; call: string; errno: number; errnoName: string; doing: string };
