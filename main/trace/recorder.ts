// SPDX-License-Identifier: MIT
// Takes datagrams in order, cuts them, keeps their messages and pairs answers with requests by socket, port and
// sequence number. Of a very long answer only the first parts are kept and the rest is counted, so that one dump of a
// million routes does not flush out what a person did.
import type { SocketName } from '../netlink/endpoint.ts';
import type { TapBatch } from '../netlink/tap.ts';
import {
  FAULT,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  newPiece,
  readPiece,
  readStatus,
} from './cut.ts';
import type { Piece } from './cut.ts';
import { Processes, insideCopy, readCopy } from './mirror.ts';
import { VERDICT } from './store.ts';
import type { Store, VerdictCode } from './store.ts';

export const SOCKETS: readonly SocketName[] = ['request', 'dump', 'events', 'links', 'mirror', 'relay'];
const MIRROR = SOCKETS.indexOf('mirror');
/** Copies of datagrams of one answer to another process that are kept. */
const COPIES_KEPT = 100;
/** Parts of one answer that are kept; its end, and parts that carry NLM_F_DUMP_INTR first, always are. */
export const PARTS_KEPT = 1000;
/** A request without an answer for this long is shown as lost, ms. */
export const LOST_AFTER_MS = 10_000;

/** rtnetlink's types come in fours: NEW, DEL, GET, SET (linux/rtnetlink.h). */
const GET = 2;
/** From here on types are rtmgr's own; the first three always have an answer: HELLO, GETSTATS, FLUSH. */
const RTMGR_MSG_BASE = 0x100;
const isAnswered = (type: number, flags: number): boolean =>
  (flags & NLM_F_ACK) !== 0 || (type >= RTMGR_MSG_BASE ? type < RTMGR_MSG_BASE + 3 : (type & 3) === GET);

/** The multipart answer that a socket is in the middle of: the kernel runs one dump per socket at a time. */
interface Long {
  seq: number;
  /** Position of its request; -1 when that is not known. */
  request: number;
  parts: number;
  lastKept: number;
  interrupted: boolean;
}

const keyOf = (socket: number, seq: number): number => socket * 0x1_0000_0000 + seq;

export interface RecorderEvents {
  added(position: number): void;
  changed(position: number): void;
  evicted(position: number): void;
}

export class Recorder {
  readonly store: Store;
  paused = false;
  seen = 0;
  missed = 0;
  skipped = 0;
  /** Types that were seen, by number. */
  readonly types = new Set<number>();
  /** Raised with every visible change. */
  version = 0;
  #events: RecorderEvents;
  #datagrams = 0;
  /** Positions of kept requests, by socket and sequence number. */
  #requests = new Map<number, number>();
  #long: (Long | null)[] = SOCKETS.map(() => null);
  /** Our sockets by port id: an event names the port of whoever caused it. */
  #ports = new Map<number, number>();
  /** All requests before this position have an answer or are given up. */
  #unanswered = 0;
  /** Positions of other processes' requests, by their port and sequence number. */
  #others = new Map<string, number>();
  readonly processes = new Processes();
  #piece: Piece = newPiece();
  #viewed: Uint8Array | null = null;
  #dataView = new DataView(new ArrayBuffer(0));

  constructor(store: Store, events: RecorderEvents) {
    this.store = store;
    this.#events = events;
    store.onEvict = (position) => this.#forget(position);
  }

  /** True unless the datagram is an answer to us whose request has not been seen. */
  ready(batch: TapBatch, index: number): boolean {
    if (this.paused || batch.direction === 'out' || batch.groups[index] !== 0) return true;
    const start = batch.spans[2 * index]!;
    const end = Math.min(batch.bytes.length, start + batch.spans[2 * index + 1]!);
    readPiece(this.#view(batch), Math.min(start, end), end, this.#piece);
    const { seq, port, fault } = this.#piece;
    if (fault !== FAULT.none || seq === 0 || port !== batch.portId) return true;
    const socket = SOCKETS.indexOf(batch.socket);
    return this.#long[socket]?.seq === seq || this.#requests.has(keyOf(socket, seq));
  }

  take(batch: TapBatch, index: number): void {
    const socket = SOCKETS.indexOf(batch.socket);
    const view = this.#view(batch);
    const piece = this.#piece;
    const end = Math.min(batch.bytes.length, batch.spans[2 * index]! + batch.spans[2 * index + 1]!);
    this.#datagrams++;
    this.version++;
    this.#ports.set(batch.portId, socket);
    let lastType = -1;
    for (let at = batch.spans[2 * index]!; at < end; at = piece.end) {
      readPiece(view, at, end, piece);
      if (socket === MIRROR && batch.groups[index] !== 0 && piece.fault === FAULT.none) {
        this.#copy(batch, index);
        continue;
      }
      this.seen++;
      if (piece.fault === FAULT.none && piece.type !== lastType) this.types.add((lastType = piece.type));
      if (this.paused) {
        this.missed++;
        continue;
      }
      const { head } = this.store;
      if (piece.fault !== FAULT.none) this.#keep(batch, index, socket, VERDICT.lost);
      else if (batch.direction === 'out') this.#request(batch, index, socket);
      else if (batch.groups[index] !== 0) this.#event(batch, index, socket);
      else this.#answer(batch, index, socket, view);
      // told only now, when all that is known about the message stands in its columns
      if (this.store.head > head) this.#events.added(head);
    }
  }

  /** Gives up on requests that have waited too long. Times are CLOCK_MONOTONIC ms. */
  expire(now: number): void {
    const c = this.store.columns;
    let position = Math.max(this.#unanswered, this.store.tail);
    for (; position < this.store.head; position++) {
      const slot = this.store.slot(position);
      if (c.verdict[slot] !== VERDICT.pending || c.done[slot] === 1) continue;
      if (c.time[slot]! > now - LOST_AFTER_MS) break;
      c.verdict[slot] = VERDICT.lost;
      this.#changed(position);
    }
    this.#unanswered = position;
  }

  /** The position of the request with this sequence number; -1 when it is not kept. */
  requestAt(socket: SocketName, seq: number): number {
    return this.#requests.get(keyOf(SOCKETS.indexOf(socket), seq)) ?? -1;
  }

  /** Positions of the kept answers of a request, oldest first, at most `most`. */
  answersOf(position: number, most: number): number[] {
    const c = this.store.columns;
    const slot = this.store.slot(position);
    const id = c.id[slot]!;
    const last = c.lastAnswer[slot]!;
    const found: number[] = [];
    if (last === 0) return found;
    for (let p = this.store.firstAtLeast(c.firstAnswer[slot]!); p < this.store.head; p++) {
      const s = this.store.slot(p);
      if (c.id[s]! > last || found.length >= most) break;
      if (c.request[s] === id && c.verdict[s] !== VERDICT.event) found.push(p);
    }
    return found;
  }

  /** The message at a position as it was said: of a copy the first one inside. A view, valid until the next push. */
  message(position: number): Uint8Array {
    const bytes = this.store.view(position);
    return this.store.columns.other[this.store.slot(position)] === 0 ? bytes : insideCopy(bytes);
  }

  /** Forgets what was kept; `seen` and the numbers go on. */
  clear(): void {
    this.store.clear();
    this.#requests.clear();
    this.#others.clear();
    this.missed = 0;
    this.skipped = 0;
    this.version++;
  }

  /** What another process said to rtmgr, or heard from it. */
  #copy(batch: TapBatch, index: number): void {
    const { start, end } = this.#piece;
    const copy = readCopy(batch.bytes.subarray(start, end), (port) => this.#ports.has(port));
    if (!copy || copy.first.fault === FAULT.noHeader) return;
    this.seen++;
    this.types.add(copy.first.type);
    if (this.paused) {
      this.missed++;
      return;
    }
    const { first, port } = copy;
    const key = `${port}:${first.seq}`;
    const isError = first.type === NLMSG_ERROR;
    const isLast = isError || first.type === NLMSG_DONE;
    const c = this.store.columns;
    const request = copy.out ? undefined : this.#others.get(key);
    const rslot = request !== undefined && this.store.has(request) ? this.store.slot(request) : -1;
    if (rslot >= 0 && c.parts[rslot]! >= COPIES_KEPT && !isLast) {
      this.skipped++;
      c.parts[rslot] = c.parts[rslot]! + 1;
      return;
    }
    const position = this.#keep(batch, index, MIRROR, copy.out ? VERDICT.pending : VERDICT.data);
    const slot = this.store.slot(position);
    c.type[slot] = first.type;
    c.flags[slot] = first.flags;
    c.seq[slot] = first.seq;
    c.port[slot] = first.port;
    c.length[slot] = copy.length;
    c.out[slot] = copy.out ? 1 : 0;
    c.other[slot] = port;
    c.inside[slot] = copy.count;
    this.processes.note(port);
    if (copy.out) {
      this.#others.set(key, position);
      if (this.#others.size > 4096) this.#others.clear();
      if (!isAnswered(first.type, first.flags)) c.done[slot] = 1;
    } else {
      const view = this.#view(batch);
      const status = isLast ? readStatus(view, start + first.start + NLMSG_HDRLEN, start + first.end) : null;
      c.done[slot] = isLast || (first.flags & NLM_F_MULTI) === 0 ? 1 : 0;
      c.errno[slot] = status === null ? 0 : -status;
      if (status !== null && status < 0) c.verdict[slot] = VERDICT.error;
      else if (isError) c.verdict[slot] = VERDICT.ok;
      if (rslot >= 0 && request !== undefined) {
        const before = c.parts[rslot]!;
        c.parts[rslot] = isLast ? before : before + 1;
        c.parts[slot] = c.parts[rslot]!;
        c.errno[rslot] = c.errno[slot]!;
        c.verdict[rslot] = c.verdict[slot] === VERDICT.ok && before > 0 ? VERDICT.data : c.verdict[slot]!;
        c.done[rslot] = c.done[slot]!;
        this.#pair(position, request);
      }
    }
    this.#events.added(position);
  }

  #request(batch: TapBatch, index: number, socket: number): void {
    const position = this.#keep(batch, index, socket, VERDICT.pending);
    const { type, flags, seq } = this.#piece;
    this.#requests.set(keyOf(socket, seq), position);
    // without NLM_F_ACK only a GET is sure to be answered: of others the kernel says nothing when all is well
    if (!isAnswered(type, flags)) this.store.columns.done[this.store.slot(position)] = 1;
  }

  #event(batch: TapBatch, index: number, socket: number): void {
    const position = this.#keep(batch, index, socket, VERDICT.event);
    const { port, seq } = this.#piece;
    const causer = port === 0 ? undefined : this.#ports.get(port);
    if (causer === undefined) return;
    const request = this.#requests.get(keyOf(causer, seq));
    if (request === undefined) return;
    const c = this.store.columns;
    c.request[this.store.slot(position)] = c.id[this.store.slot(request)]!;
  }

  #answer(batch: TapBatch, index: number, socket: number, view: DataView): void {
    const { type, flags, seq, port, start, length } = this.#piece;
    const c = this.store.columns;
    const ours = port === batch.portId;
    let long = this.#long[socket] ?? null;
    if (long && long.seq !== seq) long = this.#long[socket] = null;
    const found = long ? long.request : this.#requests.get(keyOf(socket, seq));
    const request = ours && found !== undefined && this.store.has(found) ? found : -1;
    const rslot = request < 0 ? -1 : this.store.slot(request);
    const isData = type !== NLMSG_ERROR && type !== NLMSG_DONE;

    if (isData && (type === NLMSG_NOOP || type === NLMSG_OVERRUN)) {
      this.#keep(batch, index, socket, type === NLMSG_OVERRUN ? VERDICT.lost : VERDICT.ok);
      return;
    }
    if (isData && (flags & NLM_F_MULTI) !== 0) {
      if (!long) {
        this.#long[socket] = long = { seq, request, parts: 0, lastKept: -1, interrupted: false };
      }
      long.parts++;
      const news = (flags & NLM_F_DUMP_INTR) !== 0 && !long.interrupted;
      if (news) long.interrupted = true;
      if (rslot >= 0) {
        c.parts[rslot] = long.parts;
        c.verdict[rslot] = VERDICT.data;
      }
      if (long.parts > PARTS_KEPT && !news) {
        this.skipped++;
        if (this.store.has(long.lastKept)) {
          const slot = this.store.slot(long.lastKept);
          c.skipped[slot] = c.skipped[slot]! + 1;
        }
        return;
      }
      const position = this.#keep(batch, index, socket, VERDICT.data);
      c.parts[this.store.slot(position)] = long.parts;
      long.lastKept = position;
      this.#pair(position, request);
      return;
    }

    // nlmsgerr.error of NLMSG_ERROR, or the int that NLMSG_DONE carries: 0, or minus the errno
    const status = isData
      ? 0
      : readStatus(view, start + NLMSG_HDRLEN, start + Math.max(NLMSG_HDRLEN, length));
    let verdict: VerdictCode = VERDICT.data;
    if (status === null && type === NLMSG_ERROR) verdict = VERDICT.lost;
    else if (status !== null && status < 0) verdict = VERDICT.error;
    else if (type === NLMSG_ERROR) verdict = VERDICT.ok;
    const position = this.#keep(batch, index, socket, verdict);
    const slot = this.store.slot(position);
    c.errno[slot] = status === null ? 0 : -status;
    c.done[slot] = 1;
    const before = this.store.has(request) ? c.parts[rslot]! : (long?.parts ?? 0);
    c.parts[slot] = isData ? before + 1 : before;
    if (long) this.#long[socket] = null;
    if (!this.store.has(request)) return;
    c.parts[rslot] = c.parts[slot]!;
    c.errno[rslot] = c.errno[slot]!;
    // an acknowledgement after data confirms the data; only where one was asked for the data waits for it
    c.verdict[rslot] = verdict === VERDICT.ok && before > 0 ? VERDICT.data : verdict;
    c.done[rslot] = isData && (c.flags[rslot]! & NLM_F_ACK) !== 0 ? 0 : 1;
    this.#pair(position, request);
  }

  #pair(position: number, request: number): void {
    if (!this.store.has(request)) return;
    const c = this.store.columns;
    const slot = this.store.slot(position);
    const rslot = this.store.slot(request);
    c.request[slot] = c.id[rslot]!;
    c.latency[slot] = c.time[slot]! - c.time[rslot]!;
    if (c.firstAnswer[rslot] === 0) c.firstAnswer[rslot] = c.id[slot]!;
    c.lastAnswer[rslot] = c.id[slot]!;
    this.#changed(request);
  }

  #keep(batch: TapBatch, index: number, socket: number, verdict: VerdictCode): number {
    const piece = this.#piece;
    const { store } = this;
    const position = store.push(batch.bytes, piece.start, piece.end, this.seen, piece.fault);
    const c = store.columns;
    const slot = store.slot(position);
    c.datagram[slot] = this.#datagrams;
    c.time[slot] = batch.times[index]!;
    c.type[slot] = piece.type;
    c.flags[slot] = piece.flags;
    c.seq[slot] = piece.seq;
    c.port[slot] = piece.port;
    c.length[slot] = piece.length;
    c.out[slot] = batch.direction === 'out' ? 1 : 0;
    c.socket[slot] = socket;
    c.verdict[slot] = verdict;
    return position;
  }

  #changed(position: number): void {
    this.version++;
    this.#events.changed(position);
  }

  #forget(position: number): void {
    const c = this.store.columns;
    const slot = this.store.slot(position);
    if (c.out[slot] === 1 && c.other[slot] === 0) {
      const key = keyOf(c.socket[slot]!, c.seq[slot]!);
      if (this.#requests.get(key) === position) this.#requests.delete(key);
    }
    this.#events.evicted(position);
  }

  #view(batch: TapBatch): DataView {
    const { bytes } = batch;
    if (this.#viewed !== bytes) {
      this.#viewed = bytes;
      this.#dataView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.#dataView;
  }
}
