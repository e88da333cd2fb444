// SPDX-License-Identifier: MIT
// For tests: a message as the value that the encoder would make it from, by the same tables.
import { align4, bad, good, littleEndian, viewOf } from './bytes.ts';
import type { Result } from './bytes.ts';
import type { AttributeValue, EncodeValue, MessageValue, StructValues } from './encode.ts';
import { HEADER_LENGTH, attributes, readHeader } from './messages.ts';
import type { RawAttribute } from './messages.ts';
import { readString, resolveType } from './resolve.ts';
import { attributeOf } from './schema.ts';
import type { AttributeSet, Struct, ValueType } from './schema.ts';
import { readInteger } from './show.ts';
import { layoutOf } from './tables/messages.ts';
import type { Protocol } from './tables/messages.ts';

function structValues(view: DataView, start: number, struct: Struct): StructValues {
  const values: Record<string, number | bigint | Uint8Array | StructValues> = {};
  for (const [name, { offset, type }] of Object.entries(struct.fields)) {
    const at = start + offset;
    values[name] =
      type.kind === 'integer'
        ? readInteger(view, at, type)
        : type.kind === 'struct'
          ? structValues(view, at, type.struct)
          : new Uint8Array(view.buffer, view.byteOffset + at, type.size ?? 0).slice();
  }
  return values;
}

function value(view: DataView, a: RawAttribute, type: ValueType | null, family: number): EncodeValue {
  const size = a.end - a.start;
  const raw = new Uint8Array(view.buffer, view.byteOffset + a.start, size).slice();
  if (type?.kind === 'integer' && size === type.size) return readInteger(view, a.start, type);
  if (type?.kind === 'flag' && size === 0) return true;
  if (type?.kind === 'struct' && size === type.struct.size)
    return { struct: structValues(view, a.start, type.struct) };
  if (type?.kind === 'structs' && size % type.struct.size === 0)
    return {
      structs: Array.from({ length: size / type.struct.size }, (_, i) =>
        structValues(view, a.start + i * type.struct.size, type.struct),
      ),
    };
  if (type?.kind === 'string') {
    const text = readString(view, a.start, a.end);
    return new TextEncoder().encode(text).length === size - 1 ? text : raw;
  }
  if (type?.kind === 'nest') {
    const headed = type.head ? align4(type.head.size) : 0;
    if (size < headed) return raw;
    const inner = list(view, type.set(), a.start + headed, a.end, family);
    if (!inner) return raw;
    return type.head ? { head: structValues(view, a.start, type.head), attributes: inner } : inner;
  }
  if (type?.kind === 'hops') {
    const hops: { head: StructValues; attributes: AttributeValue[] }[] = [];
    for (let at = a.start; at < a.end;) {
      const length = a.end - at < type.head.size ? 0 : view.getUint16(at, littleEndian);
      if (length < type.head.size || length > a.end - at) return raw;
      const inner = list(view, type.set(), at + type.head.size, at + length, family);
      if (!inner) return raw;
      // The encoder counts rtnh_len itself.
      const { rtnh_len: _, ...head } = structValues(view, at, type.head);
      hops.push({ head, attributes: inner });
      at += align4(length);
    }
    return { hops };
  }
  return raw;
}

function list(
  view: DataView,
  set: AttributeSet,
  start: number,
  end: number,
  family: number,
): AttributeValue[] | null {
  const found = attributes(view, start, end, '');
  if (!found.ok) return null;
  return found.value.map((a) => {
    const declared = attributeOf(set, a.type)?.attribute.type;
    const type = declared ? resolveType(declared, view, found.value, set, family) : null;
    return { type: a.rawType, value: value(view, a, type, family) };
  });
}

/** One message whose type has a table. */
export function readBack(bytes: Uint8Array, protocol: Protocol = 'route'): Result<MessageValue> {
  const view = viewOf(bytes);
  const header = readHeader(view);
  const layout = header && layoutOf(header.type, protocol);
  if (
    !header ||
    !layout ||
    header.length < HEADER_LENGTH + layout.header.size ||
    header.length > bytes.length
  )
    return bad('type', 0, '', 'no whole message of a known type');
  const family = view.getUint8(HEADER_LENGTH);
  const found = list(
    view,
    layout.attributes,
    HEADER_LENGTH + align4(layout.header.size),
    header.length,
    family,
  );
  if (!found) return bad('length', 0, '', 'broken attributes');
  return good({
    type: header.type,
    flags: header.flags,
    seq: header.seq,
    portId: header.portId,
    family: structValues(view, HEADER_LENGTH, layout.header),
    attributes: found,
  });
}
