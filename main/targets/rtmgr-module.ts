// SPDX-License-Identifier: MIT
// Whether the kernel module is there.
import { existsSync } from 'node:fs';
import { loadedFolder } from '../module/place.ts';

export const NOT_LOADED = {
  why: 'The module rtmgr is not loaded',
  wayOut:
    'Load it on the page Module (or as root: insmod kernel/build/rtmgr.ko); the window notices by itself',
};

export const isModuleLoaded = (): boolean => existsSync(loadedFolder());
