// SPDX-License-Identifier: MIT
// The few things every reader and writer of netlink bytes needs: byte order, alignment, and results that carry the
// place of what is wrong.
import { endianness } from 'node:os';

/**
 * Netlink numbers are in host byte order; this is the `littleEndian` argument that DataView wants for them. Addresses,
 * ports and labels are in network order (big endian) on any host.
 */
export const littleEndian = endianness() === 'LE';

/** NLMSG_ALIGN, NLA_ALIGN, RTA_ALIGN, RTNH_ALIGN: the next multiple of 4 (all four macros say 4). */
export const align4 = (length: number): number => (length + 3) & ~3;

/** Why bytes could not be read as what they should be. */
export interface DecodeError {
  /**
   * `short`: bytes end before the structure does; `length`: a length field contradicts what is there, or an attribute
   * has not the size of its type; `type`: another message type than asked for; `family`: an address family that the
   * decoder does not know; `value`: a value that cannot be.
   */
  code: 'short' | 'length' | 'type' | 'family' | 'value';
  /** In bytes from the start of the message. */
  offset: number;
  /** Names from the outside in, e.g. `RTM_NEWROUTE/RTA_METRICS/RTAX_MTU`. */
  path: string;
  /** One sentence, for people. */
  message: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: DecodeError };

export const good = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const bad = (
  code: DecodeError['code'],
  offset: number,
  path: string,
  message: string,
): { ok: false; error: DecodeError } => ({ ok: false, error: { code, offset, path, message } });

/** A view of exactly these bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
