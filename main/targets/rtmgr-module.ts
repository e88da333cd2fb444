// SPDX-License-Identifier: MIT
// Whether the kernel module is there.
import { existsSync } from 'node:fs';
import { INSTALLATION } from '../helper/installation.ts';
import { loadedFolder, standInPort } from '../module/place.ts';
import type { Wire } from '../netlink/wire.ts';

const BY_HAND = INSTALLATION.kind === 'clone' ? 'insmod kernel/build/rtmgr.ko' : 'modprobe rtmgr';

export const NOT_LOADED = {
  why: 'The module rtmgr is not loaded',
  wayOut: `Load it on the page Module (or as root: ${BY_HAND}); the window notices by itself`,
};

export const isModuleLoaded = (): boolean => existsSync(loadedFolder());

/** How the module is reached; on a machine that is a folder a process may play it. */
export function moduleWire(): Wire {
  const peer = standInPort();
  return peer === null ? { kind: 'rtmgr' } : { kind: 'rtmgr-user', peer };
}
