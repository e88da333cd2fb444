// SPDX-License-Identifier: MIT
// Over the grid: what can be done with routes, and which of them are shown.
import { ListPlus, Plus, Search, SquarePen, Trash2, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { GridSpec } from '../../../app/contract/index.ts';
import { useGrid } from '../state/grid.ts';
import { useSelection } from '../state/selection.ts';
import { useTarget, whyReadOnly } from '../state/target.ts';
import { mayWrite } from './actions.ts';
import { count } from '../words.ts';

/** How long a typed filter waits for the next key. */
const TYPING_MS = 80;

export interface ToolbarProps {
  filter: RefObject<HTMLInputElement | null>;
  onNew: () => void;
  onSeveral: () => void;
  onEdit: () => void;
  onDelete: () => void;
}

export function Toolbar({ filter, onNew, onSeveral, onEdit, onDelete }: ToolbarProps) {
  const why = useTarget(whyReadOnly);
  const isConnected = useTarget(({ state }) => state?.state === 'connected' || state?.state === 'resyncing');
  const hasLock = useTarget(({ state }) => Boolean(state?.lock));
  const hasRows = useSelection(({ rows, focus }) => rows.size > 0 || focus !== null);
  const number = useSelection(({ rows }) => rows.size);
  const button = (title: string, needsRows: boolean) => {
    const isOff = why !== null || (needsRows && !hasRows);
    return {
      type: 'button' as const,
      className: 'button',
      // a disabled button could not say why
      'aria-disabled': isOff,
      title: why ?? (needsRows && !hasRows ? 'Select a route first' : title),
    };
  };
  return (
    <div className="toolbar" role="toolbar" aria-label="Routes" data-pane="toolbar">
      <button {...button('New route (Ctrl+N)', false)} onClick={() => mayWrite() && onNew()}>
        <Plus size={14} aria-hidden /> Route
      </button>
      <button
        {...button('Several routes, as ip route commands', false)}
        aria-label="Several routes"
        onClick={() => mayWrite() && onSeveral()}
      >
        <ListPlus size={14} aria-hidden /> <span className="wide">Several…</span>
      </button>
      <button
        {...button('Edit the route (Enter or F2)', true)}
        onClick={() => hasRows && mayWrite() && onEdit()}
      >
        <SquarePen size={14} aria-hidden /> <span className="wide">Edit</span>
      </button>
      <button
        {...button('Delete the selected routes (Del)', true)}
        onClick={() => hasRows && mayWrite() && onDelete()}
      >
        <Trash2 size={14} aria-hidden />{' '}
        <span className="wide">Delete{number > 1 ? ` ${count(number)}` : ''}</span>
      </button>
      {why !== null && isConnected && (
        <span className="read-only" title={why}>
          {hasLock ? 'Locked' : 'Read-only'}
        </span>
      )}
      <Filter input={filter} />
      <TableSelect />
      <Families />
      <Totals />
    </div>
  );
}

function Filter({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const text = useGrid((store) => store.spec.text);
  /** What is typed and not yet asked for; null: nothing. */
  const [unsent, setUnsent] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const typed = unsent ?? text;
  const send = (value: string): void => {
    void useGrid.getState().look({ text: value });
    setUnsent(null);
  };
  const change = (value: string): void => {
    setUnsent(value);
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => send(value), TYPING_MS);
  };
  return (
    <div className="filter">
      <Search size={13} aria-hidden />
      <input
        ref={input}
        aria-label="Filter"
        placeholder="Filter: prefix, address, device, words…"
        title="Every word must be found. An address shows the routes that cover it, a prefix those inside it (Ctrl+F)"
        maxLength={200}
        spellCheck={false}
        value={typed}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && typed !== '') {
            event.stopPropagation();
            change('');
          } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            if (timer.current !== null) clearTimeout(timer.current);
            if (typed !== text) send(typed);
            document.querySelector<HTMLElement>('[data-pane=grid]')?.focus();
          }
        }}
      />
      {typed !== '' && (
        <button
          type="button"
          className="icon-button"
          aria-label="Clear filter"
          title="Clear (Esc)"
          onClick={() => change('')}
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}

function TableSelect() {
  const table = useGrid((store) => store.spec.table);
  const tables = useGrid((store) => store.state?.tables);
  const known = tables ?? [];
  const all = known.reduce((sum, { routes }) => sum + routes, 0);
  const local = known.find((entry) => entry.table.value === 255)?.routes ?? 0;
  const change = (value: string): void => {
    const next: GridSpec['table'] = value === 'all' || value === 'no-local' ? value : Number(value);
    void useGrid.getState().look({ table: next });
  };
  const isGone = typeof table === 'number' && !known.some((entry) => entry.table.value === table);
  return (
    <label className="labelled">
      <span className="wide">Table</span>
      <select aria-label="Table" value={String(table)} onChange={(event) => change(event.target.value)}>
        <option value="no-local">all but local ({count(all - local)})</option>
        <option value="all">all ({count(all)})</option>
        {known.map((entry) => (
          <option key={entry.table.value} value={entry.table.value}>
            {entry.table.name} ({count(entry.routes)})
          </option>
        ))}
        {isGone && <option value={table}>{table} (0)</option>}
      </select>
    </label>
  );
}

function Families() {
  const families = useGrid((store) => store.spec.families);
  const byFamily = useGrid((store) => store.state?.byFamily);
  const isOn = (family: 4 | 6): boolean => families.length === 0 || families.includes(family);
  const toggle = (family: 4 | 6): void => {
    const other = family === 4 ? 6 : 4;
    // one is always shown: the last one on gives way to the other
    const next: (4 | 6)[] = isOn(family) ? (isOn(other) ? [other] : [other]) : [4, 6];
    void useGrid.getState().look({ families: next });
  };
  return (
    <div className="families" role="group" aria-label="Families">
      {([4, 6] as const).map((family) => (
        <button
          key={family}
          type="button"
          className="toggle"
          aria-pressed={isOn(family)}
          title={`${count(byFamily?.[family] ?? 0)} IPv${family} routes in all tables`}
          onClick={() => toggle(family)}
        >
          IPv{family}
        </button>
      ))}
    </div>
  );
}

function Totals() {
  const state = useGrid((store) => store.state);
  const isSorting = useGrid((store) => store.isSorting);
  if (!state) return null;
  const { matched, total, viewMs, loading } = state;
  const words = matched === total ? count(total) : `${count(matched)} of ${count(total)}`;
  return (
    <output
      className={`totals${isSorting ? ' is-waiting' : ''}`}
      aria-label="Routes shown"
      title={`Sorted and filtered in ${viewMs.toFixed(0)} ms`}
    >
      {loading ? `Reading… ${count(loading.routes)}` : words}
    </output>
  );
}
