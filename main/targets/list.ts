// SPDX-License-Identifier: MIT
// All that can be managed, or will be: what is not there yet is listed with the reason, not hidden.
import { readdirSync } from 'node:fs';
import type { TargetInfo } from '../../app/contract/index.ts';
import { NOT_BUILT, rtmgrUserPath } from './rtmgr-program.ts';
import { NOT_LOADED, isModuleLoaded } from './rtmgr-module.ts';

/** Why the table of this machine can only be read. */
export const SYSTEM_READ_ONLY =
  'Reading needs no privilege; writing needs root, and the helper program that will ask for it through polkit is not part of this version';

/** Where ip-netns(8) keeps named namespaces. */
const NETNS = '/run/netns';

function namespaces(): string[] {
  try {
    return readdirSync(NETNS).sort();
  } catch {
    return [];
  }
}

const NETNS_REASON = {
  why: 'Entering a namespace needs root, and the helper program that will do it is not part of this version',
  wayOut: 'Until then: ip netns exec NAME npm start -- --target=system, as root',
};

/** The targets in the order in which the switcher shows them. */
export function listTargets(): TargetInfo[] {
  const names = namespaces();
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
      writable: false,
      readOnlyReason: SYSTEM_READ_ONLY,
      dangerous: true,
    },
    ...(names.length === 0
      ? [
          {
            id: 'netns:' as const,
            name: 'A named namespace',
            description: `A namespace under ${NETNS}`,
            available: false,
            reason: { ...NETNS_REASON, why: `There is none now. ${NETNS_REASON.why}` },
            writable: false,
            dangerous: false,
          },
        ]
      : names.map((name) => ({
          id: `netns:${name}` as const,
          name: `Namespace ${name}`,
          description: `${NETNS}/${name}`,
          available: false,
          reason: NETNS_REASON,
          writable: false,
          dangerous: false,
        }))),
  ];
}
