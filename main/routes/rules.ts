// SPDX-License-Identifier: MIT
// The policy rules, as far as a lookup from this machine meets them: which tables are asked for an address, in order.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import {
  AF_INET,
  AF_INET6,
  FRA,
  FR_ACT,
  FIB_RULE,
  HEADER_LENGTH,
  RTM_GETRULE,
  attributes,
  encodeMessage,
  fib_rule_hdr,
  littleEndian,
  viewOf,
} from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';

export interface Rule {
  priority: number;
  /** FR_ACT_*. */
  action: number;
  /** FR_ACT_TO_TBL: the table. */
  table: number;
  /** FR_ACT_GOTO: the priority of the rule to go on with. */
  target: number;
  /** Destination prefix to match, null: any. */
  dst: { bytes: Uint8Array; length: number } | null;
  invert: boolean;
  /** True when it looks at something that a plain lookup does not have: source, mark, interface, user, port, TOS. */
  special: boolean;
}

/** Attributes that do not narrow a rule down. */
const HARMLESS: ReadonlySet<number> = new Set([
  FRA.values.FRA_DST,
  FRA.values.FRA_PRIORITY,
  FRA.values.FRA_TABLE,
  FRA.values.FRA_GOTO,
  FRA.values.FRA_SUPPRESS_PREFIXLEN,
  FRA.values.FRA_SUPPRESS_IFGROUP,
  FRA.values.FRA_PROTOCOL,
  FRA.values.FRA_PAD,
  FRA.values.FRA_FLOW,
]);

/** Reads one RTM_NEWRULE from its nlmsghdr on; null for one that is damaged. */
export function readRule(message: Uint8Array): Rule | null {
  const view = viewOf(message);
  const start = HEADER_LENGTH + fib_rule_hdr.size;
  if (message.length < start) return null;
  const list = attributes(view, start, message.length, 'RTM_NEWRULE');
  if (!list.ok) return null;
  const f = fib_rule_hdr.fields;
  const byte = (field: { offset: number }): number => view.getUint8(HEADER_LENGTH + field.offset);
  const rule: Rule = {
    priority: 0,
    action: byte(f.action),
    table: byte(f.table),
    target: 0,
    dst: null,
    invert:
      (view.getUint32(HEADER_LENGTH + f.flags.offset, littleEndian) & FIB_RULE.values.FIB_RULE_INVERT) !== 0,
    special: byte(f.src_len) > 0 || byte(f.tos) !== 0,
  };
  for (const a of list.value) {
    const number = a.end - a.start === 4 ? view.getUint32(a.start, littleEndian) : 0;
    if (a.type === FRA.values.FRA_PRIORITY) rule.priority = number;
    else if (a.type === FRA.values.FRA_TABLE) rule.table = number;
    else if (a.type === FRA.values.FRA_GOTO) rule.target = number;
    else if (a.type === FRA.values.FRA_DST)
      rule.dst = { bytes: message.slice(a.start, a.end), length: byte(f.dst_len) };
    else if (!HARMLESS.has(a.type)) rule.special = true;
  }
  return rule;
}

export function covers(prefix: { bytes: Uint8Array; length: number }, address: Uint8Array): boolean {
  for (let bit = 0; bit < prefix.length; bit += 8) {
    const mask = (0xff00 >> Math.min(8, prefix.length - bit)) & 0xff;
    if (((prefix.bytes[bit >> 3]! ^ address[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}

/** The rules that a packet of this machine to this address meets, in order; those that look at more are left out. */
export function rulesFor(rules: readonly Rule[], address: Uint8Array): Rule[] {
  const sorted = [...rules].sort((a, b) => a.priority - b.priority);
  const met: Rule[] = [];
  let least = 0;
  for (const rule of sorted) {
    if (rule.priority < least || rule.special) continue;
    const matches = rule.dst === null || covers(rule.dst, address);
    if (matches === rule.invert) continue;
    if (rule.action === FR_ACT.values.FR_ACT_GOTO) least = rule.target;
    else if (rule.action !== FR_ACT.values.FR_ACT_NOP) met.push(rule);
  }
  return met;
}

/** All rules of a family. */
export async function readRules(channel: Channel, family: 4 | 6): Promise<Outcome<Rule[]>> {
  let rules: Rule[] = [];
  const dumped = await channel.dump(
    encodeMessage({
      type: RTM_GETRULE,
      flags: 0,
      family: { family: family === 4 ? AF_INET : AF_INET6 },
    }),
    (bytes, _, at, end) => {
      const rule = readRule(bytes.slice(at, end));
      if (rule) rules.push(rule);
    },
    { onRestart: () => void (rules = []) },
  );
  return dumped.ok ? ok(rules) : dumped;
}
