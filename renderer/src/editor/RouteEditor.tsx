// SPDX-License-Identifier: MIT
// The row that is being edited, in the place of the row: a control in each cell, and a panel under it.
import { useEffect, useRef } from 'react';
import type { FocusEvent, KeyboardEvent } from 'react';
import type {
  Applied,
  GridColumn,
  LinkRow,
  Outcome,
  RouteDraft,
  RouteField,
  Vocabulary,
} from '../../../app/contract/index.ts';
import { ControlOf } from './controls.tsx';
import { Panel } from './Panel.tsx';
import { placeOf } from './problems.ts';
import { EditorContext, useEditor, useEditorState } from './useEditor.ts';
import { usePlacement } from './usePlacement.ts';
import { FIELD_OF_COLUMN } from './words.ts';
import './editor.css';

export interface RouteEditorProps {
  /** The grid's visible columns in their order with widths in CSS px; the first 28 px of the row are a marker gutter that belongs to the grid. */
  columns: readonly { id: GridColumn; width: number }[];
  rowHeight: number;
  /** What is edited at first. */
  initial: RouteDraft;
  isNew: boolean;
  /** The column whose editor gets the focus first; null: destination. */
  focusColumn: GridColumn | null;
  links: readonly LinkRow[];
  vocabulary: Vocabulary;
  /** Applies; an error is shown at the cell it concerns, and the draft stays. After a success the editor calls `onClose`. */
  onApply: (draft: RouteDraft) => Promise<Outcome<Applied>>;
  onClose: () => void;
}

/** What a cell shows of several next hops: they are edited in the panel. */
function Several({ field }: { field: RouteField }) {
  const { form } = useEditorState();
  if (field === 'gateway') return <span className="editor-text muted">{form.hops.length} next hops</span>;
  const devices = [...new Set(form.hops.map((hop) => hop.device).filter((device) => device !== ''))];
  return <span className="editor-text muted">{devices.join(', ')}</span>;
}

function Cell({ column }: { column: GridColumn }) {
  const { form, hasHops } = useEditorState();
  const field = FIELD_OF_COLUMN[column];
  if (field === undefined) return null;
  if (field === 'gateway' || field === 'device') {
    if (!hasHops) return <span className="editor-text muted">none</span>;
    if (form.hops.length > 1) return <Several field={field} />;
  }
  return <ControlOf field={field} />;
}

const COLUMN_FIELDS = Object.entries(FIELD_OF_COLUMN) as [GridColumn, RouteField][];

/** Keys that the window keeps for itself while one edits; all others end here, so that the grid does not act on them. */
const isWindowKey = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  /^F\d+$/.test(key) || altKey || ((ctrlKey || metaKey) && !/^[acvxyz]$/i.test(key));

const isListOpen = (target: EventTarget): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.getAttribute('aria-expanded') === 'true';

const markedOption = (input: HTMLInputElement): HTMLElement | null =>
  document.getElementById(input.getAttribute('aria-activedescendant') ?? '');

export function RouteEditor(props: RouteEditorProps) {
  const { columns, rowHeight, initial, isNew, focusColumn, onClose } = props;
  const root = useRef<HTMLDivElement>(null);
  const row = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const focusPlace = (place: string | null): void => {
    const control =
      place === null ? null : root.current?.querySelector<HTMLInputElement>(`[data-place="${place}"]`);
    (control ?? root.current)?.focus();
    // backwards: the beginning of a long address stays in sight
    if (control?.type === 'text') control.setSelectionRange(0, control.value.length, 'backward');
  };
  const editor = useEditor({ ...props, focusPlace });
  usePlacement(row, panel);

  useEffect(() => {
    const field = (focusColumn && FIELD_OF_COLUMN[focusColumn]) ?? 'destination';
    const place = placeOf(field);
    const isThere = root.current?.querySelector(`[data-place="${place}"]`);
    focusPlace(isThere ? place : placeOf('destination'));
    // the first focus only: later the keyboard is the person's
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const onKeyDownCapture = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const { target } = event;
    if (event.key === 'Escape' && !isListOpen(target)) {
      event.preventDefault();
      event.stopPropagation();
      if (!editor.applying) onClose();
    } else if (event.key === 'Enter' && target instanceof HTMLInputElement) {
      // an option that the arrow keys have marked is taken first, unless it is what the field reads already
      const option = isListOpen(target) ? markedOption(target) : null;
      if (option && option.dataset['key'] !== target.value) return;
      event.preventDefault();
      editor.apply();
    }
  };
  const onFocus = (event: FocusEvent): void =>
    editor.focused((event.target as HTMLElement).dataset['place'] ?? null);

  const shown = new Set(columns.map((column) => column.id));
  const hidden = COLUMN_FIELDS.filter(([column]) => !shown.has(column)).map(([, field]) => field);
  const width = columns.reduce((sum, column) => sum + column.width, 28);
  return (
    <EditorContext value={editor}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of its controls */}
      <div
        ref={root}
        className="editor"
        role="group"
        aria-label={isNew ? 'New route' : `Edit route ${initial.destination}`}
        aria-busy={editor.applying}
        tabIndex={-1}
        onKeyDownCapture={onKeyDownCapture}
        onKeyDown={(event) => {
          if (!isWindowKey(event)) event.stopPropagation();
        }}
        onFocus={onFocus}
        onBlur={() => editor.focused(null)}
      >
        <div ref={row} className="editor-row" role="row" style={{ height: rowHeight, width }}>
          {columns.map((column) => (
            <div key={column.id} className="editor-cell" role="gridcell" style={{ width: column.width }}>
              <Cell column={column.id} />
            </div>
          ))}
        </div>
        <div className="editor-hang" style={{ width }}>
          <div ref={panel} className="popover editor-panel">
            <Panel hidden={hidden} onClose={onClose} />
          </div>
        </div>
      </div>
    </EditorContext>
  );
}
