// SPDX-License-Identifier: MIT
// Which type an attribute's payload has, where a sibling decides that: RTA_ENCAP by RTA_ENCAP_TYPE, IFLA_INFO_DATA by
// IFLA_INFO_KIND. Some depend on the message's address family instead.
import { littleEndian } from './bytes.ts';
import type { RawAttribute } from './messages.ts';
import { attributeOf } from './schema.ts';
import type { AttributeSet, ValueType } from './schema.ts';

const text = new TextDecoder('utf-8');

/** Text up to the first NUL; bytes that are no UTF-8 read as U+FFFD. */
export function readString(view: DataView, start: number, end: number): string {
  let stop = start;
  while (stop < end && view.getUint8(stop) !== 0) stop++;
  return text.decode(new Uint8Array(view.buffer, view.byteOffset + start, stop - start));
}

/** The payload's type, or null when it depends on a sibling that is not there or says something unknown. */
export function resolveType(
  type: ValueType,
  view: DataView,
  siblings: readonly RawAttribute[],
  set: AttributeSet,
  family: number,
): ValueType | null {
  if (type.kind === 'family') return type.cases.get(family) ?? type.other;
  if (type.kind !== 'chosen') return type;
  const key = siblings.find((sibling) => sibling.type === type.by);
  if (!key) return null;
  const kind = attributeOf(set, type.by)?.attribute.type.kind;
  if (kind === 'string') return type.cases.get(readString(view, key.start, key.end)) ?? null;
  return key.end - key.start >= 2 ? (type.cases.get(view.getUint16(key.start, littleEndian)) ?? null) : null;
}
