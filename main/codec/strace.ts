// SPDX-License-Identifier: MIT
// For tests: what strace read in a datagram, as a second opinion on what the codec reads.
import type { FieldNode } from '../../app/contract/index.ts';
import * as tables from './tables/index.ts';

/** Names of all fields of structs in front of attributes. */
const FIELDS = new Set(
  [
    tables.nlmsghdr,
    tables.rtmsg,
    tables.ifinfomsg,
    tables.ifaddrmsg,
    tables.ndmsg,
    tables.nhmsg,
    tables.rtnexthop,
  ].flatMap((struct) => Object.keys(struct.fields)),
);

/** What strace read: attributes by name and fields with their values, in order. */
export function straceSays(line: string): {
  attributes: string[];
  fields: [string, string][];
  numbers: [string, string][];
} {
  const attributes = [...line.matchAll(/nla_type=(?:NLA_F_NESTED\|)?([A-Z]\w+)\}/g)].map(
    (match) => match[1] ?? '',
  );
  // Zeros behind the last message are not a header, and names of interfaces are those of the machine that runs strace.
  const [real = ''] = line.split('{nlmsg_len=0,');
  const fields = [...real.matchAll(/(\w+)=([\w|-]+)(\(?)/g)].flatMap(
    ([, name, value, call]): [string, string][] =>
      name !== undefined && value !== undefined && call === '' && FIELDS.has(name) ? [[name, value]] : [],
  );
  const numbers = [
    ...line.matchAll(
      /nla_type=([A-Z]\w+)\}, (?:(\d+)|inet_(?:addr|pton)\((?:AF_INET6?, )?"([^"]+)"\)|"([^"\\]+)")\]/g,
    ),
  ].map(([, name, number, address, text]): [string, string] => [name ?? '', number ?? address ?? text ?? '']);
  return { attributes, fields, numbers };
}

/** Each of `few` is in `all`, in the same order; answers the first that is not. */
export function missingInOrder<A, B>(
  few: readonly A[],
  all: readonly B[],
  same: (a: A, b: B) => boolean,
): A | null {
  let position = 0;
  for (const one of few) {
    while (position < all.length && !same(one, all[position] as B)) position++;
    if (position++ >= all.length) return one;
  }
  return null;
}

const CONSTANTS = new Set(
  Object.values(tables).flatMap((table) =>
    typeof table === 'object' && 'entries' in table ? Object.keys(table.entries) : [],
  ),
);

/** `AF_INET (2)` against strace's `AF_INET`, numbers against the bytes themselves. Names that only strace has are let pass. */
export function sameField(strace: string, ours: FieldNode, message: Uint8Array): boolean {
  let number = 0;
  for (let i = ours.end - 1; i >= ours.start; i--) number = number * 256 + (message[i] ?? 0);
  return strace.split('|').every((part) => {
    if (/^-?\d+$/.test(part)) return number === Number(part) >>> 0;
    if (/^0x[\da-f]+$/.test(part)) return (number & Number(part)) === Number(part);
    return !CONSTANTS.has(part) || ours.value.includes(part.replace(/^NLM_F_/, ''));
  });
}
