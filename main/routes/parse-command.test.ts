// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { LinkRow } from '../../app/contract/index.ts';
import { decodeRoute, loadNames, readHeader, useNames, viewOf } from '../codec/index.ts';
import { ipCommands } from './commands.ts';
import { KINDS } from './kinds.ts';
import { parseCommand } from './parse-command.ts';

useNames(loadNames());

const link = (ifindex: number, name: string): LinkRow => ({
  ifindex,
  name,
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [],
});
const LINKS = [link(1, 'lo'), link(2, 'lan0'), link(3, 'wan0'), link(4, 'mgmt0')];
const read = (line: string) => {
  const command = parseCommand(line, LINKS);
  if (!command?.ok) throw new Error(`${line}: ${JSON.stringify(command)}`);
  return command.value;
};

describe('lines of ip route', () => {
  it.each(KINDS.map((kind) => [kind.name, kind] as const))('%s reads as the draft of it', (_, kind) => {
    const family = kind.draft.family === 6 ? '-6 ' : '';
    const { spec } = read(`ip ${family}route add ${kind.ip}`);
    // written again they are the same command
    const [line] = ipCommands([spec], LINKS);
    expect(ipCommands([read(line!).spec], LINKS)).toEqual([line]);
    expect({ ...spec, dst: Array.from(spec.dst) }).toMatchObject({
      table: kind.draft.table,
      protocol: kind.draft.protocol,
      type: kind.draft.type,
      priority: kind.draft.metric,
      tos: kind.draft.tos,
    });
    expect(spec.hops).toHaveLength(kind.draft.hops.length);
  });

  it.each([
    ['add', 0x600, 24],
    ['append', 0xc00, 24],
    ['prepend', 0x400, 24],
    ['change', 0x100, 24],
    ['replace', 0x500, 24],
    ['del', 0, 25],
    ['delete', 0, 25],
  ])('%s asks the kernel as ip does', (verb, flags, type) => {
    const { message } = read(`route ${verb} 203.0.113.0/24 dev lo`);
    expect(readHeader(viewOf(message))).toMatchObject({ flags, type });
  });

  it('leaves open what a delete does not name', () => {
    const { message } = read('ip route del 203.0.113.0/24');
    const spec = decodeRoute(message);
    expect(spec.ok && spec.value).toMatchObject({ type: 0, protocol: 0, scope: 255, table: 254, hops: [] });
    const named = decodeRoute(read('ip route del blackhole 203.0.113.0/24 proto static table 100').message);
    expect(named.ok && named.value).toMatchObject({ type: 6, protocol: 4, table: 100 });
  });

  it('takes metrics, their locks, and names of tables', () => {
    const { spec } = read('ip route add 203.0.113.0/24 dev lo mtu lock 1400 advmss 1360 table local');
    expect([...spec.metrics]).toEqual([
      [2, 1400],
      [8, 1360],
      [1, 1 << 2],
    ]);
    expect(spec.table).toBe(255);
  });

  it.each([
    ['', null],
    ['   # only a comment', null],
    ['ip route', 'The line asks for nothing'],
    ['ip route show', 'show is not a verb'],
    ['ip route add', 'There is no destination'],
    ['ip route add 203.0.113.0/24 via', 'Something is missing behind via'],
    ['ip route add 203.0.113.0/24 via 300.1.1.1', '300.1.1.1 is not an address'],
    ['ip route add 203.0.113.0/24 dev nowhere', 'There is no interface nowhere'],
    ['ip route add 203.0.113.7/24 dev lo', 'has bits set behind the first 24'],
    ['ip route add 203.0.113.0/24 dev lo metric many', 'many is no metric'],
    ['ip route add 203.0.113.0/24 dev lo encap mpls 100', 'encap is not understood here'],
    ['ip route add 203.0.113.0/24', 'A gateway or a device is needed'],
  ])('%s: %s', (line, words) => {
    const command = parseCommand(line, LINKS);
    if (words === null) expect(command).toBeNull();
    else expect(command && !command.ok && command.error.what).toContain(words);
  });
});
