// SPDX-License-Identifier: MIT
// The inspector: messages, fields, bytes. Docked it stands in one row under the grid; as a page the list has the
// whole width.
import { FileQuestion, History, MousePointerClick, PlugZap } from 'lucide-react';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { MessageDetail } from '../../../app/contract/index.ts';
import { bridge as pageBridge } from '../bridge.ts';
import { copyText } from './copy.ts';
import { Empty } from './Empty.tsx';
import { Explanation } from './Explanation.tsx';
import { FieldTree } from './FieldTree.tsx';
import { bytesSource, fromBase64 } from './hex-model.ts';
import { HexView, selectedBytes } from './HexView.tsx';
import { Link } from './link.ts';
import { MessageList } from './MessageList.tsx';
import { Toolbar } from './Toolbar.tsx';
import type { MirrorToggle } from './Toolbar.tsx';
import type { TraceBridge } from './trace-store.ts';
import { TreeModel } from './tree-model.ts';
import { useDetail, useTraceStore } from './useTrace.ts';
import type { DetailState } from './useTrace.ts';
import { count, limitsText, plural } from './words.ts';
import './inspector.css';
import './list.css';
import './detail.css';

export interface InspectorProps {
  variant: 'dock' | 'page';
  /** Messages that concern the row selected in the grid. */
  highlight?: readonly number[];
  /** The message shown; undefined: the inspector keeps it to itself. */
  selected?: number | null;
  onSelectMessage?: (id: number | null) => void;
  /** The toggle for other processes' traffic with rtmgr; null where there is no mirror. */
  mirror?: MirrorToggle | null;
  /** For tests and the development page; else the page's. */
  bridge?: TraceBridge;
}

const ROW_HEIGHT = { dock: 22, page: 26 };
const NO_IDS: readonly number[] = [];

export function Inspector(props: InspectorProps) {
  const { variant, highlight = NO_IDS, onSelectMessage } = props;
  const [bridge] = useState(() => props.bridge ?? pageBridge);
  const store = useTraceStore(bridge);
  const [own, setOwn] = useState<number | null>(null);
  const selected = props.selected === undefined ? own : props.selected;
  const detail = useDetail(bridge, selected);
  const lit = useMemo(() => new Set(highlight), [highlight]);
  const [said, setSaid] = useState('');
  const filter = useRef<HTMLInputElement>(null);
  const section = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const hex = useRef<HTMLDivElement>(null);

  const select = (id: number): void => {
    setOwn(id);
    onSelectMessage?.(id);
  };

  // another target counts its messages from 1 again: what was selected is not there
  const forget = useEffectEvent(() => {
    setOwn(null);
    if (selected !== null) onSelectMessage?.(null);
  });
  useEffect(() => {
    let seen = 0;
    return store.subscribe(() => {
      if (!store.isCurrent) return;
      const now = store.state?.seen ?? 0;
      if (now < seen) forget();
      seen = now;
    });
  }, [store]);

  const shown = detail.kind === 'shown' ? detail.detail : null;
  const parts = useParts(shown);

  const copyBytes = async (): Promise<void> => {
    if (!parts) return;
    const { text, bytes } = selectedBytes(parts.source, parts.link);
    setSaid((await copyText(text)) ? `Copied ${plural(bytes, 'byte')}` : 'The clipboard refused the copy');
  };

  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    const typing = (event.target as Element).closest('input, textarea, [role=menu], select');
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'c') {
      event.preventDefault();
      void copyBytes();
    } else if (event.ctrlKey && !event.shiftKey && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      event.stopPropagation();
      filter.current?.focus();
      filter.current?.select();
    } else if (event.key === ' ' && !typing && !(event.target as Element).closest('button')) {
      event.preventDefault();
      void store.pause(!store.state?.paused);
    } else if (event.key === 'F6' && !event.ctrlKey && !event.altKey) {
      const panes = [list.current, tree.current, hex.current].filter((pane) => pane !== null);
      const at = panes.findIndex((pane) => pane.contains(document.activeElement));
      const next = panes[at + (event.shiftKey ? -1 : 1)];
      // beyond the last pane the key belongs to the window
      if (!next || (at < 0 && event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
      next.focus();
    }
  });
  useEffect(() => {
    const element = section.current;
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    element?.addEventListener('keydown', listener);
    return () => element?.removeEventListener('keydown', listener);
  }, []);

  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), 2500);
    return () => clearTimeout(timer);
  }, [said]);

  const listPane = (
    <MessageList
      store={store}
      selected={selected}
      highlight={lit}
      rowHeight={ROW_HEIGHT[variant]}
      onSelect={select}
      onOpen={() => tree.current?.focus()}
      scroller={list}
    />
  );
  const detailPanes = parts && shown && (
    <div className="tr-pane">
      <Group orientation="horizontal" className="tr-panels" id={`trace-detail-${variant}`}>
        <Panel id="tree" minSize="150px">
          <FieldTree key={shown.row.id} model={parts.model} link={parts.link} scroller={tree} />
        </Panel>
        <Separator className="tr-splitter" aria-label="Width of the fields" />
        <Panel
          id="hex"
          defaultSize={`${hexWidth(variant)}px`}
          minSize="150px"
          groupResizeBehavior="preserve-pixel-size"
        >
          <HexView
            key={shown.row.id}
            source={parts.source}
            tree={shown.tree}
            link={parts.link}
            scroller={hex}
          />
        </Panel>
      </Group>
      <Explanation link={parts.link} id={shown.row.id} length={parts.source.length} said={said} />
    </div>
  );
  return (
    <section className={`tr-inspector is-${variant}`} aria-label="Inspector" ref={section}>
      <Toolbar store={store} filterRef={filter} mirror={props.mirror ?? null} />
      {store.error && (
        <div className="tr-trouble" role="alert">
          <PlugZap size={14} aria-hidden /> {store.error.what}
          {store.error.wayOut && `. ${store.error.wayOut}`}
        </div>
      )}
      <Group
        orientation={variant === 'dock' ? 'horizontal' : 'vertical'}
        className="tr-panels"
        id={`trace-${variant}`}
      >
        <Panel
          id="list"
          defaultSize={variant === 'dock' ? '42%' : '50%'}
          minSize={variant === 'dock' ? '220px' : '120px'}
        >
          {listPane}
        </Panel>
        <Separator className="tr-splitter" aria-label="Size of the message list" />
        <Panel
          id="detail"
          defaultSize={variant === 'dock' ? '58%' : '50%'}
          minSize={variant === 'dock' ? '330px' : '140px'}
        >
          {detailPanes ?? <NoDetail detail={detail} limits={store.state ? limitsText(store.state) : ''} />}
        </Panel>
      </Group>
    </section>
  );
}

/** Wide enough for 16 bytes a row where the fields still have room beside it, else for 8. */
function hexWidth(variant: InspectorProps['variant']): number {
  const detail = variant === 'dock' ? window.innerWidth * 0.58 : window.innerWidth;
  return detail >= 900 ? 550 : 310;
}

/** What the two right panes share for one message. */
function useParts(detail: MessageDetail | null) {
  return useMemo(() => {
    if (!detail) return null;
    const source = bytesSource(fromBase64(detail.bytes));
    return { source, model: new TreeModel(detail.tree), link: new Link() };
  }, [detail]);
}

function NoDetail({ detail, limits }: { detail: DetailState; limits: string }) {
  switch (detail.kind) {
    case 'gone':
      return (
        <Empty icon={<History size={20} />} title={`Message #${count(detail.id)} is no longer kept`}>
          The oldest messages make room for new ones ({limits}).
        </Empty>
      );
    case 'failed':
      return (
        <Empty icon={<FileQuestion size={20} />} title={detail.error.what}>
          {detail.error.why} {detail.error.wayOut}
        </Empty>
      );
    case 'none':
      return (
        <Empty icon={<MousePointerClick size={20} />} title="No message selected">
          Select a message to see its fields and its bytes.
        </Empty>
      );
    default:
      return <div className="tr-empty" aria-busy="true" />;
  }
}
