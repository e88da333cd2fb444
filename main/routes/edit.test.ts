// SPDX-License-Identifier: MIT
// Edits on a real table, judged by ip(8): what was asked for has changed and nothing else has.
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RoutePatch, RouteRow } from '../../app/contract/index.ts';
import type { Bench } from '../session/testing.ts';
import { aHop, allRows, must, openBench, until } from '../session/testing.ts';

type Ip = Record<string, unknown>;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.end());

/** Routes of these tests are of protocol 99. */
const PROTOCOL = 99;
const ourRows = async (): Promise<RouteRow[]> =>
  (await allRows(bench)).filter((row) => row.protocol.value === PROTOCOL);
const ours = (family: '-4' | '-6'): Ip[] =>
  bench.ipJson(family, '-d', 'route', 'show', 'table', 'all', 'proto', String(PROTOCOL));

afterEach(async () => {
  for (const family of ['-4', '-6']) bench.run('ip', family, 'nexthop', 'flush');
  const rows = await ourRows();
  if (rows.length > 0) must(await bench.h['route.delete']({ rowIds: rows.map((row) => row.id) }));
  expect([ours('-4'), ours('-6')]).toEqual([[], []]);
});

/** Adds routes with ip, and waits until the rows are there. */
async function given(...lines: string[]): Promise<RouteRow[]> {
  for (const line of lines)
    bench.run('ip', ...line.replace(/route \w+ \S+/, `$& proto ${PROTOCOL}`).split(' '));
  return until(ourRows, (rows) => rows.length === lines.length, 'the rows did not come');
}

async function edit(row: RouteRow, patch: RoutePatch) {
  const done = must(await bench.h['route.edit']({ rowId: row.id, patch }));
  expect(must(await bench.h['grid.verify']({}))).toMatchObject({ differences: 0 });
  return done;
}

const VIA = 'via 192.0.2.7 dev lan0';

describe('an edit that keeps the key', () => {
  it('replaces in place and keeps everything that was not touched', async () => {
    const [row] = await given(
      `route add 10.210.0.0/16 ${VIA} metric 5 src 192.0.2.1 mtu lock 1400 advmss 1300 realm 7`,
    );
    const [before] = ours('-4');
    const done = await edit(row!, { hops: [aHop('198.51.100.9', 'wan0')] });
    expect(done).toMatchObject({ rowIds: [row!.id], warnings: [] });
    expect(done.messageIds.length).toBe(2);
    expect(ours('-4')).toEqual([{ ...before, gateway: '198.51.100.9', dev: 'wan0' }]);
  });

  it('changes the MTU and keeps the lock and the other metrics', async () => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA} mtu lock 1400 advmss 1300 initcwnd 20`);
    const [before] = ours('-4');
    await edit(row!, { mtu: 1300 });
    const metrics = (before!['metrics'] as Ip[])[0];
    expect(ours('-4')).toEqual([{ ...before, metrics: [{ ...metrics, mtu: 1300 }] }]);
    const [again] = await ourRows();
    await edit(again!, { mtu: null });
    expect(JSON.stringify(ours('-4')[0]!['metrics'])).not.toContain('mtu');
    expect(JSON.stringify(ours('-4')[0]!['metrics'])).toContain('1300');
  });

  it('lets the scope follow a gateway that comes and goes', async () => {
    const [row] = await given('route add 10.210.0.0/16 dev lan0');
    expect(ours('-4')[0]).toMatchObject({ scope: 'link' });
    await edit(row!, { hops: [aHop('192.0.2.9', 'lan0')] });
    expect(ours('-4')[0]).toMatchObject({ scope: 'global', gateway: '192.0.2.9' });
    const [again] = await ourRows();
    await edit(again!, { hops: [aHop(null, 'lan0')] });
    expect(ours('-4')[0]).toMatchObject({ scope: 'link', dev: 'lan0' });
  });

  it.each([
    ['-4', `route add 10.210.0.0/16 ${VIA}`, aHop('192.0.2.7', 'lan0')],
    ['-6', '-6 route add 2001:db8:210::/48 via 2001:db8:1::7 dev lan0', aHop('2001:db8:1::7', 'lan0')],
  ] as const)('makes a blackhole of a route and a route of a blackhole (%s)', async (family, line, hop) => {
    const [row] = await given(line);
    const [before] = ours(family);
    const { rowIds } = await edit(row!, { type: 6, hops: [] });
    expect(ours(family)).toHaveLength(1);
    expect(ours(family)[0]).toMatchObject({ type: 'blackhole' });
    const blackhole = (await allRows(bench)).find((one) => one.id === rowIds[0]);
    await edit(blackhole!, { type: 1, hops: [hop] });
    expect(ours(family)).toEqual([before]);
  });

  it('replaces the first of several IPv4 routes in its place', async () => {
    const rows = await given(
      `route add 10.210.0.0/16 ${VIA}`,
      'route append 10.210.0.0/16 via 192.0.2.8 dev lan0',
      'route append 10.210.0.0/16 via 192.0.2.9 dev lan0',
    );
    const before = ours('-4');
    const first = rows.find((row) => row.hops[0]!.gateway === '192.0.2.7');
    const done = await edit(first!, { hops: [aHop('192.0.2.77', 'lan0')] });
    expect(done.warnings).toEqual([]);
    expect(ours('-4')).toEqual([{ ...before[0], gateway: '192.0.2.77' }, before[1], before[2]]);
  });

  it('changes one of several IPv4 routes that is not the first, and says where it stands now', async () => {
    const rows = await given(
      `route add 10.210.0.0/16 ${VIA}`,
      'route append 10.210.0.0/16 via 192.0.2.8 dev lan0',
      'route append 10.210.0.0/16 via 192.0.2.9 dev lan0',
    );
    const before = ours('-4');
    const second = rows.find((row) => row.hops[0]!.gateway === '192.0.2.8');
    const done = await edit(second!, { hops: [aHop('192.0.2.77', 'lan0')] });
    expect(done.warnings).toEqual([
      'The route now stands last of the 3 with the same destination and metric',
    ]);
    expect(ours('-4')).toEqual([before[0], before[2], { ...before[1], gateway: '192.0.2.77' }]);
    const last = (await allRows(bench)).find((row) => row.hops[0]?.gateway === '192.0.2.77');
    expect((await edit(last!, { mtu: 1400 })).warnings).toEqual([]);
    expect(ours('-4').map((one) => one['gateway'])).toEqual(['192.0.2.7', '192.0.2.9', '192.0.2.77']);
  });

  it('changes IPv6 next hops as a whole', async () => {
    const [row] = await given(
      '-6 route add 2001:db8:210::/48 nexthop via 2001:db8:1::7 dev lan0 nexthop via fe80::9 dev wan0 weight 2',
    );
    const { rowIds } = await edit(row!, {
      hops: [aHop('2001:db8:1::8', 'lan0', 3), aHop('fe80::9', 'wan0', 1), aHop('2001:db8:3::9', 'mgmt0', 5)],
    });
    expect(ours('-6')).toHaveLength(1);
    expect(ours('-6')[0]!['nexthops']).toEqual([
      { gateway: '2001:db8:1::8', dev: 'lan0', weight: 3, flags: [] },
      { gateway: 'fe80::9', dev: 'wan0', weight: 1, flags: [] },
      { gateway: '2001:db8:3::9', dev: 'mgmt0', weight: 5, flags: [] },
    ]);
    const several = (await allRows(bench)).find((one) => one.id === rowIds[0]);
    const single = await edit(several!, { hops: [aHop('2001:db8:1::9', 'lan0')] });
    expect(ours('-6')).toHaveLength(1);
    expect(ours('-6')[0]).toMatchObject({ gateway: '2001:db8:1::9', dev: 'lan0' });
    const one = (await allRows(bench)).find(({ id }) => id === single.rowIds[0]);
    await edit(one!, { hops: [aHop('2001:db8:1::7', 'lan0', 2), aHop('2001:db8:1::8', 'lan0', 1)] });
    expect((ours('-6')[0]!['nexthops'] as Ip[]).map((hop) => [hop['gateway'], hop['weight']])).toEqual([
      ['2001:db8:1::7', 2],
      ['2001:db8:1::8', 1],
    ]);
  });

  it('changes the right one of IPv6 routes on different links', async () => {
    const rows = await given(
      '-6 route add 2001:db8:210::/48 dev lan0',
      '-6 route append 2001:db8:210::/48 dev wan0',
      '-6 route append 2001:db8:210::/48 dev mgmt0',
    );
    for (const device of ['mgmt0', 'lan0', 'wan0']) {
      const row = rows.find((one) => one.hops[0]!.device === device);
      await edit(row!, { mtu: 1300 });
    }
    const after = ours('-6').map((one) => [one['dev'], JSON.stringify(one['metrics'])]);
    expect(after.sort()).toEqual([
      ['lan0', '[{"mtu":1300}]'],
      ['mgmt0', '[{"mtu":1300}]'],
      ['wan0', '[{"mtu":1300}]'],
    ]);
  });

  it('keeps the next-hop object of a route, and the time until it expires', async () => {
    bench.run('ip', 'nexthop', 'add', 'id', '5', 'via', '192.0.2.9', 'dev', 'lan0');
    const rows = await given(
      'route add 10.210.0.0/16 nhid 5',
      '-6 route add 2001:db8:210::/48 dev lan0 expires 5000',
    );
    const object = rows.find((row) => row.nhid !== null);
    await edit(object!, { mtu: 1300 });
    expect(ours('-4')[0]).toMatchObject({ nhid: 5, metrics: [{ mtu: 1300 }] });
    await edit(
      rows.find((row) => row.family === 6)!,
      { mtu: 1300 },
    );
    expect(ours('-6')[0]!['expires']).toBeGreaterThan(4900);
    bench.run('ip', 'nexthop', 'del', 'id', '5');
  });

  it('edits a route whose next-hop object drops packets', async () => {
    bench.run('ip', 'nexthop', 'add', 'id', '6', 'blackhole');
    const [row] = await given('route add 10.210.0.0/16 nhid 6');
    await edit(row!, { metric: 9 });
    expect(ours('-4')).toMatchObject([{ nhid: 6, metric: 9 }]);
    bench.run('ip', 'nexthop', 'del', 'id', '6');
    await until(ourRows, (rows) => rows.length === 0, 'the route outlives its next-hop object');
  });

  it('says that the kernel joined IPv6 routes', async () => {
    const rows = await given(
      '-6 route add 2001:db8:210::/48 via 2001:db8:1::7 dev lan0',
      '-6 route add 2001:db8:210::/48 dev wan0 metric 9',
    );
    const clash = await bench.h['route.edit']({
      rowId: rows.find((row) => row.metric === 9)!.id,
      patch: { metric: 1024 },
    });
    expect(clash).toMatchObject({ ok: false, error: { errnoName: 'EEXIST', field: 'metric' } });
    bench.run(
      'ip',
      '-6',
      'route',
      'append',
      '2001:db8:210::/48',
      'proto',
      '99',
      'dev',
      'wan0',
      'metric',
      '1024',
    );
    const device = await until(
      async () => (await ourRows()).find((row) => row.hops[0]?.device === 'wan0' && row.metric === 1024),
      Boolean,
      'the appended route did not come',
    );
    const done = must(
      await bench.h['route.edit']({ rowId: device!.id, patch: { hops: [aHop('fe80::9', 'wan0')] } }),
    );
    expect(done.warnings).toEqual([
      'The kernel joined it with a route that was there: together they have 2 next hops',
    ]);
    expect(ours('-6').filter((one) => one['metric'] === 1024)).toHaveLength(1);
  });

  it('asks nothing when nothing is changed', async () => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA} metric 5`);
    expect(await edit(row!, { metric: 5, tos: 0 })).toEqual({
      rowIds: [row!.id],
      messageIds: [],
      warnings: [],
    });
  });
});

describe('an edit that changes the key', () => {
  const keys: [string, RoutePatch, Ip][] = [
    ['the metric', { metric: 50 }, { metric: 50 }],
    ['the metric to a smaller one', { metric: 1 }, { metric: 1 }],
    ['the destination', { destination: '10.211.0.0/16' }, { dst: '10.211.0.0/16' }],
    ['the length of the prefix', { destination: '10.210.0.0/17' }, { dst: '10.210.0.0/17' }],
    ['the table', { table: 77 }, { table: '77' }],
    ['the TOS', { tos: 16 }, { tos: '0x10' }],
    [
      'all of it',
      { destination: 'default', table: 78, metric: 3, tos: 8 },
      { dst: 'default', table: '78', metric: 3, tos: '0x08' },
    ],
  ];
  it.each(keys)('adds, then deletes: %s', async (_, patch, change) => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA} metric 5 mtu lock 1400 src 192.0.2.1`);
    const [before] = ours('-4');
    const told: string[] = [];
    const inside = `-t ${bench.pid} -U -n --preserve-credentials stdbuf -oL ip monitor route`;
    const monitor = spawn('nsenter', inside.split(' '));
    const ended = new Promise((resolve) => monitor.once('close', resolve));
    monitor.stdout.on('data', (chunk: Buffer) => told.push(...chunk.toString().split('\n').filter(Boolean)));
    let mtu = 1000;
    await until(
      () => {
        bench.run('ip', 'route', 'replace', '10.219.0.0/16', 'dev', 'lan0', 'mtu', String(mtu++));
        return told.length;
      },
      (lines) => lines > 0,
      'ip monitor did not start',
    );
    told.length = 0;
    const done = await edit(row!, patch);
    expect(done.rowIds).toHaveLength(1);
    expect(ours('-4')).toEqual([{ ...before, ...change }]);
    const lines = await until(
      () => told.filter((line) => !line.includes('10.219.0.0')),
      (list) => list.length >= 2,
      'ip monitor told too little',
    );
    // never uncovered: the new one is there before the old one goes
    expect(lines.map((line) => line.startsWith('Deleted'))).toEqual([false, true]);
    monitor.kill();
    await ended;
    bench.run('ip', 'route', 'del', '10.219.0.0/16');
  });

  it('moves an IPv6 route with several next hops', async () => {
    const [row] = await given(
      '-6 route add 2001:db8:210::/48 nexthop via 2001:db8:1::7 dev lan0 nexthop via fe80::9 dev wan0 weight 2',
    );
    const [before] = ours('-6');
    const { rowIds } = await edit(row!, { metric: 77 });
    expect(ours('-6')).toEqual([{ ...before, metric: 77 }]);
    const moved = (await allRows(bench)).find((one) => one.id === rowIds[0]);
    await edit(moved!, { destination: '2001:db8:211::/48', table: 77 });
    expect(ours('-6')).toEqual([{ ...before, metric: 77, dst: '2001:db8:211::/48', table: '77' }]);
  });

  it('moves exactly one of several routes with the same key', async () => {
    const rows = await given(
      `route add 10.210.0.0/16 ${VIA}`,
      'route append 10.210.0.0/16 via 192.0.2.8 dev lan0',
      'route append 10.210.0.0/16 via 192.0.2.9 dev lan0',
    );
    const before = ours('-4');
    await edit(
      rows.find((row) => row.hops[0]!.gateway === '192.0.2.8')!,
      { metric: 9 },
    );
    expect(ours('-4')).toEqual([before[0], before[2], { ...before[1], metric: 9 }]);
  });

  it('says when the kernel chose another metric than the one asked for', async () => {
    const [row] = await given('-6 route add 2001:db8:210::/48 dev lan0 metric 9');
    const done = await edit(row!, { metric: 0 });
    expect(done.warnings).toEqual(['The kernel made the metric 1024, not 0']);
    expect(ours('-6')).toMatchObject([{ metric: 1024 }]);
  });
});

describe('an edit that is refused', () => {
  it.each([
    ['destination', { destination: '10.212.0.0/16' }],
    ['metric', { metric: 9 }],
    ['table', { table: 77 }],
  ] as const)('leaves everything as it was when there is such a route: %s', async (field, patch) => {
    const rows = await given(
      `route add 10.210.0.0/16 ${VIA}`,
      `route add 10.210.0.0/16 ${VIA} metric 9`,
      `route add 10.212.0.0/16 ${VIA}`,
      `route add 10.210.0.0/16 ${VIA} table 77`,
    );
    const before = ours('-4');
    const row = rows.find(
      (one) => one.metric === 0 && one.table.value === 254 && one.destination.startsWith('10.210.'),
    );
    const refused = await bench.h['route.edit']({ rowId: row!.id, patch });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'kernel', errnoName: 'EEXIST', field } });
    expect(ours('-4')).toEqual(before);
  });

  it('shows an unreachable gateway at its cell', async () => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA}`);
    const before = ours('-4');
    const refused = await bench.h['route.edit']({
      rowId: row!.id,
      patch: { hops: [aHop('198.18.9.9', 'lan0')] },
    });
    expect(refused).toMatchObject({
      ok: false,
      error: {
        kind: 'kernel',
        errnoName: 'ENETUNREACH',
        field: 'gateway',
        what: 'Gateway 198.18.9.9 cannot be reached',
      },
    });
    if (!refused.ok && refused.error.kind === 'kernel') expect(refused.error.messageIds).toHaveLength(2);
    expect(ours('-4')).toEqual(before);
  });

  it('says that the row is gone', async () => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA}`);
    must(await bench.h['route.delete']({ rowIds: [row!.id] }));
    expect(await bench.h['route.edit']({ rowId: row!.id, patch: { metric: 3 } })).toMatchObject({
      ok: false,
      error: { kind: 'gone' },
    });
    expect(must(await bench.h['route.delete']({ rowIds: [row!.id] })).items).toMatchObject([
      { rowId: row!.id, outcome: { ok: false, error: { kind: 'gone' } } },
    ]);
  });

  it('does not ask the kernel for what cannot be', async () => {
    const [row] = await given(`route add 10.210.0.0/16 ${VIA}`);
    expect(
      await bench.h['route.edit']({ rowId: row!.id, patch: { destination: '10.1.2.3/8' } }),
    ).toMatchObject({
      ok: false,
      error: { kind: 'invalid', field: 'destination', wayOut: 'Use 10.0.0.0/8' },
    });
  });
});
