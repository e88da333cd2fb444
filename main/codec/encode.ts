// SPDX-License-Identifier: MIT
// The encoder: values by the names and numbers of the tables become bytes.
import { align4, littleEndian } from './bytes.ts';
import { ATTRIBUTE_HEADER_LENGTH } from './messages.ts';
import { attributeOf } from './schema.ts';
import type { AttributeSet, IntegerType, Struct, ValueType } from './schema.ts';
import { layoutOf } from './tables/messages.ts';
import type { Protocol } from './tables/messages.ts';
import { NLA_TYPE_MASK, nlattr, nlmsghdr } from './tables/nlmsg.ts';

/** Values of a struct's fields by their C names; what is left out is 0. */
export type StructValues = { readonly [field: string]: number | bigint | Uint8Array | StructValues };

/**
 * What an attribute carries: a number for integers, text for strings (a NUL is added), `true` for flags, attributes for
 * nests, field values for a struct, several of them for arrays, `{ head, attributes }` for a struct with attributes
 * behind it, and bytes for anything as it is.
 */
export type EncodeValue =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly head: StructValues; readonly attributes: readonly AttributeValue[] }
  | { readonly struct: StructValues }
  | { readonly structs: readonly StructValues[] }
  | {
      readonly hops: readonly {
        readonly head: StructValues;
        readonly attributes: readonly AttributeValue[];
      }[];
    };

export interface AttributeValue {
  /** Number in its set, with NLA_F_NESTED or NLA_F_NET_BYTEORDER where wanted. */
  type: number;
  value: EncodeValue;
}

export interface MessageValue {
  /** RTM_*. */
  type: number;
  /** NLM_F_*. */
  flags: number;
  /** 0: left for the channel to stamp (see stampHeader). */
  seq?: number;
  portId?: number;
  /** Fields of the fixed part (struct rtmsg, ifinfomsg …) by their C names. */
  family?: StructValues;
  attributes?: readonly AttributeValue[];
}

/** Grows as it is written. All offsets are from the start of the message, so that alignment is the message's. */
export class Writer {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;

  /** Empties it, so that its memory serves for another message. */
  reset(): this {
    this.bytes.fill(0, 0, this.length);
    this.length = 0;
    return this;
  }

  /** Makes room for `count` more zero bytes and answers where they start. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return start;
  }
  put(bytes: Uint8Array): void {
    // First the room, which may move the bytes, then the bytes.
    const start = this.reserve(bytes.length);
    this.bytes.set(bytes, start);
  }
  pad(): void {
    this.reserve(align4(this.length) - this.length);
  }
  /** Writes an attribute's header, lets `payload` write, then sets the length and pads. */
  attribute(type: number, payload: () => void): void {
    const start = this.reserve(ATTRIBUTE_HEADER_LENGTH);
    payload();
    const length = this.length - start;
    if (length > 0xffff)
      throw new RangeError(`attribute ${type} has ${length} bytes, nla_len can say 65535 at most`);
    this.view.setUint16(start + nlattr.fields.nla_len.offset, length, littleEndian);
    this.view.setUint16(start + nlattr.fields.nla_type.offset, type, littleEndian);
    this.pad();
  }
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }
}

function putInteger(writer: Writer, start: number, type: IntegerType, value: number | bigint): void {
  const little = type.order === 'host' && littleEndian;
  // without BigInt where it can be: a batch encodes hundreds of thousands of routes
  if (type.size <= 4 && typeof value === 'number') {
    const limit = type.size === 4 ? 0x1_0000_0000 : type.size === 2 ? 0x1_0000 : 0x100;
    if (!Number.isInteger(value) || value >= limit || value < -limit / 2)
      throw new RangeError(`${value} does not fit into ${type.c}`);
    if (type.size === 1) writer.view.setUint8(start, value);
    else if (type.size === 2) writer.view.setUint16(start, value, little);
    else writer.view.setUint32(start, value, little);
    return;
  }
  const bits = BigInt(type.size * 8);
  const whole = BigInt(value);
  // A signed value may be written to an unsigned field and the other way round, as C does; more bits may not.
  if (whole >= 1n << bits || whole < -(1n << (bits - 1n)))
    throw new RangeError(`${value} does not fit into ${type.c}`);
  const { view } = writer;
  if (type.size === 1) view.setUint8(start, Number(BigInt.asUintN(8, whole)));
  else if (type.size === 2) view.setUint16(start, Number(BigInt.asUintN(16, whole)), little);
  else if (type.size === 4) view.setUint32(start, Number(BigInt.asUintN(32, whole)), little);
  else view.setBigUint64(start, BigInt.asUintN(64, whole), little);
}

/** Writes a struct of fixed size; throws a RangeError for a field that it has not. */
export function putStruct(writer: Writer, struct: Struct, values: StructValues): void {
  const start = writer.reserve(struct.size);
  fill(writer, start, struct, values);
}

function fill(writer: Writer, start: number, struct: Struct, values: StructValues): void {
  for (const name of Object.keys(values)) {
    const value = values[name]!;
    const field = struct.fields[name];
    if (!field) throw new RangeError(`${struct.c} has no field ${name}`);
    const place = start + field.offset;
    const { type } = field;
    if (value instanceof Uint8Array) {
      const size = type.kind === 'struct' ? type.struct.size : (type.size ?? 0);
      if (value.length !== size)
        throw new RangeError(`${struct.c}.${name} has ${size} bytes, not ${value.length}`);
      writer.bytes.set(value, place);
    } else if (typeof value === 'object') {
      if (type.kind !== 'struct') throw new RangeError(`${struct.c}.${name} is no struct`);
      fill(writer, place, type.struct, value);
    } else {
      if (type.kind !== 'integer') throw new RangeError(`${struct.c}.${name} wants bytes`);
      putInteger(writer, place, type, value);
    }
  }
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

const isAttributes = (value: EncodeValue): value is readonly AttributeValue[] => Array.isArray(value);

function putValue(
  writer: Writer,
  name: string,
  type: ValueType,
  value: EncodeValue,
  siblings: readonly AttributeValue[],
  family: number,
): void {
  if (value instanceof Uint8Array) {
    writer.put(value);
    return;
  }
  if (type.kind === 'family') {
    putValue(writer, name, type.cases.get(family) ?? type.other, value, siblings, family);
    return;
  }
  if (type.kind === 'chosen') {
    const given = siblings.find((sibling) => (sibling.type & NLA_TYPE_MASK) === type.by)?.value;
    // A kind may be given as bytes: ip(8) sends it without a NUL.
    const key = given instanceof Uint8Array ? text.decode(given).replace(/\0.*$/s, '') : given;
    const found = typeof key === 'number' || typeof key === 'string' ? type.cases.get(key) : undefined;
    if (!found) throw new RangeError(`${name} needs an attribute ${type.by} that says how to write it`);
    putValue(writer, name, found, value, siblings, family);
    return;
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (type.kind === 'integer') {
      putInteger(writer, writer.reserve(type.size), type, value);
      return;
    }
  } else if (typeof value === 'string') {
    if (type.kind === 'string') {
      writer.put(utf8.encode(value));
      writer.reserve(1);
      return;
    }
  } else if (typeof value === 'boolean') {
    if (type.kind === 'flag' && value) return;
  } else if (isAttributes(value)) {
    if (type.kind === 'nest' && !type.head) {
      putAttributes(writer, type.set(), value, family);
      return;
    }
  } else if ('hops' in value) {
    if (type.kind === 'hops') {
      for (const hop of value.hops) {
        const start = writer.length;
        putStruct(writer, type.head, hop.head);
        putAttributes(writer, type.set(), hop.attributes, family);
        // rtnh_len is the first field; the hop is padded by its last attribute.
        const { rtnh_len: field } = type.head.fields;
        if (field?.type.kind === 'integer')
          putInteger(writer, start + field.offset, field.type, writer.length - start);
      }
      return;
    }
  } else if ('head' in value) {
    if (type.kind === 'nest' && type.head) {
      putStruct(writer, type.head, value.head);
      putAttributes(writer, type.set(), value.attributes, family);
      return;
    }
  } else if ('structs' in value) {
    if (type.kind === 'structs') {
      for (const values of value.structs) putStruct(writer, type.struct, values);
      return;
    }
  } else if (type.kind === 'struct') {
    putStruct(writer, type.struct, value.struct);
    return;
  }
  throw new RangeError(`${name} is ${type.c || type.kind}; give it such a value, or bytes`);
}

/** Writes attributes of a set; throws a RangeError for a value that does not suit its attribute. */
function putAttributes(
  writer: Writer,
  set: AttributeSet,
  list: readonly AttributeValue[],
  family: number,
): void {
  for (const { type, value } of list) {
    const known = attributeOf(set, type & NLA_TYPE_MASK);
    if (!known && !(value instanceof Uint8Array))
      throw new RangeError(
        `attribute ${set.prefix}${type & NLA_TYPE_MASK} is not in the table: give it bytes`,
      );
    writer.attribute(type, () => {
      if (known) putValue(writer, known.name, known.attribute.type, value, list, family);
      else if (value instanceof Uint8Array) writer.put(value);
    });
  }
}

/** Writes nlmsghdr, lets `body` write the rest, then sets nlmsg_len. */
export function putMessage(
  writer: Writer,
  header: { type: number; flags: number; seq?: number; portId?: number },
  body: () => void,
): void {
  const start = writer.length;
  putStruct(writer, nlmsghdr, {
    nlmsg_type: header.type,
    nlmsg_flags: header.flags,
    nlmsg_seq: header.seq ?? 0,
    nlmsg_pid: header.portId ?? 0,
  });
  body();
  writer.view.setUint32(start + nlmsghdr.fields.nlmsg_len.offset, writer.length - start, littleEndian);
  writer.pad();
}

/**
 * One message, ready to send but for its sequence number and port id. Throws a RangeError when a value does not fit its
 * field: that is a defect of the caller, user input is checked before.
 */
export function encodeMessage(message: MessageValue, protocol: Protocol = 'route'): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  putMessage(writer, message, () => {
    const layout = layoutOf(message.type, protocol);
    if (!layout) {
      if (message.family || message.attributes?.length)
        throw new RangeError(`message type ${message.type} is not in the tables`);
      return;
    }
    const start = writer.length;
    putStruct(writer, layout.header, message.family ?? {});
    // The address family is the first byte of every fixed part.
    const family = writer.view.getUint8(start);
    writer.pad();
    putAttributes(writer, layout.attributes, message.attributes ?? [], family);
  });
  return writer.finish();
}

/** Several messages as one datagram: each starts at a multiple of 4. */
export function cascade(list: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const message of list) length += align4(message.length);
  const datagram = new Uint8Array(length);
  let position = 0;
  for (const message of list) {
    datagram.set(message, position);
    position += align4(message.length);
  }
  return datagram;
}
