// SPDX-License-Identifier: MIT
// Cuts a datagram into messages by their headers alone (struct nlmsghdr, linux/netlink.h). The bytes may be hostile:
// whatever a length says, the walk goes forward, stays inside, and leaves no byte out.

/** sizeof(struct nlmsghdr). */
export const NLMSG_HDRLEN = 16;
export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;
export const NLM_F_MULTI = 0x2;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP_INTR = 0x10;

/** What is wrong with a message's frame. */
export const FAULT = {
  none: 0,
  /** Fewer than 16 bytes are left in the datagram. */
  noHeader: 1,
  /** nlmsg_len is less than a header. */
  tooShort: 2,
  /** nlmsg_len reaches beyond the datagram. */
  cutOff: 3,
} as const;
export type Fault = (typeof FAULT)[keyof typeof FAULT];

/** One message in a datagram; the walk fills the same object again and again. */
export interface Piece {
  /** Span in the source buffer, trailing padding included. */
  start: number;
  end: number;
  /** nlmsg_len as it stands there; 0 when there is no header. */
  length: number;
  type: number;
  flags: number;
  seq: number;
  port: number;
  fault: Fault;
}

export const newPiece = (): Piece => ({
  start: 0,
  end: 0,
  length: 0,
  type: 0,
  flags: 0,
  seq: 0,
  port: 0,
  fault: FAULT.none,
});

const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reads the message that starts at `start` of a datagram that ends at `end`; netlink is in host byte order. */
export function readPiece(view: DataView, start: number, end: number, piece: Piece): void {
  piece.start = start;
  piece.end = end;
  if (end - start < NLMSG_HDRLEN) {
    piece.length = piece.type = piece.flags = piece.seq = piece.port = 0;
    piece.fault = FAULT.noHeader;
    return;
  }
  const length = view.getUint32(start, little);
  piece.length = length;
  piece.type = view.getUint16(start + 4, little);
  piece.flags = view.getUint16(start + 6, little);
  piece.seq = view.getUint32(start + 8, little);
  piece.port = view.getUint32(start + 12, little);
  if (length < NLMSG_HDRLEN) piece.fault = FAULT.tooShort;
  else if (length > end - start) piece.fault = FAULT.cutOff;
  else {
    piece.fault = FAULT.none;
    // the last message of a datagram may come without its padding
    piece.end = Math.min(end, start + ((length + 3) & ~3));
  }
}

/** The __s32 at `at`: an errno (negative) in nlmsgerr and NLMSG_DONE; null when it is not there. */
export function readStatus(view: DataView, at: number, end: number): number | null {
  return end - at >= 4 ? view.getInt32(at, little) : null;
}
