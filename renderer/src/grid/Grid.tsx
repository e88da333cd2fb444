// SPDX-License-Identifier: MIT
// React's side of the grid: headings, the editor, and what joins the rows (drawn by GridBody) to the stores.
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, MouseEvent } from 'react';
import { useEditing } from '../state/editing.ts';
import { useErrors } from '../state/errors.ts';
import { onGridChange, useGrid } from '../state/grid.ts';
import { rowHeightOf, usePrefs } from '../state/prefs.ts';
import { useSelection } from '../state/selection.ts';
import { sentence } from '../words.ts';
import { editFocused } from './actions.ts';
import { GridBody } from './body.ts';
import { useGridColumns } from './columns-table.ts';
import type { GridController } from './controller.ts';
import { RouteEditor } from './edit/RouteEditor.tsx';
import { GridStates } from './GridStates.tsx';
import { Header } from './Header.tsx';
import { HopsPopover } from './HopsPopover.tsx';
import type { HopsAsked } from './HopsPopover.tsx';
import { onGridKey } from './keys.ts';
import { MARK_WIDTH } from './layout.ts';
import './edit/edit.css';
import './grid.css';

export interface GridProps {
  controller: GridController;
  onDelete: (rowIds: number[]) => void;
}

export function Grid({ controller, onDelete }: GridProps) {
  const root = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const over = useRef<HTMLDivElement>(null);
  const columns = useGridColumns();
  const state = useGrid((store) => store.state);
  const density = usePrefs((store) => store.prefs.density);
  const editing = useEditing((store) => store.present);
  const [view, setView] = useState({ width: 0, left: 0 });
  const [asked, setAsked] = useState<HopsAsked | null>(null);
  const shownIds = columns.shown.map(({ id }) => id).join(' ');
  const rowHeight = rowHeightOf(density);
  useFollow(controller, root);

  // the editor lies over its row, and stays at the edge where its row is scrolled away
  const editedRow = editing?.row ?? null;
  const place = useEffectEvent(() => {
    const body = controller.body;
    const element = over.current;
    if (!body || !element || !editedRow) return;
    const known = controller.pages.indexOf(editedRow.id);
    const index = known >= 0 ? known : controller.focusIndex;
    const top = index === null ? 0 : body.topOf(index);
    const most = Math.max(0, body.map.view - Math.min(element.offsetHeight, body.map.view));
    element.style.transform = `translateY(${Math.min(most, Math.max(0, top))}px)`;
  });

  useLayoutEffect(() => {
    const body = new GridBody(
      { scroller: scroller.current!, host: host.current!, spacer: spacer.current! },
      controller.pages,
      controller.recent,
    );
    body.onDraw = () => place();
    const detach = controller.attach(body);
    const observer = new ResizeObserver(() => measure());
    const measure = (): void => {
      const { clientWidth, scrollLeft } = scroller.current!;
      setView((before) =>
        before.width === clientWidth && before.left === scrollLeft
          ? before
          : { width: clientWidth, left: scrollLeft },
      );
    };
    measure();
    observer.observe(scroller.current!);
    const element = scroller.current!;
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
      detach();
    };
  }, [controller]);

  useLayoutEffect(() => controller.body?.setRowHeight(rowHeight), [controller, rowHeight]);
  useLayoutEffect(() => {
    controller.body?.setColumns(shownIds.split(' ') as (typeof columns.shown)[number]['id'][]);
  }, [controller, shownIds]);

  // wheels move one to one; the listener must be able to keep the browser from scrolling too
  useEffect(() => {
    const element = root.current!;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      if ((event.target as Element).closest('.pop')) return;
      const body = controller.body;
      if (!body) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? body.map.view : 1;
      body.scrollBy(event.deltaY * unit);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [controller, rowHeight]);

  useLayoutEffect(() => place());

  const leave = (): void => {
    useEditing.getState().leave();
    root.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // the keys of editors, headings and menus are theirs
    if (event.target !== root.current) return;
    const isOurs = onGridKey(event, {
      controller,
      columns: columns.shown.length,
      fieldAt: (column) => columns.shown[column]?.field ?? null,
      onDelete,
    });
    if (!isOurs) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onMouseDown = (event: MouseEvent): void => {
    const under = event.button === 0 ? controller.body?.under(event.target) : null;
    if (!under) return;
    const chip = (event.target as Element).closest('.grid-chip');
    if (chip && under.row) setAsked({ row: under.row, at: chip as HTMLElement });
    const how = event.shiftKey ? 'extend' : event.ctrlKey ? 'toggle' : 'only';
    controller.focus(under.index, how, Math.max(0, under.column));
    // else the scrolled element, which is the nearest that can have it, would take the focus
    event.preventDefault();
    root.current?.focus({ preventScroll: true });
  };

  const style: Record<string, string> = {
    '--row': `${rowHeight}px`,
    '--mark': `${MARK_WIDTH}px`,
    '--columns': `${columns.shown.reduce((sum, { width }) => sum + width, MARK_WIDTH)}px`,
  };
  for (const { id, width } of columns.shown) style[`--w-${id}`] = `${width}px`;

  return (
    <div className="grid-frame">
      <div
        ref={root}
        className="grid"
        role="grid"
        aria-label="Routes"
        aria-multiselectable="true"
        aria-rowcount={(state?.matched ?? 0) + 1}
        aria-colcount={columns.shown.length}
        data-rows={state?.matched ?? 0}
        data-pane="grid"
        tabIndex={0}
        style={style as CSSProperties}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        onDoubleClick={(event) => {
          const under = controller.body?.under(event.target);
          if (!under?.row || (event.target as Element).closest('.grid-chip')) return;
          void editFocused(controller, columns.shown[under.column]?.field ?? 'destination');
        }}
        onFocus={(event) => {
          if (event.target === root.current && controller.focusIndex === null && controller.pages.total > 0)
            controller.focus(Math.floor((controller.body?.y ?? 0) / rowHeight), 'move');
        }}
      >
        <div className="grid-scroll" ref={scroller} role="presentation" tabIndex={-1}>
          <div className="grid-stage" role="presentation">
            <Header columns={columns} />
            {editing && !editing.row && (
              <div role="rowgroup" className="grid-pinned">
                <RouteEditor
                  key={editing.serial}
                  editing={editing}
                  columns={columns.shown}
                  view={view}
                  onLeave={leave}
                />
              </div>
            )}
            <div className="grid-rows" ref={host} role="rowgroup">
              {editing?.row && (
                <div className="grid-over" ref={over}>
                  <RouteEditor
                    key={editing.serial}
                    editing={editing}
                    columns={columns.shown}
                    view={view}
                    onLeave={leave}
                  />
                </div>
              )}
            </div>
          </div>
          <div className="grid-spacer" ref={spacer} role="presentation" />
        </div>
      </div>
      <GridStates />
      {asked && <HopsPopover asked={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

/** Brings what the stores hold to the rows: the table's state, changes, and everything that is marked. */
function useFollow(controller: GridController, root: { current: HTMLElement | null }): void {
  const selected = useSelection((store) => store.rows);
  const hit = useSelection((store) => store.hit);
  const byRow = useErrors((store) => store.byRow);
  const editing = useEditing((store) => store.present?.row?.id ?? null);
  const refused = useMemo(
    () => new Map([...byRow].map(([id, { error }]) => [id, sentence(error)] as const)),
    [byRow],
  );

  const paint = useEffectEvent(() => {
    controller.body?.setMarks({
      selected,
      focusIndex: controller.focusIndex,
      focusColumn: controller.focusColumn,
      hit,
      editing,
      refused,
    });
    // the id is only known once the cell is drawn
    requestAnimationFrame(() => {
      const id = controller.body?.activeElementId;
      if (id) root.current?.setAttribute('aria-activedescendant', id);
      else root.current?.removeAttribute('aria-activedescendant');
    });
  });
  // whatever the grid was drawn anew for
  useEffect(() => paint());
  useEffect(() => {
    const take = (): void => {
      const { state } = useGrid.getState();
      if (state) controller.take(state);
    };
    take();
    const ends = [
      controller.onMove(() => paint()),
      onGridChange((change) => controller.change(change)),
      useGrid.subscribe((now, before) => {
        if (now.state !== before.state) take();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [controller]);
}
