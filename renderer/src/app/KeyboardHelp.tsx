// SPDX-License-Identifier: MIT
// The keyboard, shown by F1.
import { ModalDialog } from './ModalDialog.tsx';

const GROUPS: [title: string, keys: [keys: string, what: string][]][] = [
  [
    'Window',
    [
      ['Ctrl+1 … Ctrl+4', 'Routes, Inspector, Module, Lessons'],
      ['F6, Shift+F6', 'Next pane, previous pane'],
      ['F9', 'Show or hide the docked inspector'],
      ['Ctrl+L', 'Which route takes an address'],
      ['Ctrl+F', 'Filter'],
      ['Ctrl+U', 'Unlock or lock editing, where the target has a lock'],
      ['F1', 'This list'],
    ],
  ],
  [
    'Routes',
    [
      ['Ctrl+N', 'New route'],
      ['Enter or F2', 'Edit; Enter again asks the kernel'],
      ['Esc', 'Leave the editor'],
      ['Del', 'Delete the selected routes'],
      ['Arrows, Page Up, Page Down', 'Move; with Shift select, with Ctrl only move'],
      ['Ctrl+Home, Ctrl+End', 'First and last route'],
      ['Space', 'Select or unselect the row'],
      ['Ctrl+A', 'Select all'],
      ['Ctrl+C', 'Copy as ip route commands'],
    ],
  ],
  [
    'Changes on trial',
    [
      ['Ctrl+K', 'Keep them'],
      ['Ctrl+Z', 'Put them back now'],
    ],
  ],
  [
    'Inspector',
    [
      ['Space', 'Pause the list'],
      ['Arrows', 'Messages, fields, bytes'],
      ['Ctrl+Shift+C', 'Copy bytes'],
    ],
  ],
];

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  return (
    <ModalDialog title="Keyboard" isWide onLeave={onClose}>
      <div className="keys">
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button is-primary" onClick={onClose}>
          Close
        </button>
      </div>
    </ModalDialog>
  );
}
