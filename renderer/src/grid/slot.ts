// SPDX-License-Identifier: MIT
// One element of the pool that GridBody fills with rows: made once, filled with whatever row comes into sight.
import type { GridColumn, RouteRow } from '../../../app/contract/index.ts';

export interface Slot {
  el: HTMLElement;
  mark: HTMLElement;
  cells: HTMLElement[];
  texts: string[];
  chip: HTMLButtonElement | null;
  index: number;
  row: RouteRow | undefined;
  classes: string;
  focusedCell: number;
}

/** A row element at the end of `layer`; `number` makes the ids of its cells. */
export function makeSlot(layer: HTMLElement, columns: readonly GridColumn[], number: number): Slot {
  const el = document.createElement('div');
  el.setAttribute('role', 'row');
  const mark = document.createElement('div');
  mark.className = 'grid-mark';
  mark.setAttribute('role', 'presentation');
  el.append(mark);
  let chip: HTMLButtonElement | null = null;
  const cells = columns.map((column, at) => {
    const cell = document.createElement('div');
    cell.className = `grid-cell c-${column}`;
    cell.id = `cell-${number}-${at}`;
    cell.setAttribute('role', 'gridcell');
    cell.setAttribute('aria-colindex', String(at + 1));
    cell.append(document.createTextNode(''));
    if (column === 'nexthop') {
      chip = document.createElement('button');
      chip.type = 'button';
      chip.tabIndex = -1;
      chip.className = 'grid-chip';
      chip.hidden = true;
      cell.append(chip);
    }
    el.append(cell);
    return cell;
  });
  layer.append(el);
  return {
    el,
    mark,
    cells,
    texts: cells.map(() => ''),
    chip,
    index: -1,
    row: undefined,
    classes: '',
    focusedCell: -1,
  };
}
