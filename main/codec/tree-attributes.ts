// SPDX-License-Identifier: MIT
// Attributes in the field tree: header, value by its type, nests, next hops, padding.
import type { FieldNode } from '../../app/contract/index.ts';
import { align4, littleEndian } from './bytes.ts';
import { ATTRIBUTE_HEADER_LENGTH, HEADER_LENGTH, walkAttributes } from './messages.ts';
import type { RawAttribute } from './messages.ts';
import { messageTypeName } from './names.ts';
import { readString, resolveType } from './resolve.ts';
import { attributeOf } from './schema.ts';
import type { AttributeSet, ValueType } from './schema.ts';
import { addressText, hex, inWords, labelsText, meaning, readInteger, shortHex } from './show.ts';
import { AF, AF_INET, AF_INET6, AF_MPLS } from './tables/families.ts';
import { NLA_F, NLA_F_NESTED, NLA_F_NET_BYTEORDER, nlattr, nlmsghdr } from './tables/nlmsg.ts';
import { fieldNode, idOf, node, rest, structFields } from './tree-nodes.ts';
import type { Context } from './tree-nodes.ts';

/** Deeper nests than any real message has are shown as bytes, so that hostile ones cost little. */
const DEEPEST = 12;

/** The payload of an attribute; the summary stands at the attribute itself. */
interface Payload {
  summary: string;
  /** Set when it cannot be read as declared. */
  error?: string;
  /** Set when it consists of parts. */
  children?: FieldNode[];
  /** Continues the explanation. */
  meaning?: string;
}

function headAndTail(
  context: Context,
  id: string,
  start: number,
  end: number,
  type: Extract<ValueType, { kind: 'tail' }>,
): Payload {
  const { bytes, view } = context;
  const children = structFields(context, id, start, end, type.head, 'value');
  const tail = start + type.head.size;
  if (tail > end) return { summary: shortHex(bytes, start, end), children };
  if (type.tail === 'via') {
    const family = view.getUint16(start, littleEndian);
    const size = family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;
    const text = addressText(bytes, tail, end);
    if (end > tail)
      children.push(
        node(context, id, tail, end, {
          name: 'rtvia_addr',
          type: size === 4 ? 'struct in_addr' : size === 16 ? 'struct in6_addr' : '__u8[]',
          value: text,
          layer: 'value',
          explanation: 'The address of the gateway, network order.',
          error: size !== 0 && size !== end - tail ? `${end - tail} bytes instead of ${size}` : undefined,
        }),
      );
    return {
      summary: `${inWords(family, AF, context.know)} ${text}`,
      children,
    };
  }
  let position = tail;
  const list: string[] = [];
  if (type.tail === 'segments')
    for (; position + 16 <= end; position += 16) {
      const text = addressText(bytes, position, position + 16);
      list.push(text);
      children.push(
        node(context, id, position, position + 16, {
          name: `segments[${list.length - 1}]`,
          type: 'struct in6_addr',
          value: text,
          layer: 'value',
          explanation:
            'A segment: a node that the packet visits. The list is written backwards, the first to visit last.',
        }),
      );
    }
  children.push(...rest(context, id, position, end, 'value'));
  return { summary: list.join(', '), children };
}

function payload(context: Context, id: string, start: number, end: number, type: ValueType): Payload {
  const { bytes, view, know } = context;
  const size = end - start;
  const raw = shortHex(bytes, start, end);
  switch (type.kind) {
    case 'integer': {
      if (size !== type.size)
        return { summary: raw, error: `${type.c} has ${type.size} bytes, here are ${size}` };
      const value = readInteger(view, start, type);
      return { summary: inWords(value, type.words, know), meaning: meaning(value, type.words) };
    }
    case 'address':
      if (context.family === AF_MPLS && size === 4) return { summary: labelsText(view, start, end) };
      return size === 4 || size === 16
        ? { summary: addressText(bytes, start, end) }
        : { summary: raw, error: `an address has 4 or 16 bytes, here are ${size}` };
    case 'string': {
      const text = readString(view, start, end);
      return { summary: JSON.stringify(text) };
    }
    case 'flag':
      return size === 0
        ? { summary: 'set' }
        : { summary: raw, error: `a flag has no payload, here are ${size} bytes` };
    case 'binary':
      return {
        summary: type.show === 'hardware' && size > 0 && size <= 32 ? hex(bytes, start, end, ':') : raw,
      };
    case 'labels':
      return size > 0 && size % 4 === 0
        ? { summary: labelsText(view, start, end) }
        : { summary: raw, error: `labels have 4 bytes each, here are ${size}` };
    case 'struct': {
      const children = structFields(context, id, start, end, type.struct, 'value');
      // Kernels grow structs at their end: more than the table knows is no error.
      children.push(...rest(context, id, Math.min(end, start + type.struct.size), end, 'value'));
      return { summary: `${size} bytes`, children };
    }
    case 'structs': {
      const children: FieldNode[] = [];
      let position = start;
      for (let i = 0; position + type.struct.size <= end; i++, position += type.struct.size) {
        const inner = idOf(context, id, `[${i}]`);
        children.push(
          node(
            context,
            id,
            position,
            position + type.struct.size,
            { name: `[${i}]`, type: type.struct.c, layer: 'value', explanation: type.struct.text },
            structFields(context, inner, position, position + type.struct.size, type.struct, 'value'),
            inner,
          ),
        );
      }
      const count = children.length;
      children.push(...rest(context, id, position, end, 'trailing', `less than one ${type.struct.c}`));
      return { summary: `${count} entries`, children };
    }
    case 'integers':
      return { summary: `${Math.floor(size / type.element.size)} × ${type.element.c}` };
    case 'tail':
      return headAndTail(context, id, start, end, type);
    case 'nest': {
      if (context.depth >= DEEPEST) return { summary: raw, error: 'nested too deeply' };
      const inner: Context = { ...context, depth: context.depth + 1 };
      const children: FieldNode[] = [];
      let position = start;
      if (type.head) {
        const header = idOf(context, id, type.head.c.replace('struct ', ''));
        const stop = Math.min(end, start + type.head.size);
        if (stop > start)
          children.push(
            node(
              context,
              id,
              start,
              stop,
              {
                name: type.head.c.replace('struct ', ''),
                type: type.head.c,
                layer: 'value',
                explanation: type.head.text,
              },
              structFields(inner, header, start, stop, type.head, 'value'),
              header,
            ),
          );
        position = Math.min(end, start + align4(type.head.size));
        children.push(...rest(context, id, stop, position, 'padding'));
      }
      children.push(...attributeNodes(inner, `${id}/`, position, end, type.set()));
      const count = children.filter((child) => child.type === 'struct nlattr').length;
      return { summary: count === 1 ? '1 attribute' : `${count} attributes`, children };
    }
    case 'hops':
      return context.depth >= DEEPEST
        ? { summary: raw, error: 'nested too deeply' }
        : hopNodes({ ...context, depth: context.depth + 1 }, id, start, end, type);
    case 'family':
      return payload(context, id, start, end, type.cases.get(context.family) ?? type.other);
    case 'chosen':
      return { summary: raw };
    case 'datagram':
      return context.depth >= DEEPEST
        ? { summary: raw, error: 'nested too deeply' }
        : messageNodes({ ...context, depth: context.depth + 1 }, id, start, end);
  }
}

function hopNodes(
  context: Context,
  parent: string,
  start: number,
  end: number,
  type: Extract<ValueType, { kind: 'hops' }>,
): Payload {
  const { view } = context;
  const children: FieldNode[] = [];
  let position = start;
  let count = 0;
  while (end - position >= type.head.size) {
    const length = view.getUint16(position, littleEndian);
    const wrong = length < type.head.size || length > end - position;
    const stop = wrong ? position + type.head.size : position + length;
    const name = `nexthop[${count++}]`;
    const id = idOf(context, parent, name);
    const parts = structFields(context, id, position, stop, type.head, 'value');
    parts.push(...attributeNodes(context, `${id}/`, position + type.head.size, stop, type.set()));
    children.push(
      node(
        context,
        parent,
        position,
        stop,
        {
          name,
          type: type.head.c,
          layer: 'value',
          explanation: type.head.text,
          error: wrong ? `rtnh_len is ${length}, but ${end - position} bytes are left` : undefined,
        },
        parts,
        id,
      ),
    );
    position = stop;
    if (wrong) break;
    const padded = Math.min(end, align4(position - start) + start);
    children.push(...rest(context, parent, position, padded, 'padding'));
    position = padded;
  }
  children.push(...rest(context, parent, position, end, 'trailing'));
  return { summary: count === 1 ? '1 next hop' : `${count} next hops`, children };
}

/** The messages of a datagram inside an attribute. */
function messageNodes(context: Context, parent: string, start: number, end: number): Payload {
  const children: FieldNode[] = [];
  let position = start;
  let count = 0;
  while (end - position >= HEADER_LENGTH) {
    const length = context.view.getUint32(position, littleEndian);
    const cut = length < HEADER_LENGTH || length > end - position;
    const stop = cut ? end : Math.min(end, position + align4(length));
    const name = `message[${count++}]`;
    const id = idOf(context, parent, name);
    children.push(
      node(
        context,
        parent,
        position,
        stop,
        {
          name,
          type: '',
          value: messageTypeName(
            context.view.getUint16(position + nlmsghdr.fields.nlmsg_type.offset, littleEndian),
            context.protocol,
          ),
          layer: 'value',
          explanation: 'A message of the datagram that this is a copy of.',
        },
        context.message(context, `${id}/`, position, stop),
        id,
      ),
    );
    position = stop;
  }
  children.push(...rest(context, parent, position, end, 'trailing'));
  return { summary: count === 1 ? '1 message' : `${count} messages`, children };
}

/** The C type; of an address the one that its length tells. */
const typeName = (type: ValueType | null, size: number): string | undefined =>
  type?.kind !== 'address'
    ? type?.c
    : size === 4
      ? 'struct in_addr'
      : size === 16
        ? 'struct in6_addr'
        : type.c;

/** Hostile strings and stacks of labels may be tens of kilobytes long. */
const brief = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 300)}…`);

/** One attribute that is wholly there. */
function attributeNode(
  context: Context,
  parent: string,
  set: AttributeSet,
  a: RawAttribute,
  siblings: readonly RawAttribute[],
): FieldNode {
  const { view, bytes } = context;
  const known = attributeOf(set, a.type);
  const name = known?.name ?? `${set.prefix}${a.type}`;
  const id = idOf(context, parent, name);
  const declared = known?.attribute.type;
  const type = declared ? resolveType(declared, view, siblings, set, context.family) : null;
  const read: Payload =
    type && known ? payload(context, id, a.start, a.end, type) : { summary: shortHex(bytes, a.start, a.end) };
  const told = { ...read, summary: brief(read.summary) };
  const text =
    known?.attribute.text ??
    'An attribute that is not in the tables: newer than this program, or not for this message.';
  const extra = a.rawType & (NLA_F_NESTED | NLA_F_NET_BYTEORDER);
  const children = [
    fieldNode(context, id, a.at, 'nla_len', nlattr.fields.nla_len, 'attribute'),
    fieldNode(context, id, a.at, 'nla_type', nlattr.fields.nla_type, 'attribute', () => ({
      value: `${name} (${a.type})${extra === 0 ? '' : ` | ${inWords(extra, NLA_F, context.know)}`}`,
      explanation: meaning(extra, NLA_F),
    })),
  ];
  if (told.children) children.push(...told.children);
  else if (a.end > a.start)
    children.push(
      node(context, id, a.start, a.end, {
        name: 'value',
        type: typeName(type, a.end - a.start) ?? (declared?.kind === 'chosen' ? declared.c : 'void'),
        value: told.summary,
        layer: 'value',
        explanation: text + (told.meaning ?? ''),
        error: told.error,
      }),
    );
  return node(
    context,
    parent,
    a.at,
    a.end,
    {
      name,
      type: 'struct nlattr',
      value: told.summary,
      layer: 'attribute',
      explanation: text + (told.meaning ?? ''),
      error: told.error,
    },
    children,
    id,
  );
}

/** The attributes in a span with their padding, and what is left over. */
export function attributeNodes(
  context: Context,
  parent: string,
  start: number,
  end: number,
  set: AttributeSet,
): FieldNode[] {
  const { view } = context;
  const list: FieldNode[] = [];
  const { found, position, wrong } = walkAttributes(view, start, end);
  for (const a of found) {
    list.push(attributeNode(context, parent, set, a, found));
    list.push(...rest(context, parent, a.end, Math.min(end, align4(a.end - a.at) + a.at), 'padding'));
  }
  if (wrong !== null) {
    const id = idOf(context, parent, 'broken attribute');
    list.push(
      node(
        context,
        parent,
        position,
        end,
        {
          name: 'broken attribute',
          type: 'struct nlattr',
          layer: 'attribute',
          explanation:
            'The length in this attribute header contradicts the space that is left, so that nothing behind it can be told apart.',
          error: wrong,
        },
        [
          ...structFields(context, id, position, position + ATTRIBUTE_HEADER_LENGTH, nlattr, 'attribute'),
          ...rest(context, id, position + ATTRIBUTE_HEADER_LENGTH, end, 'value'),
        ],
        id,
      ),
    );
  } else list.push(...rest(context, parent, position, end, 'trailing'));
  return list;
}
