// SPDX-License-Identifier: MIT
// Interfaces, names and a refusal for the editor's tests and its development page.
import type { AppError, LinkRow, Vocabulary } from '../../../app/contract/index.ts';

export const LINKS: LinkRow[] = [
  {
    ifindex: 1,
    name: 'lo',
    kind: 'loopback',
    up: true,
    carrier: true,
    mtu: 65_536,
    addresses: ['127.0.0.1/8'],
  },
  {
    ifindex: 2,
    name: 'lan0',
    kind: 'veth',
    up: true,
    carrier: true,
    mtu: 1500,
    addresses: ['192.0.2.10/24', '2001:db8::10/64'],
  },
  {
    ifindex: 3,
    name: 'wan0',
    kind: 'veth',
    up: true,
    carrier: false,
    mtu: 1500,
    addresses: ['198.51.100.10/24'],
  },
  {
    ifindex: 4,
    name: 'wireguard-lab-0',
    kind: 'wireguard',
    up: false,
    carrier: false,
    mtu: 1420,
    addresses: [],
  },
];

const named = (names: Record<string, number>) =>
  Object.entries(names).map(([name, value]) => ({ name, value }));

export const VOCABULARY: Vocabulary = {
  tables: named({ main: 254, local: 255, default: 253, blue: 100 }),
  protocols: named({ kernel: 2, boot: 3, static: 4, ra: 9, dhcp: 16, bgp: 186 }),
  scopes: named({ global: 0, site: 200, link: 253, host: 254 }),
  types: named({ unicast: 1, local: 2, broadcast: 3, blackhole: 6, unreachable: 7, prohibit: 8, throw: 9 }),
};

export const REFUSED: AppError = {
  kind: 'kernel',
  what: 'The kernel finds no way to the gateway 203.0.113.9',
  why: 'It is on none of the networks that the interfaces are in',
  wayOut: 'Choose a gateway that is on a link, or tick On link',
  errno: 101,
  errnoName: 'ENETUNREACH',
  errnoText: 'Network is unreachable',
  extack: 'Nexthop has invalid gateway',
  attribute: 'RTA_GATEWAY',
  field: 'gateway',
};
