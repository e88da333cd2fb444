// SPDX-License-Identifier: MIT
// Opens a target by its id.
import type { Outcome, TargetId } from '../../app/contract/index.ts';
import { fail } from '../../app/contract/index.ts';
import { openLab } from './lab.ts';
import { listTargets } from './list.ts';
import { openNetns } from './netns.ts';
import { openRtmgrKernel, openRtmgrUser } from './rtmgr.ts';
import { openSystem } from './system.ts';
import type { OpenTarget } from './target.ts';

export interface OpenOptions {
  /** A terminal, where polkit has no agent, may be asked for the password. */
  askInTerminal?: boolean;
  /** Takes a question to the person back. */
  signal?: AbortSignal;
}

export async function openTarget(id: TargetId, options: OpenOptions = {}): Promise<Outcome<OpenTarget>> {
  if (id === 'lab') return openLab();
  if (id === 'system') return openSystem();
  if (id === 'rtmgr-user') return openRtmgrUser();
  if (id === 'rtmgr-kernel') return openRtmgrKernel();
  const name = id.startsWith('netns:') ? id.slice('netns:'.length) : '';
  if (name !== '') return openNetns(name, options);
  const info = listTargets().find((target) => target.id === id);
  return fail({
    kind: 'unavailable',
    what: info ? `${info.name} cannot be opened` : `There is no target ${id}`,
    ...info?.reason,
  });
}
