// SPDX-License-Identifier: MIT
// One row of the grid as DOM, used for one route after the other while the person scrolls. It writes only what differs
// from what it shows already: at thousands of rows a second that is what keeps the frames.
import type { RouteRow } from '../../../app/contract/index.ts';
import type { Column } from './columns.ts';
import { GUTTER } from './columns.ts';

export interface RowLooks {
  selected: boolean;
  cursor: boolean;
  /** Position of the cursor's cell among the columns; -1: none. */
  cell: number;
  /** The selected message, or a lookup, is about it. */
  lit: boolean;
  /** Its place is taken by the editor. */
  editing: boolean;
}

export const rowElementId = (id: number): string => `route-${id}`;
export const cellElementId = (id: number, column: number): string => `route-${id}-${column}`;

export class RowView {
  readonly element = document.createElement('div');
  private readonly gutter = document.createElement('div');
  private cells: HTMLElement[] = [];
  private columns: readonly Column[] = [];
  private shown: RouteRow | null | undefined = undefined;
  private index = -1;
  private looks = '';
  private y = Number.NaN;

  constructor() {
    this.element.className = 'grid-row';
    this.element.setAttribute('role', 'row');
    this.gutter.className = 'grid-gutter';
    this.gutter.setAttribute('role', 'presentation');
    this.element.append(this.gutter);
  }

  setColumns(columns: readonly Column[]): void {
    if (this.columns === columns) return;
    this.columns = columns;
    this.cells = columns.map((column, i) => {
      const cell = document.createElement('div');
      cell.className = `grid-cell${column.mono ? ' mono' : ''}${column.number ? ' number' : ''}`;
      cell.setAttribute('role', 'gridcell');
      cell.setAttribute('aria-colindex', String(i + 1));
      cell.dataset['column'] = column.id;
      cell.style.width = `${column.width}px`;
      return cell;
    });
    this.element.replaceChildren(this.gutter, ...this.cells);
    this.element.style.width = `${columns.reduce((sum, column) => sum + column.width, GUTTER)}px`;
    this.shown = undefined;
    this.looks = '';
  }

  /** `row` null: not there yet. */
  show(index: number, row: RouteRow | null, looks: RowLooks, y: number): void {
    if (this.index !== index) {
      this.index = index;
      // the heading is row 1
      this.element.setAttribute('aria-rowindex', String(index + 2));
      this.element.dataset['index'] = String(index);
      this.element.classList.toggle('odd', index % 2 === 1);
    }
    if (this.y !== y) {
      this.y = y;
      this.element.style.transform = `translateY(${y}px)`;
    }
    if (this.shown !== row) this.fill(row);
    this.dress(looks);
    this.element.hidden = false;
  }

  hide(): void {
    if (!this.element.hidden) this.element.hidden = true;
  }

  /** Draws attention to it once. */
  flash(): void {
    this.element.classList.remove('flash');
    // begins the animation anew
    void this.element.offsetWidth;
    this.element.classList.add('flash');
  }

  private fill(row: RouteRow | null): void {
    const other = this.shown?.id !== row?.id;
    this.shown = row;
    if (other) this.element.classList.remove('flash');
    if (row === null) {
      this.element.removeAttribute('id');
      this.element.classList.add('waiting');
      for (const cell of this.cells) cell.replaceChildren();
      return;
    }
    if (other) {
      this.element.id = rowElementId(row.id);
      this.element.classList.remove('waiting');
    }
    for (const [i, column] of this.columns.entries()) {
      const cell = this.cells[i]!;
      const text = column.text(row);
      if (cell.textContent !== text) cell.textContent = text;
      if (other) cell.id = cellElementId(row.id, i);
      cell.classList.toggle('muted', column.isMuted?.(row) ?? false);
      const full = column.full?.(row) ?? text;
      if (cell.title !== full) cell.title = full;
      if (column.id === 'nexthop' && row.hops.length > 1) {
        const more = document.createElement('span');
        more.className = 'grid-more';
        more.textContent = `+${row.hops.length - 1}`;
        cell.append(more);
      }
    }
  }

  private dress(looks: RowLooks): void {
    const key = `${looks.selected}${looks.cursor}${looks.cell}${looks.lit}${looks.editing}`;
    if (key === this.looks) return;
    this.looks = key;
    const { classList } = this.element;
    classList.toggle('selected', looks.selected);
    classList.toggle('cursor', looks.cursor);
    classList.toggle('lit', looks.lit);
    classList.toggle('editing', looks.editing);
    this.element.setAttribute('aria-selected', String(looks.selected));
    for (const [i, cell] of this.cells.entries())
      cell.classList.toggle('cursor', looks.cursor && i === looks.cell);
  }
}
