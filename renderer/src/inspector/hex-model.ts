// SPDX-License-Identifier: MIT
// The hex view without a screen: a provider of bytes, a sorted list of intervals made from the field tree, and the
// arithmetic of rows and caret. React only draws what this says.
import type { FieldNode, Layer } from '../../../app/contract/index.ts';

/** Where the view gets its bytes from. */
export interface ByteSource {
  readonly length: number;
  /** 0 to 255. */
  at(offset: number): number;
}

/** Bytes [start, end) that belong to `node` and to none of its children; null: no field claims them. */
export interface Interval {
  start: number;
  end: number;
  layer: Layer;
  node: FieldNode | null;
}

export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  at: (offset) => bytes[offset] ?? 0,
});

/** The bytes in base64 as the contract carries them. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Covers [0, length) without gaps or overlaps: each byte belongs to the deepest node that spans it. Spans that reach
 * outside, or over a sibling, are cut; the earlier sibling wins.
 */
export function intervalsOf(tree: readonly FieldNode[], length: number): Interval[] {
  const out: Interval[] = [];
  const emit = (start: number, end: number, layer: Layer, node: FieldNode | null): void => {
    if (end > start) out.push({ start, end, layer, node });
  };
  const walk = (nodes: readonly FieldNode[], from: number, to: number, owner: FieldNode | null): void => {
    let at = from;
    const layer = owner?.layer ?? 'trailing';
    for (const child of [...nodes].sort((a, b) => a.start - b.start)) {
      const start = Math.max(at, child.start);
      const end = Math.min(to, child.end);
      if (end <= start) continue;
      emit(at, start, layer, owner);
      walk(child.children, start, end, child);
      at = end;
    }
    emit(at, to, layer, owner);
  };
  walk(tree, 0, length, null);
  return out;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
export const hexByte = (value: number): string => HEX[value & 0xff]!;
/** The character of a byte in the ASCII column; a middle dot where it has none. */
export const asciiByte = (value: number): string =>
  value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '·';

/** How a range of bytes is copied: `34 00 00 00`. */
export function hexText(source: ByteSource, start = 0, end = source.length): string {
  const parts: string[] = [];
  for (let i = Math.max(0, start); i < Math.min(source.length, end); i++) parts.push(hexByte(source.at(i)));
  return parts.join(' ');
}

export type CaretMove =
  'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'rowStart' | 'rowEnd' | 'first' | 'last';

export class HexModel {
  readonly source: ByteSource;
  readonly intervals: readonly Interval[];
  readonly perRow: number;
  readonly rows: number;
  /** Digits of an offset. */
  readonly offsetDigits: number;

  constructor(source: ByteSource, tree: readonly FieldNode[], perRow: number) {
    this.source = source;
    this.intervals = intervalsOf(tree, source.length);
    this.perRow = perRow;
    this.rows = Math.ceil(source.length / perRow);
    this.offsetDigits = Math.max(4, (source.length - 1).toString(16).length);
  }

  rowOf(offset: number): number {
    return Math.floor(offset / this.perRow);
  }

  offsetText(row: number): string {
    return (row * this.perRow).toString(16).padStart(this.offsetDigits, '0');
  }

  /** The interval that holds a byte; null beyond the message. */
  intervalAt(offset: number): Interval | null {
    let low = 0;
    let high = this.intervals.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const interval = this.intervals[middle]!;
      if (offset < interval.start) high = middle - 1;
      else if (offset >= interval.end) low = middle + 1;
      else return interval;
    }
    return null;
  }

  /** Where the caret lands; it stays inside the message. `page` is the number of rows in sight. */
  move(caret: number, how: CaretMove, page = 1): number {
    const last = this.source.length - 1;
    const { perRow } = this;
    const column = caret % perRow;
    // up and down keep the column, and stay where there is no row to go to
    const vertical = (rows: number): number => {
      const row = this.rowOf(caret) + rows;
      const target = Math.min(this.rows - 1, Math.max(0, row)) * perRow + column;
      return target > last ? (this.rowOf(caret) === this.rows - 1 ? caret : last) : target;
    };
    const to = {
      left: () => caret - 1,
      right: () => caret + 1,
      up: () => vertical(-1),
      down: () => vertical(1),
      pageUp: () => vertical(-page),
      pageDown: () => vertical(page),
      rowStart: () => caret - column,
      rowEnd: () => caret - column + perRow - 1,
      first: () => 0,
      last: () => last,
    }[how]();
    return Math.max(0, Math.min(last, to));
  }
}

/** Bytes a row that fit into `width` CSS pixels: 16, 8 or 4. `character` is the width of one. */
export function bytesPerRow(width: number, character: number, offsetDigits = 4): number {
  for (const n of [16, 8]) if (rowCharacters(n, offsetDigits) * character <= width) return n;
  return 4;
}

/** Characters in one row: offset, gap, hex with a wider gap in the middle, gap, ASCII, and the margins. */
export const rowCharacters = (perRow: number, offsetDigits = 4): number =>
  offsetDigits + 1.5 + perRow * 3 + (perRow > 8 ? 1 : 0) + 1 + perRow + 1.7;
