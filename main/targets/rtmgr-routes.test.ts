// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { LinkRow } from '../../app/contract/index.ts';
import { AF_INET6 } from '../codec/index.ts';
import { firstRoutes } from './rtmgr-routes.ts';

const link = (ifindex: number, name: string, kind: string, up = true): LinkRow => ({
  ifindex,
  name,
  kind,
  up,
  carrier: up,
  mtu: 1500,
  addresses: [],
});
const LO = link(1, 'lo', 'loopback');
const devices = (links: LinkRow[], family?: number) =>
  new Set(
    firstRoutes(links)
      .filter((route) => family === undefined || route.family === family)
      .flatMap((route) => route.hops.map((hop) => hop.ifindex)),
  );

describe('the routes of an empty rtmgr', () => {
  it('are a dozen and more, of both families, over devices that are up', () => {
    const links = [
      LO,
      link(2, 'eth0', 'ethernet'),
      link(3, 'down0', 'veth', false),
      link(4, 'wlan0', 'veth'),
    ];
    const routes = firstRoutes(links);
    expect(routes.length).toBeGreaterThanOrEqual(12);
    expect(devices(links)).toEqual(new Set([2, 4]));
    expect(routes.some((route) => route.multipath)).toBe(true);
  });
  it('lead over lo where there is nothing else, but never to an IPv6 gateway', () => {
    expect(devices([LO])).toEqual(new Set([1]));
    expect(devices([LO], AF_INET6)).toEqual(new Set());
    expect(devices([LO, link(2, 'eth0', 'ethernet')], AF_INET6)).toEqual(new Set([2]));
  });
  it('need no device where there is none', () => {
    const routes = firstRoutes([]);
    expect(routes.length).toBeGreaterThan(3);
    expect(routes.flatMap(({ hops }) => hops)).toEqual([]);
  });
});
