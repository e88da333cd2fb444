// SPDX-License-Identifier: MIT
// What the kernel said about a request: NLMSG_ERROR and NLMSG_DONE with their extended acknowledgement.
import { align4, bad, good, littleEndian, viewOf } from './bytes.ts';
import type { Result } from './bytes.ts';
import { ATTRIBUTE_HEADER_LENGTH, HEADER_LENGTH, attributes, readHeader } from './messages.ts';
import type { Header } from './messages.ts';
import { readString, resolveType } from './resolve.ts';
import { attributeOf } from './schema.ts';
import type { AttributeSet } from './schema.ts';
import { layoutOf } from './tables/messages.ts';
import type { Protocol } from './tables/messages.ts';
import {
  NLMSGERR_ATTR_COOKIE,
  NLMSGERR_ATTR_MISS_NEST,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  nlmsgdone,
  nlmsgerr,
} from './tables/nlmsg.ts';

export interface Verdict {
  /** `error`: NLMSG_ERROR (also an acknowledgement, with errno 0); `done`: NLMSG_DONE. */
  kind: 'error' | 'done';
  header: Header;
  /** Positive; 0 for success. */
  errno: number;
  /** Header of the request that it is about; null on DONE. */
  request: Header | null;
  /** Span of the echoed request, [start, end) in the bytes; only its header when it was capped. null on DONE. */
  echo: { start: number; end: number } | null;
  /** The kernel's own sentence: the reason of an error, a warning on success. */
  message: string | null;
  /** Where in the request the attribute at fault starts, counted from its nlmsghdr. */
  offset: number | null;
  /** Names of that attribute from the outside in, e.g. `['RTA_METRICS', 'RTAX_MTU']`; empty when the request is not known. */
  attribute: string[];
  /** A required attribute that is missing: number, its name when it is known, and the offset of its nest (null: at the top). */
  missing: { type: number; name: string; nest: number | null } | null;
  cookie: Uint8Array | null;
}

interface Place {
  names: string[];
  /** The set that the innermost nest at the offset holds. */
  set: AttributeSet | null;
}

/** Looks for the attribute that starts at `offset`, inside nests too. */
function seek(
  view: DataView,
  family: number,
  set: AttributeSet,
  start: number,
  end: number,
  offset: number,
): Place | null {
  const list = attributes(view, start, end, '');
  if (!list.ok) return null;
  const found = list.value.find((a) => offset >= a.at && offset < Math.max(a.end, a.at + 1));
  if (!found) return null;
  const known = attributeOf(set, found.type);
  const name = known?.name ?? `${set.prefix}${found.type}`;
  const type = known ? resolveType(known.attribute.type, view, list.value, set, family) : null;
  if (type?.kind === 'nest') {
    const first = found.start + (type.head ? align4(type.head.size) : 0);
    const inner = offset > found.at ? seek(view, family, type.set(), first, found.end, offset) : null;
    return inner ? { names: [name, ...inner.names], set: inner.set } : { names: [name], set: type.set() };
  }
  if (type?.kind === 'hops' && offset > found.at) {
    let position = found.start;
    while (found.end - position >= type.head.size) {
      const length = view.getUint16(position, littleEndian);
      if (length < type.head.size || length > found.end - position) break;
      if (offset < position + length) {
        const inner = seek(view, family, type.set(), position + type.head.size, position + length, offset);
        return inner ? { names: [name, ...inner.names], set: inner.set } : { names: [name], set: type.set() };
      }
      position += align4(length);
    }
  }
  return { names: [name], set: null };
}

/**
 * The attribute (or field of the fixed part) at an offset of a request, names from the outside in; empty when nothing
 * known is there. `request` starts with its nlmsghdr.
 */
export function placeAt(request: Uint8Array, offset: number, protocol: Protocol = 'route'): Place {
  const view = viewOf(request);
  const header = readHeader(view);
  const layout = header && layoutOf(header.type, protocol);
  if (!header || !layout) return { names: [], set: null };
  const start = HEADER_LENGTH + align4(layout.header.size);
  if (offset < start) {
    for (const [name, field] of Object.entries(layout.header.fields))
      if (offset === HEADER_LENGTH + field.offset) return { names: [name], set: null };
    return { names: [], set: null };
  }
  const end = Math.min(header.length, request.length);
  return (
    seek(view, request[HEADER_LENGTH] ?? 0, layout.attributes, start, end, offset) ?? { names: [], set: null }
  );
}

/**
 * Reads NLMSG_ERROR or NLMSG_DONE (nlmsghdr first). `request` are the bytes that were sent, for when the kernel did not
 * echo them. A DONE without a number (some families send none) counts as success.
 */
export function decodeError(
  bytes: Uint8Array,
  request?: Uint8Array,
  protocol: Protocol = 'route',
): Result<Verdict> {
  const view = viewOf(bytes);
  const header = readHeader(view);
  if (!header) return bad('short', 0, 'nlmsghdr', `${bytes.length} bytes are too few for a message header`);
  if (header.type !== NLMSG_ERROR && header.type !== NLMSG_DONE)
    return bad('type', 4, 'nlmsghdr/nlmsg_type', `message type ${header.type} is no verdict`);
  if (header.length < HEADER_LENGTH || header.length > bytes.length)
    return bad(
      'length',
      0,
      'nlmsghdr/nlmsg_len',
      `nlmsg_len is ${header.length}, but ${bytes.length} bytes are there`,
    );
  const verdict: Verdict = {
    kind: header.type === NLMSG_ERROR ? 'error' : 'done',
    header,
    errno: 0,
    request: null,
    echo: null,
    message: null,
    offset: null,
    attribute: [],
    missing: null,
    cookie: null,
  };
  let position: number;
  if (verdict.kind === 'error') {
    if (header.length < HEADER_LENGTH + nlmsgerr.size)
      return bad(
        'short',
        HEADER_LENGTH,
        'nlmsgerr',
        `${header.length - HEADER_LENGTH} bytes, nlmsgerr has ${nlmsgerr.size}`,
      );
    verdict.errno = Math.abs(view.getInt32(HEADER_LENGTH + nlmsgerr.fields.error.offset, littleEndian));
    const start = HEADER_LENGTH + nlmsgerr.fields.msg.offset;
    verdict.request = readHeader(view, start);
    // The echoed request is whole unless the kernel says that it was capped.
    const length =
      (header.flags & NLM_F_CAPPED) !== 0 ? HEADER_LENGTH : (verdict.request?.length ?? HEADER_LENGTH);
    if (length < HEADER_LENGTH || length > header.length - start)
      return bad(
        'length',
        start,
        'nlmsgerr/msg',
        `the echoed request says ${length} bytes, ${header.length - start} are there`,
      );
    verdict.echo = { start, end: start + length };
    position = start + align4(length);
  } else {
    if (header.length < HEADER_LENGTH + nlmsgdone.size) return good(verdict);
    verdict.errno = Math.abs(view.getInt32(HEADER_LENGTH, littleEndian));
    position = HEADER_LENGTH + nlmsgdone.size;
  }
  if ((header.flags & NLM_F_ACK_TLVS) === 0 || header.length - position < ATTRIBUTE_HEADER_LENGTH)
    return good(verdict);
  const list = attributes(view, position, header.length, 'NLMSGERR_ATTR');
  if (!list.ok) return list;
  let missType: number | null = null;
  let missNest: number | null = null;
  for (const a of list.value) {
    const number = a.end - a.start >= 4 ? view.getUint32(a.start, littleEndian) : null;
    if (a.type === NLMSGERR_ATTR_MSG) verdict.message = readString(view, a.start, a.end);
    else if (a.type === NLMSGERR_ATTR_OFFS) verdict.offset = number;
    else if (a.type === NLMSGERR_ATTR_COOKIE) verdict.cookie = bytes.slice(a.start, a.end);
    else if (a.type === NLMSGERR_ATTR_MISS_TYPE) missType = number;
    else if (a.type === NLMSGERR_ATTR_MISS_NEST) missNest = number;
  }
  const capped = verdict.echo === null || verdict.echo.end - verdict.echo.start <= HEADER_LENGTH;
  const known = !capped && verdict.echo ? bytes.subarray(verdict.echo.start, verdict.echo.end) : request;
  if (known && verdict.offset !== null) verdict.attribute = placeAt(known, verdict.offset, protocol).names;
  if (missType !== null) {
    const type = verdict.request?.type ?? (request && readHeader(viewOf(request))?.type) ?? null;
    const set =
      missNest === null
        ? type === null
          ? undefined
          : layoutOf(type, protocol)?.attributes
        : known && placeAt(known, missNest, protocol).set;
    const name = set ? attributeOf(set, missType)?.name : undefined;
    verdict.missing = { type: missType, name: name ?? `attribute ${missType}`, nest: missNest };
  }
  return good(verdict);
}
