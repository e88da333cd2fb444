// SPDX-License-Identifier: MIT
// The page Module on a machine that is a folder, with a helper that does what a script says
// (e2e/support/scripted-helper.py): what its tests see, and what they make happen.
import { chmodSync, cpSync, existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADERS, INSTALLED, scriptedHelper } from '../../main/helper/testing.ts';
import type { ScriptedHelper } from '../../main/helper/testing.ts';
import { startRtmgrUser } from '../../main/targets/rtmgr-program.ts';
import type { Program as Rtmgr } from '../../main/targets/rtmgr-program.ts';
import { expect, test } from '../fixture.ts';
import type { Locator, Page } from '../fixture.ts';
import type { Program } from './program.ts';

const NETLINK_HEAD =
  'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';
export const LOADED_LINES = [
  'rtmgr: loading out-of-tree module taints kernel.',
  'rtmgr: version 0.1.0, netlink protocol 31',
];

export let machine: ScriptedHelper;
export let program: Program;
export let page: Page;
/** The helper at a place of its own, so that it can be taken away. */
export let helper: string;

export const panel = (): Locator => page.getByRole('region', { name: 'Kernel module' });
export const state = (): Locator => panel().getByRole('heading', { level: 2 });
export const alert = (): Locator => panel().getByRole('alert');
export const button = (name: string | RegExp): Locator => panel().getByRole('button', { name });
export const log = (): Locator => page.getByRole('log', { name: 'Lines of the kernel log' });
export const logPanel = (): Locator => page.getByRole('region', { name: 'Kernel log of rtmgr' });
export const steps = (): Locator =>
  page.getByRole('region', { name: 'What just happened' }).getByRole('listitem');
export const said = (): Locator => page.getByRole('status', { name: 'Message' });
export const headers = (recipe: string): void =>
  machine.put(HEADERS, `modules:\n${recipe.replace(/^/gm, '\t')}\n`);
export const install = (): void => machine.put(INSTALLED, 'not really ELF');
export const sys = (name: string, value: string | number): void =>
  machine.put(`sys/module/rtmgr/${name}`, `${value}\n`);
/** Sockets of protocol 31, which these processes have open. */
export function sockets(holders: Record<number, string>): void {
  const lines = Object.keys(holders).map(
    (pid, at) => `0000000040dc2c09 31  ${pid}  00000000 0 0 0 2 0 ${90 + at}\n`,
  );
  machine.put('proc/net/netlink', NETLINK_HEAD + lines.join(''));
  for (const [at, [pid, name]] of Object.entries(holders).entries()) {
    machine.put(`proc/${pid}/comm`, `${name}\n`);
    machine.put(`proc/${pid}/fd/.keep`, '');
    const link = join(machine.root, `proc/${pid}/fd/7`);
    if (!existsSync(link)) symlinkSync(`socket:[${90 + at}]`, link);
  }
  sys('refcnt', Object.keys(holders).length);
}
/** The kernel's own end of protocol 31 is there already. */
export const servedByAnother = (): void =>
  machine.put('proc/net/netlink', `${NETLINK_HEAD}0000000040dc2c09 31  0  00000000 0 0 0 2 0 89\n`);

/** As insmod does it: no helper of ours runs. */
export function loadedByAnother(): void {
  sys('version', '0.1.0');
  sys('refcnt', 0);
}

/** Loads it, with nothing in the way. */
export async function load(more: object = {}): Promise<void> {
  machine.script({ uid: 1000, load: { lines: LOADED_LINES }, log_lines: LOADED_LINES, ...more });
  await button('Load').click();
  await expect(state()).toHaveText('Loaded');
}

let serving: Rtmgr | null = null;
/** A process of rtmgr-user's, or one that plays it, is the module from now on. */
export async function serve(...command: string[]): Promise<void> {
  await serving?.end();
  const started = await startRtmgrUser(command);
  if (!started.ok) throw new Error(started.error.what);
  serving = started.value;
  machine.put('run/rtmgr-user.port', String(serving.port));
}

/** Each test of the file begins on the page, on a machine without headers, and ends with the program. */
export function onScriptedMachine(): void {
  test.beforeEach(async ({ start }) => {
    machine = scriptedHelper();
    helper = join(dirname(machine.root), 'routelens-helper');
    cpSync(process.env['ROUTELENS_HELPER']!, helper);
    chmodSync(helper, 0o755);
    process.env['ROUTELENS_HELPER'] = helper;
    program = await start();
    ({ page } = program);
    await page.keyboard.press('Control+3');
    await expect(state()).toHaveText('Headers missing');
  });
  test.afterEach(async () => {
    await program.close();
    await serving?.end();
    serving = null;
    machine.end();
  });
}
