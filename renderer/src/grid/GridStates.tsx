// SPDX-License-Identifier: MIT
// What the grid says when it has no rows to show, and why.
import { CircleSlash, FilterX, Inbox, Loader, PlugZap } from 'lucide-react';
import type { ReactNode } from 'react';
import { DEFAULT_GRID_SPEC } from '../../../app/contract/index.ts';
import { useEditing } from '../state/editing.ts';
import { useGrid } from '../state/grid.ts';
import { presentInfo, useTarget, whyReadOnly } from '../state/target.ts';
import { count, plural } from '../words.ts';

export function GridStates() {
  const grid = useGrid((store) => store.state);
  const spec = useGrid((store) => store.spec);
  const look = useGrid((store) => store.look);
  const target = useTarget();
  const isNew = useEditing((store) => store.present?.row === null);
  const { state } = target;
  const name = presentInfo(target)?.name ?? 'the target';

  if (state && (state.state === 'lost' || state.state === 'unavailable')) {
    const isLost = state.state === 'lost';
    return (
      <Notice
        icon={isLost ? <PlugZap size={22} /> : <CircleSlash size={22} />}
        title={
          state.error?.what ?? (isLost ? `The connection to ${name} was lost` : `${name} is not available`)
        }
      >
        {state.error?.why && <p>{state.error.why}</p>}
        {state.error?.wayOut && <p>{state.error.wayOut}</p>}
        <button type="button" className="button is-primary" onClick={() => void target.open(state.target)}>
          {isLost ? 'Connect again' : 'Try again'}
        </button>
        {state.target !== 'lab' && (
          <button type="button" className="button" onClick={() => void target.open('lab')}>
            Open the Lab
          </button>
        )}
      </Notice>
    );
  }
  if (!state || !grid || state.state === 'connecting') {
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
  return (
    <Notice icon={<FilterX size={22} />} title="No route matches">
      <p>
        None of {count(grid.total)} {grid.total === 1 ? 'route' : 'routes'}
        {spec.text && (
          <>
            {' '}
            holds <span className="is-mono">{spec.text}</span>
          </>
        )}
        {(spec.table !== 'all' || spec.families.length === 1) && ', in what table and family leave over'}.
      </p>
      <button
        type="button"
        className="button is-primary"
        onClick={() =>
          void look({ text: '', table: spec.text ? spec.table : 'all', families: DEFAULT_GRID_SPEC.families })
        }
      >
        Clear filter
      </button>
    </Notice>
  );
}

function Notice({
  icon,
  title,
  isBusy = false,
  children,
}: {
  icon: ReactNode;
  title: string;
  isBusy?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`grid-notice${isBusy ? ' is-waiting' : ''}`} role="status">
      <span className="grid-notice-icon" aria-hidden>
        {icon}
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
