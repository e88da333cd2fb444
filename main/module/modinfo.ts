// SPDX-License-Identifier: MIT
// What modinfo(8) tells of a module's file: the section .modinfo of an ELF object, NAME=VALUE strings that each end
// with a NUL. The file may be anything: null when it is not that.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const SECTION = '.modinfo';
const TIMEOUT_MS = 5000;

/** The bytes of a section of a 64-bit ELF file in the byte order of most machines. */
function sectionOf(bytes: Uint8Array, name: string): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isElf64 = view.byteLength >= 64 && view.getUint32(0) === 0x7f45_4c46 && view.getUint8(4) === 2;
  if (!isElf64) return null;
  const little = view.getUint8(5) === 1;
  const headers = Number(view.getBigUint64(40, little)); // e_shoff
  const size = view.getUint16(58, little); // e_shentsize
  const count = view.getUint16(60, little); // e_shnum
  const strings = view.getUint16(62, little); // e_shstrndx
  const place = (index: number): [number, number] | null => {
    const at = headers + index * size;
    if (size < 64 || at + 64 > view.byteLength) return null;
    const offset = Number(view.getBigUint64(at + 24, little));
    const length = Number(view.getBigUint64(at + 32, little));
    return offset + length <= view.byteLength ? [offset, length] : null;
  };
  const names = place(strings);
  if (!names) return null;
  const wanted = Buffer.from(`${name}\0`);
  for (let i = 0; i < count; i++) {
    const at = headers + i * size;
    const where = place(i);
    if (!where) continue;
    const start = names[0] + view.getUint32(at, little);
    if (Buffer.from(bytes.subarray(start, start + wanted.byteLength)).equals(wanted))
      return bytes.subarray(where[0], where[0] + where[1]);
  }
  return null;
}

export type Modinfo = Partial<Record<'version' | 'vermagic' | 'srcversion', string>>;

export function parseModinfo(bytes: Uint8Array): Modinfo | null {
  const section = sectionOf(bytes, SECTION);
  if (!section) return null;
  const lines = Buffer.from(section).toString('latin1').split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split('=');
      return [name, rest.join('=')];
    }),
  );
}

/** Of a file; a compressed one is asked of modinfo(8), where that is installed. */
export async function readModinfo(path: string): Promise<Modinfo> {
  if (path.endsWith('.ko')) {
    try {
      return parseModinfo(readFileSync(path)) ?? {};
    } catch {
      return {};
    }
  }
  const field = async (name: string): Promise<string> => {
    // /sbin is not in everybody's path
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    const { stdout } = await promisify(execFile)('modinfo', ['-F', name, path], { env, timeout: TIMEOUT_MS });
    return stdout.trim();
  };
  try {
    return { version: await field('version'), vermagic: await field('vermagic') };
  } catch {
    return {};
  }
}
