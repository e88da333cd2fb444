// SPDX-License-Identifier: MIT
// All that can be managed, or will be: what is not there yet is listed with the reason, not hidden.
import { readdirSync } from 'node:fs';
import type { TargetInfo } from '../../app/contract/index.ts';
import { helperPlace } from '../helper/place.ts';
import { NOT_BUILT, rtmgrUserPath } from './rtmgr-program.ts';
import { NOT_LOADED, isModuleLoaded } from './rtmgr-module.ts';

/** Where ip-netns(8) keeps named namespaces. */
const NETNS = '/run/netns';

/** Their names, in order. */
export function namespaces(): string[] {
  try {
    return readdirSync(NETNS).sort();
  } catch {
    return [];
  }
}

function aNamespace(name: string, missing: TargetInfo['reason'] | null): TargetInfo {
  return {
    id: `netns:${name}`,
    name: `Namespace ${name}`,
    description: `${NETNS}/${name}`,
    available: !missing,
    ...(missing && { reason: { ...missing, why: `Entering it needs root. ${missing.why}` } }),
    writable: !missing,
    dangerous: false,
  };
}

/** The targets in the order in which the switcher shows them. */
export function listTargets(): TargetInfo[] {
  const names = namespaces();
  const { problem } = helperPlace();
  const missing = problem && {
    why: `${problem.what}${problem.why === undefined ? '' : `: ${problem.why}`}`,
    ...(problem.wayOut !== undefined && { wayOut: problem.wayOut }),
  };
  const isBuilt = rtmgrUserPath() !== null;
  const isLoaded = isModuleLoaded();
  return [
    {
      id: 'lab',
      name: 'Lab',
      description: 'A private namespace with the kernel’s real routing table; nothing can be broken',
      available: true,
      writable: true,
      dangerous: false,
    },
    {
      id: 'rtmgr-user',
      name: 'rtmgr, user-mode',
      description: 'Our routing-table manager as an ordinary process; its routes move no packet',
      available: isBuilt,
      ...(isBuilt ? {} : { reason: NOT_BUILT }),
      writable: true,
      dangerous: false,
    },
    {
      id: 'rtmgr-kernel',
      name: 'rtmgr, kernel module',
      description:
        'Our routing-table manager in the kernel, on netlink protocol 31; its routes move no packet',
      available: isLoaded,
      ...(isLoaded ? {} : { reason: NOT_LOADED }),
      // what it says itself when it is open counts
      writable: true,
      dangerous: false,
    },
    {
      id: 'system',
      name: 'This machine',
      description: 'The table that this machine routes with',
      available: true,
      // after it was unlocked
      writable: !missing,
      ...(missing && { readOnlyReason: `Reading needs no privilege; for writing: ${missing.why}` }),
      dangerous: true,
    },
    ...(names.length === 0
      ? [
          {
            id: 'netns:' as const,
            name: 'A named namespace',
            description: `A namespace under ${NETNS}`,
            available: false,
            reason: { why: 'There is none now', wayOut: 'ip netns add NAME makes one, as root' },
            writable: false,
            dangerous: false,
          },
        ]
      : names.map((name) => aNamespace(name, missing))),
  ];
}
