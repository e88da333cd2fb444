// SPDX-License-Identifier: MIT
// The life of the module in the fake bridge.
import type { Bridge } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';

type Names = Extract<keyof Bridge, `module.${string}`>;

const none = async () => fail({ kind: 'unavailable' as const, what: 'The fake has no module yet' });

export const fakeModule = (): Pick<Bridge, Names> => ({
  'module.state': none,
  'module.build': none,
  'module.cancelBuild': none,
  'module.load': none,
  'module.unload': none,
  'module.follow': none,
  'module.log': none,
});
