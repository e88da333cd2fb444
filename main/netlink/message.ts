// SPDX-License-Identifier: MIT
// The header of a message that is about to be sent.
import type { AppError } from '../../app/contract/index.ts';
import { align4, littleEndian, HEADER_LENGTH } from '../codec/index.ts';

/**
 * Null when a message can be sent, else why not. The kernel ignores what follows a wrong nlmsg_len without an answer,
 * so such a message would only time out.
 */
export function unusable(message: Uint8Array): AppError | null {
  const { byteLength } = message;
  const said =
    byteLength < HEADER_LENGTH
      ? 0
      : new DataView(message.buffer, message.byteOffset, byteLength).getUint32(0, littleEndian);
  if (said === byteLength || (said >= HEADER_LENGTH && align4(said) === byteLength)) return null;
  return {
    kind: 'invalid',
    path: 'nlmsg_len',
    what: 'The message is not one that can be sent',
    why: `It has ${byteLength} bytes, and its nlmsg_len says ${said}`,
  };
}

/** nlmsg_flags of a message. */
export const flagsOf = (message: Uint8Array): number =>
  new DataView(message.buffer, message.byteOffset, message.byteLength).getUint16(6, littleEndian);

/** Puts the sequence number and these flags into the header at `at`, clearing `without`; answers the same bytes. */
export function stamp<T extends Uint8Array>(bytes: T, seq: number, flags: number, without = 0, at = 0): T {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(at + 6, (view.getUint16(at + 6, littleEndian) & ~without) | flags, littleEndian);
  view.setUint32(at + 8, seq, littleEndian);
  return bytes;
}

/** A copy in a buffer of its own, padded to 4 bytes. */
export function datagramOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(align4(message.byteLength));
  bytes.set(message);
  return bytes;
}
