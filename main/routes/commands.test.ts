// SPDX-License-Identifier: MIT
// The lines that Routelens makes of rows, run in another Lab, make the same routes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench } from '../session/testing.ts';
import { allRows, must, openBench, rowAt, until } from '../session/testing.ts';
import { KINDS } from './kinds.ts';

let source: Bench;
let target: Bench;
beforeAll(async () => {
  [source, target] = await Promise.all([openBench(), openBench()]);
});
afterAll(() => Promise.all([source.end(), target.end()]));

/** All routes that are not the kernel's own, in an order of their own. */
function table(bench: Bench): string[] {
  const list = ['-4', '-6'].flatMap((family) => bench.ipJson(family, '-d', 'route', 'show', 'table', 'all'));
  return list
    .filter((one) => one['protocol'] !== 'kernel')
    .map((one) => JSON.stringify({ ...one, expires: undefined }))
    .sort();
}

/** The rows, once all that ip added has come. */
const ownRows = (bench: Bench) =>
  until(
    async () => (await allRows(bench)).filter((row) => row.protocol.name !== 'kernel'),
    (rows) => rows.length === table(bench).length,
    'rows and routes differ',
  );

async function copy(): Promise<string[]> {
  const rows = await ownRows(source);
  return must(await source.h['route.commands']({ rowIds: rows.map((row) => row.id) }));
}

async function clear(bench: Bench): Promise<void> {
  const rows = await ownRows(bench);
  if (rows.length === 0) return;
  const { items } = must(await bench.h['route.delete']({ rowIds: rows.map((row) => row.id) }));
  expect(items.every((item) => item.outcome.ok)).toBe(true);
  expect(table(bench)).toEqual([]);
}

describe('the lines of rows', () => {
  it('make the routes of a Lab again', async () => {
    await clear(target);
    const lines = await copy();
    expect(lines.length).toBeGreaterThan(12);
    for (const line of lines) target.run('sh', '-c', line);
    expect(table(target)).toEqual(table(source));
  });

  it('make every kind of route, and what only ip can make', async () => {
    await clear(source);
    await clear(target);
    const others = [
      'route add 10.220.0.0/16 via 192.0.2.7 mtu lock 1400 advmss 1300 rtt 100ms rttvar 50ms ssthresh 5 cwnd lock 9 reordering 3 hoplimit 4 initcwnd 10 features ecn rto_min 7ms initrwnd 11 quickack 1 congctl cubic',
      '-6 route add 2001:db8:220::/48 via 2001:db8:1::7 pref high expires 5000',
      '-6 route add 2001:db8:221::/48 via 2001:db8:1::7 pref low hoplimit 5',
      '-6 route add 2001:db8:222::/48 from 2001:db8:9::/48 via 2001:db8:1::7',
      'route add 10.221.0.0/16 via 192.0.2.7',
      'route append 10.221.0.0/16 via 192.0.2.8',
      '-6 route add 2001:db8:223::/48 dev lan0',
      '-6 route append 2001:db8:223::/48 dev wan0',
    ];
    for (const line of others) source.run('ip', ...line.split(' '));
    const taken = new Set<string>();
    for (const { draft } of KINDS) {
      // one of each key is enough: with the same key they would be in each other's way
      const key = [draft.destination, draft.table, draft.metric, draft.tos].join(' ');
      if (taken.has(key)) continue;
      taken.add(key);
      must(await source.h['route.add']({ draft }));
    }
    const lines = await copy();
    for (const line of lines) target.run('sh', '-c', line);
    expect(table(target)).toEqual(table(source));
    expect(lines.filter((line) => line.includes('10.221.0.0/16'))[1]).toMatch(/^ip route append /);
  });

  it.each(KINDS)('say $name so that ip makes it', async ({ draft }) => {
    await clear(source);
    await clear(target);
    const { rowIds } = must(await source.h['route.add']({ draft }));
    const [line] = must(await source.h['route.commands']({ rowIds }));
    target.run('sh', '-c', line!);
    expect(table(target)).toEqual(table(source));
    expect(table(target)).toHaveLength(1);
  });

  it('say what they cannot say', async () => {
    source.run(
      'ip',
      'route',
      'add',
      '10.222.0.0/16',
      'encap',
      'ip',
      'id',
      '7',
      'dst',
      '192.0.2.9',
      'dev',
      'lan0',
    );
    const row = await until(() => rowAt(source, '10.222.0.0/16'), Boolean, 'the route did not come');
    const [line] = must(await source.h['route.commands']({ rowIds: [row!.id] }));
    expect(line).toMatch(
      /^# without its further attributes \(such as encap\): ip route add 10\.222\.0\.0\/16 /,
    );
  });
});
