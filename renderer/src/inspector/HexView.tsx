// SPDX-License-Identifier: MIT
// Bytes and characters of one message, coloured by layer. Rows are drawn once; hover, selection and caret only change
// classes of the spans in sight.
import { memo, useEffect, useId, useLayoutEffect, useMemo, useState } from 'react';
import type { KeyboardEvent, PointerEvent, RefObject } from 'react';
import type { FieldNode } from '../../../app/contract/index.ts';
import { asciiByte, bytesPerRow, hexByte, HexModel, hexText } from './hex-model.ts';
import type { ByteSource, CaretMove } from './hex-model.ts';
import type { Link } from './link.ts';
import { reveal, useWindow } from './useWindow.ts';

const ROW = 20;
/** Width of one character of the mono font at 12 px, when it can't be measured. */
const CHARACTER = 7.21;

const KEYS: Record<string, CaretMove> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'rowStart',
  End: 'rowEnd',
};

export interface HexViewProps {
  source: ByteSource;
  tree: readonly FieldNode[];
  link: Link;
  /** The scrolled element; the inspector moves the focus to it. */
  scroller: RefObject<HTMLDivElement | null>;
}

export const HexView = memo(function HexView({ source, tree, link, scroller }: HexViewProps) {
  const uid = useId();
  const perRow = usePerRow(scroller, source.length);
  const model = useMemo(() => new HexModel(source, tree, perRow), [source, tree, perRow]);
  const { first, last, page } = useWindow(scroller, model.rows, ROW);

  useEffect(() => {
    const paint = (): void => paintMarks(scroller.current, link, uid);
    paint();
    return link.onAny(paint);
  });

  useLayoutEffect(() => {
    const follow = (): void => {
      const { selected, caret, by } = link.state;
      if (!selected && by === 'none') return;
      reveal(scroller.current, model.rowOf(caret), ROW);
    };
    follow();
    return link.onSelect(follow);
  }, [scroller, link, model]);

  const put = (offset: number): void => {
    const interval = model.intervalAt(offset);
    link.select(interval?.node ?? null, 'hex', offset);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.shiftKey || model.source.length === 0) return;
    let move = KEYS[event.key];
    if (event.ctrlKey) move = event.key === 'Home' ? 'first' : event.key === 'End' ? 'last' : undefined;
    if (!move) return;
    event.preventDefault();
    put(model.move(link.state.caret, move, page));
  };

  const offsetOf = (event: PointerEvent): number | null => {
    const text = (event.target as HTMLElement).dataset['o'];
    return text === undefined ? null : Number(text);
  };

  const rows = [];
  for (let row = first; row < last; row++) {
    rows.push(<HexRow key={row} model={model} row={row} uid={uid} />);
  }
  return (
    <div
      ref={scroller}
      className="hx-scroll"
      role="grid"
      aria-label={`Bytes, ${source.length}`}
      aria-rowcount={model.rows}
      aria-colcount={perRow}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (!event.currentTarget.matches(':focus-visible')) return;
        if (!link.state.selected && source.length > 0) put(link.state.caret);
      }}
      onPointerDown={(event) => {
        const offset = offsetOf(event);
        if (offset !== null && event.button === 0) put(offset);
      }}
      onPointerOver={(event) => {
        const offset = offsetOf(event);
        link.hover(offset === null ? null : (model.intervalAt(offset)?.node ?? null));
      }}
      onPointerLeave={() => link.hover(null)}
    >
      <div role="rowgroup" className="hx-rows" style={{ height: model.rows * ROW }}>
        {rows}
      </div>
    </div>
  );
});

const HexRow = memo(function HexRow({ model, row, uid }: { model: HexModel; row: number; uid: string }) {
  const { perRow, source } = model;
  const start = row * perRow;
  const end = Math.min(source.length, start + perRow);
  const hex = [];
  const ascii = [];
  for (let offset = start; offset < end; offset++) {
    const interval = model.intervalAt(offset);
    const layer = interval?.layer ?? 'trailing';
    const value = source.at(offset);
    // the ends of a field, so that neighbours of one layer can be told apart
    const edges = `${interval?.start === offset ? ' e-start' : ''}${interval?.end === offset + 1 ? ' e-end' : ''}`;
    const gap = perRow > 8 && offset - start === 8 ? ' e-gap' : '';
    hex.push(
      <span
        key={offset}
        id={`${uid}-${offset}`}
        role="gridcell"
        aria-colindex={offset - start + 1}
        className={`hx-byte l-${layer}${edges}${gap}`}
        data-o={offset}
      >
        {hexByte(value)}
      </span>,
    );
    ascii.push(
      <span key={offset} className={`hx-char l-${layer}`} data-o={offset}>
        {asciiByte(value)}
      </span>,
    );
  }
  return (
    <div
      role="row"
      aria-rowindex={row + 1}
      className="hx-row"
      style={{ transform: `translateY(${row * ROW}px)` }}
    >
      <span role="rowheader" className="hx-offset">
        {model.offsetText(row)}
      </span>
      <span role="none" className="hx-hex" data-per-row={perRow}>
        {hex}
      </span>
      <span className="hx-ascii" aria-hidden>
        {ascii}
      </span>
    </div>
  );
});

/** Sets the classes of hover, selection and caret on the spans in sight. */
function paintMarks(root: HTMLElement | null, link: Link, uid: string): void {
  if (!root) return;
  const { hovered, selected, caret, by } = link.state;
  for (const element of root.querySelectorAll<HTMLElement>('[data-o]')) {
    const o = Number(element.dataset['o']);
    const { classList } = element;
    classList.toggle('is-hovered', hovered !== null && o >= hovered.start && o < hovered.end);
    classList.toggle('is-selected', selected !== null && o >= selected.start && o < selected.end);
    classList.toggle('is-caret', by !== 'none' && o === caret);
  }
  if (document.getElementById(`${uid}-${caret}`)) {
    root.setAttribute('aria-activedescendant', `${uid}-${caret}`);
  } else root.removeAttribute('aria-activedescendant');
}

/** 16, 8 or 4 bytes a row, by the room there is. */
function usePerRow(scroller: { current: HTMLElement | null }, length: number): number {
  const [perRow, setPerRow] = useState(16);
  const digits = Math.max(4, (length - 1).toString(16).length);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = (): void => {
      // nothing is laid out in tests
      if (element.clientWidth > 0) setPerRow(bytesPerRow(element.clientWidth, CHARACTER, digits));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, digits]);
  return perRow;
}

/** The bytes that Ctrl+Shift+C copies: those of the selected field, else all. */
export function selectedBytes(source: ByteSource, link: Link): { text: string; bytes: number } {
  const { selected } = link.state;
  const start = selected ? selected.start : 0;
  const end = selected ? Math.min(selected.end, source.length) : source.length;
  return { text: hexText(source, start, end), bytes: Math.max(0, end - start) };
}
