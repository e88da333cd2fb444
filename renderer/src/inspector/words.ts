// SPDX-License-Identifier: MIT
// How the inspector puts numbers and verdicts into words.
import type { MessageRow, TraceState } from '../../../app/contract/index.ts';

const whole = new Intl.NumberFormat('en-US');
export const count = (n: number): string => whole.format(n);

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** Seconds since the target was opened, to the microsecond. */
export const timeText = (ms: number): string => (ms / 1000).toFixed(6);

/** `214 µs`, `1.2 ms`, `3.4 s`. */
export function latencyText(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `64 MiB`, `12.5 KiB`. */
export function bytesText(n: number): string {
  if (n < 1024) return `${n} B`;
  const [value, unit] = n < 1024 * 1024 ? [n / 1024, 'KiB'] : [n / 1024 / 1024, 'MiB'];
  return `${Number.isInteger(value) || value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/** True for a request that the kernel only answers when it fails. */
export const wantsNoAnswer = (row: MessageRow): boolean =>
  row.direction === 'out' &&
  !row.flags.includes('ACK') &&
  !row.type.includes('_GET') &&
  row.type !== 'RTMGR_MSG_HELLO' &&
  row.type !== 'RTMGR_MSG_FLUSH';

/** Another process: `ip, port 4711`, or the port alone when its name is not known. */
export const otherText = ({ port, process }: NonNullable<MessageRow['other']>): string =>
  process === null ? `port ${port}` : `${process}, port ${port}`;

/** The verdict in one or two words, for the list. */
export function verdictWord(row: MessageRow): string {
  const { verdict } = row;
  switch (verdict.kind) {
    case 'ok':
      return row.type === 'NLMSG_NOOP' ? 'no-op' : 'ack';
    case 'error':
      return verdict.errnoName;
    case 'data':
      if (row.direction === 'in')
        return row.type === 'NLMSG_DONE' ? 'done' : verdict.done ? 'answer' : `part ${count(verdict.parts)}`;
      return `${plural(verdict.parts, 'part')}${verdict.done ? '' : ' …'}`;
    case 'event':
      return 'event';
    case 'pending':
      return wantsNoAnswer(row) ? 'no ack asked' : 'waiting';
    case 'lost':
      return 'lost';
  }
}

/** The verdict in a sentence, for the tool tip and screen readers. */
export function verdictSentence(row: MessageRow): string {
  const { verdict } = row;
  switch (verdict.kind) {
    case 'ok':
      return row.direction === 'out' ? 'It was acknowledged' : 'Acknowledgement: no error';
    case 'error':
      return `Refused: ${verdict.text} (${verdict.errnoName})`;
    case 'data':
      if (row.direction === 'out') {
        return `Answered with ${plural(verdict.parts, 'message')}${verdict.done ? '' : ' so far'}`;
      }
      return verdict.done ? 'The answer is complete' : `Part ${count(verdict.parts)} of the answer`;
    case 'event':
      return 'Multicast: the kernel tells everyone who listens';
    case 'pending':
      return wantsNoAnswer(row)
        ? 'Sent without NLM_F_ACK: the kernel answers only when it fails'
        : 'No answer has come yet';
    case 'lost':
      return verdict.text;
  }
}

/** `answers #41`, `caused by #41`, `answered by #42`; null when nothing is related. */
export function relation(row: MessageRow): { words: string; id: number } | null {
  const id = row.related[0];
  if (id === undefined) return null;
  if (row.direction === 'out') return { words: 'answer', id };
  return { words: row.verdict.kind === 'event' ? 'caused by' : 'answers', id };
}

/** What is kept and what is not, e.g. `1,234 of 99,000 kept`. */
export function keptText(state: TraceState): string {
  if (state.kept === state.seen) return plural(state.seen, 'message');
  return `${count(state.kept)} of ${count(state.seen)} kept`;
}

export const limitsText = (state: TraceState): string =>
  `limit ${count(state.limits.messages)} messages or ${bytesText(state.limits.bytes)}`;

/** Everything that was not kept, with the reason, one sentence each. */
export function lossSentences(state: TraceState): string[] {
  const out: string[] = [];
  const fallen = state.seen - state.kept - state.skipped - state.missed;
  if (state.skipped > 0) out.push(`${plural(state.skipped, 'part')} of very long answers counted, not kept.`);
  if (state.missed > 0) out.push(`${plural(state.missed, 'message')} passed while paused.`);
  if (fallen > 0)
    out.push(`${plural(fallen, 'older message')} are no longer kept (limit reached, or cleared).`);
  return out;
}
