// SPDX-License-Identifier: MIT
// Addresses and prefixes: text to bytes in network byte order, and back (RFC 4291 section 2.2, RFC 5952).

export interface Address {
  family: 4 | 6;
  /** 4 or 16 bytes, network byte order. */
  bytes: Uint8Array;
}
export interface Prefix extends Address {
  /** 0 to 32, or 0 to 128. */
  length: number;
}

const DECIMAL = /^(0|[1-9][0-9]{0,2})$/;
const HEXTET = /^[0-9a-fA-F]{1,4}$/;

function parse4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!DECIMAL.test(part) || Number(part) > 255) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

/** Hextets of one side of `::`; where the address ends with it, the last may be a dotted IPv4 address. */
function hextets(side: string, isEnd: boolean): number[] | null {
  if (side === '') return [];
  const out: number[] = [];
  const parts = side.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = isEnd && i === parts.length - 1 ? parse4(part) : null;
      if (!v4) return null;
      out.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!);
    } else {
      if (!HEXTET.test(part)) return null;
      out.push(Number.parseInt(part, 16));
    }
  }
  return out;
}

function parse6(text: string): Uint8Array | null {
  const sides = text.split('::');
  if (sides.length > 2) return null;
  const head = hextets(sides[0]!, sides.length === 1);
  const tail = sides.length === 2 ? hextets(sides[1]!, true) : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const bytes = new Uint8Array(16);
  for (const [i, h] of all.entries()) {
    bytes[2 * i] = h >> 8;
    bytes[2 * i + 1] = h & 0xff;
  }
  return bytes;
}

/** An IPv4 or IPv6 address; null when the text is neither. Zone ids and leading zeros in IPv4 are refused. */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) {
    const bytes = parse6(text);
    return bytes && { family: 6, bytes };
  }
  const bytes = parse4(text);
  return bytes && { family: 4, bytes };
}

/** `address/length`, or an address alone (its full length). Host bits are kept: see `hostBits`. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return null;
  const most = address.family === 4 ? 32 : 128;
  if (slash < 0) return { ...address, length: most };
  const digits = text.slice(slash + 1);
  if (!DECIMAL.test(digits) || Number(digits) > most) return null;
  return { ...address, length: Number(digits) };
}

/** The prefix with its host bits cleared. */
export function maskPrefix(prefix: Prefix): Prefix {
  const bytes = prefix.bytes.slice();
  for (let i = 0; i < bytes.length; i++) {
    const keep = Math.max(0, Math.min(8, prefix.length - 8 * i));
    bytes[i] = bytes[i]! & ((0xff00 >> keep) & 0xff);
  }
  return { ...prefix, bytes };
}

/** True when bits beyond the prefix length are set: the kernel answers EINVAL to such an IPv4 destination. */
export function hasHostBits(prefix: Prefix): boolean {
  return maskPrefix(prefix).bytes.some((byte, i) => byte !== prefix.bytes[i]);
}

function format6(bytes: Uint8Array, at: number): string {
  const h: number[] = [];
  for (let i = 0; i < 8; i++) h.push((bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!);
  // glibc's inet_ntop writes these two kinds with a dotted tail, and so does ip(8)
  const zeros = (n: number): boolean => h.slice(0, n).every((x) => x === 0);
  const dotted = `${bytes[at + 12]}.${bytes[at + 13]}.${bytes[at + 14]}.${bytes[at + 15]}`;
  if (zeros(5) && h[5] === 0xffff) return `::ffff:${dotted}`;
  if (zeros(6) && h[6] !== 0) return `::${dotted}`;
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && h[i + n] === 0) n++;
    if (n > bestLength) {
      best = i;
      bestLength = n;
    }
  }
  const words = h.map((x) => x.toString(16));
  if (best < 0) return words.join(':');
  return `${words.slice(0, best).join(':')}::${words.slice(best + bestLength).join(':')}`;
}

/** Text of the address whose 4 or 16 bytes stand at `at`, as inet_ntop(3) writes it. */
export function formatAddress(bytes: Uint8Array, family: 4 | 6, at = 0): string {
  if (family === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  return format6(bytes, at);
}

/** `address/length`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.bytes, prefix.family)}/${prefix.length}`;
}
