// SPDX-License-Identifier: MIT
// A stand-in for the trace thread, for tests and the development page: messages with bytes and field trees of their own.
import type {
  FieldNode,
  Layer,
  MessageDetail,
  MessageRow,
  Outcome,
  TraceFilter,
  TraceState,
} from '../../../app/contract/index.ts';
import { DEFAULT_TRACE_FILTER, fail, ok } from '../../../app/contract/index.ts';
import type { TraceBridge } from './trace-store.ts';

/** Grows a message and its field tree together. */
export class Sample {
  bytes: number[] = [];
  roots: FieldNode[] = [];
  #stack: FieldNode[] = [];

  field(name: string, type: string, value: string, bytes: number[], layer: Layer, explanation = ''): this {
    const start = this.bytes.length;
    this.bytes.push(...bytes);
    this.#attach({
      id: '',
      name,
      type,
      value,
      start,
      end: this.bytes.length,
      layer,
      explanation,
      children: [],
    });
    return this;
  }

  group(name: string, type: string, layer: Layer, explanation: string, fill: () => void, value = ''): this {
    const start = this.bytes.length;
    const node: FieldNode = {
      id: '',
      name,
      type,
      value,
      start,
      end: start,
      layer,
      explanation,
      children: [],
    };
    this.#attach(node);
    this.#stack.push(node);
    fill();
    this.#stack.pop();
    node.end = this.bytes.length;
    return this;
  }

  u16 = (n: number): number[] => [n & 0xff, (n >> 8) & 0xff];
  u32 = (n: number): number[] => [n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff, (n >>> 24) & 0xff];

  header(
    length: number,
    type: number,
    typeName: string,
    flags: number,
    flagNames: string,
    seq: number,
    port: number,
  ): this {
    return this.group(
      'nlmsghdr',
      'struct nlmsghdr',
      'header',
      'Each netlink message starts with this header.',
      () => {
        this.field(
          'nlmsg_len',
          '__u32',
          `${length} bytes`,
          this.u32(length),
          'header',
          'Total length in bytes, header included, padding not.',
        );
        this.field(
          'nlmsg_type',
          '__u16',
          `${typeName} (${type})`,
          this.u16(type),
          'header',
          'What the message is about.',
        );
        this.field(
          'nlmsg_flags',
          '__u16',
          flagNames,
          this.u16(flags),
          'header',
          'How the kernel shall treat it, and whether it shall answer.',
        );
        this.field(
          'nlmsg_seq',
          '__u32',
          `${seq}`,
          this.u32(seq),
          'header',
          'The sender counts its requests; the answer carries the same number.',
        );
        this.field(
          'nlmsg_pid',
          '__u32',
          `${port}`,
          this.u32(port),
          'header',
          'Port id of the socket that the message belongs to, 0 for the kernel.',
        );
      },
    );
  }

  attribute(
    name: string,
    number: number,
    type: string,
    value: string,
    payload: number[],
    explanation: string,
  ): this {
    return this.group(
      name,
      'struct nlattr',
      'attribute',
      explanation,
      () => {
        this.field(
          'rta_len',
          'unsigned short',
          `${4 + payload.length} bytes`,
          this.u16(4 + payload.length),
          'attribute',
          'Length of header and value, padding not counted.',
        );
        this.field(
          'rta_type',
          'unsigned short',
          `${name} (${number})`,
          this.u16(number),
          'attribute',
          'Which attribute it is.',
        );
        this.field('value', type, value, payload, 'value', explanation);
        const padding = -payload.length & 3;
        if (padding > 0)
          this.field(
            'padding',
            '',
            `${padding} bytes`,
            Array.from({ length: padding }, () => 0),
            'padding',
            'Fills up to a multiple of 4 bytes.',
          );
      },
      value,
    );
  }

  #attach(node: FieldNode): void {
    const parent = this.#stack[this.#stack.length - 1];
    const siblings = parent ? parent.children : this.roots;
    node.id = `${parent ? `${parent.id}.` : ''}${node.name}${siblings.some((s) => s.name === node.name) ? siblings.length : ''}`;
    siblings.push(node);
  }
}

/** An RTM_NEWROUTE request as `ip route add 10.20.0.0/16 via 192.0.2.2 dev lan0` sends it. */
export function routeSample(seq: number, third = 20): Sample {
  const s = new Sample();
  s.header(58, 24, 'RTM_NEWROUTE', 0x605, 'REQUEST|ACK|EXCL|CREATE', seq, 4242);
  s.group('rtmsg', 'struct rtmsg', 'family', 'The fixed part of a route message.', () => {
    s.field('rtm_family', 'unsigned char', 'AF_INET (2)', [2], 'family', 'Address family of the route.');
    s.field('rtm_dst_len', 'unsigned char', '16', [16], 'family', 'Prefix length of the destination.');
    s.field('rtm_src_len', 'unsigned char', '0', [0], 'family', 'Prefix length of the source.');
    s.field('rtm_tos', 'unsigned char', '0', [0], 'family', 'Type of service that the route is for.');
    s.field(
      'rtm_table',
      'unsigned char',
      'main (254)',
      [254],
      'family',
      'The routing table, when its number fits into a byte.',
    );
    s.field('rtm_protocol', 'unsigned char', 'static (4)', [4], 'family', 'Who made the route.');
    s.field('rtm_scope', 'unsigned char', 'global (0)', [0], 'family', 'How far away the destination is.');
    s.field('rtm_type', 'unsigned char', 'unicast (1)', [1], 'family', 'What the kernel does with packets.');
    s.field('rtm_flags', 'unsigned int', '0', [0, 0, 0, 0], 'family', 'Further flags.');
  });
  s.attribute(
    'RTA_DST',
    1,
    'in_addr',
    `10.${third}.0.0`,
    [10, third, 0, 0],
    'Where packets go that this route takes.',
  );
  s.attribute('RTA_GATEWAY', 5, 'in_addr', '192.0.2.2', [192, 0, 2, 2], 'The next router on the way.');
  s.attribute(
    'RTA_TAG',
    3,
    'char[]',
    '"lan0"',
    [0x6c, 0x61, 0x6e, 0x30, 0, 0],
    'A value whose length is no multiple of 4.',
  );
  return s;
}

export function errorSample(seq: number, errno: number, sentence: string): Sample {
  const s = new Sample();
  s.header(36, 2, 'NLMSG_ERROR', 0x300, 'CAPPED|ACK_TLVS', seq, 4242);
  s.group('nlmsgerr', 'struct nlmsgerr', 'family', 'What the kernel says about a request.', () => {
    s.field(
      'error',
      'int',
      errno ? `-${errno} (${sentence})` : '0 (acknowledged)',
      s.u32(-errno >>> 0),
      'family',
      'Zero, or minus the errno.',
    );
    s.field(
      'msg',
      'struct nlmsghdr',
      'header of the request',
      [58, 0, 0, 0, 24, 0, 5, 6, ...s.u32(seq), 0, 0, 0, 0],
      'family',
      'The header of the message that it answers.',
    );
  });
  return s;
}

export interface FakeMessage {
  row: MessageRow;
  sample: Sample;
}

export const row = (id: number, patch: Partial<MessageRow> = {}): MessageRow => ({
  id,
  datagram: id,
  time: id * 3.217,
  direction: 'out',
  socket: 'request',
  type: 'RTM_NEWROUTE',
  typeValue: 24,
  flags: ['REQUEST', 'ACK', 'EXCL', 'CREATE'],
  seq: 1700000000 + id,
  port: 0,
  length: 58,
  latency: null,
  verdict: { kind: 'pending' },
  summary: '10.20.0.0/16 via 192.0.2.2 dev lan0 table main',
  related: [],
  ...patch,
});

const encode = (bytes: number[]): string => btoa(String.fromCharCode(...bytes));

/** Answers like the main process, from an array. */
export class FakeTrace {
  messages: FakeMessage[] = [];
  filter: TraceFilter = DEFAULT_TRACE_FILTER;
  paused = false;
  missed = 0;
  skipped = 0;
  seen = 0;
  version = 1;
  /** Operations that were called, by name. */
  calls: string[] = [];
  limits = { messages: 100_000, bytes: 64 * 1024 * 1024 };
  #listeners = new Set<(state: TraceState) => void>();

  add(r: MessageRow, sample: Sample = routeSample(r.seq)): void {
    this.seen = Math.max(this.seen, r.id);
    if (this.paused) this.missed++;
    else this.messages.push({ row: r, sample });
  }

  matched(): FakeMessage[] {
    const { types, direction, errorsOnly, text } = this.filter;
    if (this.filter === DEFAULT_TRACE_FILTER) return this.messages;
    return this.messages.filter(
      ({ row: r }) =>
        (types.length === 0 || types.includes(r.type)) &&
        (direction === 'both' || direction === r.direction) &&
        (!errorsOnly || r.verdict.kind === 'error' || r.verdict.kind === 'lost') &&
        `${r.type} ${r.flags.join(' ')} ${r.summary}`.toLowerCase().includes(text.toLowerCase()),
    );
  }

  state(): TraceState {
    return {
      version: this.version,
      seen: this.seen,
      kept: this.messages.length,
      matched: this.matched().length,
      bytes: this.messages.length * 58,
      limits: this.limits,
      paused: this.paused,
      missed: this.missed,
      skipped: this.skipped,
      perSecond: 3,
      types: [...new Set(this.messages.slice(0, 500).map((m) => m.row.type))],
    };
  }

  /** Tells the page, as the main process does some times a second. */
  tell(): void {
    this.version++;
    for (const listener of this.#listeners) listener(this.state());
  }

  #answer<T>(name: string, value: () => T): Promise<Outcome<T>> {
    this.calls.push(name);
    return Promise.resolve(ok(value()));
  }

  bridge: TraceBridge = {
    on: (_name, listener) => {
      const mine = listener as unknown as (state: TraceState) => void;
      this.#listeners.add(mine);
      return () => void this.#listeners.delete(mine);
    },
    'trace.state': () => this.#answer('trace.state', () => this.state()),
    'trace.filter': (filter) =>
      this.#answer('trace.filter', () => {
        this.filter = filter;
        this.version++;
        return this.state();
      }),
    'trace.rows': ({ start, count }) =>
      this.#answer('trace.rows', () => ({
        version: this.version,
        start,
        rows: this.matched()
          .slice(start, start + count)
          .map((m) => m.row),
      })),
    'trace.message': ({ id }) => {
      this.calls.push('trace.message');
      const found = this.messages.find((m) => m.row.id === id);
      if (!found) return Promise.resolve(fail({ kind: 'gone', what: `Message ${id} is no longer kept` }));
      const { sample } = found;
      const detail: MessageDetail = { row: found.row, bytes: encode(sample.bytes), tree: sample.roots };
      return Promise.resolve(ok(detail));
    },
    'trace.locate': ({ id }) =>
      this.#answer('trace.locate', () => {
        const index = this.matched().findIndex((m) => m.row.id === id);
        return { index: index < 0 ? null : index };
      }),
    'trace.pause': ({ paused }) =>
      this.#answer('trace.pause', () => {
        this.paused = paused;
        this.version++;
        return this.state();
      }),
    'trace.clear': () =>
      this.#answer('trace.clear', () => {
        this.messages = [];
        this.version++;
        return this.state();
      }),
  };
}
