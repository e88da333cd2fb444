// SPDX-License-Identifier: MIT
// For tests: a table engine on the real kernel, in a namespace of its own.
import type { GridChange, GridSpec, LinkRow, RouteRow } from '../../../app/contract/index.ts';
import { endpointFromParts } from '../../netlink/port-endpoint.ts';
import { startNetlink } from '../../netlink/netlink.ts';
import type { NetlinkOptions } from '../../netlink/netlink.ts';
import { namespace } from '../../netlink/testing/namespace.ts';
import type { Namespace } from '../../netlink/testing/namespace.ts';
import { TableEngine } from '../engine.ts';
import type { TableEvents } from '../service.ts';
import type { Verified } from '../verify.ts';

export interface Opened {
  space: Namespace;
  engine: TableEngine;
  grids: GridChange[];
  links: LinkRow[][];
  connections: TableEvents['connection'][];
  /** All rows of the view. */
  rows(): Promise<RouteRow[]>;
  verify(): Promise<Verified>;
  close(): Promise<void>;
}

export const ALL: GridSpec = { sort: [], text: '', table: 'all', families: [4, 6] };

/** `ip` lines are run before the table is opened. */
export async function openTable(
  lines: readonly string[] = [],
  options: Omit<NetlinkOptions, 'fds'> = {},
): Promise<Opened> {
  const space = await namespace();
  if (lines.length > 0) space.ip(...lines);
  const started = await startNetlink({ fds: space.fds, ...options });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const netlink = started.value;
  const grids: GridChange[] = [];
  const links: LinkRow[][] = [];
  const connections: TableEvents['connection'][] = [];
  const engine = new TableEngine((name, payload) => {
    if (name === 'grid') grids.push(payload as GridChange);
    else if (name === 'links') links.push(payload as LinkRow[]);
    else connections.push(payload as TableEvents['connection']);
  });
  await engine.view(ALL);
  const opened = await engine.open({
    dump: endpointFromParts(netlink.parts('dump')),
    events: endpointFromParts(netlink.parts('events')),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return {
    space,
    engine,
    grids,
    links,
    connections,
    async rows() {
      const rows: RouteRow[] = [];
      for (;;) {
        const page = await engine.rows({ start: rows.length, count: 500 });
        rows.push(...page.rows);
        if (page.rows.length === 0) return rows;
      }
    },
    async verify() {
      const verified = await engine.verify();
      if (!verified.ok) throw new Error(JSON.stringify(verified.error));
      return verified.value;
    },
    async close() {
      engine.close();
      await netlink.close();
      space.end();
    },
  };
}

/** Waits until something holds; fails with `what` after `ms`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Two veth pairs, up, with addresses of both families. */
export const TWO_LINKS = [
  'link set lo up',
  'link add a0 type veth peer name a1',
  'link add b0 type veth peer name b1',
  ...['a0', 'a1', 'b0', 'b1'].flatMap((name) => [`link set ${name} addrgenmode none`, `link set ${name} up`]),
  'addr add 192.0.2.1/24 dev a0',
  'addr add 198.51.100.1/24 dev b0',
  'addr add 2001:db8:a::1/64 dev a0 nodad',
  'addr add 2001:db8:b::1/64 dev b0 nodad',
];
