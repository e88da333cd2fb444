// SPDX-License-Identifier: MIT
// The target that is open, and those that could be.
import { create } from 'zustand';
import type { TargetId, TargetInfo, TargetState } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { valueOf } from './errors.ts';

interface Target {
  infos: TargetInfo[];
  state: TargetState | null;
  /** Set between the choice of a target and its answer. */
  opening: TargetId | null;
  open(id: TargetId): Promise<void>;
  resetLab(): Promise<void>;
  refresh(): Promise<void>;
}

export const useTarget = create<Target>((set, get) => ({
  infos: [],
  state: null,
  opening: null,
  open: async (id) => {
    if (get().opening) return;
    set({ opening: id });
    const state = valueOf(await bridge['targets.open']({ id }));
    set({ opening: null, ...(state && { state }) });
    await get().refresh();
  },
  resetLab: async () => {
    if (get().opening) return;
    set({ opening: 'lab' });
    const state = valueOf(await bridge['lab.reset']({}));
    set({ opening: null, ...(state && { state }) });
  },
  refresh: async () => {
    const infos = valueOf(await bridge['targets.list']({}));
    if (infos) set({ infos });
  },
}));

/** What is known of the open target. */
export const presentInfo = ({ infos, state }: Pick<Target, 'infos' | 'state'>): TargetInfo | null =>
  infos.find((info) => info.id === state?.target) ?? null;

/** Who answers on the open target. */
export const answerer = (): string => (useTarget.getState().state?.rtmgr ? 'rtmgr' : 'Kernel');

/** How the open target is called, also when it is not listed any more: a namespace may be gone. */
export function presentName({ infos, state }: Pick<Target, 'infos' | 'state'>): string {
  const id = state?.target ?? '';
  const name = presentInfo({ infos, state })?.name;
  return name ?? (id.startsWith('netns:') ? `Namespace ${id.slice('netns:'.length)}` : 'Target');
}

/** Why nothing can be written now; null when it can. */
export function whyReadOnly({ infos, state }: Pick<Target, 'infos' | 'state'>): string | null {
  if (!state) return 'The target is still being opened';
  if (state.writable && (state.state === 'connected' || state.state === 'resyncing')) return null;
  if (state.state !== 'connected' && state.state !== 'resyncing')
    return 'There is no connection to the target';
  if (state.lock?.state === 'unlocking') return 'Editing is being unlocked';
  if (state.lock?.state === 'locked') return 'Editing is locked';
  return (
    state.readOnlyReason ?? presentInfo({ infos, state })?.readOnlyReason ?? 'This target can only be read'
  );
}
