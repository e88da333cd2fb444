// SPDX-License-Identifier: MIT
// Every kind of route, made by Routelens and made by ip(8) on the same Lab: ip must see the same, field by field, and
// so must Routelens.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteDraft, RouteRow } from '../../app/contract/index.ts';
import { parsePrefix } from '../../app/contract/index.ts';
import { tableName } from '../codec/index.ts';
import type { Bench } from '../session/testing.ts';
import { allRows, must, openBench, until } from '../session/testing.ts';
import { KINDS } from './kinds.ts';

interface IpHop {
  gateway?: string;
  via?: { family: string; host: string };
  dev?: string;
  weight?: number;
  flags: string[];
}
interface IpRoute extends IpHop {
  type: string;
  dst: string;
  table: string;
  protocol: string;
  scope: string;
  prefsrc?: string;
  metric?: number;
  tos?: string;
  pref?: string;
  metrics?: { mtu?: number }[];
  nexthops?: IpHop[];
}

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.end());

const flag = ({ family }: RouteDraft): string => (family === 6 ? '-6' : '-4');

/** What ip sees of the route of a draft; the Lab's own routes for the same destination are left out. */
function seenByIp(draft: RouteDraft): IpRoute {
  const prefix = draft.destination === 'default' ? 'default' : draft.destination;
  const list = bench.ipJson<IpRoute>(flag(draft), '-d', 'route', 'show', 'table', 'all', prefix);
  const asked = list.filter(
    (one) =>
      (one.table === tableName(draft.table) || one.table === String(draft.table)) &&
      (draft.metric === null || one.metric === draft.metric),
  );
  expect(asked).toHaveLength(1);
  return asked[0]!;
}

/** A row in the words of `ip -j -d`. */
function rowAsIp(row: RouteRow): IpRoute {
  const hop = (one: RouteRow['hops'][number]): IpHop => ({
    ...(one.gateway === null
      ? {}
      : row.family === 4 && one.gateway.includes(':')
        ? { via: { family: 'inet6', host: one.gateway } }
        : { gateway: one.gateway }),
    ...(one.device === null ? {} : { dev: one.device }),
    flags: one.flags,
  });
  const { length } = parsePrefix(row.destination)!;
  const whole = length === (row.family === 4 ? 32 : 128);
  const single = row.hops.length === 1 ? hop(row.hops[0]!) : { flags: [] };
  return {
    ...single,
    ...(row.hops.length > 1
      ? { nexthops: row.hops.map((one) => ({ ...hop(one), weight: one.weight })) }
      : {}),
    type: row.type.name,
    dst: row.isDefault ? 'default' : whole ? row.destination.replace(/\/.*/, '') : row.destination,
    table: row.table.name,
    protocol: row.protocol.name,
    scope: row.scope.name,
    ...(row.prefsrc === null ? {} : { prefsrc: row.prefsrc }),
    ...(row.metric === 0 ? {} : { metric: row.metric }),
    ...(row.tos === 0 ? {} : { tos: `0x${row.tos.toString(16).padStart(2, '0')}` }),
    ...(row.mtu === null ? {} : { metrics: [{ mtu: row.mtu }] }),
    ...(row.pref === null ? {} : { pref: row.pref }),
  };
}

describe('a route made by Routelens', () => {
  it('is tried in at least 40 kinds, each of them another', () => {
    expect(KINDS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(KINDS.map((kind) => kind.ip)).size).toBe(KINDS.length);
  });

  it.each(KINDS)('$name: is what ip(8) makes', async ({ draft, ip }) => {
    const added = must(await bench.h['route.add']({ draft }));
    expect(added.rowIds).toHaveLength(1);
    expect(added.messageIds.length).toBeGreaterThanOrEqual(2);
    expect(added.warnings).toEqual([]);
    const ours = seenByIp(draft);
    const row = (await allRows(bench)).find((one) => one.id === added.rowIds[0])!;
    expect(rowAsIp(row)).toEqual(ours);

    const deleted = must(await bench.h['route.delete']({ rowIds: added.rowIds }));
    expect(deleted.items).toEqual([{ rowId: row.id, outcome: { ok: true } }]);
    expect(await allRows(bench)).not.toContainEqual(expect.objectContaining({ id: row.id }));

    const before = new Set((await allRows(bench)).map((one) => one.id));
    bench.run('ip', flag(draft), 'route', 'add', ...ip.split(' '));
    const theirs = seenByIp(draft);
    expect(ours).toEqual(theirs);
    const appeared = await until(
      async () => (await allRows(bench)).filter((one) => !before.has(one.id)),
      (rows) => rows.length > 0,
      'the route of ip did not appear',
    );
    expect(appeared.map(rowAsIp)).toEqual([theirs]);
    must(await bench.h['route.delete']({ rowIds: appeared.map((one) => one.id) }));
    expect(bench.ipJson(flag(draft), 'route', 'show', 'table', 'all').length).toBe(
      (await allRows(bench)).filter((one) => one.family === draft.family).length,
    );
  });

  it('leaves a table that equals the kernel’s', async () => {
    expect(must(await bench.h['grid.verify']({}))).toMatchObject({ differences: 0 });
  });
});
