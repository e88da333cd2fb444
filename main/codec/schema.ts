// SPDX-License-Identifier: MIT
// The language of the tables in tables/: numbers, structs, enumerations, flags and attribute sets. Each thing on the
// wire is written down once in it; encoder, decoders and field tree only read.

/** A named number: its value, what it means in plain words, and the kernel that brought it when Debian 12's headers have it not. */
export type Entry<N extends number = number> = readonly [value: N, text: string, since?: string];

type Values<T extends Record<string, Entry>> = { readonly [K in keyof T]: T[K][0] };

interface NumberTable<T extends Record<string, Entry> = Record<string, Entry>> {
  /** Kernel name to value, meaning and origin, in the header's order. */
  entries: T;
  /** Kernel name to value. */
  values: Values<T>;
  /** The first name that a value has. */
  names: ReadonlyMap<number, string>;
}

/** Numbers of which one holds. */
export interface Enumeration<T extends Record<string, Entry> = Record<string, Entry>> extends NumberTable<T> {
  kind: 'enumeration';
}

/** Bits of which any may hold. */
export interface Flags<T extends Record<string, Entry> = Record<string, Entry>> extends NumberTable<T> {
  kind: 'flags';
}

function numbers<T extends Record<string, Entry>>(entries: T): NumberTable<T> {
  const values: Record<string, number> = {};
  const names = new Map<number, string>();
  for (const [name, [value]] of Object.entries(entries)) {
    values[name] = value;
    if (!names.has(value)) names.set(value, name);
  }
  return { entries, values: values as Values<T>, names };
}

export const enumeration = <const T extends Record<string, Entry>>(entries: T): Enumeration<T> => ({
  kind: 'enumeration',
  ...numbers(entries),
});

export const flags = <const T extends Record<string, Entry>>(entries: T): Flags<T> => ({
  kind: 'flags',
  ...numbers(entries),
});

/** How a number reads to people beyond its digits. */
export type Words =
  | Enumeration
  | Flags
  /** A free phrase, e.g. `200 ms`; bigint for 8-byte numbers. */
  | ((value: number | bigint) => string);

export interface IntegerType {
  kind: 'integer';
  /** The C type. */
  c: string;
  size: 1 | 2 | 4 | 8;
  signed: boolean;
  order: 'host' | 'network';
  words?: Words;
}

const integer =
  (c: string, size: 1 | 2 | 4 | 8, signed: boolean, order: 'host' | 'network' = 'host') =>
  (words?: Words): IntegerType => ({
    kind: 'integer',
    c,
    size,
    signed,
    order,
    ...(words ? { words } : {}),
  });

export const u8 = integer('__u8', 1, false);
export const u16 = integer('__u16', 2, false);
export const u32 = integer('__u32', 4, false);
export const u64 = integer('__u64', 8, false);
export const s32 = integer('__s32', 4, true);
export const s64 = integer('__s64', 8, true);
export const be16 = integer('__be16', 2, false, 'network');
export const be32 = integer('__be32', 4, false, 'network');
export const be64 = integer('__be64', 8, false, 'network');

/** Bytes that stand for themselves: addresses of the link layer, cookies, programs. */
export interface BinaryType {
  kind: 'binary';
  c: string;
  show: 'hex' | 'hardware';
  /** Fixed length, when it has one. */
  size?: number;
}
export const binary: BinaryType = { kind: 'binary', c: 'void', show: 'hex' };
export const hardwareAddress: BinaryType = { kind: 'binary', c: 'char[]', show: 'hardware' };

/** An IP address in network order: 4 bytes (in_addr) or 16 (in6_addr); which, the length tells. */
export interface AddressType {
  kind: 'address';
  c: string;
}
export const address: AddressType = { kind: 'address', c: 'in_addr or in6_addr' };

/** Text with a terminating NUL (which the kernel does not insist on everywhere). */
export interface StringType {
  kind: 'string';
  c: string;
}
export const string: StringType = { kind: 'string', c: 'char[]' };

/** No payload: being there is the value. */
export interface FlagType {
  kind: 'flag';
  c: string;
}
export const flag: FlagType = { kind: 'flag', c: 'flag' };

/** A C struct. */
export interface Field {
  offset: number;
  type: IntegerType | BinaryType | StructType;
  text: string;
}
export interface Struct<T extends Record<string, Field> = Record<string, Field>> {
  kind: 'struct';
  /** As C says it, e.g. `struct rtmsg`. */
  c: string;
  /** sizeof. */
  size: number;
  text: string;
  fields: T;
}
export const struct = <const T extends Record<string, Field>>(
  c: string,
  size: number,
  text: string,
  fields: T,
): Struct<T> => ({ kind: 'struct', c, size, text, fields });

export const field = <const F extends Field['type']>(
  offset: number,
  type: F,
  text: string,
): { offset: number; type: F; text: string } => ({
  offset,
  type,
  text,
});

/** One struct as an attribute's payload. */
export interface StructType {
  kind: 'struct';
  c: string;
  struct: Struct;
}
export const one = (struct: Struct): StructType => ({ kind: 'struct', c: struct.c, struct });

/** Structs side by side, as many as fit. */
export interface StructsType {
  kind: 'structs';
  c: string;
  struct: Struct;
}
export const many = (struct: Struct): StructsType => ({ kind: 'structs', c: `${struct.c}[]`, struct });

/** Integers side by side, in a loose array with names for the places when they are known. */
export interface IntegersType {
  kind: 'integers';
  c: string;
  element: IntegerType;
}
export const integers = (element: IntegerType): IntegersType => ({
  kind: 'integers',
  c: `${element.c}[]`,
  element,
});

/** Attributes inside an attribute. `head` stands before them when there is one (VETH_INFO_PEER). */
export interface NestType {
  kind: 'nest';
  c: string;
  set: () => AttributeSet;
  head?: Struct;
}
export const nest = (set: () => AttributeSet): NestType => ({ kind: 'nest', c: 'nested', set });
export const headedNest = (head: Struct, set: () => AttributeSet): NestType => ({
  kind: 'nest',
  c: `${head.c} + nested`,
  set,
  head,
});

/** A nest whose set is told by a sibling attribute: RTA_ENCAP by RTA_ENCAP_TYPE, IFLA_INFO_DATA by IFLA_INFO_KIND. */
export interface ChosenType {
  kind: 'chosen';
  c: string;
  /** Number of the sibling. */
  by: number;
  /** By the sibling's number or text. What is not there is shown as bytes. */
  cases: ReadonlyMap<number | string, ValueType>;
}
export const chosen = (by: number, cases: [number | string, ValueType][]): ChosenType => ({
  kind: 'chosen',
  c: 'nested',
  by,
  cases: new Map(cases),
});

/** A payload whose form depends on the address family in the message's fixed part. */
export interface FamilyType {
  kind: 'family';
  c: string;
  cases: ReadonlyMap<number, ValueType>;
  other: ValueType;
}
export const byFamily = (cases: [number, ValueType][], other: ValueType): FamilyType => ({
  kind: 'family',
  c: other.c,
  cases: new Map(cases),
  other,
});

/** RTA_MULTIPATH: struct rtnexthop, each with attributes behind it, rtnh_len telling where the next starts. */
export interface HopsType {
  kind: 'hops';
  c: string;
  head: Struct;
  set: () => AttributeSet;
}

/** A struct with a tail of addresses or labels whose form depends on what stands before. */
export interface TailType {
  kind: 'tail';
  c: string;
  head: Struct;
  /** `via`: an address of the family in the head's first field; `segments`: IPv6 addresses; `bytes`: anything. */
  tail: 'via' | 'segments' | 'bytes';
}
export const withTail = (head: Struct, tail: TailType['tail'], c = head.c): TailType => ({
  kind: 'tail',
  c,
  head,
  tail,
});

/** A stack of MPLS labels, 4 bytes each, network order (RFC 3032). */
export interface LabelsType {
  kind: 'labels';
  c: string;
}
export const labels: LabelsType = { kind: 'labels', c: 'struct mpls_label[]' };

/** Whole messages, one behind the other: what RTMGR_MSG_MIRROR carries. */
export interface DatagramType {
  kind: 'datagram';
  c: string;
}
export const datagram: DatagramType = { kind: 'datagram', c: 'struct nlmsghdr[]' };

export type ValueType =
  | IntegerType
  | BinaryType
  | AddressType
  | StringType
  | FlagType
  | StructType
  | StructsType
  | IntegersType
  | NestType
  | ChosenType
  | FamilyType
  | HopsType
  | TailType
  | LabelsType
  | DatagramType;

export interface Attribute<N extends number = number> {
  value: N;
  type: ValueType;
  text: string;
  /** The kernel that brought it, when Debian 12's headers have it not. */
  since?: string;
}

export const attribute = <const N extends number>(
  value: N,
  type: ValueType,
  text: string,
  since?: string,
): Attribute<N> => ({ value, type, text, ...(since === undefined ? {} : { since }) });

export interface AttributeSet<T extends Record<string, Attribute> = Record<string, Attribute>> {
  kind: 'attributes';
  /** What the set's names begin with, e.g. `RTA_`. */
  prefix: string;
  entries: T;
  values: { readonly [K in keyof T]: T[K]['value'] };
  /** By number; the first of several names. */
  byValue: ReadonlyMap<number, { name: string; attribute: Attribute }>;
  /** Set for sets whose numbers are places in a list or address families: how an entry is called and read. */
  any?: { name: (type: number) => string; attribute: Attribute };
}

export function attributeSet<const T extends Record<string, Attribute>>(
  prefix: string,
  entries: T,
  any?: AttributeSet['any'],
): AttributeSet<T> {
  const values: Record<string, number> = {};
  const byValue = new Map<number, { name: string; attribute: Attribute }>();
  for (const [name, attribute] of Object.entries(entries)) {
    values[name] = attribute.value;
    if (!byValue.has(attribute.value)) byValue.set(attribute.value, { name, attribute });
  }
  return {
    kind: 'attributes',
    prefix,
    entries,
    values: values as AttributeSet<T>['values'],
    byValue,
    ...(any ? { any } : {}),
  };
}

/** The entry for a number in a set, if it has one. */
export const attributeOf = (
  set: AttributeSet,
  type: number,
): { name: string; attribute: Attribute } | undefined =>
  set.byValue.get(type) ?? (set.any && { name: set.any.name(type), attribute: set.any.attribute });
