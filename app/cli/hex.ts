// SPDX-License-Identifier: MIT
// Bytes from what people paste: plain hexadecimal, `\\x` and `0x` notation, or a hex dump with offsets and an ASCII column.

export type Bytes = { ok: true; bytes: Uint8Array } | { ok: false; why: string };

/** A hex dump begins at offset 0, and no message does: its first field is its length. */
const DUMP = /^\s*0{4,16}(:|\s)/;

/** A line of a hex dump without its offset and without the text column, as xxd and hexdump -C write them. */
const bytesOfLine = (line: string): string =>
  line
    .replace(/^\s*[0-9a-f]{4,16}(:|\s|$)/i, '')
    .replace(/\s\s+\|.*$|\s\s+\S.{0,16}$/, (tail) => (/^[\s0-9a-f]+$/i.test(tail) ? tail : ''));

/** The bytes that a text in hexadecimal stands for. */
export function bytesOfHex(text: string): Bytes {
  const lines = text.split('\n');
  const digits = (DUMP.test(text) ? lines.map(bytesOfLine) : lines)
    .join(' ')
    .replace(/\\x|0x|[\s:,;"'-]/gi, '');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong) return { ok: false, why: `${JSON.stringify(wrong[0])} is not a hexadecimal digit` };
  if (digits.length % 2 !== 0) return { ok: false, why: `there are ${digits.length} digits, an odd number` };
  return { ok: true, bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) };
}

/** A file's content: hexadecimal text when it is nothing but that, else the bytes themselves. */
export function bytesOfContent(content: Uint8Array): Bytes {
  const isText = content.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13));
  if (!isText) return { ok: true, bytes: content };
  return bytesOfHex(new TextDecoder().decode(content));
}
