// SPDX-License-Identifier: MIT
// The list of messages: an own DOM window of rows with one height. It follows the newest until the person scrolls up;
// then it stays where it is, even while the oldest messages fall out.
import { ArrowDownToLine, ArrowUpToLine, FilterX, Inbox, Pause } from 'lucide-react';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';
import { DEFAULT_TRACE_FILTER } from '../../../app/contract/index.ts';
import { MessageHead, MessageRowView, COLUMNS } from './MessageRowView.tsx';
import type { TraceStore } from './trace-store.ts';
import { Empty } from './Empty.tsx';
import { reveal, useWindow } from './useWindow.ts';
import { relation } from './words.ts';

/** Rows below a message that is brought into sight: usually the verdict on it. */
const ANSWERS = 2;

export interface MessageListProps {
  store: TraceStore;
  selected: number | null;
  highlight: ReadonlySet<number>;
  rowHeight: number;
  onSelect: (id: number) => void;
  /** Enter: on to the fields. */
  onOpen: () => void;
  /** The scrolled element; the inspector moves the focus to it. */
  scroller: RefObject<HTMLDivElement | null>;
}

export function MessageList(props: MessageListProps) {
  const { store, selected, highlight, rowHeight, onSelect, onOpen, scroller } = props;
  const uid = useId();
  const [follow, setFollow] = useState(true);
  const { state } = store;
  const matched = state?.matched ?? 0;
  const version = state?.version ?? -1;
  const { first, last, page } = useWindow(scroller, matched, rowHeight);
  const followed = useRef(follow);
  useEffect(() => {
    followed.current = follow;
  }, [follow]);

  // the store asks only when it lacks these rows, or has them from an earlier version
  useEffect(() => store.want(first, last));

  useLayoutEffect(() => {
    if (follow) scrollToEnd(scroller.current, matched, rowHeight);
  }, [scroller, follow, matched, rowHeight]);

  // what is read stays put: its row is found again when the oldest messages have fallen out
  const fallen = state ? state.seen - state.skipped - state.missed > state.kept : false;
  useEffect(() => {
    const element = scroller.current;
    // `version`: once for each state
    if (version < 0 || followed.current || !fallen || !element) return undefined;
    const top = Math.floor(element.scrollTop / rowHeight);
    const anchor = store.row(top);
    if (!anchor) return undefined;
    let current = true;
    void store.bridge['trace.locate']({ id: anchor.id }).then((outcome) => {
      if (!current || !outcome.ok || followed.current) return;
      const index = outcome.value.index;
      if (index !== null && index !== top) element.scrollBy({ top: (index - top) * rowHeight });
    });
    return () => {
      current = false;
    };
  }, [scroller, store, version, fallen, rowHeight]);

  // shown after the next render, when the list has its height
  const [target, setTarget] = useState<{ index: number } | null>(null);
  const show = useCallback((index: number) => {
    // what was chosen stays in sight, whatever comes
    setFollow(false);
    setTarget({ index });
  }, []);
  useLayoutEffect(() => {
    if (!target) return;
    // what answers it comes next; the heading covers one row
    reveal(
      scroller.current,
      Math.min(target.index + ANSWERS, store.state?.matched ?? 0),
      rowHeight,
      rowHeight,
    );
    reveal(scroller.current, target.index, rowHeight, rowHeight);
  }, [scroller, store, target, rowHeight]);

  // a selection that comes from elsewhere (an edit in the grid) is brought into sight
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (selected === null) shown.current = null;
    if (selected === null || shown.current === selected || version < 0) return;
    shown.current = selected;
    void store.locate(selected).then((index) => {
      if (shown.current !== selected) return;
      if (index !== null) show(index);
      // not in the list yet, or filtered out: perhaps in its next state
      else shown.current = null;
    });
  }, [selected, store, show, version]);

  const choose = (id: number): void => {
    shown.current = id;
    setFollow(false);
    onSelect(id);
  };

  const goTo = async (index: number): Promise<void> => {
    const target = Math.max(0, Math.min(matched - 1, index));
    const known = store.row(target);
    let id = known?.id;
    if (id === undefined) {
      const outcome = await store.bridge['trace.rows']({ start: target, count: 1 });
      id = outcome.ok ? outcome.value.rows[0]?.id : undefined;
    }
    if (id === undefined) return;
    choose(id);
    show(target);
  };

  const onKeyDown = async (event: KeyboardEvent): Promise<void> => {
    if (event.ctrlKey || event.altKey || event.metaKey || matched === 0) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const { key } = event;
    if (key === 'End') {
      event.preventDefault();
      await goTo(matched - 1);
      setFollow(true);
    } else if (key === 'Home') {
      event.preventDefault();
      await goTo(0);
    } else if (steps[key] !== undefined) {
      event.preventDefault();
      const at = selected === null ? null : await store.locate(selected);
      // nothing selected: the first key takes the newest
      await goTo(at === null ? matched - 1 : at + steps[key]);
    } else if (key === 'Enter' && selected !== null) {
      event.preventDefault();
      onOpen();
    } else if (key.toLowerCase() === 'l' && selected !== null) {
      const row = store.row(store.indexOf(selected));
      const linked = row && relation(row);
      if (linked) onSelect(linked.id);
    }
  };

  const onClick = (event: MouseEvent): void => {
    const element = (event.target as Element).closest<HTMLElement>('[data-id]');
    if (element) choose(Number(element.dataset['id']));
  };

  const rows = [];
  for (let i = first; i < last; i++) {
    const row = store.row(i);
    if (!row) continue;
    const before = store.row(i - 1)?.datagram === row.datagram;
    const after = store.row(i + 1)?.datagram === row.datagram;
    rows.push(
      <MessageRowView
        key={row.id}
        row={row}
        index={i}
        height={rowHeight}
        elementId={`${uid}-${row.id}`}
        selected={row.id === selected}
        lit={highlight.has(row.id)}
        cascade={before ? (after ? 'middle' : 'last') : after ? 'first' : 'none'}
        onSelect={onSelect}
      />,
    );
  }
  // messages that light up out of sight would light up for nobody; but what is read is not scrolled away
  const isLitInSight = rows.some((row) => row.props.lit);
  const newestLit = highlight.size > 0 && !isLitInSight ? Math.max(...highlight) : null;
  const goToLit = async (): Promise<void> => {
    const index = newestLit === null ? null : await store.locate(newestLit);
    if (index !== null) show(index);
  };
  const active = selected !== null && rows.some((r) => r.props.row.id === selected);

  return (
    <div className="tr-list">
      <div
        ref={scroller}
        className="tr-scroll"
        role="grid"
        aria-label="Messages"
        aria-rowcount={matched + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={active ? `${uid}-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => void onKeyDown(event)}
        onClick={onClick}
        onScroll={(event) => {
          const e = event.currentTarget;
          setFollow(e.scrollTop + e.clientHeight >= e.scrollHeight - rowHeight / 2);
        }}
      >
        <MessageHead height={rowHeight} />
        <div role="rowgroup" className="tr-rows" style={{ height: matched * rowHeight }}>
          {rows}
        </div>
      </div>
      {state && matched === 0 && <NoMessages store={store} />}
      {newestLit !== null && (
        <button
          type="button"
          className="tr-newest tr-to-lit"
          onClick={() => void goToLit()}
          title="Show the last message about the selected route"
        >
          <ArrowUpToLine size={12} aria-hidden /> #{newestLit}
        </button>
      )}
      {!follow && matched > 0 && (
        <button
          type="button"
          className="tr-newest"
          onClick={() => setFollow(true)}
          title="Follow the newest (End)"
        >
          <ArrowDownToLine size={12} aria-label="Newest" /> <span aria-hidden>Newest</span>
        </button>
      )}
    </div>
  );
}

/** Rows that are not drawn yet count too. */
function scrollToEnd(element: HTMLElement | null, rows: number, rowHeight: number): void {
  if (element) element.scrollTop = (rows + 1) * rowHeight;
}

function NoMessages({ store }: { store: TraceStore }) {
  const state = store.state!;
  if (state.kept > 0) {
    return (
      <Empty icon={<FilterX size={20} />} title="No message matches the filter">
        <button type="button" className="tr-button" onClick={() => store.setFilter(DEFAULT_TRACE_FILTER)}>
          Clear the filter
        </button>
      </Empty>
    );
  }
  if (state.paused) {
    return (
      <Empty icon={<Pause size={20} />} title="Paused">
        Messages that pass meanwhile are counted, not kept. Press Space to go on.
      </Empty>
    );
  }
  return (
    <Empty icon={<Inbox size={20} />} title={state.seen === 0 ? 'No messages yet' : 'Nothing kept'}>
      Each netlink message to and from the kernel appears here as it passes.
    </Empty>
  );
}
