// SPDX-License-Identifier: MIT
// Asks before the module is unloaded while sockets to it are open, and shows whose they are.
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
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
    <ModalOverlay isOpen isDismissable className="modal-back" onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title">Unload rtmgr while it is in use?</Heading>
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
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
