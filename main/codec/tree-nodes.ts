// SPDX-License-Identifier: MIT
// The bricks of the field tree: nodes with ids, spans without a meaning, and structs field by field.
import type { FieldNode, Layer } from '../../app/contract/index.ts';
import type { Field, Struct } from './schema.ts';
import { inWords, meaning, readInteger, shortHex } from './show.ts';
import type { Knowledge } from './show.ts';
import type { Protocol } from './tables/messages.ts';
import { byteCount } from './tables/phrases.ts';

const PADDING =
  'Bytes without a meaning, usually zero, that fill up to a multiple of 4, where the next part starts.';
const TRAILING = 'Bytes that belong to nothing: no attribute fits into them.';

export interface Context {
  bytes: Uint8Array;
  view: DataView;
  know: Knowledge;
  /** Address family of the message's fixed part. */
  family: number;
  ids: Map<string, number>;
  depth: number;
  protocol: Protocol;
  /** A whole message inside another one: given by the field tree, which knows messages. */
  message: (context: Context, parent: string, start: number, end: number) => FieldNode[];
}

/** `name` below `parent`, with a number behind it when it is there already. */
export function idOf(context: Context, parent: string, name: string): string {
  const plain = parent === '' ? name : `${parent}${parent.endsWith('/') ? '' : '.'}${name}`;
  const count = (context.ids.get(plain) ?? 0) + 1;
  context.ids.set(plain, count);
  return count === 1 ? plain : `${plain}#${count}`;
}

interface Told {
  name: string;
  type?: string;
  value?: string;
  layer: Layer;
  explanation: string;
  error?: string | undefined;
}

export function node(
  context: Context,
  parent: string,
  start: number,
  end: number,
  told: Told,
  children: FieldNode[] = [],
  id = idOf(context, parent, told.name),
): FieldNode {
  return {
    id,
    name: told.name,
    type: told.type ?? '',
    value: told.value ?? '',
    start,
    end,
    layer: told.layer,
    explanation: told.explanation,
    ...(told.error === undefined ? {} : { error: told.error }),
    children,
  };
}

/** Bytes without a meaning; nothing for an empty span. */
export function rest(
  context: Context,
  parent: string,
  start: number,
  end: number,
  layer: Layer,
  error?: string,
): FieldNode[] {
  if (end <= start) return [];
  const name = layer === 'padding' ? 'padding' : layer === 'trailing' ? 'trailing bytes' : 'bytes';
  return [
    node(context, parent, start, end, {
      name,
      value: layer === 'padding' ? byteCount(end - start) : shortHex(context.bytes, start, end),
      layer,
      explanation:
        layer === 'padding'
          ? PADDING
          : layer === 'trailing'
            ? TRAILING
            : 'Bytes that this program has no table for.',
      error,
    }),
  ];
}

export type Override = (name: string, value: number) => { value: string; explanation?: string } | null;

/** A field of a struct that lies wholly before `end`. */
export function fieldNode(
  context: Context,
  parent: string,
  base: number,
  name: string,
  field: Field,
  layer: Layer,
  override?: Override,
): FieldNode {
  const { bytes, view, know } = context;
  const start = base + field.offset;
  const { type } = field;
  if (type.kind === 'struct') {
    const id = idOf(context, parent, name);
    return node(
      context,
      parent,
      start,
      start + type.struct.size,
      { name, type: type.c, layer, explanation: field.text },
      structFields(context, id, start, start + type.struct.size, type.struct, layer, override),
      id,
    );
  }
  const size = type.size ?? 0;
  if (type.kind === 'integer') {
    const value = readInteger(view, start, type);
    const special = override?.(name, Number(value));
    return node(context, parent, start, start + size, {
      name,
      type: type.c,
      value: special?.value ?? inWords(value, type.words, know),
      layer,
      explanation: field.text + (special?.explanation ?? meaning(value, type.words)),
    });
  }
  return node(context, parent, start, start + size, {
    name,
    type: type.c,
    value: shortHex(bytes, start, start + size),
    layer,
    explanation: field.text,
  });
}

/** The fields of a struct in `start` … `end`, gaps and what is cut off included; nothing behind sizeof. */
export function structFields(
  context: Context,
  parent: string,
  start: number,
  end: number,
  struct: Struct,
  layer: Layer,
  override?: Override,
): FieldNode[] {
  const list: FieldNode[] = [];
  let position = start;
  const stop = Math.min(end, start + struct.size);
  for (const [name, field] of Object.entries(struct.fields)) {
    const from = start + field.offset;
    const size = field.type.kind === 'struct' ? field.type.struct.size : (field.type.size ?? 0);
    if (from + size > stop) break;
    list.push(...rest(context, parent, position, from, 'padding'));
    list.push(fieldNode(context, parent, start, name, field, layer, override));
    position = from + size;
  }
  const cut = stop < start + struct.size;
  list.push(
    ...rest(
      context,
      parent,
      position,
      stop,
      cut ? layer : 'padding',
      cut ? `${struct.c} has ${struct.size} bytes, only ${stop - start} are here` : undefined,
    ),
  );
  return list;
}
