// SPDX-License-Identifier: MIT
// Looks now and then whether what rtmgr needs has come or gone: a few stat(2) calls, because the kernel tells nobody
// when a module is loaded.
import { isModuleLoaded } from './rtmgr-module.ts';
import { rtmgrUserPath } from './rtmgr-program.ts';

const LOOK_MS = 2000;

/** Calls back with what is there now whenever that changes. Answers the function that ends it. */
export function watchRtmgr(listener: (now: { isLoaded: boolean; isBuilt: boolean }) => void): () => void {
  const look = () => ({ isLoaded: isModuleLoaded(), isBuilt: rtmgrUserPath() !== null });
  let before = look();
  const timer = setInterval(() => {
    const now = look();
    if (now.isLoaded === before.isLoaded && now.isBuilt === before.isBuilt) return;
    before = now;
    listener(now);
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
