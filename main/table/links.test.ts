// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../codec/encode.ts';
import { IFA_LOCAL } from '../codec/tables/addr.ts';
import { IFLA_IFNAME, IFLA_MTU } from '../codec/tables/link.ts';
import { RTM_DELADDR, RTM_DELLINK, RTM_NEWADDR, RTM_NEWLINK } from '../codec/tables/types.ts';
import { Links } from './links.ts';

const IFF_UP = 1;
const link = (index: number, name: string, flags = IFF_UP, type: number = RTM_NEWLINK): Uint8Array =>
  encodeMessage({
    type,
    flags: 0,
    family: { ifi_index: index, ifi_type: 1, ifi_flags: flags },
    attributes: [
      { type: IFLA_IFNAME, value: name },
      { type: IFLA_MTU, value: 1500 },
    ],
  });
const address = (index: number, last: number, type: number = RTM_NEWADDR): Uint8Array =>
  encodeMessage({
    type,
    flags: 0,
    family: { ifa_family: 2, ifa_prefixlen: 24, ifa_index: index },
    attributes: [{ type: IFA_LOCAL, value: Uint8Array.of(192, 0, 2, last) }],
  });

describe('links', () => {
  it('are listed with their addresses, by index', () => {
    const links = new Links();
    links.apply(RTM_NEWLINK, link(7, 'lan1'));
    links.apply(RTM_NEWLINK, link(3, 'lan0', 0));
    links.apply(RTM_NEWADDR, address(7, 1));
    expect(links.rows()).toMatchObject([
      { ifindex: 3, name: 'lan0', up: false, addresses: [] },
      { ifindex: 7, name: 'lan1', up: true, mtu: 1500, kind: 'ethernet', addresses: ['192.0.2.1/24'] },
    ]);
    expect([links.name(7), links.name(9)]).toEqual(['lan1', 'if9']);
  });

  it('tell a new name from another change, and from none', () => {
    const links = new Links();
    const apply = (message: Uint8Array) => links.apply(RTM_NEWLINK, message);
    expect(apply(link(7, 'a'))).toEqual({ changed: true, renamed: true });
    expect(apply(link(7, 'a'))).toEqual({ changed: false, renamed: false });
    expect(apply(link(7, 'a', 0))).toEqual({ changed: true, renamed: false });
    expect(apply(link(7, 'b', 0))).toEqual({ changed: true, renamed: true });
    expect(links.apply(RTM_DELLINK, link(7, 'b', 0, RTM_DELLINK))).toEqual({ changed: true, renamed: true });
    expect(links.rows()).toEqual([]);
  });

  it('keep what a dump names and drop what it does not', () => {
    const links = new Links();
    links.apply(RTM_NEWLINK, link(1, 'a'));
    links.apply(RTM_NEWLINK, link(2, 'b'));
    for (const last of [1, 2]) links.apply(RTM_NEWADDR, address(1, last));
    links.apply(RTM_DELADDR, address(1, 1, RTM_DELADDR));
    links.beginDump();
    links.apply(RTM_NEWLINK, link(1, 'a'));
    links.apply(RTM_NEWADDR, address(1, 3));
    expect(links.rows()).toHaveLength(2);
    links.endDump();
    expect(links.rows()).toMatchObject([{ name: 'a', addresses: ['192.0.2.3/24'] }]);
  });

  it('ignore messages that are broken', () => {
    const links = new Links();
    expect(links.apply(RTM_NEWLINK, link(1, 'a').subarray(0, 20))).toEqual({
      changed: false,
      renamed: false,
    });
    expect(links.rows()).toEqual([]);
  });
});
