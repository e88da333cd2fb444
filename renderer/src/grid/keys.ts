// SPDX-License-Identifier: MIT
// The grid's keys, as the ARIA grid pattern has them. Framework-free: an event in, what was done out.
import { chosenRows, copyCommands, editFocused } from './actions.ts';
import type { GridController, SelectHow } from './controller.ts';

export interface GridKeysContext {
  controller: GridController;
  /** How many columns are shown, and the field that a column edits. */
  columns: number;
  fieldAt: (column: number) => string | null;
  onDelete: (rowIds: number[]) => void;
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

/** Where a key leads; null: it does not move. */
export function target(press: Press, from: number, page: number, total: number): number | null {
  switch (press.key) {
    case 'ArrowDown':
      return from + 1;
    case 'ArrowUp':
      return from - 1;
    case 'PageDown':
      return from + page;
    case 'PageUp':
      return from - page;
    case 'Home':
      return press.ctrlKey ? 0 : null;
    case 'End':
      return press.ctrlKey ? total - 1 : null;
    default:
      return null;
  }
}

/** True when the key was the grid's. */
export function onGridKey(press: Press, context: GridKeysContext): boolean {
  const { controller, columns, fieldAt, onDelete } = context;
  if (press.altKey || press.metaKey) return false;
  const { key, ctrlKey, shiftKey } = press;
  const at = controller.focusIndex ?? -1;
  const column = controller.focusColumn;
  const to = target(press, at, controller.body?.map.page ?? 10, controller.pages.total);
  if (to !== null) {
    const isEnd = key === 'Home' || key === 'End';
    const how: SelectHow = shiftKey ? 'extend' : ctrlKey && !isEnd ? 'move' : 'only';
    controller.focus(to, how);
    return true;
  }
  const across: Record<string, number> = {
    ArrowLeft: column - 1,
    ArrowRight: column + 1,
    Home: 0,
    End: columns - 1,
  };
  const next = across[key];
  if (next !== undefined && !ctrlKey) {
    controller.focus(Math.max(0, at), 'move', Math.min(columns - 1, Math.max(0, next)));
    return true;
  }
  if (key === ' ') {
    controller.focus(Math.max(0, at), 'toggle');
    return true;
  }
  if ((key === 'Enter' && !ctrlKey) || key === 'F2') {
    void editFocused(controller, fieldAt(column) ?? 'destination');
    return true;
  }
  if (key === 'Delete') {
    onDelete(chosenRows());
    return true;
  }
  if (ctrlKey && !shiftKey && key.toLowerCase() === 'a') {
    void controller.selectAll();
    return true;
  }
  if (ctrlKey && !shiftKey && key.toLowerCase() === 'c') {
    void copyCommands();
    return true;
  }
  return false;
}
