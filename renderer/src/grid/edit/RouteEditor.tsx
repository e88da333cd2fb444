// SPDX-License-Identifier: MIT
// A route being typed, in the place of its row: an editor in every column, and beneath it what has no column, what is
// wrong, and the two ways to end.
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { TriangleAlert } from 'lucide-react';
import { DAEMON_PROTOCOLS } from '../../../../app/contract/index.ts';
import type { RouteField } from '../../../../app/contract/index.ts';
import { useEditing } from '../../state/editing.ts';
import type { Editing } from '../../state/editing.ts';
import { useLinks } from '../../state/links.ts';
import { ownersOfRow } from '../../state/owners.ts';
import type { ShownColumn } from '../columns-table.ts';
import { MARK_WIDTH } from '../layout.ts';
import { Cell, Field } from './Cell.tsx';
import { familyOf, readForm } from './form.ts';
import { HopsEditor } from './HopsEditor.tsx';
import { columnOf, fieldOf, shownProblems } from './problems.ts';
import { Words } from './Words.tsx';

/** Cells that can be edited although their column is hidden. */
const OFFERED: readonly RouteField[] = [
  'metric',
  'mtu',
  'tos',
  'prefsrc',
  'scope',
  'table',
  'protocol',
  'type',
];
const WORDS_WIDTH = 460;

export interface RouteEditorProps {
  editing: Editing;
  columns: readonly ShownColumn[];
  /** The visible width, and how far it is scrolled. */
  view: { width: number; left: number };
  onLeave: () => void;
}

export function RouteEditor({ editing, columns, view, onLeave }: RouteEditorProps) {
  const { form, row, refusal } = editing;
  const root = useRef<HTMLDivElement>(null);
  const wordsId = useId();
  const [focused, setFocused] = useState<string | null>(editing.startAt);
  const links = useLinks((store) => store.links);
  const vocabulary = useLinks((store) => store.vocabulary);
  const { problems } = readForm(form, vocabulary, links);
  const shown = shownProblems(problems, editing.touched, editing.hasTried, focused);
  const refused = fieldOf(refusal);
  const family = row?.family ?? familyOf(form);
  const set = useEditing((store) => store.set);
  const setHop = useEditing((store) => store.setHop);
  const apply = useEditing((store) => store.apply);

  // in the same turn as the key or click that opened it: what is typed next already belongs here
  useLayoutEffect(() => {
    const cells = root.current;
    const cell = cells?.querySelector<HTMLElement>(`[data-field="${editing.startAt}"] input`);
    const first = cell ?? cells?.querySelector<HTMLElement>('input');
    first?.focus();
    if (first instanceof HTMLInputElement) first.select();
  }, [editing.startAt]);

  // a refusal brings the person to the cell it concerns
  useEffect(() => {
    const field = fieldOf(refusal);
    if (field) root.current?.querySelector<HTMLElement>(`[data-field="${field}"] input`)?.focus();
  }, [refusal]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    // a popover draws outside of the row but speaks through it
    if (!root.current?.contains(target)) return;
    const isListOpen = target.getAttribute('aria-expanded') === 'true' && target.tagName === 'INPUT';
    if (event.key === 'Enter' && target.tagName !== 'BUTTON') {
      if (isListOpen && target.getAttribute('aria-activedescendant')) return;
      event.preventDefault();
      event.stopPropagation();
      void apply();
    } else if (event.key === 'Escape' && !isListOpen) {
      event.preventDefault();
      event.stopPropagation();
      onLeave();
    }
  };

  const invalid = (field: RouteField): boolean =>
    shown.byField.has(field) || refused === field || (field === 'gateway' && shown.byField.has('weight'));
  const at = (field: RouteField | null): number => {
    const column = field && columnOf(field);
    let left = MARK_WIDTH;
    for (const { id, width } of columns) {
      if (id === column) return left;
      left += width;
    }
    return MARK_WIDTH;
  };
  const where = refusal ? refused : (shown.first?.field ?? null);
  const left = Math.max(8, Math.min(at(where) - view.left, view.width - WORDS_WIDTH - 12));
  const cellProps = { form, family, vocabulary, links, invalid, describedBy: wordsId, problems };
  const hidden = OFFERED.filter((field) => !columns.some(({ id }) => id === columnOf(field)));
  const first = form.hops[0]!;
  const [owner] = row ? ownersOfRow(row) : [];

  return (
    <div
      className={`grid-editor${row ? '' : ' is-new'}`}
      ref={root}
      onKeyDownCapture={onKeyDown}
      onFocus={(event) =>
        setFocused((event.target as Element).closest<HTMLElement>('[data-field]')?.dataset['field'] ?? null)
      }
    >
      <div
        role="row"
        aria-label={row ? `Edit ${form.destination}` : 'New route'}
        className="grid-editor-cells"
      >
        <div
          className="grid-mark"
          role="presentation"
          title={row ? 'Being edited' : 'New, not in the table yet'}
        >
          {row ? 'E' : 'N'}
        </div>
        {columns.map((column, index) => (
          <div
            key={column.id}
            role="gridcell"
            aria-colindex={index + 1}
            className={`grid-cell c-${column.id}`}
            data-field={column.field ?? undefined}
          >
            <Cell column={column} row={row} {...cellProps} />
          </div>
        ))}
      </div>
      <div className="grid-editor-under" style={{ width: view.width }}>
        <div className="grid-editor-panel">
          {row ? (
            <span className="edit-family">IPv{family}</span>
          ) : (
            <label className="edit-label">
              <select
                aria-label="Family"
                value={family}
                title="Follows from the destination; choose it for a default route"
                onChange={(event) => set({ family: event.target.value === '6' ? 6 : 4 }, 'family')}
              >
                <option value="4">IPv4</option>
                <option value="6">IPv6</option>
              </select>
            </label>
          )}
          <HopsEditor
            hops={form.hops}
            problems={problems}
            label={form.hops.length > 1 ? `${form.hops.length} next hops…` : 'More next hops…'}
          />
          {form.hops.length === 1 && (
            <label
              className="edit-label"
              data-field="onlink"
              title="The gateway is on the link, whatever the addresses say"
            >
              <input
                type="checkbox"
                checked={first.onlink}
                onChange={(event) => setHop(0, { onlink: event.target.checked }, 'onlink')}
              />
              On link
            </label>
          )}
          {hidden.map((field) => (
            <Field key={field} field={field} {...cellProps} />
          ))}
          <span className="spacer" />
          {owner && (
            <span
              className="editor-owner"
              title={`${DAEMON_PROTOCOLS.get(owner.protocol.value)?.who} has put this route there`}
            >
              <TriangleAlert size={13} aria-hidden /> Not yours: {owner.protocol.name}
            </span>
          )}
          <button
            type="button"
            className="button is-small"
            onClick={onLeave}
            title="Leave without a change (Esc)"
          >
            Cancel <kbd>Esc</kbd>
          </button>
          <button
            type="button"
            className="button is-small is-primary"
            aria-disabled={editing.isApplying}
            onClick={() => void apply()}
            title="Ask the kernel (Enter)"
          >
            {editing.isApplying ? 'Asking the kernel…' : row ? 'Apply' : 'Add route'} <kbd>Enter</kbd>
          </button>
        </div>
        <Words
          id={wordsId}
          left={left}
          problem={shown.first}
          more={shown.more}
          refusal={refusal}
          onSuggestion={(text) => {
            // the button goes with the problem: the keyboard goes to what was put right
            root.current?.querySelector<HTMLElement>(`[data-field="${shown.first?.field}"] input`)?.focus();
            if (shown.first?.field === 'destination') set({ destination: text }, 'destination');
            else if (shown.first?.field === 'tos') set({ tos: text }, 'tos');
          }}
        />
      </div>
    </div>
  );
}
