// SPDX-License-Identifier: MIT
// A text field of the editor: the same in a cell of the row and in the panel.
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export interface TextCellProps {
  label: string;
  place: string;
  value: string;
  onChange: (text: string) => void;
  disabled: boolean;
  /** Id of the words about what is wrong; undefined: nothing is. */
  mark: string | undefined;
  placeholder?: string;
  mono?: boolean;
  number?: boolean;
  /** Stands behind the text. */
  children?: ReactNode;
}

export function TextCell(props: TextCellProps) {
  const { label, place, value, onChange, disabled, mark, placeholder, mono, number, children } = props;
  return (
    <span className="editor-control" data-invalid={mark === undefined ? undefined : ''}>
      <input
        type="text"
        className={`editor-input${mono ? ' mono' : ''}${number ? ' number' : ''}`}
        aria-label={label}
        aria-invalid={mark === undefined ? undefined : true}
        aria-describedby={mark}
        data-place={place}
        value={value}
        title={value}
        onChange={(event) => onChange(event.target.value)}
        disabled={disabled}
        placeholder={placeholder}
        inputMode={number ? 'numeric' : undefined}
        autoComplete="off"
        spellCheck={false}
      />
      {children}
      {mark !== undefined && <CircleAlert className="editor-mark" size={13} aria-hidden />}
    </span>
  );
}
