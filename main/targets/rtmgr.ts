// SPDX-License-Identifier: MIT
// rtmgr as a target: as a process of ours over NETLINK_USERSOCK, or in the kernel on protocol 31. Both speak the same;
// they differ in who is at the other end, and in how one notices that it is gone.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { Channel } from '../netlink/channel.ts';
import { NETLINK_USERSOCK } from '../netlink/constants.ts';
import { openRtmgrSockets } from '../netlink/sockets.ts';
import { socketProtocol } from '../netlink/wire.ts';
import { hello, usualOptions } from '../rtmgr/requests.ts';
import { firstRoutes } from './rtmgr-routes.ts';
import { NOT_LOADED, isModuleLoaded, moduleWire } from './rtmgr-module.ts';
import { NOT_BUILT, rtmgrUserPath, startRtmgrUser } from './rtmgr-program.ts';
import type { OpenTarget, Prepared } from './target.ts';

/** How often it is looked whether the module is still there, ms. */
const LOOK_MS = 2000;
const READ_ONLY =
  'rtmgr takes changes from who has CAP_NET_ADMIN in its network namespace, or from the user that was given as owner= when it was loaded';

/** The first greeting: who is there, and may we write. */
async function greet(
  channel: Channel,
  who: { pid: number | null; port: number | null },
): Promise<Outcome<Prepared>> {
  const greeting = await hello(channel, 'Routelens');
  if (!greeting.ok) return greeting;
  const { writable, version, release } = greeting.value;
  return ok({
    writable,
    readOnlyReason: writable ? null : READ_ONLY,
    rtmgr: { ...who, version, release },
  });
}

/** Of a process that is rtmgr: it answers as the kernel does by itself only once its sockets are told to. */
async function greetProcess(
  channel: Channel,
  who: { pid: number | null; port: number | null },
): Promise<Outcome<Prepared>> {
  for (const message of usualOptions()) {
    const set = await channel.request(message);
    if (!set.ok) return set;
  }
  return greet(channel, who);
}

export interface UserOptions {
  /** Instead of the program of this clone, for tests. */
  command?: readonly string[];
  /** One that runs already, at this port. */
  port?: number;
}

export async function openRtmgrUser(options: UserOptions = {}): Promise<Outcome<OpenTarget>> {
  let program: { pid: number | null; port: number; end(): Promise<void>; onEnd: OpenTarget['onLost'] };
  if (options.port !== undefined)
    program = { pid: null, port: options.port, end: async () => {}, onEnd: () => {} };
  else {
    const path = rtmgrUserPath();
    const command = options.command ?? (path === null ? null : [path]);
    if (!command)
      return fail({ kind: 'unavailable', what: 'rtmgr, user-mode cannot be opened', ...NOT_BUILT });
    const started = await startRtmgrUser(command);
    if (!started.ok) return started;
    program = started.value;
  }
  const fds = openRtmgrSockets(NETLINK_USERSOCK);
  if (!fds.ok) {
    await program.end();
    return fds;
  }
  const { pid, port } = program;
  return ok({
    fds: fds.value,
    wire: { kind: 'rtmgr-user', peer: port },
    guard: null,
    lab: null,
    prepare: (channel) => greetProcess(channel, { pid, port }),
    ...(options.port === undefined ? { firstRoutes } : {}),
    onLost: (listener) => program.onEnd(listener),
    close: () => program.end(),
  });
}

export async function openRtmgrKernel(): Promise<Outcome<OpenTarget>> {
  const absent: AppError = {
    kind: 'unavailable',
    what: 'The kernel module is not loaded',
    wayOut: NOT_LOADED.wayOut,
  };
  if (!isModuleLoaded()) return fail(absent);
  const wire = moduleWire();
  const fds = openRtmgrSockets(socketProtocol(wire));
  if (!fds.ok) {
    const { error } = fds;
    // EPROTONOSUPPORT: nobody serves this protocol
    return error.kind === 'syscall' && error.errnoName === 'EPROTONOSUPPORT' ? fail(absent) : fds;
  }
  let timer: ReturnType<typeof setInterval> | undefined;
  return ok({
    fds: fds.value,
    wire,
    guard: null,
    lab: null,
    prepare: (channel) => (wire.kind === 'rtmgr' ? greet : greetProcess)(channel, { pid: null, port: null }),
    onLost(listener) {
      timer = setInterval(() => {
        if (isModuleLoaded()) return;
        clearInterval(timer);
        listener({ ...absent, what: 'The kernel module was unloaded' }, true);
      }, LOOK_MS);
      timer.unref();
    },
    close: async () => clearInterval(timer),
  });
}
