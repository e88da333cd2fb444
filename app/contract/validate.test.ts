// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RouteDraft, RouteRow } from './route.ts';
import { defaultScope, draftOfRow, validateDraft } from './validate.ts';

const links = [{ name: 'lo' }, { name: 'lan0' }];
const hop = (gateway: string | null, device: string | null = null) => ({
  gateway,
  device,
  weight: 1,
  onlink: false,
});
const draft = (over: Partial<RouteDraft> = {}): RouteDraft => ({
  family: 4,
  destination: '10.20.0.0/16',
  hops: [hop('192.0.2.2', 'lan0')],
  table: 254,
  protocol: 4,
  type: 1,
  scope: null,
  metric: null,
  tos: 0,
  prefsrc: null,
  mtu: null,
  ...over,
});
const six = (over: Partial<RouteDraft> = {}): RouteDraft =>
  draft({ family: 6, destination: '2001:db8:20::/48', hops: [hop('2001:db8::2', 'lan0')], ...over });

describe('validateDraft', () => {
  it.each([
    draft(),
    draft({ destination: 'default' }),
    draft({ destination: '10.1.2.3' }),
    draft({ hops: [hop(null, 'lan0')] }),
    draft({ hops: [hop('2001:db8::2', 'lan0')] }),
    draft({ hops: [hop('192.0.2.2'), { ...hop('192.0.2.3'), weight: 256 }] }),
    draft({ type: 6, hops: [] }),
    draft({ type: 9, hops: [hop(null, null)] }),
    draft({ type: 2, hops: [hop(null, 'lo')], scope: 254 }),
    draft({ tos: 16, mtu: 68, metric: 4294967295, prefsrc: '192.0.2.1', table: 4294967295 }),
    draft({ scope: 200 }),
    six(),
    six({ hops: [hop('fe80::1', 'lan0')], scope: 0, mtu: 1280 }),
  ])('takes %j', (good) => {
    expect(validateDraft(good, { links })).toEqual([]);
  });

  it.each<[string, RouteDraft, object]>([
    ['no destination', draft({ destination: ' ' }), { field: 'destination' }],
    [
      'nonsense',
      draft({ destination: 'ten' }),
      { field: 'destination', message: 'ten is not an address or a prefix' },
    ],
    [
      'a length too long',
      draft({ destination: '10.0.0.0/33' }),
      { field: 'destination', message: 'The prefix length is not a number from 0 to 32' },
    ],
    [
      'host bits',
      draft({ destination: '10.20.30.0/16' }),
      { field: 'destination', suggestion: '10.20.0.0/16', wayOut: 'Use 10.20.0.0/16' },
    ],
    [
      'IPv6 host bits',
      six({ destination: '2001:db8::1/32' }),
      { field: 'destination', suggestion: '2001:db8::/32' },
    ],
    [
      'the other family',
      draft({ destination: '2001:db8::/32' }),
      { field: 'destination', message: '2001:db8::/32 is IPv6, the route is IPv4' },
    ],
    ['a gateway that is none', draft({ hops: [hop('192.0.2', 'lan0')] }), { field: 'gateway', hop: 0 }],
    ['an IPv4 gateway for IPv6', six({ hops: [hop('192.0.2.2', 'lan0')] }), { field: 'gateway' }],
    ['a zero gateway', draft({ hops: [hop('0.0.0.0', 'lan0')] }), { field: 'gateway' }],
    ['a multicast gateway', draft({ hops: [hop('224.0.0.1', 'lan0')] }), { field: 'gateway' }],
    ['a link-local gateway alone', six({ hops: [hop('fe80::1')] }), { field: 'device', hop: 0 }],
    [
      'an unknown device',
      draft({ hops: [hop('192.0.2.2'), hop(null, 'lan9')] }),
      { field: 'device', hop: 1, message: 'There is no interface lan9', wayOut: 'There are lo, lan0' },
    ],
    [
      'no next hop at all',
      draft({ hops: [] }),
      { field: 'gateway', hop: 0, message: 'A gateway or a device is needed' },
    ],
    ['an empty next hop', draft({ hops: [hop(null)] }), { field: 'gateway' }],
    [
      'onlink without gateway',
      draft({ hops: [{ ...hop(null, 'lan0'), onlink: true }] }),
      { field: 'onlink' },
    ],
    ['onlink without device', draft({ hops: [{ ...hop('192.0.2.2'), onlink: true }] }), { field: 'device' }],
    [
      'a gateway for a blackhole',
      draft({ type: 6 }),
      { field: 'gateway', message: 'A route of type blackhole has no next hop' },
    ],
    ['a gateway for a local route', draft({ type: 2 }), { field: 'gateway' }],
    [
      'an IPv6 hop of several without gateway',
      six({ hops: [hop('2001:db8::2'), hop(null, 'lan0')] }),
      { field: 'gateway', hop: 1 },
    ],
    ['a weight out of range', draft({ hops: [{ ...hop('192.0.2.2'), weight: 0 }] }), { field: 'weight' }],
    ['type 0', draft({ type: 0 }), { field: 'type' }],
    ['type nat', draft({ type: 10 }), { field: 'type' }],
    ['table 0', draft({ table: 0 }), { field: 'table', message: 'Table 0 is not a table' }],
    ['a metric out of range', draft({ metric: -1 }), { field: 'metric' }],
    ['a small MTU', draft({ mtu: 67 }), { field: 'mtu' }],
    [
      'a small IPv6 MTU',
      six({ mtu: 1279 }),
      { field: 'mtu', message: 'An IPv6 MTU is a number from 1280 to 65520' },
    ],
    ['ECN bits', draft({ tos: 0x13 }), { field: 'tos', suggestion: '16' }],
    ['a TOS for IPv6', six({ tos: 16 }), { field: 'tos' }],
    ['a prefsrc that is none', draft({ prefsrc: 'lan0' }), { field: 'prefsrc' }],
    ['a prefsrc of the other family', six({ prefsrc: '192.0.2.1' }), { field: 'prefsrc' }],
    ['an IPv6 scope', six({ scope: 253 }), { field: 'scope' }],
    ['link scope through a gateway', draft({ scope: 253 }), { field: 'scope' }],
    [
      'global scope for a local route',
      draft({ type: 2, hops: [hop(null, 'lo')], scope: 0 }),
      { field: 'scope' },
    ],
  ])('refuses %s', (_, bad, problem) => {
    const found = validateDraft(bad, { links });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(problem);
    expect(found[0]!.message).not.toMatch(/[.!]$/);
  });

  it('does not check devices while the links are not known', () => {
    expect(validateDraft(draft({ hops: [hop(null, 'eth7')] }), { links: null })).toEqual([]);
  });
});

describe('defaultScope', () => {
  it('is what ip(8) gives', () => {
    expect(defaultScope(4, 1, [{ gateway: null }])).toBe(253);
    expect(defaultScope(4, 1, [{ gateway: '192.0.2.2' }])).toBe(0);
    expect(defaultScope(4, 1, [{ gateway: null }, { gateway: null }])).toBe(0);
    expect(defaultScope(4, 2, [{ gateway: null }])).toBe(254);
    expect(defaultScope(4, 3, [{ gateway: null }])).toBe(253);
    expect(defaultScope(4, 6, [])).toBe(0);
    expect(defaultScope(6, 1, [{ gateway: null }])).toBe(0);
  });
});

describe('draftOfRow', () => {
  const row: RouteRow = {
    id: 1,
    family: 4,
    destination: '0.0.0.0/0',
    isDefault: true,
    hops: [{ gateway: null, device: 'lan0', ifindex: 2, weight: 1, flags: ['onlink', 'linkdown'] }],
    table: { value: 254, name: 'main' },
    protocol: { value: 4, name: 'static' },
    type: { value: 1, name: 'unicast' },
    scope: { value: 253, name: 'link' },
    metric: 0,
    tos: 0,
    prefsrc: null,
    mtu: null,
    mtuLocked: false,
    metrics: [],
    flags: [],
    nhid: null,
    pref: null,
    encap: null,
    expires: null,
    change: 0,
  };
  it('leaves the usual scope open and keeps another', () => {
    expect(draftOfRow(row)).toMatchObject({ destination: 'default', scope: null, metric: null });
    expect(draftOfRow(row).hops).toEqual([{ gateway: null, device: 'lan0', weight: 1, onlink: true }]);
    expect(draftOfRow({ ...row, scope: { value: 0, name: 'global' } }).scope).toBe(0);
  });
  it('drops the device that the kernel names for IPv6 routes going nowhere', () => {
    const blackhole = draftOfRow({ ...row, family: 6, type: { value: 6, name: 'blackhole' } });
    expect(blackhole.hops).toEqual([]);
    expect(validateDraft({ ...blackhole, destination: '::/0' }, { links })).toEqual([]);
  });
});
