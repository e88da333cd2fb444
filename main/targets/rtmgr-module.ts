// SPDX-License-Identifier: MIT
// Whether the kernel module is there.
import { existsSync } from 'node:fs';

/** There while the module is loaded. */
const LOADED = '/sys/module/rtmgr';

export const NOT_LOADED = {
  why: 'The module rtmgr is not loaded',
  wayOut: 'Load it as root: insmod kernel/build/rtmgr.ko; the window notices by itself',
};

export const isModuleLoaded = (): boolean => existsSync(LOADED);
