// SPDX-License-Identifier: MIT
// What just happened, step by step, for learners: what a load goes through from the button to the first greeting, and an
// unload back. What was seen is told: the helper's answer, the kernel's lines. What follows from that is told, too, and
// marked: the kernel's checks, in the order in which it makes them, and the module's own code (kernel/module/main.c and
// net.c, whose steps all were taken when it says that it is loaded).
import type { AppError, HelloAnswer, ModuleStep } from '../../app/contract/index.ts';
import { KERNEL } from './place.ts';
import type { ModuleCause } from './errors.ts';

export type Said = Omit<ModuleStep, 'at'>;

const step = (who: Said['who'], what: string, why: string, isOk = true, messageIds: number[] = []): Said => ({
  who,
  what,
  why,
  ok: isOk,
  messageIds,
});

/** Nobody saw it; it was done all the same, because what comes after it was. */
const inferred = (who: Said['who'], what: string, why: string): Said => ({
  ...step(who, what, why),
  inferred: true,
});

const refusedFor = (error: AppError): string => [error.what, error.why].filter(Boolean).join('. ');

/** How the helper comes to be root. */
export type HowStarted = 'runs' | 'pkexec' | 'root' | 'named';

export function startedStep(how: HowStarted, path: string): Said {
  switch (how) {
    case 'runs':
      return step(
        'program',
        'Asked the helper, which runs already',
        'polkit authorised it earlier. One helper serves the window for as long as it is open, so nobody is asked twice.',
      );
    case 'pkexec':
      return step(
        'program',
        `Started pkexec ${path} module`,
        'Loading code into the kernel takes the capability CAP_SYS_MODULE. This program does not have it and does not want it: one small program gets it, and only when polkit agrees.',
      );
    case 'root':
      return step(
        'program',
        `Started ${path} module`,
        'This program is root itself, so polkit need not be asked.',
      );
    case 'named':
      return step(
        'program',
        `Started ${path} module`,
        'ROUTELENS_HELPER names this helper instead of the installed one; polkit is not asked.',
      );
  }
}

export const authorisedStep = (uid: number): Said =>
  step(
    'polkit',
    `Authorised user ${uid} for org.routelens.module.manage`,
    'polkitd looked up the action in /usr/share/polkit-1/actions, asked the agent of this session for a password where a rule wants one, and let pkexec start the helper as root.',
  );

export const refusedStep = (error: AppError): Said => {
  const isPolkit = error.kind === 'polkit' && error.cause !== 'not-installed';
  return step(
    isPolkit ? 'polkit' : 'program',
    isPolkit ? 'Refused' : 'The helper did not start',
    `${refusedFor(error)}. Nothing was done as root.`,
    false,
  );
};

export const helperLostStep = (error: AppError): Said =>
  step('helper', 'Did not answer', refusedFor(error), false);

const CHECKED =
  'It opened every folder from / on without following links, and looked at what it had opened: folders and file belong to root, and nobody else may write to them. No path comes from this program, so none can be smuggled in.';

export const checkedStep = (path: string): Said => step('helper', `Opened ${path} and checked it`, CHECKED);
export const uncheckedStep = (error: AppError): Said =>
  step('helper', 'Refused the file', refusedFor(error), false);

export const finitStep = (uid: number, maxRoutes: number | null): Said =>
  step(
    'helper',
    `Called finit_module(fd, "owner=${uid}${maxRoutes === null ? '' : ` max_routes=${maxRoutes}`}")`,
    `insmod does the same: it hands the kernel an open file and the parameters. owner= names user ${uid}, who may then write to rtmgr without being root.`,
  );

/** The kernel's checks in the order in which load_module() makes them, and the causes that end each. */
const CHECKS: readonly (readonly [what: string, why: string, ends: readonly ModuleCause[]])[] = [
  [
    'Looked for a signature',
    'With Secure Boot or lockdown a kernel takes only modules that are signed with a key it knows.',
    ['signature', 'lockdown'],
  ],
  [
    'Compared vermagic',
    `The file says for which kernel it was built, and with which options. It has to be ${KERNEL}: the layout of the kernel’s structures is compiled into it.`,
    ['vermagic'],
  ],
  [
    'Looked whether the name rtmgr is free',
    'A module of the same name can be loaded only once. Memory for its sections was set aside.',
    ['exists'],
  ],
  [
    'Resolved its symbols',
    'Each function of the kernel that rtmgr calls (netlink_kernel_create, nla_parse, …) was looked up in the kernel’s table of exported symbols, its checksum was compared, and the address was written into the code.',
    ['unknown-symbol', 'symbol-version'],
  ],
  [
    'Parsed the parameters',
    'owner and max_routes were set, and can be read in /sys/module/rtmgr/parameters.',
    ['parameters'],
  ],
];

function signatureWords(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (/module verification failed/.test(text))
    return ' This one has none that the kernel knows: it was taken all the same, and the kernel marks itself as tainted (E).';
  if (/out-of-tree module taints/.test(text))
    return ' The module is not part of the kernel’s own tree, so the kernel marks itself as tainted (O).';
  return '';
}

/** The kernel's checks; up to the one that failed, where one did. */
export function kernelSteps(error: AppError | null, lines: readonly string[]): Said[] {
  const cause = error?.kind === 'module' ? error.cause : null;
  const end = CHECKS.findIndex(([, , ends]) => cause !== null && ends.includes(cause));
  if (error && end < 0)
    return [step('kernel', 'Refused the module', `${refusedFor(error)}. At which step is not known.`, false)];
  const passed = end < 0 ? CHECKS : CHECKS.slice(0, end);
  const steps = passed.map(([what, why], i) =>
    inferred('kernel', what, i === 0 ? `${why}${signatureWords(lines)}` : why),
  );
  if (error) steps.push(step('kernel', CHECKS[end]![0], refusedFor(error), false));
  return steps;
}

/** rtmgr_init(). */
export function initSteps(lines: readonly string[], bytes: number): Said[] {
  const greeting = lines.find((line) => line.startsWith('rtmgr: version'));
  return [
    inferred(
      'module',
      'rtmgr_init(): made the slab cache rtmgr_route',
      'All routes have the same size, so the kernel keeps them together in a cache of their own; /proc/slabinfo shows it. Its memory is charged to whoever adds a route.',
    ),
    inferred(
      'module',
      'rtmgr_init(): registered its per-namespace operations',
      'register_pernet_subsys() tells the kernel what to do for each network namespace: it called rtmgr_namespace_enter() for each that there is now, and will for each that is made later. Each has tables of its own.',
    ),
    inferred(
      'module',
      'In each namespace: created the netlink socket of protocol 31',
      'netlink_kernel_create(net, 31, …) makes the kernel’s end of the protocol, port 0. Its input function rtmgr_input() runs in the system call of whoever sends; groups 7 and 11 tell of changes, group 30 mirrors all traffic. From now on socket(AF_NETLINK, SOCK_RAW, 31) works.',
    ),
    ...(greeting === undefined
      ? []
      : [
          step(
            'module',
            `Wrote to the kernel’s log: ${greeting}`,
            'pr_info() is how a module speaks to people; dmesg shows it, and the log on this page does.',
          ),
        ]),
    step(
      'kernel',
      'The module is live',
      `rtmgr_init() answered 0. The kernel threw away the code that was needed for the start only, and shows the module as /sys/module/rtmgr and in /proc/modules${bytes > 0 ? `: ${bytes} bytes` : ''}.`,
    ),
  ];
}

export const protocolTakenStep = (error: AppError): Said =>
  step('module', 'rtmgr_init() failed, and what it had done was undone', refusedFor(error), false);

export const greetedStep = (answer: HelloAnswer | { writable: boolean; release: string }): Said =>
  'messageIds' in answer
    ? step(
        'program',
        'Said HELLO over protocol 31',
        `rtmgr ${answer.release} answered, and told what it saw in the header of the greeting: length ${answer.seen.length}, sequence ${answer.seen.seq}, port ${answer.portId}, user ${answer.uid}. ${mayWrite(answer.writable)}`,
        true,
        answer.messageIds,
      )
    : step(
        'program',
        'Said HELLO over protocol 31',
        `rtmgr ${answer.release} answered. ${mayWrite(answer.writable)} Open the target rtmgr, kernel module to see such messages byte by byte.`,
      );

const mayWrite = (writable: boolean): string =>
  writable
    ? 'It lets this user write, because owner= names it, or because of CAP_NET_ADMIN.'
    : 'It lets this user only read.';

export const notGreetedStep = (error: AppError): Said =>
  step('program', 'Said HELLO over protocol 31, without an answer', refusedFor(error), false);

/** Before an unload, where the window has the module open. */
export const leftStep = (): Said =>
  step(
    'program',
    'Closed its own sockets of protocol 31',
    'Each open socket holds the module: netlink counts a reference for it, so that no code is taken away under somebody who uses it.',
  );

export const deleteStep = (): Said =>
  step(
    'helper',
    'Called delete_module("rtmgr", O_NONBLOCK)',
    'rmmod does the same. O_NONBLOCK: at once or not at all, instead of waiting until the last user has gone.',
  );

export const keptStep = (error: AppError): Said =>
  step('kernel', 'Kept the module', refusedFor(error), false);

/** rtmgr_exit(). */
export function exitSteps(lines: readonly string[]): Said[] {
  const farewell = lines.find((line) => line.startsWith('rtmgr: unloaded'));
  return [
    inferred(
      'kernel',
      'Looked at the reference count: 0',
      'Nobody has a socket open, and no dump is unfinished. From now on nobody can open one.',
    ),
    inferred(
      'module',
      'rtmgr_exit(): in each namespace released the socket and freed the tables',
      'unregister_pernet_subsys() calls rtmgr_namespace_leave() for each network namespace: netlink_kernel_release(), then the routes go.',
    ),
    inferred(
      'module',
      'rtmgr_exit(): waited for readers, and ended the slab cache',
      'rcu_barrier() waits until what call_rcu() has yet to free is freed: the function that frees it is about to go as well.',
    ),
    step(
      'kernel',
      'Took the module away',
      `Its memory was freed, /sys/module/rtmgr is gone, socket(…, 31) says “protocol not supported” again.${farewell === undefined ? '' : ` Its last words in the log: ${farewell}`}`,
    ),
  ];
}

export const foundStep = (): Said =>
  step(
    'program',
    'Found the module loaded',
    'Somebody else loaded it, with insmod or modprobe: its steps were not seen here.',
  );

export const lostStep = (): Said =>
  step('kernel', 'The module is gone', 'Somebody else unloaded it, with rmmod or modprobe -r.', false);
