// SPDX-License-Identifier: MIT
// Asks before the module is unloaded while sockets to it are open, and shows whose they are.
import { ModalDialog } from '../app/ModalDialog.tsx';
import type { ModuleLife } from '../../../app/contract/index.ts';
import { othersOf } from './life.ts';
import { Holders, unloadWords } from './Loaded.tsx';

export function UnloadDialog({
  loaded,
  onUnload,
  onClose,
}: {
  loaded: NonNullable<ModuleLife['loaded']>;
  onUnload: () => void;
  onClose: () => void;
}) {
  const hasOthers = othersOf(loaded) > 0;
  return (
    <ModalDialog title="Unload rtmgr while it is in use?" isQuestion onLeave={onClose}>
      <p>{unloadWords(loaded)}</p>
      <Holders loaded={loaded} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep it loaded
        </button>
        <button type="button" className="button is-danger" onClick={onUnload}>
          {hasOthers ? 'Try to unload' : 'Unload'}
        </button>
      </div>
    </ModalDialog>
  );
}
