// SPDX-License-Identifier: MIT
// The operations on the life of the kernel module.
import type { Handlers } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import type { LifeOfModule } from '../module/life.ts';

type Names = Extract<keyof Handlers, `module.${string}`>;

export const moduleHandlers = (life: LifeOfModule): Pick<Handlers, Names> => ({
  'module.state': async () => ok(await life.state()),
  'module.stats': () => life.stats(),
  'module.build': () => life.startBuild(),
  'module.cancel': async () => ok(await life.cancel()),
  'module.load': ({ maxRoutes }) => life.load(maxRoutes),
  'module.unload': () => life.unload(),
  'module.follow': () => life.follow(),
  'module.log': async () => ok(life.lines()),
});
