// SPDX-License-Identifier: MIT
// Looks now and then whether what targets need has come or gone: a few stat(2) calls, because the kernel tells nobody
// when a module is loaded.
import { helperPlace } from '../helper/place.ts';
import { namespaces } from './list.ts';
import { isModuleLoaded } from './rtmgr-module.ts';
import { rtmgrUserPath } from './rtmgr-program.ts';

const LOOK_MS = 2000;

interface Seen {
  isLoaded: boolean;
  isBuilt: boolean;
  hasHelper: boolean;
  /** The named namespaces; no name has a slash in it. */
  names: string;
}

const look = (): Seen => ({
  isLoaded: isModuleLoaded(),
  isBuilt: rtmgrUserPath() !== null,
  hasHelper: helperPlace().problem === null,
  names: namespaces().join('/'),
});

export interface Watch {
  /** Looks now, when something is known to have changed. */
  look(): void;
  end(): void;
}

/** Calls back with what is there now whenever that changes. */
export function watchTargets(listener: (now: Seen) => void): Watch {
  let before = look();
  const compare = (): void => {
    const now = look();
    if ((Object.keys(now) as (keyof Seen)[]).every((key) => now[key] === before[key])) return;
    before = now;
    listener(now);
  };
  const timer = setInterval(compare, LOOK_MS);
  timer.unref();
  return { look: compare, end: () => clearInterval(timer) };
}
