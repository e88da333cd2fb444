// SPDX-License-Identifier: MIT
// The window: one page at a time under the top bar, the inspector docked under the grid, the status line below.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { TargetState } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { GridController } from '../grid/controller.ts';
import { RoutesPage } from '../grid/RoutesPage.tsx';
import { Inspector } from '../inspector/index.ts';
import { valueOf } from '../state/errors.ts';
import { usePrefs } from '../state/prefs.ts';
import { ModulePage } from '../module/ModulePage.tsx';
import { useSelection } from '../state/selection.ts';
import { presentInfo, useTarget } from '../state/target.ts';
import { ComingPage } from './ComingPage.tsx';
import { Dock } from './Dock.tsx';
import { KeyboardHelp } from './KeyboardHelp.tsx';
import { LockNotices } from './LockNotices.tsx';
import type { PageId } from './pages.ts';
import { PendingBanner } from './PendingBanner.tsx';
import { SettleFirst } from './SettleFirst.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useKeys } from './useKeys.ts';
import './app.css';
import './lock.css';

/** Tells one opening of a target from another. */
const openingOf = ({ state }: { state: TargetState | null }): string =>
  state ? `${state.target} ${state.lab?.pid ?? ''} ${state.portId ?? ''}` : '';

export function App() {
  const [page, setPage] = useState<PageId>('routes');
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [controller] = useState(() => new GridController(bridge));
  const lookup = useRef<HTMLInputElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const isLoaded = usePrefs((store) => store.isLoaded);
  const isDangerous = useTarget((store) => presentInfo(store)?.dangerous ?? false);
  useKeys({ page, setPage, setIsHelpOpen, lookup, filter });

  // rows of another target have other ids
  useEffect(
    () =>
      useTarget.subscribe((now, before) => {
        const isOpening = now.state?.state === 'connecting' && before.state?.state !== 'connecting';
        if (isOpening || openingOf(now) !== openingOf(before)) controller.restart();
      }),
    [controller],
  );

  const showRow = useCallback(
    async (rowId: number): Promise<boolean> => {
      setPage('routes');
      return controller.show(rowId);
    },
    [controller],
  );

  return (
    <div className={`window${isDangerous ? ' is-dangerous' : ''}`}>
      <TopBar
        page={page}
        onPage={setPage}
        onHelp={() => setIsHelpOpen(true)}
        lookup={lookup}
        onShowRow={showRow}
      />
      <div className="over-page">
        <PendingBanner />
        <LockNotices />
      </div>
      <main className="page">
        {page === 'routes' && isLoaded && (
          <Dock main={<RoutesPage controller={controller} filter={filter} />}>
            <LinkedInspector variant="dock" controller={controller} />
          </Dock>
        )}
        {page === 'inspector' && (
          <div className="page-inspector" data-pane="inspector" tabIndex={-1}>
            <LinkedInspector variant="page" controller={controller} />
          </div>
        )}
        {page === 'module' && <ModulePage onShowMessages={() => setPage('inspector')} />}
        {page === 'lessons' && <ComingPage page={page} />}
      </main>
      <StatusBar />
      <SettleFirst />
      {isHelpOpen && <KeyboardHelp onClose={() => setIsHelpOpen(false)} />}
    </div>
  );
}

/** The inspector, joined to the grid: a row lights its messages, a message its row. */
function LinkedInspector({ variant, controller }: { variant: 'dock' | 'page'; controller: GridController }) {
  const lit = useSelection((store) => store.lit);
  const message = useSelection((store) => store.message);
  const select = (id: number | null): void => {
    useSelection.getState().show(id);
    if (id === null) return;
    void (async () => {
      const outcome = await bridge['trace.rowOf']({ id });
      // a message without a row (an acknowledgement of a delete, say) leaves the grid alone
      if (!outcome.ok || outcome.value.rowId === null) return;
      if (useSelection.getState().message === id) await controller.show(outcome.value.rowId);
    })();
  };
  const mirror = useTarget(({ state }) => state?.mirror ?? null);
  const why = useTarget(({ state }) =>
    state && !state.writable ? (state.readOnlyReason ?? 'Only who may change routes may listen') : null,
  );
  return (
    <Inspector
      variant={variant}
      highlight={lit}
      selected={message}
      onSelectMessage={select}
      mirror={
        mirror === null
          ? null
          : {
              isOn: mirror,
              why,
              set: (on) => void bridge['rtmgr.mirror']({ on }).then((one) => valueOf(one)),
            }
      }
    />
  );
}
