// SPDX-License-Identifier: MIT
// The bottom line: state, traffic, selection, the last error. What is said once is read out from here too.
import { CircleX, X } from 'lucide-react';
import { STATE_WORDS } from '../../../app/contract/index.ts';
import { useErrors } from '../state/errors.ts';
import { useGrid } from '../state/grid.ts';
import { useSelection } from '../state/selection.ts';
import { presentName, useTarget } from '../state/target.ts';
import { useTraffic } from '../state/traffic.ts';
import { brief, count, plural, sentence } from '../words.ts';

export function StatusBar() {
  const target = useTarget();
  const { state } = target;
  const perSecond = useTraffic((store) => store.perSecond);
  const selected = useSelection((store) => store.rows.size);
  const loading = useGrid((store) => store.state?.loading ?? null);
  const last = useErrors((store) => store.last);
  const name = state && presentName(target);
  return (
    <footer className="status" role="contentinfo" aria-label="Status">
      <span className="status-state" role="status">
        <span className={`state-dot is-${state?.state ?? 'connecting'}`} aria-hidden />
        <span className="status-state-words" title={name ?? undefined}>
          {state ? STATE_WORDS[state.state] : 'Starting'}
          {name && ` · ${name}`}
          {state?.portId !== null && state?.portId !== undefined && ` · port ${state.portId}`}
        </span>
      </span>
      {loading && <span>reading, {plural(loading.routes, 'route')} so far</span>}
      <span title="Netlink messages in the last second, both directions">{count(perSecond)} msg/s</span>
      <span>selected {count(selected)}</span>
      {state !== null && state.resyncs > 0 && (
        <span title="The kernel’s notifications overflowed and the table was read anew">
          {plural(state.resyncs, 'resync')}
        </span>
      )}
      <Said />
      {last && (
        <span className="status-error" title={sentence(last.error)}>
          <CircleX size={13} aria-hidden />
          <span className="status-error-words">
            {brief(last.error)}
            {last.subject && ` – ${last.subject}`}
          </span>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss the error"
            onClick={() => useErrors.getState().dismiss()}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      )}
    </footer>
  );
}

function Said() {
  const said = useErrors((store) => store.said);
  return (
    <span className="status-said" role="status" aria-label="Message" title={said}>
      {said}
    </span>
  );
}
