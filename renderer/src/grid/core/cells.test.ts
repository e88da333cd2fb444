// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { SAMPLES } from '../../../dev/fake-data.ts';
import { cellText, cellTitle, moreHops } from './cells.ts';

const row = (destination: string) => SAMPLES.find((sample) => sample.destination === destination)!;

describe('cells', () => {
  it('reads default for the prefix of length zero, and says which', () => {
    expect(cellText(row('0.0.0.0/0'), 'destination')).toBe('default');
    expect(cellTitle(row('::/0'), 'destination')).toBe('default (::/0), IPv6');
  });
  it('shows the first of several next hops with its weight, and all when pointed at', () => {
    const many = row('10.21.0.0/16');
    expect(cellText(many, 'nexthop')).toBe('192.0.2.10 ×1');
    expect(moreHops(many)).toBe(11);
    expect(cellText(many, 'device')).toBe('wg-site-to-site, lan0');
    expect(cellTitle(many, 'nexthop')!.split('\n')).toHaveLength(12);
    expect(cellTitle(many, 'nexthop')).toContain('via 192.0.2.11 dev lan0 weight 2');
  });
  it('leaves next hop and device empty for a blackhole, whatever the kernel says', () => {
    const hole = row('172.16.0.0/12');
    expect(cellText(hole, 'nexthop')).toBe('');
    expect(cellText(hole, 'device')).toBe('');
    expect(moreHops(hole)).toBe(0);
  });
  it('says on link, numbers behind names, locks and flags', () => {
    expect(cellText(row('10.70.0.0/24'), 'nexthop')).toBe('on link');
    expect(cellTitle(row('10.70.0.0/24'), 'scope')).toBe('link (253)');
    expect(cellText(row('10.30.0.0/16'), 'mtu')).toBe('1400 lock');
    expect(cellText(row('10.80.0.0/16'), 'flags')).toBe('linkdown dead');
    expect(cellText(row('2001:db8:20::/48'), 'flags')).toBe('pref high');
  });
});
