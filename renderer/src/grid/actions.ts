// SPDX-License-Identifier: MIT
// What a person does with selected rows: edit, delete, copy. The page's commands and the toolbar's buttons both end here.
import type { RouteRow } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { useEditing } from '../state/editing.ts';
import { useErrors, valueOf } from '../state/errors.ts';
import { nudge } from '../state/lock.ts';
import { useSelection } from '../state/selection.ts';
import { useTarget, whyReadOnly } from '../state/target.ts';
import { plural } from '../words.ts';
import type { GridController } from './controller.ts';

/** Deleting more than this asks first. */
export const ASK_ABOVE = 20;

/** True where routes can be changed now; else why not is said, and the lock shows itself. */
export const mayWrite = (): boolean => {
  const target = useTarget.getState();
  const why = whyReadOnly(target);
  if (why && target.state?.lock?.state === 'locked') {
    nudge();
    useErrors.getState().say(`${why}: unlock it first (Ctrl+U)`);
  } else if (why) useErrors.getState().say(`${why}: nothing can be changed here`);
  return why === null;
};

export function newRoute(): void {
  if (mayWrite()) useEditing.getState().openNew();
}

/** Opens the editor on the focused row. */
export async function editFocused(controller: GridController, startAt = 'destination'): Promise<void> {
  const rowId = useSelection.getState().focus;
  if (rowId === null || !mayWrite()) return;
  const near = controller.pages.indexOf(rowId);
  let row: RouteRow | null | undefined = near >= 0 ? controller.pages.row(near) : undefined;
  if (!row) row = valueOf(await bridge['grid.locate']({ rowId }))?.row;
  if (!row) return;
  if (near < 0) await controller.show(rowId, 'move');
  useEditing.getState().openRow(row, startAt);
}

/** Rows that a command concerns: the selected ones, else the focused one. */
export function chosenRows(): number[] {
  const { rows, focus } = useSelection.getState();
  if (rows.size > 0) return [...rows];
  return focus === null ? [] : [focus];
}

export async function deleteRows(rowIds: readonly number[], controller: GridController): Promise<void> {
  if (rowIds.length === 0 || !mayWrite()) return;
  const names = new Map<number, string>();
  for (const rowId of rowIds) {
    const index = controller.pages.indexOf(rowId);
    const row = index >= 0 ? controller.pages.row(index) : undefined;
    if (row) names.set(rowId, row.isDefault ? 'default' : row.destination);
  }
  useErrors.getState().forgive(rowIds);
  const answer = valueOf(await bridge['route.delete']({ rowIds: [...rowIds] }));
  if (!answer) return;
  if (answer.messageIds[0] !== undefined) useSelection.getState().show(answer.messageIds[0]);
  const { report, refuse, say } = useErrors.getState();
  const refused = answer.items.flatMap(({ rowId, outcome }) =>
    outcome.ok ? [] : [{ rowId, error: outcome.error }],
  );
  const deleted = answer.items.length - refused.length;
  if (refused.length === 0) {
    const only = rowIds.length === 1 ? names.get(rowIds[0]!) : undefined;
    return say(`Deleted ${only ?? plural(deleted, 'route')}`);
  }
  // a row that somebody else deleted first is no longer there to be marked
  refuse(
    refused
      .filter(({ error }) => error.kind !== 'gone')
      .map(({ rowId, error }) => [rowId, { error, subject: names.get(rowId) ?? `row ${rowId}` }]),
  );
  report(refused[0]!.error, names.get(refused[0]!.rowId) ?? '');
  return say(`${plural(deleted, 'route')} deleted, ${plural(refused.length, 'refusal')}`);
}

export async function copyCommands(): Promise<void> {
  const rowIds = chosenRows();
  if (rowIds.length === 0) return;
  const lines = valueOf(await bridge['route.commands']({ rowIds }));
  if (!lines) return;
  const { say } = useErrors.getState();
  const isCopied = await copyText(lines.join('\n'));
  say(isCopied ? `Copied ${plural(lines.length, 'route')} as ip route` : 'The clipboard refused the copy');
}

/** Tries the clipboard's own way, then the old one, which needs no permission. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'off-screen';
    document.body.append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return isDone;
  }
}
