// SPDX-License-Identifier: MIT
// Why user namespaces are forbidden here, and what lifts it. unshare(1) only says "Operation not permitted"; the reason
// stands in the kernel's settings.
import { readFileSync } from 'node:fs';
import type { AppError } from '../../app/contract/index.ts';

/** Reads a file under /proc/sys; null when it is not there. */
export type ReadSetting = (path: string) => string | null;

const readSetting: ReadSetting = (path) => {
  try {
    return readFileSync(`/proc/sys/${path}`, 'utf8').trim();
  } catch {
    return null;
  }
};

const WHAT = 'The Lab cannot be made: this system does not allow private namespaces';

/** `said`: what unshare(1) wrote. `root`: whether this process is root, which some settings do not concern. */
export function forbidden(said: string, root: boolean, read: ReadSetting = readSetting): AppError {
  const error = (why: string, wayOut: string): AppError => ({ kind: 'unavailable', what: WHAT, why, wayOut });
  for (const [setting, kind] of [
    ['max_user_namespaces', 'user'],
    ['max_net_namespaces', 'network'],
  ] as const)
    if (read(`user/${setting}`) === '0')
      return error(
        `The limit of ${kind} namespaces is 0 (user.${setting})`,
        `As root: sysctl -w user.${setting}=15000`,
      );
  if (!root && read('kernel/unprivileged_userns_clone') === '0')
    return error(
      'Only root may make user namespaces (kernel.unprivileged_userns_clone is 0)',
      'As root: sysctl -w kernel.unprivileged_userns_clone=1',
    );
  if (!root && read('kernel/apparmor_restrict_unprivileged_userns') === '1')
    return error(
      'AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)',
      'As root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    );
  return error(
    said === '' ? 'unshare ended without a word' : said,
    'In a container or a sandbox, allow it the unshare system call with CLONE_NEWUSER and CLONE_NEWNET; ' +
      'or look at This machine instead, which needs nothing',
  );
}
