// SPDX-License-Identifier: MIT
// The grid's headings: sort, width, order, and the menu that does all of it without a pointer.
import { ArrowDown, ArrowUp, ChevronDown } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { useGrid } from '../state/grid.ts';
import type { GridColumns, ShownColumn } from './columns-table.ts';
import { moved, nextSort } from './core/columns.ts';

const STEP = 16;

export function Header({ columns }: { columns: GridColumns }) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const shown = columns.shown.map(({ id }) => id as string);

  /** Reordering by pointer: the heading goes where it is dropped. */
  const drag = (event: PointerEvent<HTMLElement>, id: string): void => {
    if (event.button !== 0 || (event.target as Element).closest('.grid-resize, .grid-menu-button')) return;
    const from = event.clientX;
    let target: string | null = null;
    const move = (moveEvent: globalThis.PointerEvent): void => {
      if (target === null && Math.abs(moveEvent.clientX - from) < 6) return;
      setDragged(id);
      const head = [...(row.current?.querySelectorAll<HTMLElement>('[data-column]') ?? [])].find(
        (element) => {
          const { left, right } = element.getBoundingClientRect();
          return moveEvent.clientX >= left && moveEvent.clientX < right;
        },
      );
      target = head?.dataset['column'] ?? target ?? id;
      setOver(target);
    };
    const end = (): void => {
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerup', end);
      document.removeEventListener('pointercancel', end);
      setDragged(null);
      setOver(null);
      if (target !== null && target !== id) {
        columns.setOrder(moved(columns.order, shown, id, shown.indexOf(target) - shown.indexOf(id)));
      }
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', end);
    document.addEventListener('pointercancel', end);
  };

  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-head-row" ref={row}>
        <div className="grid-mark" role="presentation" />
        {columns.shown.map((column, at) => (
          <Heading
            key={column.id}
            column={column}
            at={at}
            columns={columns}
            shown={shown}
            state={
              dragged === column.id ? 'dragged' : over === column.id && dragged !== null ? 'over' : 'still'
            }
            onDrag={(event) => drag(event, column.id)}
          />
        ))}
      </div>
    </div>
  );
}

interface HeadingProps {
  column: ShownColumn;
  at: number;
  columns: GridColumns;
  shown: string[];
  state: 'still' | 'dragged' | 'over';
  onDrag: (event: PointerEvent<HTMLElement>) => void;
}

function Heading({ column, at, columns, shown, state, onDrag }: HeadingProps) {
  const sort = useGrid((store) => store.spec.sort);
  const place = sort.findIndex((entry) => entry.column === column.id);
  const direction = place < 0 ? 'none' : sort[place]!.descending ? 'descending' : 'ascending';
  const Arrow = direction === 'descending' ? ArrowDown : ArrowUp;
  const order = (add: boolean): void =>
    void useGrid.getState().look({ sort: nextSort(useGrid.getState().spec.sort, column.id, add) });
  const resizeByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    columns.setWidth(column.id, column.width + (event.key === 'ArrowRight' ? STEP : -STEP));
  };
  return (
    <div
      role="columnheader"
      aria-colindex={at + 1}
      aria-sort={direction}
      className={`grid-heading c-${column.id} is-${state}${column.align === 'end' ? ' is-end' : ''}`}
      data-column={column.id}
      onPointerDown={onDrag}
    >
      <button
        type="button"
        className="grid-sort"
        title={`${column.meaning}. Click to sort, with Shift to add to the order, drag to move`}
        onClick={(event) => order(event.shiftKey)}
      >
        <span className="grid-title">{column.title}</span>
        {direction !== 'none' && (
          <span className="grid-arrow" aria-hidden>
            <Arrow size={12} />
            {sort.length > 1 && place + 1}
          </span>
        )}
      </button>
      <ColumnMenu column={column} columns={columns} shown={shown} order={order} direction={direction} />
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${column.title}`}
        aria-valuenow={column.width}
        aria-valuemin={column.min}
        aria-valuemax={2000}
        tabIndex={-1}
        className={`grid-resize${column.isResizing ? ' is-active' : ''}`}
        onMouseDown={column.startResize}
        onDoubleClick={() => columns.setWidth(column.id, Math.max(column.min, fit(column.id)))}
        onKeyDown={resizeByKey}
      />
    </div>
  );
}

/** Width that shows all that is in sight of a column. */
function fit(id: string): number {
  let width = 0;
  for (const cell of document.querySelectorAll(`.grid-row .c-${id}, .grid-heading.c-${id} .grid-title`)) {
    const range = document.createRange();
    range.selectNodeContents(cell);
    width = Math.max(width, range.getBoundingClientRect().width);
  }
  return Math.ceil(width) + 34;
}

interface ColumnMenuProps {
  column: ShownColumn;
  columns: GridColumns;
  shown: string[];
  order: (add: boolean) => void;
  direction: 'none' | 'ascending' | 'descending';
}

function ColumnMenu({ column, columns, shown }: ColumnMenuProps) {
  const sortBy = (descending: boolean): void =>
    void useGrid.getState().look({ sort: [{ column: column.id, descending }] });
  const by = (step: number): void => columns.setOrder(moved(columns.order, shown, column.id, step));
  const hidden = columns.all.filter(({ isShown }) => !isShown);
  const at = shown.indexOf(column.id);
  const act = (key: string): void => {
    if (key === 'up') sortBy(false);
    else if (key === 'down') sortBy(true);
    else if (key === 'unsort') void useGrid.getState().look({ sort: [] });
    else if (key === 'left') by(-1);
    else if (key === 'right') by(1);
    else if (key === 'wider') columns.setWidth(column.id, column.width + 3 * STEP);
    else if (key === 'narrower') columns.setWidth(column.id, column.width - 3 * STEP);
    else if (key === 'hide') columns.setShown(column.id, false);
    else if (key === 'reset') columns.reset();
    else if (key.startsWith('show:')) columns.setShown(key.slice(5) as ShownColumn['id'], true);
  };
  const disabled = [
    ...(column.id === 'destination' ? ['hide'] : []),
    ...(at === 0 ? ['left'] : []),
    ...(at === shown.length - 1 ? ['right'] : []),
  ];
  return (
    <MenuTrigger>
      <Button className="grid-menu-button" aria-label={`Column ${column.title}`} excludeFromTabOrder>
        <ChevronDown size={12} aria-hidden />
      </Button>
      <Popover className="pop" placement="bottom end">
        <Menu
          className="menu"
          aria-label={`Column ${column.title}`}
          onAction={(key) => act(String(key))}
          disabledKeys={disabled}
        >
          <MenuItem id="up">Sort ascending</MenuItem>
          <MenuItem id="down">Sort descending</MenuItem>
          <MenuItem id="unsort">The usual order</MenuItem>
          <Separator />
          <MenuItem id="left">Move left</MenuItem>
          <MenuItem id="right">Move right</MenuItem>
          <MenuItem id="wider">Wider</MenuItem>
          <MenuItem id="narrower">Narrower</MenuItem>
          <Separator />
          <MenuItem id="hide">Hide {column.title}</MenuItem>
          {hidden.map(({ info }) => (
            <MenuItem key={info.id} id={`show:${info.id}`}>
              Show {info.title}
            </MenuItem>
          ))}
          <Separator />
          <MenuItem id="reset">Reset columns</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
