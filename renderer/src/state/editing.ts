// SPDX-License-Identifier: MIT
// The one route that is being typed. It lives outside of the grid so that scrolling, recycling and pages can't
// destroy it, and keeps what the kernel said until the person changes the cell or leaves.
import { create } from 'zustand';
import type { AppError, RouteRow } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { formOfRow, newForm, patchOf, readForm } from '../grid/edit/form.ts';
import type { HopForm, RouteForm } from '../grid/edit/form.ts';
import { useErrors } from './errors.ts';
import { useLinks } from './links.ts';
import { isMeant, ownersOfRow } from './owners.ts';
import { useSelection } from './selection.ts';
import { answerer } from './target.ts';

export interface Editing {
  /** null: a new route. */
  row: RouteRow | null;
  form: RouteForm;
  /** Cells that were touched; problems of others are not shown until one tries to apply. */
  touched: ReadonlySet<string>;
  /** The cell to start in. */
  startAt: string;
  /** Counts openings, so that the editor is made anew for each. */
  serial: number;
  hasTried: boolean;
  isApplying: boolean;
  refusal: AppError | null;
}

interface EditingStore {
  present: Editing | null;
  /** Row id that the last edit or new route gave, for the grid to go to; null when taken. */
  done: { rowIds: number[]; serial: number } | null;
  openNew(): void;
  openRow(row: RouteRow, startAt: string): void;
  set(patch: Partial<RouteForm>, field: string): void;
  setHop(at: number, patch: Partial<HopForm>, field: string): void;
  apply(): Promise<void>;
  leave(): void;
}

let serial = 0;

export const useEditing = create<EditingStore>((set, get) => {
  const start = (row: RouteRow | null, startAt: string): void => {
    const { vocabulary } = useLinks.getState();
    serial++;
    set({
      present: {
        row,
        form: row ? formOfRow(row, vocabulary) : newForm(vocabulary),
        touched: new Set(),
        startAt,
        serial,
        hasTried: false,
        isApplying: false,
        refusal: null,
      },
    });
  };
  const patch = (change: Partial<Editing>): void => {
    const { present } = get();
    if (present) set({ present: { ...present, ...change } });
  };
  const touch = (form: RouteForm, field: string): void => {
    const { present } = get();
    if (present) patch({ form, touched: new Set(present.touched).add(field), refusal: null });
  };
  return {
    present: null,
    done: null,
    openNew: () => {
      if (get().present?.row !== null) start(null, 'destination');
    },
    openRow: (row, startAt) => start(row, startAt),
    set: (change, field) => {
      const { present } = get();
      if (present) touch({ ...present.form, ...change }, field);
    },
    setHop: (at, change, field) => {
      const { present } = get();
      if (!present) return;
      const hops = present.form.hops.map((hop, index) => (index === at ? { ...hop, ...change } : hop));
      touch({ ...present.form, hops }, field);
    },
    apply: async () => {
      const { present } = get();
      if (!present || present.isApplying) return;
      const { links, vocabulary } = useLinks.getState();
      const { draft, problems } = readForm(present.form, vocabulary, links);
      if (problems.length > 0) return patch({ hasTried: true });
      const change = present.row && patchOf(present.row, draft);
      if (present.row && !change) {
        useErrors.getState().say('Nothing was changed');
        return set({ present: null });
      }
      if (present.row && !(await isMeant(ownersOfRow(present.row), 'change'))) return undefined;
      patch({ isApplying: true, hasTried: true, refusal: null });
      const outcome =
        present.row && change
          ? await bridge['route.edit']({ rowId: present.row.id, patch: change })
          : await bridge['route.add']({ draft });
      // left meanwhile, or another one opened
      const isPresent = get().present?.serial === present.serial;
      const subject = draft.destination;
      if (!outcome.ok) {
        useErrors.getState().report(outcome.error, subject);
        const [refused] = outcome.error.kind === 'kernel' ? (outcome.error.messageIds ?? []) : [];
        if (refused !== undefined) useSelection.getState().show(refused);
        if (isPresent) patch({ isApplying: false, refusal: outcome.error });
        return undefined;
      }
      const { rowIds, messageIds, warnings } = outcome.value;
      if (messageIds[0] !== undefined) useSelection.getState().show(messageIds[0]);
      useErrors.getState().dismiss();
      const verb = present.row ? 'Changed' : 'Added';
      useErrors
        .getState()
        .say([`${verb} ${subject}`, ...warnings.map((words) => `${answerer()}: ${words}`)].join('. '));
      set({ done: { rowIds, serial: present.serial }, ...(isPresent && { present: null }) });
      return undefined;
    },
    leave: () => set({ present: null }),
  };
});
