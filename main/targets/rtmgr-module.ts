// SPDX-License-Identifier: MIT
// Whether the kernel module is there.
import { existsSync } from 'node:fs';
import { INSTALLATION } from '../helper/installation.ts';
import { loadedFolder } from '../module/place.ts';

const BY_HAND = INSTALLATION.kind === 'clone' ? 'insmod kernel/build/rtmgr.ko' : 'modprobe rtmgr';

export const NOT_LOADED = {
  why: 'The module rtmgr is not loaded',
  wayOut: `Load it on the page Module (or as root: ${BY_HAND}); the window notices by itself`,
};

export const isModuleLoaded = (): boolean => existsSync(loadedFolder());
