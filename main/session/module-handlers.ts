// SPDX-License-Identifier: MIT
// The operations on the life of the kernel module.
import type { AppError, Handlers } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';

type Names = Extract<keyof Handlers, `module.${string}`>;

const notYet: AppError = { kind: 'unavailable', what: 'The module cannot be managed yet' };

export const moduleHandlers = (): Pick<Handlers, Names> => ({
  'module.state': async () => fail(notYet),
  'module.build': async () => fail(notYet),
  'module.cancelBuild': async () => fail(notYet),
  'module.load': async () => fail(notYet),
  'module.unload': async () => fail(notYet),
  'module.follow': async () => fail(notYet),
  'module.log': async () => fail(notYet),
});
