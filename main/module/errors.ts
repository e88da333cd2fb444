// SPDX-License-Identifier: MIT
// Why the kernel refused a module, in words: the errno says little, the lines that the kernel logged meanwhile say the
// rest. What the kernel writes there has been stable for many versions; where it is not known, its lines are shown.
import { readFileSync } from 'node:fs';
import type { AppError } from '../../app/contract/index.ts';
import { errnoName, errnoText } from '../codec/index.ts';
import { installWayOut, rebuildWayOut } from '../helper/installation.ts';
import type { ModuleAnswer } from '../helper/module.ts';
import { REASON } from '../helper/protocol.ts';
import type { Facts } from './facts.ts';
import { isProtocolServed } from './holders.ts';
import { KERNEL, under } from './place.ts';

type ModuleError = Extract<AppError, { kind: 'module' }>;
export type ModuleCause = ModuleError['cause'];
type Words = Pick<ModuleError, 'why' | 'wayOut'>;

const REBUILD = `Build it anew for this kernel, and install it. ${rebuildWayOut()}`;

const WORDS: Record<ModuleCause, Words> = {
  signature: {
    why: 'This kernel loads signed modules only (Secure Boot, or module.sig_enforce), and this one has no signature that it trusts',
    wayOut:
      'Sign it with a key that the firmware knows: sudo mokutil --import /var/lib/dkms/mok.pub, restart, enrol the key, install again. Or switch Secure Boot off in the firmware',
  },
  lockdown: {
    why: 'The kernel is locked down, so that even root cannot load a module that is not signed',
    wayOut:
      'Sign it with a key that the firmware knows (mokutil --import), or switch Secure Boot off; rtmgr, user-mode needs neither',
  },
  vermagic: { why: `It was built for another kernel than ${KERNEL}`, wayOut: REBUILD },
  'unknown-symbol': { why: 'It uses something that this kernel does not have', wayOut: REBUILD },
  'symbol-version': {
    why: 'A function that it uses looks otherwise in this kernel than in the headers it was built against',
    wayOut: REBUILD,
  },
  'no-memory': {
    why: 'The kernel had no memory for it',
    wayOut: 'Close something, or give a smaller number of routes, and try again',
  },
  exists: {
    why: 'It is loaded already: somebody else was faster',
    wayOut: 'Use it as it is, or unload it first',
  },
  busy: {
    why: 'Somebody has a socket of protocol 31 open; each one holds the module',
    wayOut: 'End the programs that use it, and try again',
  },
  'not-loaded': { why: 'It is not loaded: somebody else was faster' },
  parameters: {
    why: 'The kernel did not take a parameter',
    wayOut: 'Leave the number of routes empty: then the module has its own limit',
  },
  'unsafe-file': {
    why: 'The file, or a folder above it, belongs to somebody else than root, or others may write to it',
    wayOut: `Install it again. ${installWayOut()}`,
  },
  other: {},
};

/** What to look for in the kernel's lines, the surest first. */
const SAID: readonly (readonly [words: RegExp, cause: ModuleCause])[] = [
  [/version magic .* should be/, 'vermagic'],
  [/disagrees about version of symbol|no symbol version for/, 'symbol-version'],
  [/Unknown symbol/, 'unknown-symbol'],
  [/Lockdown:/, 'lockdown'],
  [/Loading of .* is rejected|module verification failed.*required|PKCS#7|unavailable key/, 'signature'],
  [/invalid for parameter/, 'parameters'],
];

const BY_ERRNO: Partial<Record<string, ModuleCause>> = {
  EKEYREJECTED: 'signature',
  ENOKEY: 'signature',
  EBADMSG: 'signature',
  ENOPKG: 'signature',
  ENOMEM: 'no-memory',
  EEXIST: 'exists',
};

const firstLine = (path: string): string => {
  try {
    return readFileSync(under(path), 'utf8').trim();
  } catch {
    return '';
  }
};

function causeOfLoad(errno: number, log: readonly string[]): { cause: ModuleCause; words?: Words } {
  const text = log.join('\n');
  const said = SAID.find(([words]) => words.test(text))?.[1];
  if (said) return { cause: said };
  const name = errnoName(errno);
  if (name === 'ENOMEM' && isProtocolServed())
    return {
      cause: 'exists',
      words: {
        why: 'Another module serves netlink protocol 31 already, and there can be only one',
        wayOut: 'Unload the other one; lsmod lists what is loaded',
      },
    };
  if (name === 'EPERM') {
    if (firstLine('/proc/sys/kernel/modules_disabled') === '1')
      return {
        cause: 'lockdown',
        words: {
          why: 'Loading modules has been switched off until the next start (kernel.modules_disabled is 1)',
          wayOut:
            'Restart the machine, and load rtmgr before whatever sets it; rtmgr, user-mode needs no module',
        },
      };
    if (/\[(integrity|confidentiality)\]/.test(firstLine('/sys/kernel/security/lockdown')))
      return { cause: 'lockdown' };
  }
  // another kernel's vermagic would have been logged
  if (name === 'ENOEXEC')
    return {
      cause: 'other',
      words: {
        why: 'The file is no module of a kind that this kernel knows, or it is damaged',
        wayOut: REBUILD,
      },
    };
  return { cause: BY_ERRNO[name] ?? 'other' };
}

function moduleError(
  cause: ModuleCause,
  what: string,
  errno: number,
  log: readonly string[],
  words: Words = WORDS[cause],
): ModuleError {
  const why = words.why ?? (errno === 0 ? undefined : `The kernel said: ${errnoText(errno)}`);
  return {
    kind: 'module',
    cause,
    errno,
    errnoName: errno === 0 ? '' : errnoName(errno),
    log: [...log],
    what,
    ...(why !== undefined && { why }),
    ...(words.wayOut !== undefined && { wayOut: words.wayOut }),
  };
}

const notInstalled = (): AppError => ({
  kind: 'unavailable',
  what: 'The module is not installed for this kernel',
  why: `There is no rtmgr.ko under /lib/modules/${KERNEL}/updates/dkms`,
  wayOut: rebuildWayOut(),
});

/** Why there is no use in asking for a load; null when there is. */
export function cannotLoad({ canLoad, installed }: Pick<Facts, 'canLoad' | 'installed'>): AppError | null {
  if (canLoad) return installed ? null : notInstalled();
  return {
    kind: 'unavailable',
    what: 'This kernel cannot load modules',
    why: 'It was built without CONFIG_MODULES',
    wayOut: 'Use rtmgr, user-mode: the same code, which needs no module',
  };
}

/** Why it was not loaded. */
export function loadError({ error, reason, lines }: ModuleAnswer): AppError {
  const what = 'The module was not loaded';
  if (reason === REASON.HELPER_REASON_UNSAFE_FILE)
    return moduleError('unsafe-file', 'The helper refused to load the module', error, lines);
  if (reason === REASON.HELPER_REASON_NOT_INSTALLED) return notInstalled();
  if (reason !== REASON.HELPER_REASON_KERNEL)
    return {
      kind: 'helper',
      errno: error,
      errnoName: errnoName(error),
      what: 'The helper did not load the module',
    };
  const { cause, words } = causeOfLoad(error, lines);
  return moduleError(cause, what, error, lines, words);
}

/** Why it was not unloaded. `elsewhere`: sockets in other network namespaces, which cannot be listed. */
export function unloadError({ error, reason, lines }: ModuleAnswer, elsewhere: number): AppError {
  const what = 'The module was not unloaded';
  if (reason !== REASON.HELPER_REASON_KERNEL)
    return { kind: 'helper', errno: error, errnoName: errnoName(error), what };
  const name = errnoName(error);
  if (name === 'EAGAIN' || name === 'EBUSY') {
    if (elsewhere <= 0) return moduleError('busy', what, error, lines);
    const why = `${WORDS.busy.why}; ${elsewhere} of them in other network namespaces (containers, ip netns), which this program cannot list`;
    return moduleError('busy', what, error, lines, { ...WORDS.busy, why });
  }
  return moduleError(name === 'ENOENT' ? 'not-loaded' : 'other', what, error, lines);
}

export const lostError = (): AppError => ({
  ...moduleError('not-loaded', 'The module was removed by somebody else', 0, []),
  why: 'It was loaded a moment ago, and this program did not unload it (rmmod and modprobe -r do)',
  wayOut: 'Load it again',
});
