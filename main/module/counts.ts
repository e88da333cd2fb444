// SPDX-License-Identifier: MIT
// What the loaded module counts, where no target of it is open: asked over one socket that is open only for the question.
// One that stayed open would hold the module, so that nobody could unload it.
import type { AppError, Outcome, RtmgrStats } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import { openRequestSocket } from '../netlink/sockets.ts';
import { peerOf, socketProtocol } from '../netlink/wire.ts';
import { askStats } from '../rtmgr/answers.ts';
import { isModuleLoaded, moduleWire } from '../targets/rtmgr-module.ts';

/** The kernel answers within the system call; whoever takes longer is not waited for. */
const TIMEOUT_MS = 2000;

const WHAT = 'The module did not tell what it counts';
const NOBODY: AppError = {
  kind: 'unavailable',
  what: WHAT,
  why: 'Nobody answers on netlink protocol 31 in the network namespace that Routelens runs in',
  wayOut: 'Unload the module and load it again',
};

/** `owner`: who it was loaded for, which tells whom to ask. */
function inWords(error: AppError, owner: number | null): AppError {
  if (error.kind === 'syscall' && error.errnoName === 'EPROTONOSUPPORT') return NOBODY;
  const isRefused = error.kind === 'kernel' && (error.errnoName === 'EPERM' || error.errnoName === 'EACCES');
  if (isRefused)
    return {
      ...error,
      what: WHAT,
      why: `It answers others than you${owner === null ? '' : `: it was loaded for user ${owner}`}`,
      wayOut:
        'Ask whoever loaded it, or an administrator of this machine, to unload it; then load it yourself',
    };
  if (error.kind === 'kernel' && error.errnoName === 'EOPNOTSUPP')
    return {
      ...error,
      what: WHAT,
      why: 'It is of another version than Routelens, and does not know the question',
      wayOut: 'Install module and program from the same version',
    };
  return { ...error, what: WHAT, why: error.why ?? error.what };
}

async function readOnce(): Promise<Outcome<RtmgrStats>> {
  // where it is installed, opening a socket would load it
  if (!isModuleLoaded()) return fail({ kind: 'unavailable', what: 'The kernel module is not loaded' });
  const wire = moduleWire();
  const socket = openRequestSocket(socketProtocol(wire));
  if (!socket.ok) return socket;
  const fds = { request: socket.value };
  const netlink = await startNetlink({ fds, groups: [], ...peerOf(wire) });
  if (!netlink.ok) return netlink;
  const channel = new Channel(endpointFromParts(netlink.value.parts('request')), { timeoutMs: TIMEOUT_MS });
  const answer = await askStats(channel);
  await netlink.value.close();
  return answer;
}

/** Nobody sees the socket: it is open only while nobody looks who holds the module, and nobody takes it away. */
export class ModuleCounts {
  private turn: Promise<unknown> = Promise.resolve();
  private asked: Promise<Outcome<RtmgrStats>> | null = null;

  /** Does it while no socket of this is open; one after the other. */
  without<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work, work);
    this.turn = done;
    return done;
  }

  /** Resolves when its socket is closed. */
  rest(): Promise<void> {
    return this.without(async () => {});
  }

  /** `refused` is looked at when its turn has come. Who asks meanwhile gets the same answer. */
  read(refused: () => AppError | null, owner: () => number | null): Promise<Outcome<RtmgrStats>> {
    this.asked ??= this.without(async () => {
      const why = refused();
      const answer = why ? fail(why) : await readOnce();
      return answer.ok || why ? answer : fail(inWords(answer.error, owner()));
    }).finally(() => {
      this.asked = null;
    });
    return this.asked;
  }
}
