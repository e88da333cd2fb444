// SPDX-License-Identifier: MIT
// The table on the real kernel: what ip(8) does in the namespace must stand in the table.
import { afterEach, describe, expect, it } from 'vitest';
import { ALL, TWO_LINKS, openTable, until } from './testing/opened.ts';
import type { Opened } from './testing/opened.ts';

let table: Opened;
afterEach(() => table.close());

const EQUAL = { differences: 0 };

describe('a table that is followed', () => {
  it('shows at first what the kernel has', async () => {
    table = await openTable([
      ...TWO_LINKS,
      'route add 10.0.0.0/8 via 192.0.2.2 metric 50 mtu 1400 advmss 1300',
      'route add 10.1.0.0/16 nexthop via 192.0.2.2 weight 2 nexthop via 198.51.100.2 dev b0',
      'route add blackhole 10.2.0.0/16',
      'route add 10.3.0.0/16 dev a0 table 1000 proto bgp src 192.0.2.1',
      'route add 2001:db8:1::/48 via 2001:db8:a::2 pref high',
    ]);
    const rows = await table.rows();
    const by = (destination: string) => rows.find((row) => row.destination === destination);
    expect(by('10.0.0.0/8')).toMatchObject({
      hops: [{ gateway: '192.0.2.2', device: 'a0', weight: 1 }],
      metric: 50,
      mtu: 1400,
      metrics: ['advmss 1300'],
      change: 0,
    });
    expect(by('10.1.0.0/16')?.hops).toMatchObject([
      { gateway: '192.0.2.2', device: 'a0', weight: 2 },
      { gateway: '198.51.100.2', device: 'b0', weight: 1 },
    ]);
    expect(by('10.2.0.0/16')).toMatchObject({ hops: [], type: { name: 'blackhole' } });
    expect(by('10.3.0.0/16')).toMatchObject({
      prefsrc: '192.0.2.1',
      table: { value: 1000 },
      protocol: { name: 'bgp' },
    });
    expect(by('2001:db8:1::/48')).toMatchObject({ family: 6, pref: 'high', metric: 1024 });
    const verified = await table.verify();
    expect(verified).toEqual({ kernel: rows.length, table: rows.length, differences: 0 });
    expect(table.engine.linkRows().find(({ name }) => name === 'a0')).toMatchObject({
      kind: 'veth',
      up: true,
      addresses: ['192.0.2.1/24', '2001:db8:a::1/64'],
    });
  });

  it('takes changes in, keeps the ids of what stays, and tells of what is gone', async () => {
    table = await openTable([...TWO_LINKS, 'route add 10.0.0.0/8 via 192.0.2.2']);
    const find = async (destination: string) =>
      (await table.rows()).find((row) => row.destination === destination);
    const before = await find('10.0.0.0/8');
    table.space.ip('route add 10.9.0.0/16 via 192.0.2.9', 'route replace 10.0.0.0/8 via 192.0.2.7');
    await until('the replacement', async () => (await find('10.0.0.0/8'))?.hops[0]?.gateway === '192.0.2.7');
    const after = await find('10.0.0.0/8');
    expect(after).toMatchObject({ id: before?.id });
    expect(after?.change).toBeGreaterThan(0);
    const added = await find('10.9.0.0/16');
    expect(added).toBeDefined();
    table.space.ip('route del 10.9.0.0/16');
    await until('the deletion', () => table.grids.some(({ deletedIds }) => deletedIds.includes(added!.id)));
    expect(await table.engine.locate({ rowId: added!.id })).toEqual({ index: null, row: null });
    expect(await table.verify()).toMatchObject(EQUAL);
  });

  it.each([
    ['a link goes down', ['link set a1 down', 'link set a0 down']],
    ['the carrier goes', ['link set a1 down']],
    ['an address is removed', ['addr del 192.0.2.1/24 dev a0']],
    ['a link is deleted', ['link del a0']],
    ['a next-hop object is deleted', ['nexthop del id 7']],
    ['a next-hop object is replaced', ['nexthop replace id 7 via 198.51.100.77 dev b0']],
  ])('notices the silent changes when %s', async (_, lines) => {
    table = await openTable([
      ...TWO_LINKS,
      'nexthop add id 7 via 192.0.2.77 dev a0',
      'route add 10.0.0.0/8 via 192.0.2.2',
      'route add 10.1.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2',
      'route add 10.2.0.0/16 via 198.51.100.2',
      'route add 10.3.0.0/16 nhid 7',
      'route add 10.4.0.0/16 via 198.51.100.2 src 192.0.2.1',
      'route add 2001:db8:1::/48 nexthop via 2001:db8:a::2 nexthop via 2001:db8:b::2',
    ]);
    const kept = (await table.rows()).find(({ destination }) => destination === '10.2.0.0/16');
    const { change } = table.engine.state();
    table.space.ip(...lines);
    await until('a change', () => table.engine.state().change > change);
    expect(await table.verify()).toMatchObject(EQUAL);
    expect((await table.engine.locate({ rowId: kept!.id })).row?.destination).toBe('10.2.0.0/16');
  });

  it('reads the kernel anew when notifications were lost', async () => {
    table = await openTable(TWO_LINKS, { receiveBuffer: { events: 4096 } });
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `route add 10.${i >> 8}.${i & 255}.0/24 via 192.0.2.2`,
    );
    const half = lines.filter((_, i) => i % 2 === 0).map((line) => line.replace('add', 'del'));
    table.space.ip(...lines, ...half);
    await until('overflow', () => table.connections.some(({ state }) => state === 'resyncing'));
    await until('the end of it', () => table.connections.at(-1)?.state === 'connected');
    await until('all routes', () => table.engine.state().byFamily[4] >= 10_000);
    const verified = await table.verify();
    expect(verified).toMatchObject({ differences: 0, kernel: table.engine.state().total });
    expect(table.connections.at(-1)?.resyncs).toBeGreaterThan(0);
  });

  it('answers which rows a request made', async () => {
    table = await openTable(TWO_LINKS);
    const none = await table.engine.settled({ portId: 1, seq: 1, timeoutMs: 10 });
    expect(none).toEqual({ rowIds: [], seen: false });
    await table.engine.view({ ...ALL, text: '10.7.0.0/16' });
    table.space.ip('route add 10.7.0.0/16 dev a0');
    await until('the route', async () => (await table.rows()).length === 1);
  });
});
