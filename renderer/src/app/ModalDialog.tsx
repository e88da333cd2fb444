// SPDX-License-Identifier: MIT
// A dialogue over the page: a heading, and what the caller brings under it. Escape and a click beside it leave it.
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

export interface ModalDialogProps {
  title: ReactNode;
  /** A question that wants an answer before anything goes on. */
  isQuestion?: boolean;
  isWide?: boolean;
  className?: string;
  onLeave: () => void;
  children: ReactNode;
}

export function ModalDialog({
  title,
  isQuestion = false,
  isWide = false,
  className = '',
  onLeave,
  children,
}: ModalDialogProps) {
  return (
    <ModalOverlay isOpen isDismissable className="modal-back" onOpenChange={(isOpen) => !isOpen && onLeave()}>
      <Modal className={isWide ? 'modal is-wide' : 'modal'}>
        <Dialog className={`dialog ${className}`.trim()} {...(isQuestion && { role: 'alertdialog' })}>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
