// SPDX-License-Identifier: MIT
// A scripted kernel behind the Endpoint interface, for tests of what the real one does too seldom: interrupted dumps,
// overflows, cut-off datagrams, silence, death. Each request message takes the next step of the script; without one
// it is acknowledged (a dump is answered with no parts).
import {
  NLMSG_NOOP,
  NLMSG_ERROR,
  NLMSG_DONE,
  NLM_F_MULTI,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLM_F_DUMP_FILTERED,
  NLM_F_DUMP,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  align4,
  littleEndian,
  HEADER_LENGTH,
} from '../codec/index.ts';
import type { Endpoint, SocketName, SocketTrouble, DatagramBatch } from './endpoint.ts';
import { monotonicMs } from '../threads/clock.ts';

/** What the kernel does with one request message. */
export type Step =
  | { do: 'ack'; warning?: string }
  | { do: 'error'; errno: number; extack?: string; offset?: number }
  /** Data, then the acknowledgement. The messages' seq and port are put in. */
  | { do: 'reply'; messages: Uint8Array[] }
  | ({ do: 'multipart'; messages: Uint8Array[] } & MultipartOptions)
  /** The request is carried out, its answer is dropped, and the socket reports ENOBUFS. */
  | { do: 'overflow' }
  /** The answer's datagram is cut off after `room` bytes. */
  | { do: 'truncate'; message: Uint8Array; room: number }
  /** sendmsg fails; the kernel sees nothing. */
  | { do: 'refuse'; errno: number; errnoName: string }
  | { do: 'silence' }
  | { do: 'die' }
  /** Kept until `release()`, then done. */
  | { do: 'hold'; step: Step };

export interface MultipartOptions {
  /** Messages in a datagram; 2 without it. */
  cascade?: number;
  /** Where NLM_F_DUMP_INTR stands. */
  interrupted?: 'part' | 'done';
  filtered?: boolean;
  /** The error that DONE carries. */
  errno?: number;
  extack?: string;
  /** DONE never comes. */
  endless?: boolean;
}

export interface FakeRequest {
  bytes: Uint8Array<ArrayBuffer>;
  type: number;
  flags: number;
  seq: number;
}

/** A message with nlmsghdr; seq and port are put in by the fake kernel when they are 0. */
export function message(
  type: number,
  payload: Uint8Array = new Uint8Array(0),
  header: { flags?: number; seq?: number; portId?: number } = {},
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_LENGTH + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.byteLength, littleEndian);
  view.setUint16(4, type, littleEndian);
  view.setUint16(6, header.flags ?? 0, littleEndian);
  view.setUint32(8, header.seq ?? 0, littleEndian);
  view.setUint32(12, header.portId ?? 0, littleEndian);
  bytes.set(payload, HEADER_LENGTH);
  return bytes;
}

const read = (bytes: Uint8Array<ArrayBuffer>): FakeRequest => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    bytes,
    type: view.getUint16(4, littleEndian),
    flags: view.getUint16(6, littleEndian),
    seq: view.getUint32(8, littleEndian),
  };
};

function extackAttributes(extack?: string, offset?: number): Uint8Array {
  const text = extack === undefined ? null : new TextEncoder().encode(`${extack}\0`);
  const textRoom = text ? 4 + align4(text.byteLength) : 0;
  const bytes = new Uint8Array(textRoom + (offset === undefined ? 0 : 8));
  const view = new DataView(bytes.buffer);
  if (text) {
    view.setUint16(0, 4 + text.byteLength, littleEndian);
    view.setUint16(2, NLMSGERR_ATTR_MSG, littleEndian);
    bytes.set(text, 4);
  }
  if (offset !== undefined) {
    view.setUint16(textRoom, 8, littleEndian);
    view.setUint16(textRoom + 2, NLMSGERR_ATTR_OFFS, littleEndian);
    view.setUint32(textRoom + 4, offset, littleEndian);
  }
  return bytes;
}

export class FakeKernel implements Endpoint {
  readonly name: SocketName;
  readonly portId: number;
  readonly receiveBuffer: number;
  /** Every request message seen, in order; NLMSG_NOOP too. */
  readonly requests: FakeRequest[] = [];
  /** How many messages each datagram had. */
  readonly datagramSizes: number[] = [];
  /** Called for a request when the script is at its end; null: the default. */
  respond: ((request: FakeRequest) => Step | null) | null = null;
  /** How many NLMSG_NOOPs to come are not acknowledged. */
  deaf = 0;
  private readonly steps: Step[] = [];
  private readonly heldBack: (() => void)[] = [];
  private readonly outbox: (() => void)[] = [];
  private listener: (batch: DatagramBatch) => void = () => {};
  private troubled: (trouble: SocketTrouble) => void = () => {};
  private sent = 0;
  private alive = true;

  constructor(options: { name?: SocketName; portId?: number; receiveBuffer?: number } = {}) {
    this.name = options.name ?? 'request';
    this.portId = options.portId ?? 4242;
    this.receiveBuffer = options.receiveBuffer ?? 1 << 20;
  }

  /** Adds steps, one for each request message to come (NLMSG_NOOP takes none: it is acknowledged). */
  script(...steps: Step[]): this {
    this.steps.push(...steps);
    return this;
  }

  onDatagrams(listener: (batch: DatagramBatch) => void): void {
    this.listener = listener;
  }
  onTrouble(listener: (trouble: SocketTrouble) => void): void {
    this.troubled = listener;
  }

  send(datagram: Uint8Array<ArrayBuffer>): number {
    const number = ++this.sent;
    // as a transfer would: the sender must not use it any more
    const bytes = datagram.slice();
    datagram.fill(0);
    if (!this.alive) return number;
    const view = new DataView(bytes.buffer);
    const messages: FakeRequest[] = [];
    for (let at = 0; at + HEADER_LENGTH <= bytes.byteLength;) {
      const length = view.getUint32(at, littleEndian);
      if (length < HEADER_LENGTH || at + length > bytes.byteLength) break;
      messages.push(read(bytes.slice(at, at + length)));
      at += align4(length);
    }
    this.datagramSizes.push(messages.length);
    for (const request of messages) {
      this.requests.push(request);
      const step = request.type === NLMSG_NOOP ? null : (this.steps.shift() ?? this.respond?.(request));
      if (step?.do === 'refuse') {
        const { errno, errnoName } = step;
        this.later(() => this.troubled({ kind: 'send', datagram: number, errno, errnoName }));
        break;
      }
      this.act(request, step ?? this.usual(request));
    }
    return number;
  }

  /** Multicast from the kernel. */
  event(group: number, ...messages: Uint8Array[]): void {
    this.deliver(messages, group);
  }
  /** A multicast datagram that is cut off after `room` bytes. */
  cutEvent(group: number, bytes: Uint8Array, room: number): void {
    this.deliver([bytes], group, room);
  }
  trouble(trouble: SocketTrouble): void {
    this.later(() => this.troubled(trouble));
  }
  /** Unicast that nobody asked for, as it stands. */
  unasked(...messages: Uint8Array[]): void {
    this.deliver(messages, 0);
  }
  /** Does what was held back. */
  release(): void {
    for (const act of this.heldBack.splice(0)) act();
  }
  /** The socket dies. */
  die(): void {
    this.later(() => {
      this.alive = false;
      this.outbox.length = 0;
      this.troubled({ kind: 'lost', call: 'recvmsg', errno: 9, errnoName: 'EBADF' });
    });
  }

  private usual(request: FakeRequest): Step {
    if (request.type === NLMSG_NOOP && this.deaf > 0) {
      this.deaf--;
      return { do: 'silence' };
    }
    if (request.type !== NLMSG_NOOP && (request.flags & NLM_F_DUMP) === NLM_F_DUMP)
      if (!(request.flags & NLM_F_ACK)) return { do: 'multipart', messages: [] };
    return request.flags & NLM_F_ACK ? { do: 'ack' } : { do: 'silence' };
  }

  private act(request: FakeRequest, step: Step): void {
    switch (step.do) {
      case 'ack':
        if (request.flags & NLM_F_ACK || step.warning !== undefined)
          this.deliver([this.verdict(request, 0, step.warning)]);
        break;
      case 'error':
        this.deliver([this.verdict(request, step.errno, step.extack, step.offset)]);
        break;
      case 'reply':
        this.deliver(step.messages.map((m) => this.addressed(m, request, 0)));
        this.act(request, { do: 'ack' });
        break;
      case 'multipart':
        this.multipart(request, step);
        break;
      case 'overflow':
        this.trouble({ kind: 'overflow' });
        break;
      case 'truncate':
        this.deliver([this.addressed(step.message, request, 0)], 0, step.room);
        break;
      case 'die':
        this.die();
        break;
      case 'hold':
        this.heldBack.push(() => this.act(request, step.step));
        break;
      case 'refuse':
      case 'silence':
        break;
    }
  }

  private multipart(request: FakeRequest, step: Step & { do: 'multipart' }): void {
    const cascade = step.cascade ?? 2;
    const flags = NLM_F_MULTI | (step.filtered ? NLM_F_DUMP_FILTERED : 0);
    const parts = step.messages.map((m, i) =>
      this.addressed(
        m,
        request,
        flags | (step.interrupted === 'part' && i === step.messages.length - 1 ? NLM_F_DUMP_INTR : 0),
      ),
    );
    if (!step.endless) parts.push(this.done(request, flags, step));
    for (let i = 0; i < parts.length; i += cascade) this.deliver(parts.slice(i, i + cascade));
  }

  private done(request: FakeRequest, flags: number, options: MultipartOptions): Uint8Array {
    const attributes = extackAttributes(options.extack);
    const payload = new Uint8Array(4 + attributes.byteLength);
    new DataView(payload.buffer).setInt32(0, -(options.errno ?? 0), littleEndian);
    payload.set(attributes, 4);
    const more =
      (options.interrupted === 'done' ? NLM_F_DUMP_INTR : 0) |
      (attributes.byteLength > 0 ? NLM_F_ACK_TLVS : 0);
    return this.addressed(message(NLMSG_DONE, payload), request, flags | more);
  }

  private verdict(request: FakeRequest, errno: number, extack?: string, offset?: number): Uint8Array {
    const attributes = extackAttributes(extack, offset);
    const echoed = errno === 0 ? request.bytes.subarray(0, HEADER_LENGTH) : request.bytes;
    const payload = new Uint8Array(4 + align4(echoed.byteLength) + attributes.byteLength);
    new DataView(payload.buffer).setInt32(0, -errno, littleEndian);
    payload.set(echoed, 4);
    payload.set(attributes, 4 + align4(echoed.byteLength));
    const flags = (errno === 0 ? NLM_F_CAPPED : 0) | (attributes.byteLength > 0 ? NLM_F_ACK_TLVS : 0);
    return this.addressed(message(NLMSG_ERROR, payload), request, flags);
  }

  /** A copy with the request's seq and our port id, and these flags besides its own. */
  private addressed(m: Uint8Array, request: FakeRequest, flags: number): Uint8Array {
    const copy = m.slice();
    const view = new DataView(copy.buffer);
    view.setUint16(6, view.getUint16(6, littleEndian) | flags, littleEndian);
    view.setUint32(8, request.seq, littleEndian);
    view.setUint32(12, this.portId, littleEndian);
    return copy;
  }

  /** One datagram. */
  private deliver(messages: readonly Uint8Array[], group = 0, room = Number.POSITIVE_INFINITY): void {
    const length = messages.reduce((sum, m) => sum + align4(m.byteLength), 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const m of messages) {
      bytes.set(m, at);
      at += align4(m.byteLength);
    }
    const fits = Math.min(length, room);
    this.later(() => {
      this.listener({
        bytes: bytes.slice(0, fits),
        spans: Uint32Array.of(0, fits),
        times: Float64Array.of(monotonicMs()),
        groups: Uint32Array.of(group),
      });
      if (fits < length) this.troubled({ kind: 'truncated', length, room });
    });
  }

  /** In order, and never inside the caller's own call, as with threads. */
  private later(act: () => void): void {
    this.outbox.push(act);
    setImmediate(() => this.outbox.shift()?.());
  }
}
