// SPDX-License-Identifier: MIT
// What rtmgr's mirror shows of other processes: which copy is of interest, which message stands first in it, and whose
// port it is. Our own traffic is in the list already, and what goes to groups we hear ourselves.
import { readFileSync } from 'node:fs';
import { viewOf } from '../codec/bytes.ts';
import { decodeMirrored } from '../codec/rtmgr.ts';
import { messages } from '../codec/messages.ts';
import { newPiece, readPiece } from './cut.ts';
import type { Piece } from './cut.ts';

export interface Copy {
  /** True: to rtmgr. */
  out: boolean;
  /** Port id of the other process. */
  port: number;
  /** Bytes of its datagram. */
  length: number;
  /** Span of the datagram in the copy. */
  start: number;
  end: number;
  /** Messages in it. */
  count: number;
  /** The first of them; its span is in the copy. */
  first: Piece;
}

/** The copy in a message of the mirror; null for what is not of interest, and what is damaged. */
export function readCopy(message: Uint8Array, isOurs: (port: number) => boolean): Copy | null {
  const copy = decodeMirrored(message);
  if (!copy || copy.portId === 0 || copy.group !== 0 || isOurs(copy.portId)) return null;
  const view = viewOf(message);
  const first = newPiece();
  readPiece(view, copy.start, copy.end, first);
  let count = 0;
  messages(view, copy.start, copy.end, () => void count++);
  return {
    out: !copy.fromKernel,
    port: copy.portId,
    length: copy.length,
    start: copy.start,
    end: copy.end,
    count,
    first,
  };
}

/** The first message inside a copy. */
export function insideCopy(message: Uint8Array): Uint8Array {
  const copy = decodeMirrored(message);
  return copy ? message.subarray(copy.start, copy.end) : message;
}

/** The name of the process with this id; null when there is none. */
function readName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/**
 * Names of processes by port. The kernel gives a process's first socket its process id as port; of further ones nothing
 * is known. Asked when a port is first heard of: many processes are gone a moment later.
 */
export class Processes {
  readonly #names = new Map<number, string | null>();
  readonly #read: (pid: number) => string | null;

  constructor(read: (pid: number) => string | null = readName) {
    this.#read = read;
  }

  note(port: number): void {
    if (this.#names.has(port)) return;
    if (this.#names.size > 4096) this.#names.clear();
    this.#names.set(port, port < 1 << 22 ? this.#read(port) : null);
  }

  name(port: number): string | null {
    return this.#names.get(port) ?? null;
  }
}
