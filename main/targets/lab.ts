// SPDX-License-Identifier: MIT
// The Lab: a private user and network namespace with the kernel's real routing table in it, where nothing can do harm.
// Whoever makes a user namespace has every capability in it, so this unprivileged process owns the sockets it is passed.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { AF_UNIX, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_SEQPACKET } from '../netlink/constants.ts';
import * as libc from '../netlink/libc.ts';
import type { SocketFds } from '../netlink/sockets.ts';
import { syscallError } from '../netlink/sockets.ts';
import { bundlePath } from '../threads/locate.ts';
import { forbidden } from './lab-forbidden.ts';
import type { ChildAnswer } from './lab-protocol.ts';
import { DESCRIPTORS } from './lab-protocol.ts';
import { prepareLab } from './lab-topology.ts';
import type { FarEnd } from './lab-topology.ts';
import type { OpenTarget } from './target.ts';

const START_MS = 15_000;
const END_MS = 1_000;

interface Started {
  child: ChildProcess;
  /** Our end of the socket pair. */
  line: number;
  fds: SocketFds;
  far: FarEnd;
}

export interface LabOptions {
  /** Instead of `unshare -Urn`, for tests. */
  unshare?: readonly string[];
}

/** Ends the child when it does not end by itself. */
function end(child: ChildProcess, line: number): Promise<void> {
  libc.close(line);
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    child.ref();
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function takeAnswer(line: number): Outcome<{ fds: SocketFds; far: FarEnd }> {
  const received = libc.receiveFds(line, MSG_DONTWAIT);
  if (!received.ok) return fail(syscallError(received, 'The sockets of the Lab did not arrive'));
  const { bytes, fds } = received.value;
  let answer: ChildAnswer;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes)) as ChildAnswer;
  } catch {
    answer = { ok: false, call: 'recvmsg', errno: 0, errnoName: '', doing: 'reading its first message' };
  }
  if (answer.ok && fds.length === DESCRIPTORS) {
    const [request, dump, events, namespace, socket] = fds as [number, number, number, number, number];
    return ok({ fds: { request, dump, events }, far: { namespace, socket } });
  }
  for (const fd of fds) libc.close(fd);
  if (answer.ok)
    return fail({
      kind: 'internal',
      what: `The Lab passed ${fds.length} descriptors, not ${DESCRIPTORS}`,
    });
  const { doing, call, errno, errnoName } = answer;
  // ENOSPC of unshare(2): a limit under /proc/sys/user
  if (call === 'unshare')
    return fail(forbidden(`unshare failed with ${errnoName}`, process.getuid?.() === 0));
  return fail({
    kind: 'syscall',
    call,
    errno,
    errnoName,
    what: 'The Lab could not be made',
    why: `${call} failed with ${errnoName} while ${doing}`,
  });
}

function start(options: LabOptions): Promise<Outcome<Started>> {
  const pair = libc.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
  if (!pair.ok)
    return Promise.resolve(fail(syscallError(pair, 'Could not make the line to the process of the Lab')));
  const [line, theirs] = pair.value;
  const [command, ...words] = options.unshare ?? ['unshare', '-Urn'];
  let said = '';
  let child: ChildProcess;
  try {
    child = spawn(command!, [...words, process.execPath, bundlePath('lab-child')], {
      stdio: ['ignore', 'pipe', 'pipe', theirs],
      // a session of its own: Ctrl-C in our terminal is ours to handle
      detached: true,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    });
  } catch (error) {
    libc.close(line);
    libc.close(theirs);
    return Promise.resolve(
      fail({ kind: 'internal', what: 'The process of the Lab could not be started', why: String(error) }),
    );
  }
  libc.close(theirs);
  return new Promise((resolve) => {
    const refuse = (error: AppError): void => {
      clearTimeout(timer);
      resolve(fail(error));
      child.kill('SIGKILL');
      libc.close(line);
    };
    const timer = setTimeout(
      () => refuse({ kind: 'timeout', afterMs: START_MS, what: 'The Lab did not start in time' }),
      START_MS,
    );
    let over = false;
    const once = (then: () => void): void => {
      if (over) return;
      over = true;
      then();
    };
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      once(() =>
        refuse({
          kind: 'unavailable',
          what: 'The Lab cannot be made: the program unshare could not be started',
          why: error.code === 'ENOENT' ? 'It is not installed' : error.message,
          wayOut: 'Install the package util-linux',
        }),
      ),
    );
    // `close`, not `exit`: what it wrote has been read by then
    child.once('close', () => once(() => refuse(forbidden(said.trim(), process.getuid?.() === 0))));
    child.stdout!.once('data', () =>
      once(() => {
        const answer = takeAnswer(line);
        if (!answer.ok) {
          refuse(answer.error);
          return;
        }
        clearTimeout(timer);
        child.unref();
        for (const pipe of [child.stdout!, child.stderr!]) pipe.destroy();
        resolve(ok({ child, line, ...answer.value }));
      }),
    );
  });
}

/** Makes the namespaces. What is in them comes with `prepare`. */
export async function openLab(options: LabOptions = {}): Promise<Outcome<OpenTarget>> {
  const started = await start(options);
  if (!started.ok) return started;
  const { child, line, fds, far } = started.value;
  const pid = child.pid!;
  let closing: Promise<void> | null = null;
  let lost: ((error: AppError) => void) | null = null;
  child.once('exit', (code, signal) => {
    if (closing) return;
    lost?.({
      kind: 'unavailable',
      what: 'The process that holds the Lab has ended',
      why: signal ? `It was ended by ${signal}` : `Its exit code was ${code}`,
      wayOut: 'Reset the Lab to make a new one',
    });
  });
  let farOpen = true;
  const closeFar = (): void => {
    if (farOpen) for (const fd of [far.namespace, far.socket]) libc.close(fd);
    farOpen = false;
  };
  return ok({
    fds,
    wire: { kind: 'route' },
    guard: null,
    lab: { pid, enterCommand: `nsenter -t ${pid} -U -n --preserve-credentials bash` },
    async prepare(channel) {
      const prepared = await prepareLab(channel, far);
      closeFar();
      return prepared.ok ? ok({ writable: true, readOnlyReason: null, rtmgr: null }) : prepared;
    },
    onLost: (listener) => void (lost = listener),
    close() {
      closing ??= (async () => {
        closeFar();
        await end(child, line);
      })();
      return closing;
    },
  });
}
