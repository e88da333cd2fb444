// SPDX-License-Identifier: MIT
// Building, with headers whose Makefile does what a test wants.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HEADERS } from '../helper/testing.ts';
import { must, until } from '../session/testing.ts';
import { useBench } from './testing.ts';

const t = useBench();

describe('building', () => {
  /** Headers whose Makefile does what a recipe says. */
  const headers = (recipe: string): void =>
    t.world.put(HEADERS, `modules:\n${recipe.replace(/^/gm, '\t')}\n`);
  const modinfo = (text: string): void => {
    const source = join(t.world.root, 'modinfo.c');
    writeFileSync(
      source,
      `static const char info[] __attribute__((used, section(".modinfo"))) = ${JSON.stringify(text).replaceAll('\\u0000', '\\0')};\n`,
    );
  };

  it('shows its lines, and what it made', async () => {
    modinfo(`license=GPL\0vermagic=${release()} SMP mod_unload\0version=9.9\0`);
    headers(
      `@echo "  CC [M]  one.o"\n@sleep 0.3\n@gcc -c -o $(M)/rtmgr.ko ${join(t.world.root, 'modinfo.c')}`,
    );
    const begun = must(await t.life.startBuild());
    expect(begun.state).toBe('building');
    const built = await until(
      () => t.told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(built).toMatchObject({
      state: 'not-installed',
      built: {
        path: join(t.world.root, 'build/rtmgr.ko'),
        version: '9.9',
        vermagic: `${release()} SMP mod_unload`,
      },
      problem: null,
    });
    expect(t.told.some(({ build }) => build?.lines.includes('  CC [M]  one.o'))).toBe(true);
  });

  it('of a module for another kernel is no build for this one', async () => {
    modinfo('vermagic=1.2.3 SMP\0version=9.9\0');
    headers(`@gcc -c -o $(M)/rtmgr.ko ${join(t.world.root, 'modinfo.c')}`);
    must(await t.life.startBuild());
    const built = await until(
      () => t.told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(built).toMatchObject({ state: 'not-built', built: { vermagic: '1.2.3 SMP' } });
  });

  it('that fails says with which words', async () => {
    headers('@echo "error: implicit declaration" >&2; exit 1');
    must(await t.life.startBuild());
    const failed = await until(
      () => t.told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      20_000,
    );
    expect(failed).toMatchObject({ state: 'not-built', problem: { what: 'The module could not be built' } });
    expect(failed.problem!.why).toMatch(/make.*Error/);
  });

  it('can be cancelled, with all that it started', async () => {
    headers('@echo $$$$ > $(M)/pid; exec sleep 60');
    must(await t.life.startBuild());
    const file = join(t.world.root, 'build/module/pid');
    await until(
      () => existsSync(file) && readFileSync(file, 'utf8') !== '',
      Boolean,
      'it did not begin',
      20_000,
    );
    const pid = Number(readFileSync(file, 'utf8'));
    await t.life.cancel();
    const over = await until(
      () => t.told.at(-1)!,
      ({ state }) => state !== 'building',
      'it goes on',
      5000,
    );
    expect(over).toMatchObject({ state: 'not-built', problem: null, build: null });
    await until(
      () => existsSync(`/proc/${pid}`),
      (alive) => !alive,
      'a child is left',
    );
  });
});
