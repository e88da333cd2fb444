// SPDX-License-Identifier: MIT
// "Which route takes this address?", against `ip route get` on the same Lab, and in words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LookupAnswer } from '../../app/contract/index.ts';
import type { Bench } from '../session/testing.ts';
import { aDraft, allRows, must, openBench } from '../session/testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.end());

const ask = async (address: string): Promise<LookupAnswer> =>
  must(await bench.h['route.lookup']({ address }));
async function rowOf(answer: LookupAnswer) {
  return (await allRows(bench)).find((row) => row.id === answer.rowId);
}

describe('a lookup', () => {
  it.each([
    ['10.10.1.1', '10.10.0.0/16', 'main'],
    ['10.30.1.1', '10.30.0.0/16', 'main'],
    ['10.40.1.1', '10.40.0.0/16', 'main'],
    ['10.70.0.9', '10.70.0.0/24', 'main'],
    ['8.8.8.8', 'default', 'main'],
    ['192.0.2.77', '192.0.2.0/24', 'main'],
    ['192.0.2.1', '192.0.2.1/32', 'local'],
    ['10.99.1.1', 'default', 'main'],
    ['2001:db8:10::1', '2001:db8:10::/48', 'main'],
    ['2001:db8:30::1', '2001:db8:30::/48', 'main'],
    ['2001:db8:ffff::1', 'default', 'main'],
    ['2001:db8:1::1', '2001:db8:1::1/128', 'local'],
  ])('of %s answers as ip does, and finds the row', async (address, matched, table) => {
    const answer = await ask(address);
    const [get] = bench.ipJson<{ gateway?: string; dev: string; prefsrc: string }>('route', 'get', address);
    expect(answer).toMatchObject({
      address,
      matched,
      table: { name: table },
      gateway: get!.gateway ?? null,
      device: get!.dev,
      source: get!.prefsrc,
    });
    const row = await rowOf(answer);
    expect(row?.isDefault ? 'default' : row?.destination).toBe(matched);
    expect(row?.table.name).toBe(table);
    expect(answer.index).not.toBeNull();
    expect(answer.reason).toContain(`asks table ${table}`);
    expect(answer.messageIds.length).toBeGreaterThanOrEqual(4);
  });

  it('names the next hop it takes of several', async () => {
    for (const address of ['10.20.1.1', '2001:db8:20::1']) {
      const answer = await ask(address);
      expect((await rowOf(answer))?.hops.map((hop) => hop.gateway)).toContain(answer.gateway);
      expect(answer.reason).toContain('one of 2 next hops');
    }
  });

  it.each([
    ['172.16.1.1', 'blackhole', '172.16.0.0/12', 'EINVAL'],
    ['172.31.1.1', 'unreachable', '172.31.0.0/16', 'EHOSTUNREACH'],
    ['192.168.1.1', 'prohibit', '192.168.0.0/16', 'EACCES'],
    ['2001:db8:dead::1', 'blackhole', '2001:db8:dead::/48', 'EINVAL'],
    ['2001:db8:bad::1', 'unreachable', '2001:db8:bad::/48', 'EHOSTUNREACH'],
  ])('of %s answers that it is %s, with the row', async (address, type, matched, errno) => {
    const answer = await ask(address);
    expect(answer).toMatchObject({ type: { name: type }, matched, gateway: null, device: null });
    expect((await rowOf(answer))?.destination).toBe(matched);
    expect(answer.reason).toContain(`of type ${type}`);
    expect(answer.reason).toContain(errno);
    expect(answer.messageIds).toHaveLength(2);
  });

  it('goes on behind a throw, and says when no table has a route', async () => {
    const { rowIds } = must(
      await bench.h['route.add']({ draft: aDraft({ destination: '10.99.0.0/16', type: 9, hops: [] }) }),
    );
    expect(await ask('10.99.1.1')).toMatchObject({
      table: { name: 'default' },
      matched: '10.99.0.0/16',
      device: 'mgmt0',
    });
    const defaults = (await allRows(bench)).filter((row) => row.isDefault && row.table.value === 254);
    must(await bench.h['route.delete']({ rowIds: [...rowIds, ...defaults.map((row) => row.id)] }));
    const nothing = await ask('8.8.8.8');
    expect(nothing).toMatchObject({ rowId: null, index: null, matched: '' });
    expect(nothing.reason).toContain('No table has a route for 8.8.8.8');
    expect((await ask('2001:db8:ffff::1')).rowId).toBeNull();
  });

  it('refuses what is no address', async () => {
    for (const address of ['', '10.0.0.0/8', 'lan0', '1.2.3'])
      expect(await bench.h['route.lookup']({ address })).toMatchObject({
        ok: false,
        error: { kind: 'invalid' },
      });
  });
});
