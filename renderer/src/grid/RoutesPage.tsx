// SPDX-License-Identifier: MIT
// The page Routes: toolbar, banners, grid, and what is asked before many rows are deleted.
import { TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { ModalDialog } from '../app/ModalDialog.tsx';
import type { RouteOwner, TargetId } from '../../../app/contract/index.ts';
import { useEditing } from '../state/editing.ts';
import { useErrors } from '../state/errors.ts';
import { useGrid } from '../state/grid.ts';
import { usePrefs } from '../state/prefs.ts';
import { ownersOf } from '../state/owners.ts';
import { useTarget } from '../state/target.ts';
import { count, plural } from '../words.ts';
import { ASK_ABOVE, chosenRows, deleteRows, editFocused, mayWrite, newRoute } from './actions.ts';
import type { GridController } from './controller.ts';
import { Refusal } from './edit/Words.tsx';
import { Grid } from './Grid.tsx';
import { OwnersDialog, OwnersList, OwnersTitle } from './OwnersDialog.tsx';
import { SeveralDialog } from './SeveralDialog.tsx';
import { Toolbar } from './Toolbar.tsx';
import './routes.css';

/** What is said once, by target: what it is, and that nothing can break. */
const HINTS: Partial<Record<TargetId, { id: string; words: ReactNode }>> = {
  lab: {
    id: 'first-start',
    words: (
      <>
        This is a real kernel table in a <b>Lab</b> of its own: change what you like, your machine is not
        touched.
      </>
    ),
  },
  system: {
    id: 'first-system',
    words: (
      <>
        This is the table that <b>this machine</b> routes with. It can be changed after <b>Unlock editing</b>,
        and every change is put back by itself unless you keep it.
      </>
    ),
  },
  'rtmgr-user': {
    id: 'first-rtmgr-user',
    words: (
      <>
        This is <b>rtmgr</b>, our own routing table, in a process that ends with the window: it moves no
        packet, so change what you like.
      </>
    ),
  },
  'rtmgr-kernel': {
    id: 'first-rtmgr-kernel',
    words: (
      <>
        This is <b>rtmgr</b> in the kernel: a table of its own beside the kernel’s. It moves no packet, but
        other programs may use it too.
      </>
    ),
  },
};

export function RoutesPage({
  controller,
  filter,
}: {
  controller: GridController;
  filter: RefObject<HTMLInputElement | null>;
}) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isSeveral, setIsSeveral] = useState(false);
  const done = useEditing((store) => store.done);

  // after an edit the route may stand elsewhere: the grid goes with it
  useEffect(() => {
    if (!done) return;
    const [rowId] = done.rowIds;
    if (rowId !== undefined) void controller.show(rowId);
    document.querySelector<HTMLElement>('[data-pane=grid]')?.focus();
  }, [controller, done]);

  const remove = (rowIds: number[]): void => {
    if (rowIds.length === 0 || !mayWrite()) return;
    void (async () => {
      const owners = await ownersOf(rowIds);
      if (!owners) return;
      if (owners.length > 0 || rowIds.length > ASK_ABOVE) setAsked({ rowIds, owners });
      else await deleteRows(rowIds, controller);
    })();
  };

  return (
    <section className="routes" aria-label="Routes">
      <Toolbar
        filter={filter}
        onNew={newRoute}
        onSeveral={() => setIsSeveral(true)}
        onEdit={() => void editFocused(controller)}
        onDelete={() => remove(chosenRows())}
      />
      <Banners controller={controller} />
      <Grid controller={controller} onDelete={remove} />
      {isSeveral && <SeveralDialog onClose={() => setIsSeveral(false)} />}
      {asked && (
        <DeleteDialog
          {...asked}
          onClose={() => setAsked(null)}
          onDelete={() => void deleteRows(asked.rowIds, controller)}
        />
      )}
      <OwnersDialog />
    </section>
  );
}

interface Asked {
  rowIds: number[];
  owners: RouteOwner[];
}

/** What is asked before many routes are deleted, or those of others. */
function DeleteDialog({
  rowIds,
  owners,
  onClose,
  onDelete,
}: Asked & { onClose: () => void; onDelete: () => void }) {
  const isAtomic = useTarget(({ state }) => Boolean(state?.rtmgr));
  const isOnTrial = useTarget(({ state }) => state?.target === 'system');
  const seconds = usePrefs((store) => store.prefs.confirmSeconds);
  const many = rowIds.length > ASK_ABOVE;
  return (
    <ModalDialog
      title={many ? `Delete ${count(rowIds.length)} routes?` : <OwnersTitle owners={owners} />}
      isQuestion
      onLeave={onClose}
    >
      {owners.length > 0 && <OwnersList owners={owners} />}
      <p>
        {many &&
          (isAtomic
            ? 'They are taken out of rtmgr’s table as one batch: all of them, or none. '
            : 'They are taken out of the kernel’s table at once, one after the other. ')}
        {isOnTrial
          ? `What is deleted is put back after ${plural(seconds, 'second')} unless you keep the change.`
          : 'There is no undo in this version.'}
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep {rowIds.length === 1 ? 'it' : 'them'}
        </button>
        <button
          type="button"
          className="button is-danger"
          onClick={() => {
            onClose();
            onDelete();
          }}
        >
          Delete {plural(rowIds.length, 'route')}
        </button>
      </div>
    </ModalDialog>
  );
}

/** One line each, over the grid: the first hint, a partial table, refused deletes. */
function Banners({ controller }: { controller: GridController }) {
  const isLoaded = usePrefs((store) => store.isLoaded);
  const dismissed = usePrefs((store) => store.prefs.dismissed);
  const isPartial = useGrid((store) => store.state?.partial ?? false);
  const byRow = useErrors((store) => store.byRow);
  const hint = useTarget(({ state }) => (state?.portId ? HINTS[state.target] : undefined));
  const [rowId, refusal] = [...byRow].at(-1) ?? [];
  return (
    <>
      {isLoaded && hint && !dismissed.includes(hint.id) && (
        <div className="banner" role="note">
          <span>
            {hint.words} Double-click a cell to edit, <kbd>Ctrl</kbd>+<kbd>N</kbd> for a new route,{' '}
            <kbd>F1</kbd> for the keys.
          </span>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss the hint"
            onClick={() => usePrefs.getState().change({ dismissed: [...dismissed, hint.id] })}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      )}
      {isPartial && (
        <div className="banner is-warn" role="alert">
          <TriangleAlert size={15} aria-hidden />
          <span>
            The table kept changing while it was read, so it may be partial. It is completed with the next
            changes; open the target again to read it anew.
          </span>
        </div>
      )}
      {refusal && rowId !== undefined && (
        <div className="banner is-error" role="alert">
          <TriangleAlert size={15} aria-hidden />
          <div className="banner-words">
            <span className="is-mono">{refusal.subject}</span>
            {byRow.size > 1 && ` and ${plural(byRow.size - 1, 'more route')}`} could not be deleted.{' '}
            <Refusal error={refusal.error} />
          </div>
          <button type="button" className="button is-small" onClick={() => void controller.show(rowId)}>
            Show row
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss"
            onClick={() => useErrors.getState().forgive()}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      )}
    </>
  );
}
