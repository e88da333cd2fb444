// SPDX-License-Identifier: MIT
// The third reader of the tables: a message as a tree of fields with their byte spans, for the inspector. It takes any
// bytes, says what is wrong where it is wrong, and accounts for every byte exactly once in the leaves.
import type { FieldNode } from '../../app/contract/index.ts';
import { align4, viewOf } from './bytes.ts';
import { errnoName, errnoText } from './errno.ts';
import { HEADER_LENGTH, readHeader } from './messages.ts';
import { flagNames, messageTypeName, modifiersOf } from './names.ts';
import type { Enumeration } from './schema.ts';
import { meaning } from './show.ts';
import type { Knowledge } from './show.ts';
import { layoutOf, rtgenmsg } from './tables/messages.ts';
import type { Protocol } from './tables/messages.ts';
import {
  NLMSG,
  NLMSGERR_ATTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F,
  NLM_F_CAPPED,
  nlmsgdone,
  nlmsgerr,
  nlmsghdr,
} from './tables/nlmsg.ts';
import { RTMGR_MSG } from './tables/rtmgr.ts';
import { RTM } from './tables/types.ts';
import { attributeNodes } from './tree-attributes.ts';
import { fieldNode, idOf, node, rest, structFields } from './tree-nodes.ts';
import type { Context, Override } from './tree-nodes.ts';

/** The table that has this message type, if one has. */
const typesWith = (type: number, protocol: Protocol): Enumeration =>
  NLMSG.names.has(type) ? NLMSG : protocol === 'rtmgr' && RTMGR_MSG.names.has(type) ? RTMGR_MSG : RTM;

const headerWords =
  (type: number, protocol: Protocol): Override =>
  (name, value) => {
    if (name === 'nlmsg_type') {
      const table = typesWith(value, protocol);
      const entry = table.names.get(value);
      const said = entry === undefined ? undefined : table.entries[entry]?.[1];
      return {
        value: entry === undefined ? messageTypeName(value) : `${entry} (${value})`,
        explanation: said === undefined ? '' : ` ${entry}: ${said}`,
      };
    }
    if (name !== 'nlmsg_flags') return null;
    const modifiers = modifiersOf(type);
    return {
      value: value === 0 ? '0' : `${flagNames(type, value).join(' | ')} (0x${value.toString(16)})`,
      explanation: meaning(value, NLM_F) + (modifiers ? meaning(value, modifiers) : ''),
    };
  };

const errnoWords: Override = (name, value) =>
  name === 'error'
    ? {
        value: value === 0 ? '0 (success)' : `${value} (${errnoName(value)})`,
        explanation: value === 0 ? '' : ` ${errnoName(value)}: ${errnoText(value)}.`,
      }
    : null;

/** A nlmsghdr, as far as it goes. */
function messageHeader(
  context: Context,
  parent: string,
  start: number,
  end: number,
  error?: string,
): FieldNode {
  const header = readHeader(context.view, start);
  const id = idOf(context, parent, 'nlmsghdr');
  return node(
    context,
    parent,
    start,
    Math.min(end, start + HEADER_LENGTH),
    {
      name: 'nlmsghdr',
      type: nlmsghdr.c,
      value: header ? messageTypeName(header.type, context.protocol) : '',
      layer: 'header',
      explanation: nlmsghdr.text,
      error,
    },
    structFields(
      context,
      id,
      start,
      end,
      nlmsghdr,
      'header',
      headerWords(header?.type ?? 0, context.protocol),
    ),
    id,
  );
}

/** Fixed part and attributes behind a nlmsghdr of this type. */
function body(context: Context, parent: string, type: number, start: number, end: number): FieldNode[] {
  const layout = layoutOf(type, context.protocol);
  if (!layout || end <= start) return rest(context, parent, start, end, 'value');
  // Old dump requests carry only the family.
  const struct = end - start <= 4 && layout.header.size > 4 ? rtgenmsg : layout.header;
  const name = struct.c.replace('struct ', '');
  const id = idOf(context, parent, name);
  const stop = Math.min(end, start + struct.size);
  const short = stop - start < struct.size;
  const inner: Context = { ...context, family: context.view.getUint8(start) };
  const list = [
    node(
      context,
      parent,
      start,
      stop,
      {
        name,
        type: struct.c,
        layer: 'family',
        explanation: struct.text,
        error: short ? `${struct.c} has ${struct.size} bytes, only ${stop - start} are here` : undefined,
      },
      structFields(inner, id, start, stop, struct, 'family'),
      id,
    ),
  ];
  const first = Math.min(end, start + align4(struct.size));
  list.push(...rest(context, parent, stop, first, 'padding'));
  list.push(...attributeNodes(inner, parent, first, end, layout.attributes));
  return list;
}

/** The verdict: errno, the echoed request, the extended acknowledgement. */
function errorBody(context: Context, parent: string, flags: number, start: number, end: number): FieldNode[] {
  const id = idOf(context, parent, 'nlmsgerr');
  const stop = Math.min(end, start + nlmsgerr.fields.msg.offset);
  if (stop - start < nlmsgerr.fields.msg.offset)
    return rest(
      context,
      parent,
      start,
      end,
      'family',
      `${nlmsgerr.c} has ${nlmsgerr.size} bytes, only ${end - start} are here`,
    );
  const children = [fieldNode(context, id, start, 'error', nlmsgerr.fields.error, 'family', errnoWords)];
  const inner = readHeader(context.view, stop);
  const whole = inner !== null && stop + HEADER_LENGTH <= end;
  const capped = (flags & NLM_F_CAPPED) !== 0;
  const length = whole && !capped ? inner.length : HEADER_LENGTH;
  const wrong = whole && (length < HEADER_LENGTH || stop + length > end);
  const echoEnd = wrong || !whole ? end : stop + length;
  const request = idOf(context, id, 'request');
  if (echoEnd > stop) {
    const parts = [
      messageHeader(
        context,
        `${request}/`,
        stop,
        Math.min(echoEnd, stop + HEADER_LENGTH),
        wrong ? `nlmsg_len is ${length}, but ${end - stop} bytes are left` : undefined,
      ),
    ];
    if (wrong) parts.push(...rest(context, `${request}/`, stop + HEADER_LENGTH, echoEnd, 'value'));
    else if (whole && !capped && echoEnd > stop + HEADER_LENGTH)
      parts.push(...body(context, `${request}/`, inner.type, stop + HEADER_LENGTH, echoEnd));
    children.push(
      node(
        context,
        id,
        stop,
        echoEnd,
        {
          name: 'msg',
          type: capped ? nlmsghdr.c : '',
          value: inner ? messageTypeName(inner.type, context.protocol) : '',
          layer: 'family',
          explanation: capped
            ? 'The header of the request that the verdict is about; the rest of it is not echoed.'
            : 'The request that the verdict is about, echoed by the kernel.',
        },
        parts,
        request,
      ),
    );
  }
  const list = [
    node(
      context,
      parent,
      start,
      echoEnd,
      { name: 'nlmsgerr', type: nlmsgerr.c, layer: 'family', explanation: nlmsgerr.text },
      children,
      id,
    ),
  ];
  const next = Math.min(end, align4(echoEnd - start) + start);
  list.push(...rest(context, parent, echoEnd, next, 'padding'));
  list.push(...attributeNodes(context, parent, next, end, NLMSGERR_ATTR));
  return list;
}

function doneBody(context: Context, parent: string, start: number, end: number): FieldNode[] {
  if (end <= start) return [];
  const id = idOf(context, parent, 'done');
  const stop = Math.min(end, start + nlmsgdone.size);
  return [
    node(
      context,
      parent,
      start,
      stop,
      { name: 'done', type: nlmsgdone.c, layer: 'family', explanation: nlmsgdone.text },
      structFields(context, id, start, stop, nlmsgdone, 'family', errnoWords),
      id,
    ),
    ...attributeNodes(context, parent, stop, end, NLMSGERR_ATTR),
  ];
}

/** One message in a span: header, body, padding, and what is left over. */
function messageNodes(context: Context, parent: string, start: number, end: number): FieldNode[] {
  const room = end - start;
  const header = readHeader(context.view, start);
  if (!header || room < HEADER_LENGTH)
    return [
      messageHeader(
        context,
        parent,
        start,
        end,
        `a message header has ${HEADER_LENGTH} bytes, only ${room} are here`,
      ),
    ];
  const wrong =
    header.length < HEADER_LENGTH
      ? `nlmsg_len is ${header.length}, less than the header itself`
      : header.length > room
        ? `nlmsg_len is ${header.length}, but only ${room} bytes are here`
        : undefined;
  const list = [messageHeader(context, parent, start, end, wrong)];
  const first = start + HEADER_LENGTH;
  if (header.length < HEADER_LENGTH) return [...list, ...rest(context, parent, first, end, 'trailing')];
  const stop = start + Math.min(header.length, room);
  if (header.type === NLMSG_ERROR) list.push(...errorBody(context, parent, header.flags, first, stop));
  else if (header.type === NLMSG_DONE) list.push(...doneBody(context, parent, first, stop));
  else list.push(...body(context, parent, header.type, first, stop));
  const padded = Math.min(end, start + align4(stop - start));
  list.push(...rest(context, parent, stop, padded, 'padding'));
  list.push(...rest(context, parent, padded, end, 'trailing'));
  return list;
}

export interface TreeOptions extends Knowledge {
  /** Whose message it is: numbers from 0x100 mean something on rtmgr's sockets only. */
  protocol?: Protocol;
}

/**
 * One message (nlmsghdr first, padding behind nlmsg_len included) as a tree. Spans are offsets into `bytes`; a child
 * lies inside its parent, siblings are in order, and the leaves cover every byte exactly once, whatever the bytes are.
 */
export function fieldTree(bytes: Uint8Array, options: TreeOptions = {}): FieldNode[] {
  if (bytes.length === 0) return [];
  const context: Context = {
    bytes,
    view: viewOf(bytes),
    know: options,
    family: 0,
    ids: new Map(),
    depth: 0,
    protocol: options.protocol ?? 'route',
    message: messageNodes,
  };
  return messageNodes(context, '', 0, bytes.length);
}
