// SPDX-License-Identifier: MIT
// One line of the message list. Drawn anew only when its own message, place or mark changes.
import {
  ArrowLeft,
  ArrowRight,
  Check,
  CircleX,
  CornerDownRight,
  CornerUpLeft,
  Hourglass,
  Layers,
  Radio,
  Unlink,
} from 'lucide-react';
import { memo } from 'react';
import type { MessageRow } from '../../../app/contract/index.ts';
import { latencyText, otherText, plural, relation, timeText, verdictSentence, verdictWord } from './words.ts';

/** The columns, in their order; CSS hides some where there is little room. */
export const COLUMNS = [
  ['id', 'No.'],
  ['time', 'Time, s'],
  ['dir', ''],
  ['type', 'Type'],
  ['flags', 'Flags'],
  ['seq', 'Seq'],
  ['port', 'Port'],
  ['len', 'Length'],
  ['lat', 'Latency'],
  ['verdict', 'Verdict'],
  ['link', 'Linked'],
  ['sum', 'Summary'],
] as const;

const ICONS = { ok: Check, error: CircleX, data: Layers, event: Radio, pending: Hourglass, lost: Unlink };

export interface MessageRowProps {
  row: MessageRow;
  index: number;
  height: number;
  elementId: string;
  selected: boolean;
  lit: boolean;
  /** How many messages of the same datagram stand right before and after it. */
  cascade: 'none' | 'first' | 'middle' | 'last';
  onSelect: (id: number) => void;
}

export const MessageRowView = memo(function MessageRowView(props: MessageRowProps) {
  const { row, index, height, elementId, selected, lit, cascade, onSelect } = props;
  const { verdict } = row;
  const Icon = ICONS[verdict.kind];
  const Arrow = row.direction === 'out' ? ArrowRight : ArrowLeft;
  const { other } = row;
  const direction = other
    ? `${row.direction === 'out' ? 'to' : 'from'} rtmgr, ${otherText(other)}`
    : row.direction === 'out'
      ? 'to the kernel'
      : 'from the kernel';
  const linked = relation(row);
  const bad = verdict.kind === 'error' || verdict.kind === 'lost';
  const classes = [
    'tr-row',
    selected && 'is-selected',
    lit && 'is-lit',
    bad && 'is-bad',
    `is-${row.direction}`,
    other && 'is-other',
  ];
  const flags = row.flags.join(' ');
  const cell = (column: number) => ({ role: 'gridcell', 'aria-colindex': column + 1 });
  return (
    <div
      id={elementId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.filter(Boolean).join(' ')}
      data-cascade={cascade}
      data-id={row.id}
      style={{ height, transform: `translateY(${index * height}px)` }}
    >
      <span
        {...cell(0)}
        className="c-id"
        title={cascade === 'none' ? undefined : `Cascaded in datagram ${row.datagram}`}
      >
        {lit && <span className="tr-visually-hidden">concerns the selected route, </span>}
        {row.id}
      </span>
      <span {...cell(1)} className="c-time">
        {timeText(row.time)}
      </span>
      <span {...cell(2)} className="c-dir" title={`${direction}, ${row.socket} socket`}>
        <Arrow size={13} aria-label={direction} />
      </span>
      <span {...cell(3)} className="c-type" title={`${row.type} (${row.typeValue})`}>
        {row.type}
      </span>
      <span {...cell(4)} className="c-flags" title={flags}>
        {flags}
      </span>
      <span {...cell(5)} className="c-seq">
        {row.seq}
      </span>
      <span {...cell(6)} className="c-port">
        {row.port}
      </span>
      <span {...cell(7)} className="c-len">
        {row.length}
      </span>
      <span {...cell(8)} className="c-lat">
        {latencyText(row.latency)}
      </span>
      <span {...cell(9)} className={`c-verdict v-${verdict.kind}`} title={verdictSentence(row)}>
        <Icon size={13} aria-hidden />
        <span>{verdictWord(row)}</span>
      </span>
      <span {...cell(10)} className="c-link">
        {linked && (
          <button
            type="button"
            tabIndex={-1}
            className="tr-link"
            title={`Go to #${linked.id} (L)`}
            onClick={(event) => {
              event.stopPropagation();
              onSelect(linked.id);
            }}
          >
            {row.direction === 'out' ? (
              <CornerDownRight size={12} aria-hidden />
            ) : (
              <CornerUpLeft size={12} aria-hidden />
            )}
            <span className="tr-link-words">{linked.words} </span>#{linked.id}
          </button>
        )}
      </span>
      <span {...cell(11)} className="c-sum" title={row.summary}>
        {other && (
          <span className="tr-other" title={`Another process: ${otherText(other)}`}>
            {otherText(other)}
          </span>
        )}
        {row.skipped !== undefined && (
          <span className="tr-skipped" title="Only the first parts of a very long answer are kept">
            … {plural(row.skipped, 'more part')} not kept
          </span>
        )}
        {verdict.kind === 'error' && row.direction === 'out' && (
          <span className="tr-refusal">{verdict.text} · </span>
        )}
        {row.summary}
      </span>
    </div>
  );
});

/** The heading of the list. */
export function MessageHead({ height }: { height: number }) {
  return (
    <div role="row" aria-rowindex={1} className="tr-row tr-head" style={{ height }}>
      {COLUMNS.map(([name, label], i) => (
        <span key={name} role="columnheader" aria-colindex={i + 1} className={`c-${name}`}>
          {label || <span className="tr-visually-hidden">Direction</span>}
        </span>
      ))}
    </div>
  );
}
