// SPDX-License-Identifier: MIT
// `cli decode`: messages as trees of fields with byte spans.
import { existsSync, readFileSync } from 'node:fs';
import type { FieldNode } from '../contract/index.ts';
import { align4, fieldTree, messageTypeName, readHeader, summarize, viewOf } from '../../main/codec/index.ts';
import { bytesOfContent, bytesOfHex } from './hex.ts';
import type { Bytes } from './hex.ts';

/** One message with its place in the input. */
export interface Decoded {
  start: number;
  end: number;
  type: string;
  summary: string;
  fields: FieldNode[];
}

/** Cuts a datagram into messages with the padding behind each; what is no message is one piece, shown as far as it goes. */
export function decodeAll(bytes: Uint8Array): Decoded[] {
  const found: Decoded[] = [];
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const header = readHeader(view, at);
    const whole = header !== null && header.length >= 16 && at + header.length <= bytes.length;
    const end = whole ? Math.min(bytes.length, at + align4(header.length)) : bytes.length;
    const message = bytes.subarray(at, end);
    found.push({
      start: at,
      end,
      type: header ? messageTypeName(header.type) : 'not a message',
      summary: whole ? summarize(message, (index) => `if${index}`) : '',
      fields: fieldTree(message),
    });
    at = end;
  }
  return found;
}

function lines(node: FieldNode, depth: number, out: string[]): void {
  const span = `${String(node.start).padStart(5)}–${String(node.end).padEnd(5)}`;
  const error = node.error === undefined ? '' : `  ! ${node.error}`;
  const words = [node.name, node.value].filter((word) => word !== '').join('  ');
  out.push(`${span} ${'  '.repeat(depth)}${words}${error}`);
  for (const child of node.children) lines(child, depth + 1, out);
}

/** The trees as text: first and last byte (exclusive) of each field, its name and its value. */
export function treeText(messages: readonly Decoded[]): string {
  const out: string[] = [];
  for (const message of messages) {
    const summary = message.summary === '' ? '' : `: ${message.summary}`;
    out.push(`${message.type}, bytes ${message.start}–${message.end}${summary}`);
    for (const node of message.fields) lines(node, 0, out);
  }
  return `${out.join('\n')}\n`;
}

/** Bytes of an argument: standard input for `-`, a file's content when there is such a file, else hexadecimal. */
export function readInput(input: string): Bytes {
  try {
    if (input === '-') return bytesOfContent(readFileSync(0));
    if (existsSync(input)) return bytesOfContent(readFileSync(input));
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
  const bytes = bytesOfHex(input);
  return bytes.ok ? bytes : { ok: false, why: `${input} is no file, and as hexadecimal ${bytes.why}` };
}
