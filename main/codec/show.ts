// SPDX-License-Identifier: MIT
// Values in words, for the field tree: `AF_INET (2)`, `10.20.0.0`, `52 bytes`; and the sentence that explains them.
import { formatAddress } from '../../app/contract/index.ts';
import { littleEndian } from './bytes.ts';
import { protocolName, tableName } from './names.ts';
import type { Flags, IntegerType, Words } from './schema.ts';
import { ifindex } from './tables/phrases.ts';
import { RTPROT, RT_TABLE } from './tables/rtmsg.ts';

/** What the caller knows and the tables do not. */
export interface Knowledge {
  /** Name of an interface by its number; null when it is not known. */
  ifname?: (index: number) => string | null;
}

export const hex = (bytes: Uint8Array, start: number, end: number, between = ' '): string => {
  let text = '';
  for (let i = start; i < end; i++)
    text += (i > start ? between : '') + (bytes[i] ?? 0).toString(16).padStart(2, '0');
  return text;
};

/** At most 32 bytes in hexadecimal. */
export const shortHex = (bytes: Uint8Array, start: number, end: number): string =>
  end - start <= 32 ? hex(bytes, start, end) : `${hex(bytes, start, start + 32)} … (${end - start} bytes)`;

/** An integer that lies wholly in the view. */
export function readInteger(view: DataView, at: number, type: IntegerType): number | bigint {
  const little = type.order === 'host' && littleEndian;
  if (type.size === 1) return type.signed ? view.getInt8(at) : view.getUint8(at);
  if (type.size === 2) return type.signed ? view.getInt16(at, little) : view.getUint16(at, little);
  if (type.size === 4) return type.signed ? view.getInt32(at, little) : view.getUint32(at, little);
  return type.signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
}

function flagWords(value: number, words: Flags): string {
  const names: string[] = [];
  let rest = value >>> 0;
  for (const [name, [bit]] of Object.entries(words.entries))
    if ((rest & bit) !== 0) {
      names.push(name);
      rest = (rest & ~bit) >>> 0;
    }
  if (names.length === 0) return rest === 0 ? '0' : `0x${rest.toString(16)}`;
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return `${names.join(' | ')} (0x${(value >>> 0).toString(16)})`;
}

/** The number in words. */
export function inWords(value: number | bigint, words: Words | undefined, know: Knowledge): string {
  if (words === undefined) return String(value);
  const number = Number(value);
  if (words === ifindex) {
    const name = know.ifname?.(number) ?? null;
    return name === null || number === 0 ? String(value) : `${name} (${value})`;
  }
  if (typeof words === 'function') return words(value);
  if (words.kind === 'flags') return flagWords(number, words);
  let name = words.names.get(number);
  if (name === undefined && (words === RT_TABLE || words === RTPROT)) {
    const own = words === RT_TABLE ? tableName(number) : protocolName(number);
    if (own !== String(number)) name = own;
  }
  return name === undefined ? String(value) : `${name} (${value})`;
}

/** What the names in a value mean, as a continuation of the field's explanation; empty when there is nothing to say. */
export function meaning(value: number | bigint, words: Words | undefined): string {
  if (words === undefined || typeof words === 'function') return '';
  const number = Number(value);
  if (words.kind === 'enumeration') {
    const name = words.names.get(number);
    const entry = name === undefined ? undefined : words.entries[name];
    return entry ? ` ${name}: ${entry[1]}` : '';
  }
  let text = '';
  for (const [name, [bit, said]] of Object.entries(words.entries))
    if (((number >>> 0) & bit) !== 0) text += ` ${name}: ${said}`;
  return text;
}

/** 4 bytes as IPv4, 16 as IPv6, anything else in hexadecimal. */
export function addressText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === 4) return formatAddress(bytes, 4, start);
  if (end - start === 16) return formatAddress(bytes, 6, start);
  return shortHex(bytes, start, end);
}

/** A stack of MPLS labels (RFC 3032): 20 bits label, 3 class, 1 bottom of stack, 8 time to live, each in 4 bytes. */
export function labelsText(view: DataView, start: number, end: number): string {
  const list: string[] = [];
  for (let at = start; at + 4 <= end; at += 4) list.push(String(view.getUint32(at) >>> 12));
  return list.join('/');
}
