// SPDX-License-Identifier: MIT
// What a build, a load, an unload and their refusals say, as the real ones do.
import type { AppError, ModuleStep } from '../../app/contract/index.ts';

export const KERNEL = '6.1.0-37-amd64';

export const BUILD_LINES = [
  "make[1]: Entering directory '/usr/src/linux-headers-6.1.0-37-amd64'",
  ...['main', 'net', 'input', 'request', 'dump', 'notify', 'mirror', 'batch'].map(
    (name) => `  CC [M]  /home/ada/routelens/kernel/build/module/${name}.o`,
  ),
  '  LD [M]  /home/ada/routelens/kernel/build/module/rtmgr.o',
  '  MODPOST /home/ada/routelens/kernel/build/module/Module.symvers',
  '  LD [M]  /home/ada/routelens/kernel/build/module/rtmgr.ko',
  "make[1]: Leaving directory '/usr/src/linux-headers-6.1.0-37-amd64'",
];

export const LOG_LINES = [
  'rtmgr: loading out-of-tree module taints kernel.',
  'rtmgr: module verification failed: signature and/or required key missing - tainting kernel',
  'rtmgr: version 0.1.0, netlink protocol 31',
];

type ModuleError = Extract<AppError, { kind: 'module' }>;
type Said = [who: ModuleStep['who'], what: string, why: string, messageIds?: number[], mark?: 'inferred'];
const began = 1_790_000_000_000;
const steps = (said: Said[]): ModuleStep[] =>
  said.map(([who, what, why, messageIds = [], mark], at) => ({
    at: began + (at === 0 ? 0 : 3120 + at * 7),
    who,
    what,
    why,
    ok: true,
    messageIds,
    ...(mark === 'inferred' && { inferred: true as const }),
  }));

export const LOAD_STEPS = steps([
  [
    'program',
    'Started pkexec /usr/libexec/routelens/routelens-helper module',
    'Loading code into the kernel takes the capability CAP_SYS_MODULE. This program does not have it and does not want it: one small program gets it, and only when polkit agrees.',
  ],
  [
    'polkit',
    'Authorised user 1000 for org.routelens.module.manage',
    'polkitd looked up the action, asked the agent of this session for a password where a rule wants one, and let pkexec start the helper as root.',
  ],
  [
    'helper',
    `Opened /lib/modules/${KERNEL}/updates/dkms/rtmgr.ko and checked it`,
    'It opened every folder from / on without following links: folders and file belong to root, and nobody else may write to them.',
  ],
  [
    'helper',
    'Called finit_module(fd, "owner=1000")',
    'insmod does the same: it hands the kernel an open file and the parameters.',
  ],
  [
    'kernel',
    'Compared vermagic',
    `The file says for which kernel it was built, and with which options. It has to be ${KERNEL}.`,
    [],
    'inferred',
  ],
  [
    'module',
    'In each namespace: created the netlink socket of protocol 31',
    'netlink_kernel_create(net, 31, …) makes the kernel’s end of the protocol, port 0.',
    [],
    'inferred',
  ],
  [
    'program',
    'Said HELLO over protocol 31',
    'rtmgr 0.1.0 answered, and told what it saw in the header of the greeting.',
    [1, 2],
  ],
]);

export const UNLOAD_STEPS = steps([
  [
    'program',
    'Asked the helper, which runs already',
    'polkit authorised it earlier. One helper serves the window for as long as it is open.',
  ],
  [
    'kernel',
    'Looked at the reference count: 0',
    'Nobody has a socket open, and no dump is unfinished. From now on nobody can open one.',
    [],
    'inferred',
  ],
  ['kernel', 'Took the module away', 'Its memory was freed, and /sys/module/rtmgr is gone.'],
]);

const module = (
  cause: ModuleError['cause'],
  errno: number,
  errnoName: string,
  why: string,
  wayOut: string,
  log: string[] = [],
  what = 'The module was not loaded',
): ModuleError => ({ kind: 'module', cause, errno, errnoName, log, what, why, wayOut });

export const PROBLEMS = {
  'not-installed': {
    kind: 'polkit',
    cause: 'not-installed',
    what: 'The helper is not installed',
    why: '/usr/libexec/routelens/routelens-helper is missing',
    wayOut: 'From a clone: npm run install-system. Or install the package of Routelens (deb)',
  },
  'no-policy': {
    kind: 'polkit',
    cause: 'not-installed',
    what: 'polkit does not know Routelens',
    why: '/usr/share/polkit-1/actions/org.routelens.policy is missing',
    wayOut: 'From a clone: npm run install-system. Or install the package of Routelens (deb)',
  },
  dismissed: {
    kind: 'polkit',
    cause: 'dismissed',
    what: 'The question was dismissed',
    why: 'Nothing was changed',
    wayOut: 'Try again, and answer the question',
  },
  'no-agent': {
    kind: 'polkit',
    cause: 'no-agent',
    what: 'Nobody could ask for the password',
    why: 'No polkit agent is running in this session',
    wayOut:
      'Start the agent of your desktop (polkit-gnome, polkit-kde, lxpolkit, mate-polkit), or pkttyagent in a terminal',
  },
  busy: module(
    'busy',
    11,
    'EAGAIN',
    'Somebody has a socket of protocol 31 open; each one holds the module',
    'End the programs that use it, and try again',
    [],
    'The module was not unloaded',
  ),
  signature: module(
    'signature',
    129,
    'EKEYREJECTED',
    'This kernel loads signed modules only (Secure Boot, or module.sig_enforce), and this one has no signature that it trusts',
    'Sign it with a key that the firmware knows: sudo mokutil --import /var/lib/dkms/mok.pub, restart, enrol the key, install again. Or switch Secure Boot off in the firmware',
    ['Loading of module with unavailable key is rejected'],
  ),
  vermagic: module(
    'vermagic',
    8,
    'ENOEXEC',
    `It was built for another kernel than ${KERNEL}`,
    'Build it anew for this kernel, and install it: npm run install-system (the package: dkms autoinstall)',
    [
      `rtmgr: version magic '6.1.0-33-amd64 SMP preempt mod_unload modversions ' should be '${KERNEL} SMP preempt mod_unload modversions '`,
    ],
  ),
  lost: module(
    'not-loaded',
    0,
    '',
    'It was loaded a moment ago, and this program did not unload it (rmmod and modprobe -r do)',
    'Load it again',
    [],
    'The module was removed by somebody else',
  ),
  build: {
    kind: 'unavailable',
    what: 'The module could not be built',
    why: 'make[1]: *** [Makefile:1996: /home/ada/routelens/kernel/build/module] Error 2',
    wayOut: 'The last lines of the build say more. It needs make, gcc and the kernel’s headers',
  },
} satisfies Record<string, AppError>;
