// SPDX-License-Identifier: MIT
// How polkit and the kernel refuse: what pkexec writes and ends with, what the kernel answers and logs; and what the
// window has to say of each.

export type Ending = [how: string, stderr: string, code: number, words: string];
export const ENDED: Ending[] = [
  [
    'dismissed',
    'Error executing command as another user: Request dismissed',
    126,
    'The question was dismissed',
  ],
  [
    'not authorised',
    'Error executing command as another user: Not authorized\n\nThis incident has been reported.',
    127,
    'polkit did not allow it',
  ],
  [
    'no agent',
    'Error executing command as another user: No authentication agent found.',
    127,
    'Nobody could ask for the password',
  ],
];
export const REFUSED: [cause: string, error: string, lines: string[], words: string, out: string][] = [
  [
    'signature',
    'EKEYREJECTED',
    ['Loading of module with unavailable key is rejected'],
    'Secure Boot',
    'mokutil',
  ],
  [
    'lockdown',
    'EPERM',
    ['Lockdown: routelens-helpe: unsigned module loading is restricted; see man kernel_lockdown.7'],
    'locked down',
    'user-mode needs neither',
  ],
  [
    'vermagic',
    'ENOEXEC',
    ["rtmgr: version magic '6.1.0 SMP' should be '6.2.0 SMP'"],
    'built for another kernel',
    'npm run install-system',
  ],
  ['unknown symbol', 'ENOENT', ['rtmgr: Unknown symbol nla_frob (err -2)'], 'does not have', 'Build it anew'],
  [
    'symbol version',
    'EINVAL',
    ['rtmgr: disagrees about version of symbol module_layout'],
    'looks otherwise in this kernel',
    'Build it anew',
  ],
  ['no memory', 'ENOMEM', [], 'no memory', 'smaller number of routes'],
  ['exists', 'EEXIST', [], 'somebody else was faster', 'unload it first'],
  [
    'parameters',
    'EINVAL',
    ["rtmgr: `x' invalid for parameter `max_routes'"],
    'parameter',
    'Leave the number',
  ],
  ['unheard-of', 'ENOTTY', ['rtmgr: something new'], 'The kernel said', ''],
];
