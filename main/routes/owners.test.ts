// SPDX-License-Identifier: MIT
// Whose routes a change would touch, on a real table: what ip(8) would take away or replace is named by its owner.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RouteOwner } from '../../app/contract/index.ts';
import { DAEMON_PROTOCOLS } from '../../app/contract/index.ts';
import { RTPROT } from '../codec/index.ts';
import type { Bench } from '../session/testing.ts';
import { allRows, must, openBench, until } from '../session/testing.ts';

let bench: Bench;
let added: string[] = [];
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.end());

const ip = (line: string): string => bench.run('ip', ...line.split(' '));

/** Adds routes with ip, and waits until they are in the table. */
async function given(...lines: string[]): Promise<void> {
  const before = (await allRows(bench)).length;
  for (const line of lines) ip(line);
  added = lines.map((line) => line.replace('route add', 'route del'));
  await until(
    () => allRows(bench),
    (rows) => rows.length === before + lines.length,
    'the routes did not come',
  );
}
afterEach(async () => {
  const before = (await allRows(bench)).length;
  for (const line of added) ip(line);
  await until(
    () => allRows(bench),
    (rows) => rows.length === before - added.length,
    'the routes did not go',
  );
  added = [];
});

const owners = async (rowIds: number[], commands: string): Promise<RouteOwner[]> =>
  must(await bench.h['route.owners']({ rowIds, commands }));
const DHCP = { value: 16, name: 'dhcp' };
const ZEBRA = { value: 11, name: 'zebra' };

describe('owners of routes', () => {
  it('are all that the header names, but for what people put there', () => {
    const ours = ['RTPROT_UNSPEC', 'RTPROT_BOOT', 'RTPROT_STATIC'];
    const unknown = Object.entries(RTPROT.values).filter(([, value]) => !DAEMON_PROTOCOLS.has(value));
    expect(unknown.map(([name]) => name).filter((name) => name !== 'RTPROT_DNROUTED')).toEqual(ours);
  });

  it('are told by row, most routes first, with examples', async () => {
    await given(
      'route add 10.210.0.0/16 via 192.0.2.7 proto dhcp metric 100',
      'route add 10.211.0.0/16 via 192.0.2.7 proto zebra',
      'route add 10.212.0.0/16 via 192.0.2.7 proto zebra',
      'route add 10.213.0.0/16 via 192.0.2.7 proto static',
      'route add 10.214.0.0/16 via 192.0.2.7',
    );
    const rows = (await allRows(bench)).filter(({ destination }) => destination.startsWith('10.21'));
    expect(
      await owners(
        rows.map(({ id }) => id),
        '',
      ),
    ).toEqual([
      { protocol: ZEBRA, routes: 2, examples: ['10.211.0.0/16', '10.212.0.0/16'] },
      { protocol: DHCP, routes: 1, examples: ['10.210.0.0/16'] },
    ]);
    const plain = rows.filter(({ protocol }) => ['static', 'boot'].includes(protocol.name));
    expect(plain).toHaveLength(2);
    expect(
      await owners(
        plain.map(({ id }) => id),
        '',
      ),
    ).toEqual([]);
  });

  const dhcp = [{ protocol: DHCP, routes: 1, examples: ['10.210.0.0/16'] }];
  it.each([
    ['a delete that names no metric', 'ip route del 10.210.0.0/16', dhcp],
    ['a delete that names it', 'ip route del 10.210.0.0/16 metric 100', dhcp],
    ['a delete of another metric', 'ip route del 10.210.0.0/16 metric 5', []],
    ['a replacement', 'ip route replace 10.210.0.0/16 via 192.0.2.9 metric 100', dhcp],
    ['a change', 'ip route change 10.210.0.0/16 via 192.0.2.9 metric 100', dhcp],
    ['a replacement beside it', 'ip route replace 10.210.0.0/16 via 192.0.2.9 metric 5', []],
    ['what is added beside it', 'ip route add 10.210.0.0/16 via 192.0.2.9 metric 5', []],
    ['what is appended to it', 'ip route append 10.210.0.0/16 via 192.0.2.9 metric 100', []],
    ['a line that nobody understands', 'ip route dell 10.210.0.0/16', []],
    ['a route that is not there', 'ip route del 10.99.0.0/16', []],
    ['the same route twice', 'ip route del 10.210.0.0/16\n# once more\nip route del 10.210.0.0/16', dhcp],
  ])('are told by command: %s', async (_, commands, found) => {
    await given('route add 10.210.0.0/16 via 192.0.2.7 proto dhcp metric 100');
    expect(await owners([], commands)).toEqual(found);
  });

  it('are told of IPv6 routes, whose metric the kernel chooses', async () => {
    await given('-6 route add 2001:db8:210::/48 via 2001:db8:1::7 proto ra');
    const ra = [{ protocol: { value: 9, name: 'ra' }, routes: 1, examples: ['2001:db8:210::/48'] }];
    expect(await owners([], 'ip -6 route del 2001:db8:210::/48')).toEqual(ra);
    expect(await owners([], 'ip -6 route replace 2001:db8:210::/48 via 2001:db8:1::9')).toEqual(ra);
    expect(await owners([], 'ip -6 route replace 2001:db8:211::/48 via 2001:db8:1::9')).toEqual([]);
  });

  it('are told of the kernel’s own routes', async () => {
    const row = (await allRows(bench)).find(
      ({ protocol, table, family }) => protocol.name === 'kernel' && table.value === 254 && family === 4,
    );
    expect(await owners([row!.id], '')).toEqual([
      { protocol: { value: 2, name: 'kernel' }, routes: 1, examples: [row!.destination] },
    ]);
  });
});
