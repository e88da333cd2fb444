// SPDX-License-Identifier: MIT
// Turns kept messages into what a person reads: rows, field trees, words. Only for the messages asked for; nothing here
// runs while messages come in, unless a text filter is set.
import type { MessageDetail, MessageRow, Verdict } from '../../app/contract/index.ts';
import {
  decodeError,
  errnoName,
  errnoText,
  fieldTree,
  flagNames,
  messageTypeName,
  summarize,
} from '../codec/index.ts';
import type { Protocol } from '../codec/index.ts';
import { FAULT } from './cut.ts';
import { LOST_AFTER_MS, SOCKETS } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { VERDICT } from './store.ts';

/** Ids of answers that a request's row names. */
const RELATED = 8;

export class Reader {
  originMs = 0;
  /** Of all sockets but the one for interfaces. */
  protocol: Protocol = 'route';
  #recorder: Recorder;
  #ifnames = new Map<number, string>();
  #typeNames = new Map<number, string>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  setNames(ifnames: readonly [number, string][]): void {
    this.#ifnames = new Map(ifnames);
  }

  typeName = (type: number): string => {
    const known = this.#typeNames.get(type);
    if (known !== undefined) return known;
    const name = messageTypeName(type, this.protocol);
    if (this.#typeNames.size < 1024) this.#typeNames.set(type, name);
    return name;
  };

  /** What a text filter looks through. */
  haystack = (position: number): string => {
    const { columns: c, slot } = this.#at(position);
    const verdict = this.#verdict(position);
    const words = [
      this.#type(position),
      ...flagNames(c.type[slot]!, c.flags[slot]!),
      'errnoName' in verdict ? verdict.errnoName : '',
      'text' in verdict ? verdict.text : '',
      this.#summary(position),
    ];
    return words.join(' ').toLowerCase();
  };

  row(position: number): MessageRow {
    const { columns: c, slot } = this.#at(position);
    const broken = c.fault[slot] === FAULT.noHeader;
    const row: MessageRow = {
      id: c.id[slot]!,
      datagram: c.datagram[slot]!,
      time: Math.round((c.time[slot]! - this.originMs) * 1000) / 1000,
      direction: c.out[slot] === 1 ? 'out' : 'in',
      socket: SOCKETS[c.socket[slot]!] ?? '',
      type: this.#type(position),
      typeValue: c.type[slot]!,
      flags: broken ? [] : flagNames(c.type[slot]!, c.flags[slot]!),
      seq: c.seq[slot]!,
      port: c.port[slot]!,
      length: broken ? c.stored[slot]! : c.length[slot]!,
      latency: Number.isNaN(c.latency[slot]!) ? null : Math.round(c.latency[slot]! * 1000) / 1000,
      verdict: this.#verdict(position),
      summary: this.#summary(position),
      related: this.#related(position),
    };
    if (c.skipped[slot]! > 0) row.skipped = c.skipped[slot]!;
    const port = c.other[slot]!;
    if (port > 0)
      row.other = { port, process: this.#recorder.processes.name(port), messages: c.inside[slot]! };
    return row;
  }

  detail(position: number): MessageDetail {
    const bytes = this.bytes(position);
    return {
      row: this.row(position),
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
      tree: fieldTree(bytes, {
        ifname: (index) => this.#ifnames.get(index) ?? null,
        protocol: this.#protocol(position),
      }),
    };
  }

  /** A copy of a message's bytes. */
  bytes(position: number): Uint8Array {
    return this.#recorder.store.view(position).slice();
  }

  /** A copy of the message as it was said: of the mirror's copies the first one inside. */
  message(position: number): Uint8Array {
    return this.#recorder.message(position).slice();
  }

  #protocol(position: number): Protocol {
    const { columns: c, slot } = this.#at(position);
    return SOCKETS[c.socket[slot]!] === 'links' ? 'route' : this.protocol;
  }

  #at(position: number) {
    const { store } = this.#recorder;
    return { columns: store.columns, slot: store.slot(position) };
  }

  #type(position: number): string {
    const { columns: c, slot } = this.#at(position);
    return c.fault[slot] === FAULT.noHeader ? 'no header' : this.typeName(c.type[slot]!);
  }

  #summary(position: number): string {
    const { columns: c, slot } = this.#at(position);
    const stored = c.stored[slot]!;
    if (c.fault[slot] === FAULT.noHeader) return `${stored} bytes left over at the end of the datagram`;
    if (c.fault[slot] === FAULT.tooShort) return `nlmsg_len ${c.length[slot]} is less than a header`;
    const ifname = (index: number): string => this.#ifnames.get(index) ?? `if${index}`;
    const words = summarize(this.#recorder.message(position), ifname, this.#protocol(position));
    const more = c.inside[slot]! - 1;
    return more > 0 ? `${words} and ${more} more` : words;
  }

  #related(position: number): number[] {
    const { columns: c, slot } = this.#at(position);
    const ids = (p: number): number => c.id[this.#recorder.store.slot(p)]!;
    if (c.request[slot]! > 0) return [c.request[slot]!];
    return this.#recorder.answersOf(position, RELATED).map(ids);
  }

  #verdict(position: number): Verdict {
    const { columns: c, slot } = this.#at(position);
    switch (c.verdict[slot]) {
      case VERDICT.ok:
        return { kind: 'ok' };
      case VERDICT.data:
        return { kind: 'data', parts: c.parts[slot]!, done: c.done[slot] === 1 };
      case VERDICT.event:
        return { kind: 'event' };
      case VERDICT.pending:
        return { kind: 'pending' };
      case VERDICT.error:
        return this.#errorVerdict(position);
      default:
        return { kind: 'lost', text: this.#lostText(position) };
    }
  }

  #errorVerdict(position: number): Verdict {
    const { store } = this.#recorder;
    const { columns: c, slot } = this.#at(position);
    const errno = c.errno[slot]!;
    // a request's error stands in its last answer
    const source = c.out[slot] === 1 ? store.find(c.lastAnswer[slot]!) : position;
    const decoded = source < 0 ? null : decodeError(this.#recorder.message(source), undefined, this.protocol);
    const sentence = decoded?.ok ? decoded.value.message : null;
    const text = sentence ?? errnoText(errno);
    return { kind: 'error', errnoName: errnoName(errno), text };
  }

  #lostText(position: number): string {
    const { columns: c, slot } = this.#at(position);
    const stored = c.stored[slot]!;
    if (c.fault[slot] === FAULT.noHeader) return `${stored} bytes are no message`;
    if (c.fault[slot] === FAULT.tooShort) return `nlmsg_len ${c.length[slot]} is less than a header`;
    if (c.fault[slot] === FAULT.cutOff) return `Cut off: ${stored} of ${c.length[slot]} bytes`;
    if (c.out[slot] === 1) return `No answer within ${LOST_AFTER_MS / 1000} s`;
    return 'The kernel lost messages';
  }
}
