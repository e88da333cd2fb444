// SPDX-License-Identifier: MIT
// Walking: messages in a datagram, attributes in a message. Everything is offsets into the caller's bytes.
import { align4, bad, good, littleEndian } from './bytes.ts';
import type { Result } from './bytes.ts';
import { NLA_TYPE_MASK, nlattr, nlmsghdr } from './tables/nlmsg.ts';

/** sizeof(struct nlmsghdr). */
export const HEADER_LENGTH = nlmsghdr.size;
/** sizeof(struct nlattr). */
export const ATTRIBUTE_HEADER_LENGTH = nlattr.size;

/** struct nlmsghdr. */
export interface Header {
  length: number;
  type: number;
  flags: number;
  seq: number;
  portId: number;
}

const at = {
  length: nlmsghdr.fields.nlmsg_len.offset,
  type: nlmsghdr.fields.nlmsg_type.offset,
  flags: nlmsghdr.fields.nlmsg_flags.offset,
  seq: nlmsghdr.fields.nlmsg_seq.offset,
  portId: nlmsghdr.fields.nlmsg_pid.offset,
};

/** The header at `start`; null when fewer than 16 bytes are there. Its length is not checked. */
export function readHeader(view: DataView, start = 0): Header | null {
  if (start < 0 || start + HEADER_LENGTH > view.byteLength) return null;
  return {
    length: view.getUint32(start + at.length, littleEndian),
    type: view.getUint16(start + at.type, littleEndian),
    flags: view.getUint16(start + at.flags, littleEndian),
    seq: view.getUint32(start + at.seq, littleEndian),
    portId: view.getUint32(start + at.portId, littleEndian),
  };
}

/** Writes sequence number and port id into the header at `start` of an encoded message. */
export function stampHeader(bytes: Uint8Array, start: number, seq: number, portId: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(start + at.seq, seq, littleEndian);
  view.setUint32(start + at.portId, portId, littleEndian);
}

/**
 * Calls `visit` with the start and end (nlmsg_len, padding not included) of each message in a datagram. Answers the
 * number of messages, or what is wrong with the rest; messages before that were visited. `visit` may end the walk by
 * answering false.
 */
export function messages(
  view: DataView,
  start: number,
  end: number,
  visit: (start: number, end: number, type: number) => boolean | void,
): Result<number> {
  let count = 0;
  let position = start;
  while (position < end) {
    const left = end - position;
    if (left < HEADER_LENGTH)
      return bad(
        'short',
        position,
        'nlmsghdr',
        `${left} bytes are left, a message header has ${HEADER_LENGTH}`,
      );
    const length = view.getUint32(position + at.length, littleEndian);
    if (length < HEADER_LENGTH)
      return bad(
        'length',
        position,
        'nlmsghdr/nlmsg_len',
        `nlmsg_len is ${length}, less than the header itself`,
      );
    if (length > left)
      return bad(
        'length',
        position,
        'nlmsghdr/nlmsg_len',
        `nlmsg_len is ${length}, but ${left} bytes are left`,
      );
    count++;
    if (visit(position, position + length, view.getUint16(position + at.type, littleEndian)) === false) break;
    position += align4(length);
  }
  return good(count);
}

/** One attribute: offsets into the bytes, payload without header and padding. */
export interface RawAttribute {
  /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
  type: number;
  /** nla_type as it stands. */
  rawType: number;
  /** Where the header starts. */
  at: number;
  start: number;
  end: number;
}

/** Attribute by attribute until the end or until one is broken: where it stopped, and what is wrong there. */
export function walkAttributes(
  view: DataView,
  start: number,
  end: number,
): { found: RawAttribute[]; position: number; wrong: string | null } {
  const found: RawAttribute[] = [];
  let position = start;
  while (end - position >= ATTRIBUTE_HEADER_LENGTH) {
    const length = view.getUint16(position + nlattr.fields.nla_len.offset, littleEndian);
    const rawType = view.getUint16(position + nlattr.fields.nla_type.offset, littleEndian);
    if (length < ATTRIBUTE_HEADER_LENGTH || length > end - position)
      return { found, position, wrong: `nla_len is ${length}, but ${end - position} bytes are left` };
    found.push({
      type: rawType & NLA_TYPE_MASK,
      rawType,
      at: position,
      start: position + ATTRIBUTE_HEADER_LENGTH,
      end: position + length,
    });
    position = Math.min(end, position + align4(length));
  }
  return { found, position, wrong: null };
}

/**
 * The attributes between two offsets. Fewer than 4 bytes behind the last one are not an error (the kernel ignores them);
 * a length that is too small or reaches beyond the end is.
 */
export function attributes(view: DataView, start: number, end: number, path: string): Result<RawAttribute[]> {
  const { found, position, wrong } = walkAttributes(view, start, end);
  return wrong === null ? good(found) : bad('length', position, path, wrong);
}
