// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { clock, inWords } from './useCountdown.ts';

describe('a time that is left', () => {
  it.each([
    [0, '0', '0 seconds'],
    [1, '1', '1 second'],
    [30, '30', '30 seconds'],
    [60, '60', '1 minute'],
    [99, '99', '99 seconds'],
    [100, '1:40', '1 minute 40 seconds'],
    [285, '4:45', '4 minutes 45 seconds'],
    [600, '10:00', '10 minutes'],
  ])('%i seconds read %s, and are said as %s', (seconds, short, long) => {
    expect(clock(seconds)).toBe(short);
    expect(inWords(seconds)).toBe(long);
  });
});
