// SPDX-License-Identifier: MIT
// The key test of correctness: after any sequence of commands the table equals a fresh dump, with every attribute.
import { afterEach, describe, expect, it } from 'vitest';
import { NEXTHOPS, disturbance, random, routeCommand } from './testing/commands.ts';
import { TWO_LINKS, openTable } from './testing/opened.ts';
import type { Opened } from './testing/opened.ts';

let table: Opened;
afterEach(() => table.close());

/** Runs lines of which the kernel refuses some. */
function tryAll(lines: readonly string[]): void {
  const script = `ip -force -batch - >/dev/null 2>&1 <<END\n${lines.join('\n')}\nEND\ntrue`;
  table.space.run('sh', '-c', script);
}

describe('random commands', () => {
  it.each([
    [4, 11],
    [4, 12],
    [6, 13],
    [6, 14],
  ] as const)('of IPv%i leave the table equal to the kernel (seed %i)', async (family, seed) => {
    const pick = random(seed);
    table = await openTable([...TWO_LINKS, ...NEXTHOPS]);
    for (let round = 0; round < 40; round++) {
      const lines = Array.from({ length: 1 + pick(6) }, () => routeCommand(pick, family));
      tryAll(lines);
      const { differences } = await table.verify();
      expect(differences, `round ${round}: ${lines.join('; ')}`).toBe(0);
    }
    const { kernel, table: routes } = await table.verify();
    expect(routes).toBe(kernel);
  });

  it('and links, addresses and next-hop objects that come and go', async () => {
    const pick = random(15);
    table = await openTable([...TWO_LINKS, ...NEXTHOPS]);
    for (let round = 0; round < 40; round++) {
      const lines = Array.from({ length: 1 + pick(4) }, () => routeCommand(pick, pick(2) === 0 ? 4 : 6));
      lines.push(...disturbance(pick));
      tryAll(lines);
      const { differences } = await table.verify();
      expect(differences, `round ${round}: ${lines.join('; ')}`).toBe(0);
    }
  });

  it('keep the view equal to one that is made anew', async () => {
    const pick = random(16);
    table = await openTable([...TWO_LINKS, ...NEXTHOPS]);
    const spec = {
      sort: [
        { column: 'device', descending: true },
        { column: 'metric', descending: false },
      ],
      text: 'a',
      table: 'no-local',
      families: [4, 6],
    } as const;
    const settings = { ...spec, sort: [...spec.sort], families: [...spec.families] };
    await table.engine.view(settings);
    for (let round = 0; round < 15; round++) {
      tryAll(Array.from({ length: 1 + pick(6) }, () => routeCommand(pick, pick(2) === 0 ? 4 : 6)));
      await table.verify();
      const live = (await table.rows()).map(({ id }) => id);
      await table.engine.view(settings);
      expect((await table.rows()).map(({ id }) => id)).toEqual(live);
    }
  });
});
