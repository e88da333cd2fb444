// SPDX-License-Identifier: MIT
// What the kernel refuses, in words and at the right cell; and that a deletion takes exactly the rows that were named.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteDraft } from '../../app/contract/index.ts';
import type { Bench } from '../session/testing.ts';
import { aDraft, aHop, allRows, must, openBench, until } from '../session/testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.end());

async function refusal(draft: RouteDraft) {
  const before = bench.run('ip', 'route', 'show', 'table', 'all');
  const outcome = await bench.h['route.add']({ draft });
  if (outcome.ok) throw new Error(`the kernel took it: ${JSON.stringify(draft)}`);
  expect(bench.run('ip', 'route', 'show', 'table', 'all')).toBe(before);
  return outcome.error;
}

describe('a route that the kernel refuses', () => {
  it('exists already', async () => {
    expect(await refusal(aDraft({ destination: '10.10.0.0/16' }))).toMatchObject({
      kind: 'kernel',
      errno: 17,
      errnoName: 'EEXIST',
      errnoText: 'File exists',
      field: 'destination',
      what: 'Route 10.10.0.0/16 already exists in table main',
      wayOut: 'Edit that route, or give this one another metric or table',
      messageIds: [expect.any(Number), expect.any(Number)],
    });
    expect(
      await refusal(
        aDraft({ family: 6, destination: '2001:db8:10::/48', metric: 512, hops: [aHop('fe80::9', 'lan0')] }),
      ),
    ).toMatchObject({ errnoName: 'EEXIST', what: 'Route 2001:db8:10::/48 already exists in table main' });
  });

  it('goes through a gateway that cannot be reached', async () => {
    for (const draft of [
      aDraft({ hops: [aHop('198.18.1.1', null)], table: 77 }),
      aDraft({ hops: [aHop('198.18.1.1', 'lan0')] }),
    ]) {
      const error = await refusal(draft);
      expect(error).toMatchObject({ kind: 'kernel', errnoName: 'ENETUNREACH', field: 'gateway' });
      expect(error.what).toBe('Gateway 198.18.1.1 cannot be reached');
    }
    expect(
      await refusal(
        aDraft({ family: 6, destination: '2001:db8:9::/48', hops: [aHop('2001:db8:77::1', 'lan0')] }),
      ),
    ).toMatchObject({ kind: 'kernel', field: 'gateway' });
  });

  it('has a preferred source that is no address of ours', async () => {
    expect(await refusal(aDraft({ prefsrc: '192.0.2.200' }))).toMatchObject({
      kind: 'kernel',
      errnoName: 'EINVAL',
      field: 'prefsrc',
    });
    expect(
      await refusal(
        aDraft({
          family: 6,
          destination: '2001:db8:9::/48',
          hops: [aHop(null, 'lan0')],
          prefsrc: '2001:db8:1::99',
        }),
      ),
    ).toMatchObject({ kind: 'kernel', errnoName: 'EINVAL', field: 'prefsrc' });
  });

  it('has a broadcast address as gateway', async () => {
    expect(await refusal(aDraft({ hops: [aHop('192.0.2.255', 'lan0')] }))).toMatchObject({
      kind: 'kernel',
      errnoName: 'EINVAL',
      field: 'gateway',
    });
  });

  it.each([
    ['an unknown device', aDraft({ hops: [aHop(null, 'lan9')] }), 'device'],
    ['host bits', aDraft({ destination: '10.1.2.3/8' }), 'destination'],
    ['no next hop', aDraft({ hops: [] }), 'gateway'],
  ])('is not even sent: %s', async (_, draft, field) => {
    const seen = must(await bench.h['trace.state']({})).seen;
    expect(await refusal(draft)).toMatchObject({ kind: 'invalid', field });
    expect(must(await bench.h['trace.state']({})).seen).toBe(seen);
  });

  it('is told in whole sentences without a full stop', async () => {
    const errors = [
      await refusal(aDraft({ destination: '10.10.0.0/16' })),
      await refusal(aDraft({ hops: [aHop('198.18.1.1', 'lan0')] })),
      await refusal(aDraft({ prefsrc: '192.0.2.200' })),
    ];
    for (const error of errors)
      for (const words of [error.what, error.wayOut!]) expect(words).toMatch(/^[A-Z].*[^.!]$/);
  });
});

describe('a deletion', () => {
  const same = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];

  it.each(same)('takes %s of three routes with the same key', async (gateway) => {
    for (const one of same) bench.run('ip', 'route', 'append', '10.230.0.0/16', 'via', one, 'dev', 'lan0');
    const find = async () => (await allRows(bench)).filter((row) => row.destination === '10.230.0.0/16');
    const rows = await until(find, (list) => list.length === 3, 'the rows did not come');
    const { items, messageIds } = must(
      await bench.h['route.delete']({
        rowIds: rows.filter((row) => row.hops[0]!.gateway === gateway).map((row) => row.id),
      }),
    );
    expect(items).toMatchObject([{ outcome: { ok: true } }]);
    expect(messageIds).toHaveLength(2);
    expect(bench.ipJson('route', 'show', '10.230.0.0/16').map((one) => one['gateway'])).toEqual(
      same.filter((one) => one !== gateway),
    );
    bench.run('ip', 'route', 'flush', '10.230.0.0/16');
    await until(find, (list) => list.length === 0, 'the rows stay');
  });

  it('takes one of two that differ in metric only', async () => {
    for (const metric of ['0', '9'])
      bench.run('ip', 'route', 'add', '10.231.0.0/16', 'dev', 'lan0', 'metric', metric);
    const find = async () => (await allRows(bench)).filter((row) => row.destination === '10.231.0.0/16');
    const rows = await until(find, (list) => list.length === 2, 'the rows did not come');
    must(await bench.h['route.delete']({ rowIds: [rows.find((row) => row.metric === 0)!.id] }));
    expect(bench.ipJson('route', 'show', '10.231.0.0/16')).toMatchObject([{ metric: 9 }]);
    must(await bench.h['route.delete']({ rowIds: [rows.find((row) => row.metric === 9)!.id] }));
    expect(bench.ipJson('route', 'show', '10.231.0.0/16')).toEqual([]);
  });

  it('takes many at once, and tells those that are gone', async () => {
    const lines = Array.from({ length: 700 }, (_, i) => `route add 10.240.${i >> 8}.${i & 255} dev lan0`);
    bench.run('sh', '-c', `printf '%s\\n' '${lines.join("' '")}' | ip -batch -`);
    const find = async () => (await allRows(bench)).filter((row) => row.destination.startsWith('10.240.'));
    const rows = await until(find, (list) => list.length === 700, 'the rows did not come');
    bench.run('ip', 'route', 'del', rows[5]!.destination);
    await until(find, (list) => list.length === 699, 'the deleted row stays');
    const ids = rows.map((row) => row.id);
    const { items } = must(await bench.h['route.delete']({ rowIds: [...ids, ids[0]!] }));
    expect(items.map((item) => item.rowId)).toEqual(ids);
    expect(items.filter((item) => !item.outcome.ok)).toMatchObject([
      { rowId: ids[5], outcome: { error: { kind: 'gone' } } },
    ]);
    expect(await find()).toEqual([]);
    expect(bench.ipJson('route', 'show', 'root', '10.240.0.0/16')).toEqual([]);
    expect(must(await bench.h['grid.verify']({}))).toMatchObject({ differences: 0 });
  });
});
