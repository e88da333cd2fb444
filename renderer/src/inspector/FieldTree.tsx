// SPDX-License-Identifier: MIT
// The field tree of one message (WAI-ARIA tree), mounted anew for each: names, types, values. Pointing at a field lights its bytes, selecting
// it puts the caret there.
import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react';
import { memo, useEffect, useId, useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent, RefObject } from 'react';
import type { Link } from './link.ts';
import { treeKey } from './tree-model.ts';
import type { TreeModel, TreeRow } from './tree-model.ts';
import { reveal, useWindow } from './useWindow.ts';

const ROW = 22;

export interface FieldTreeProps {
  model: TreeModel;
  link: Link;
  /** The scrolled element; the inspector moves the focus to it. */
  scroller: RefObject<HTMLDivElement | null>;
}

export const FieldTree = memo(function FieldTree({ model, link, scroller }: FieldTreeProps) {
  const uid = useId();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => model.initiallyOpen());
  const { selected } = useSyncExternalStore(link.onSelect, () => link.state);
  const rows = useMemo(() => model.visible(open), [model, open]);
  const { first, last, page } = useWindow(scroller, rows.length, ROW);
  const index = selected ? rows.findIndex((row) => row.node.id === selected.id) : -1;

  // a byte was chosen: open the way to its field
  useEffect(
    () =>
      link.onSelect(() => {
        const id = link.state.selected?.id;
        if (id === undefined) return;
        const way = model.ancestors(id);
        setOpen((old) => (way.every((each) => old.has(each)) ? old : new Set([...old, ...way])));
      }),
    [model, link],
  );
  useLayoutEffect(() => {
    if (index >= 0) reveal(scroller.current, index, ROW);
  }, [scroller, index]);

  // hovering changes classes only
  useEffect(() => {
    const mark = (): void => markHovered(scroller.current, link);
    mark();
    return link.onHover(mark);
  });

  const toggle = (id: string): void => {
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const result = treeKey(rows, index, event.key, page);
    if (!result) return;
    event.preventDefault();
    if (result.toggle !== undefined) toggle(result.toggle);
    if (result.select !== undefined) link.select(model.node(result.select), 'tree');
  };

  const nodeOf = (event: MouseEvent | PointerEvent): string | null =>
    (event.target as Element).closest<HTMLElement>('[data-node]')?.dataset['node'] ?? null;

  const onClick = (event: MouseEvent): void => {
    const id = nodeOf(event);
    if (id === null) return;
    if ((event.target as Element).closest('.ft-twist')) toggle(id);
    link.select(model.node(id), 'tree');
  };

  const idOf = (row: TreeRow): string => `${uid}-${row.node.id}`;
  const active = rows[index];
  return (
    <div
      ref={scroller}
      className="ft-scroll"
      role="tree"
      aria-label="Fields"
      tabIndex={0}
      aria-activedescendant={active && index >= first && index < last ? idOf(active) : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={(event) => {
        const id = nodeOf(event);
        if (id !== null && !(event.target as Element).closest('.ft-twist')) toggle(id);
      }}
      onFocus={(event) => {
        // by key only: a pointer is about to choose for itself
        if (!event.currentTarget.matches(':focus-visible')) return;
        if (!link.state.selected && model.roots[0]) link.select(model.roots[0], 'tree');
      }}
      onPointerOver={(event) => {
        const id = nodeOf(event);
        link.hover(id === null ? null : model.node(id));
      }}
      onPointerLeave={() => link.hover(null)}
    >
      <div role="none" className="ft-rows" style={{ height: rows.length * ROW }}>
        {rows.slice(first, last).map((row, i) => (
          <FieldRow
            key={row.node.id}
            row={row}
            top={(first + i) * ROW}
            elementId={idOf(row)}
            selected={row.node === selected}
          />
        ))}
      </div>
    </div>
  );
});

function markHovered(root: HTMLElement | null, link: Link): void {
  const id = link.state.hovered?.id;
  for (const element of root?.querySelectorAll<HTMLElement>('[data-node]') ?? []) {
    element.classList.toggle('is-hovered', id !== undefined && element.dataset['node'] === id);
  }
}

function FieldRow(props: { row: TreeRow; top: number; elementId: string; selected: boolean }) {
  const { row, top, elementId, selected } = props;
  const { node } = row;
  const size = node.end - node.start;
  const Twist = row.expanded ? ChevronDown : ChevronRight;
  const classes = [
    'ft-row',
    `l-${node.layer}`,
    selected && 'is-selected',
    node.error !== undefined && 'is-bad',
  ];
  return (
    <div
      id={elementId}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={row.expanded ?? undefined}
      aria-selected={selected}
      data-node={node.id}
      className={classes.filter(Boolean).join(' ')}
      style={{ height: ROW, transform: `translateY(${top}px)`, paddingLeft: 4 + (row.level - 1) * 14 }}
    >
      <span className="ft-twist" aria-hidden>
        {row.expanded !== null && <Twist size={14} />}
      </span>
      <span className="ft-layer" aria-hidden />
      <span className="ft-name">{node.name}</span>
      {node.error !== undefined && (
        <span className="ft-error" title={node.error}>
          <TriangleAlert size={13} aria-label="Not decoded:" /> {node.error}
        </span>
      )}
      <span className="ft-value">{node.value}</span>
      <span className="ft-type">{node.type}</span>
      <span className="ft-size">{size} B</span>
    </div>
  );
}
