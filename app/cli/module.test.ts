// SPDX-License-Identifier: MIT
// `cli module` as a person runs it, with a helper that does what a script says.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { INSTALLED, scriptedHelper } from '../../main/helper/testing.ts';
import type { ScriptedHelper } from '../../main/helper/testing.ts';
import { must, until } from '../../main/session/testing.ts';
import { rtmgrUserPath, startRtmgrUser } from '../../main/targets/rtmgr-program.ts';

const CLI = join(import.meta.dirname, '../../dist/main/cli.cjs');

let world: ScriptedHelper;
beforeEach(() => void (world = scriptedHelper()));
afterEach(() => world.end());

function begin(...words: string[]) {
  const child = spawn(process.execPath, [CLI, 'module', ...words]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (said.err += chunk.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, code };
}
async function cli(...words: string[]) {
  const { said, code } = begin(...words);
  return { code: await code, ...said };
}

it('tells the state, loads, and unloads', async () => {
  world.put(INSTALLED, '');
  expect(await cli('status')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^state +Not loaded$/m),
    err: '',
  });
  const load = await cli('load', '--max-routes', '77');
  // nobody serves protocol 31 here, so the greeting fails; that is no failure of the load
  expect(load).toMatchObject({ code: 0, err: '' });
  expect(load.out).toMatch(/^ {2}helper +Called finit_module\(fd, "owner=\d+ max_routes=77"\)$/m);
  expect(load.out).toMatch(/^! program +Said HELLO/m);
  expect((await cli('status')).out).toMatch(/^max routes +77$/m);
  expect(JSON.parse((await cli('status', '--json')).out)).toMatchObject({
    state: 'loaded',
    loaded: { maxRoutes: 77 },
  });
  expect(await cli('unload')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Took the module away'),
  });
});

it.skipIf(rtmgrUserPath() === null)(
  'tells what a loaded module counts, or why it does not tell',
  async () => {
    world.put('sys/module/rtmgr/refcnt', '0\n');
    expect((await cli('status')).out).toMatch(/^counts +not told: .*Nobody answers on netlink protocol 31/m);
    expect(JSON.parse((await cli('status', '--json')).out)).toMatchObject({ state: 'loaded', stats: null });
    const program = must(await startRtmgrUser([rtmgrUserPath()!]));
    try {
      world.put('run/rtmgr-user.port', String(program.port));
      const { out } = await cli('status');
      for (const line of [/^running +\d+ s$/m, /^routes +0$/m, /^messages +1$/m, /^errors +0$/m])
        expect(out).toMatch(line);
      expect(JSON.parse((await cli('status', '--json')).out)).toMatchObject({
        stats: { counts: { routes: 0 } },
      });
    } finally {
      await program.end();
    }
  },
);

it('says why not, and what to do', async () => {
  world.put(INSTALLED, '');
  world.script({ start: { exit: 127, stderr: 'Not authorized' } });
  expect(await cli('load')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^! polkit +Refused$/m),
    err: 'routelens: polkit did not allow it. The password was wrong, or a rule of this machine says no. Ask who administers this machine\n',
  });
  expect(await cli('log')).toMatchObject({
    code: 1,
    err: expect.stringContaining('polkit did not allow it'),
  });
});

it('follows the log until it is stopped', async () => {
  world.script({ log_lines: ['rtmgr: version 0.1.0', { after_ms: 200, text: 'rtmgr: more' }] });
  const { child, said, code } = begin('log');
  await until(
    () => said.out,
    (text) => text.includes('more'),
    'no lines',
  );
  expect(said.out).toMatch(/^\[\d+\.\d{6}\] rtmgr: version 0\.1\.0\n\[\d+\.\d{6}\] rtmgr: more\n$/);
  child.kill('SIGINT');
  expect(await code).toBe(0);
});

it.each([
  [[], 'module what? status, load, unload, log'],
  [['remove'], 'module what? status, load, unload, log'],
  [['unload', '--max-routes', '1'], '--max-routes belongs to module load'],
  [['load', '--max-routes', '0'], '0 is no number of routes'],
  [['load', '--max-routes', '16777217'], '--max-routes is at most 16777216'],
])('misused: %j', async (words, err) => {
  expect(await cli(...words)).toEqual({ code: 2, out: '', err: `routelens: ${err}\n` });
});
