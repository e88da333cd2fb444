// SPDX-License-Identifier: MIT
// Where the members of the C structs stand that the socket calls take. Written for 4- and 8-byte pointers and for
// both byte orders: `word` is sizeof(void *), and every member below is aligned to its own size, as C does it.
import { littleEndian as LITTLE } from '../codec/bytes.ts';

const ia32 = ['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390'];
/** sizeof(void *) and sizeof(size_t), bytes. */
export const WORD = ia32.includes(process.arch) ? 4 : 8;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const align = (n: number): number => (n + WORD - 1) & -WORD;

function putWord(v: DataView, at: number, value: bigint): void {
  if (WORD === 8) v.setBigUint64(at, value, LITTLE);
  else v.setUint32(at, Number(value), LITTLE);
}
function getWord(v: DataView, at: number): number {
  return WORD === 8 ? Number(v.getBigUint64(at, LITTLE)) : v.getUint32(at, LITTLE);
}

/** A buffer whose memory never moves: a typed array over an ArrayBuffer of its own, not one kept inside V8's heap. */
export const stableBytes = (length: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new ArrayBuffer(length));

// struct sockaddr_nl (linux/netlink.h): u16 nl_family, u16 pad, u32 nl_pid, u32 nl_groups
export const SOCKADDR_NL_SIZE = 12;

export function encodeSockaddrNl(family: number, portId: number, groups: number): Uint8Array<ArrayBuffer> {
  const bytes = stableBytes(SOCKADDR_NL_SIZE);
  const v = view(bytes);
  v.setUint16(0, family, LITTLE);
  v.setUint32(4, portId, LITTLE);
  v.setUint32(8, groups, LITTLE);
  return bytes;
}

/** nl_pid (0: the kernel) and nl_groups (a bit mask of groups 1 to 32). */
export function decodeSockaddrNl(bytes: Uint8Array): { portId: number; groups: number } {
  const v = view(bytes);
  return { portId: v.getUint32(4, LITTLE), groups: v.getUint32(8, LITTLE) };
}

// struct pollfd (poll.h): int fd, short events, short revents
export const POLLFD_SIZE = 8;

export function encodePollfd(bytes: Uint8Array, index: number, fd: number, events: number): void {
  const v = view(bytes);
  v.setInt32(index * POLLFD_SIZE, fd, LITTLE);
  v.setInt16(index * POLLFD_SIZE + 4, events, LITTLE);
  v.setInt16(index * POLLFD_SIZE + 6, 0, LITTLE);
}

export const polledEvents = (bytes: Uint8Array, index: number): number =>
  view(bytes).getInt16(index * POLLFD_SIZE + 6, LITTLE);

/**
 * struct msghdr with one struct iovec behind it in the same buffer (bits/socket.h): msg_name, msg_namelen, msg_iov,
 * msg_iovlen, msg_control, msg_controllen (a word each, msg_namelen an int padded to a word), msg_flags.
 */
export class MsghdrLayout {
  readonly bytes = stableBytes(align(6 * WORD + 4) + 2 * WORD);
  private readonly v = view(this.bytes);
  private readonly iov = align(6 * WORD + 4);

  /** `own` is the address of `bytes`: msg_iov points into it. */
  init(own: bigint): void {
    putWord(this.v, 2 * WORD, own + BigInt(this.iov));
    putWord(this.v, 3 * WORD, 1n);
  }
  setName(address: bigint, length: number): void {
    putWord(this.v, 0, address);
    this.v.setUint32(WORD, length, LITTLE);
  }
  setControl(address: bigint, length: number): void {
    putWord(this.v, 4 * WORD, address);
    putWord(this.v, 5 * WORD, BigInt(length));
  }
  setData(address: bigint, length: number): void {
    putWord(this.v, this.iov, address);
    putWord(this.v, this.iov + WORD, BigInt(length));
  }
  clearFlags(): void {
    this.v.setInt32(6 * WORD, 0, LITTLE);
  }
  get controlLength(): number {
    return getWord(this.v, 5 * WORD);
  }
  get flags(): number {
    return this.v.getInt32(6 * WORD, LITTLE);
  }
}

// struct cmsghdr (bits/socket.h): size_t cmsg_len, int cmsg_level, int cmsg_type; data and the next one are aligned
const CMSG_HEADER = align(WORD + 8);
export const cmsgSpace = (payload: number): number => CMSG_HEADER + align(payload);

export function encodeCmsg(level: number, type: number, ints: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = stableBytes(cmsgSpace(4 * ints.length));
  const v = view(bytes);
  putWord(v, 0, BigInt(CMSG_HEADER + 4 * ints.length));
  v.setInt32(WORD, level, LITTLE);
  v.setInt32(WORD + 4, type, LITTLE);
  for (const [i, n] of ints.entries()) v.setInt32(CMSG_HEADER + 4 * i, n, LITTLE);
  return bytes;
}

/** The 32-bit numbers in the control message of this level and type among the first `length` bytes; empty: none. */
export function decodeCmsg(bytes: Uint8Array, length: number, level: number, type: number): number[] {
  const v = view(bytes);
  const end = Math.min(length, bytes.byteLength);
  for (let at = 0; at + CMSG_HEADER <= end;) {
    const size = getWord(v, at);
    if (size < CMSG_HEADER || at + size > end) return [];
    if (v.getInt32(at + WORD, LITTLE) === level && v.getInt32(at + WORD + 4, LITTLE) === type) {
      const ints: number[] = [];
      for (let i = at + CMSG_HEADER; i + 4 <= at + size; i += 4) ints.push(v.getInt32(i, LITTLE));
      return ints;
    }
    at += align(size);
  }
  return [];
}
