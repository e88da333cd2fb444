// SPDX-License-Identifier: MIT
// What the grid says when it has no rows to show, and why.
import { CircleSlash, FilterX, Inbox, Loader, PlugZap } from 'lucide-react';
import type { ReactNode } from 'react';
import { DEFAULT_GRID_SPEC } from '../../../app/contract/index.ts';
import { useEditing } from '../state/editing.ts';
import { useGrid } from '../state/grid.ts';
import { presentInfo, useTarget, whyReadOnly } from '../state/target.ts';
import { plural } from '../words.ts';

export function GridStates() {
  const grid = useGrid((store) => store.state);
  const spec = useGrid((store) => store.spec);
  const look = useGrid((store) => store.look);
  const target = useTarget();
  const isNew = useEditing((store) => store.present?.row === null);
  const { state } = target;
  const name = presentInfo(target)?.name ?? 'the target';

  const isAbsent = state?.state === 'not-loaded';
  if (state && (state.state === 'lost' || state.state === 'unavailable' || isAbsent)) {
    const isLost = state.state === 'lost';
    const again =
      isLost && state.target === 'rtmgr-user' ? 'Start it again' : isLost ? 'Connect again' : 'Try again';
    return (
      <Notice
        isOver
        icon={isLost ? <PlugZap size={22} /> : <CircleSlash size={22} />}
        title={
          state.error?.what ?? (isLost ? `The connection to ${name} was lost` : `${name} is not available`)
        }
      >
        {state.error?.why && <p>{state.error.why}</p>}
        {state.error?.wayOut && <p>{state.error.wayOut}</p>}
        {!isAbsent && (
          <button type="button" className="button is-primary" onClick={() => void target.open(state.target)}>
            {again}
          </button>
        )}
        {state.target !== 'lab' && (
          <button type="button" className="button" onClick={() => void target.open('lab')}>
            Open the Lab
          </button>
        )}
      </Notice>
    );
  }
  if (!state || !grid || (state.state === 'connecting' && grid.matched === 0)) {
    return (
      <Notice icon={<Loader size={22} />} title={`Opening ${name}…`} isBusy>
        {grid?.loading && <p>{plural(grid.loading.routes, 'route')} so far</p>}
      </Notice>
    );
  }
  if (grid.matched > 0) return null;
  if (grid.loading) {
    return (
      <Notice icon={<Loader size={22} />} title="Reading the table…" isBusy>
        <p>{plural(grid.loading.routes, 'route')} so far</p>
      </Notice>
    );
  }
  if (isNew) return null;
  if (grid.total === 0) {
    return (
      <Notice icon={<Inbox size={22} />} title="The routing table is empty">
        {whyReadOnly(target) === null && <p>Ctrl+N adds a route.</p>}
      </Notice>
    );
  }
  const { text, table, families } = spec;
  const isNarrowed = table !== 'all' || families.length === 1;
  // once for what was typed, and where that was not it, for table and family too
  const clear = (): void =>
    void look({
      text: '',
      table: text === '' ? 'all' : DEFAULT_GRID_SPEC.table,
      families: DEFAULT_GRID_SPEC.families,
    });
  return (
    <Notice icon={<FilterX size={22} />} title="No route matches">
      <p>
        {text !== '' && (
          <>
            <span className="is-mono">{text}</span> is found in none of the {plural(grid.total, 'route')}
            {isNarrowed && ' of the chosen table and family'}.
          </>
        )}
        {text === '' && `The table has ${plural(grid.total, 'route')}, none of the chosen table and family.`}
      </p>
      <button type="button" className="button is-primary" onClick={clear}>
        Clear filter
      </button>
    </Notice>
  );
}

function Notice({
  icon,
  title,
  isBusy = false,
  isOver = false,
  children,
}: {
  icon: ReactNode;
  title: string;
  isBusy?: boolean;
  /** Stands over rows that are no longer true. */
  isOver?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`grid-notice${isBusy ? ' is-waiting' : ''}${isOver ? ' is-over' : ''}`} role="status">
      <span className="grid-notice-icon" aria-hidden>
        {icon}
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
