// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { AF_INET, FRA, FR_ACT, RTM_NEWRULE, encodeMessage } from '../codec/index.ts';
import type { Rule } from './rules.ts';
import { covers, readRule, rulesFor } from './rules.ts';

const TO_TABLE = FR_ACT.values.FR_ACT_TO_TBL;
const rule = (priority: number, over: Partial<Rule> = {}): Rule => ({
  priority,
  action: TO_TABLE,
  table: priority,
  target: 0,
  dst: null,
  invert: false,
  special: false,
  ...over,
});
const address = Uint8Array.of(10, 1, 2, 3);
const order = (rules: Rule[]) => rulesFor(rules, address).map((one) => one.priority);
const ten = { bytes: Uint8Array.of(10, 0, 0, 0), length: 8 };

describe('covers', () => {
  it.each([
    [0, true],
    [8, true],
    [9, true],
    [15, true],
    [16, false],
    [32, false],
  ])('compares %i bits', (length, expected) => {
    expect(covers({ bytes: Uint8Array.of(10, 0, 0, 0), length }, address)).toBe(expected);
  });
});

describe('rulesFor', () => {
  it('answers them in order, those for other packets left out', () => {
    expect(order([rule(5), rule(1), rule(3, { special: true })])).toEqual([1, 5]);
    expect(
      order([rule(1, { dst: ten }), rule(2, { dst: { ...ten, bytes: Uint8Array.of(11, 0, 0, 0) } })]),
    ).toEqual([1]);
    expect(order([rule(1, { dst: ten, invert: true }), rule(2)])).toEqual([2]);
  });
  it('follows a jump and skips what does nothing', () => {
    const jump = rule(1, { action: FR_ACT.values.FR_ACT_GOTO, target: 5 });
    expect(order([jump, rule(2), rule(5), rule(6, { action: FR_ACT.values.FR_ACT_NOP })])).toEqual([5]);
  });
});

describe('readRule', () => {
  it('reads a rule, and tells one that looks at more than the destination', () => {
    const message = (type: number) =>
      encodeMessage({
        type: RTM_NEWRULE,
        flags: 0,
        family: { family: AF_INET, dst_len: 8, action: TO_TABLE, table: 0 },
        attributes: [
          { type: FRA.values.FRA_DST, value: ten.bytes },
          { type: FRA.values.FRA_PRIORITY, value: 1000 },
          { type: FRA.values.FRA_TABLE, value: 4000 },
          { type, value: 7 },
        ],
      });
    expect(readRule(message(FRA.values.FRA_SUPPRESS_PREFIXLEN))).toEqual(
      rule(1000, { table: 4000, dst: ten }),
    );
    expect(readRule(message(FRA.values.FRA_FWMARK))?.special).toBe(true);
    expect(readRule(message(FRA.values.FRA_FWMARK).slice(0, 20))).toBeNull();
  });
});
