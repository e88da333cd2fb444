// SPDX-License-Identifier: MIT
// The life of the kernel module as a person sees it, in every state: on a machine that is a folder, with a helper that
// does what a script says (e2e/support/scripted-helper.py). The real helper and kernel are met in the virtual machine.
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADERS, INSTALLED, scriptedHelper } from '../main/helper/testing.ts';
import type { ScriptedHelper } from '../main/helper/testing.ts';
import { expect, test } from './fixture.ts';
import type { Locator, Page } from './fixture.ts';
import { rtmgrUserPath, startRtmgrUser } from '../main/targets/rtmgr-program.ts';
import type { Program as Rtmgr } from '../main/targets/rtmgr-program.ts';
import { ROOT } from './support/program.ts';
import type { Program } from './support/program.ts';
import { ENDED, REFUSED } from './support/refusals.ts';

const NETLINK_HEAD =
  'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';
const LOADED_LINES = [
  'rtmgr: loading out-of-tree module taints kernel.',
  'rtmgr: version 0.1.0, netlink protocol 31',
];

let machine: ScriptedHelper;
let program: Program;
let page: Page;
/** The helper at a place of its own, so that it can be taken away. */
let helper: string;

const panel = (): Locator => page.getByRole('region', { name: 'Kernel module' });
const state = (): Locator => panel().getByRole('heading', { level: 2 });
const alert = (): Locator => panel().getByRole('alert');
const button = (name: string | RegExp): Locator => panel().getByRole('button', { name });
const log = (): Locator => page.getByRole('log', { name: 'Lines of the kernel log' });
const steps = (): Locator => page.getByRole('region', { name: 'What just happened' }).getByRole('listitem');
const said = (): Locator => page.getByRole('status', { name: 'Message' });
const headers = (recipe: string): void => machine.put(HEADERS, `modules:\n${recipe.replace(/^/gm, '\t')}\n`);
const install = (): void => machine.put(INSTALLED, 'not really ELF');
const sys = (name: string, value: string | number): void =>
  machine.put(`sys/module/rtmgr/${name}`, `${value}\n`);
/** Sockets of protocol 31, which these processes have open. */
function sockets(holders: Record<number, string>): void {
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
/** Loads it, with nothing in the way. */
async function load(more: object = {}): Promise<void> {
  machine.script({ uid: 1000, load: { lines: LOADED_LINES }, log_lines: LOADED_LINES, ...more });
  await button('Load').click();
  await expect(state()).toHaveText('Loaded');
}

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
  machine.end();
});

test('from missing headers to an installed module, each stage with its way out', async () => {
  const { kernel } = await program.call('module.state', {});
  await expect(panel()).toContainText(`Install the package linux-headers-${kernel}`);
  await button(/^Copy the command sudo apt install/).click();
  await expect(said()).toHaveText('Copied the command');

  // the headers come: noticed without being asked
  headers('@exit 1');
  await expect(state()).toHaveText('Not built');
  await expect(panel().getByRole('listitem').filter({ hasText: 'Headers' })).toContainText('there');

  headers(
    `@echo "  CC [M]  one.o"\n@sleep 3\n@printf 'static const char info[] __attribute__((used, section(".modinfo"))) = "vermagic=${kernel} SMP\\\\0version=9.9";' | gcc -x c -c -o $(M)/rtmgr.ko -`,
  );
  await button('Build').focus();
  await page.keyboard.press('Enter');
  await expect(state()).toHaveText('Building');
  await expect(state()).toBeFocused();
  await expect(page.getByRole('progressbar', { name: 'Building rtmgr' })).toBeVisible();
  await expect(page.getByRole('log', { name: 'Lines of the build' })).toContainText('CC [M] one.o');
  await expect(state()).toHaveText('Not installed', { timeout: 20_000 });
  await expect(panel()).toContainText('npm run install-system');
  await expect(panel().getByRole('listitem').filter({ hasText: 'Built' })).toContainText('9.9');

  install();
  await expect(state()).toHaveText('Not loaded');
  await expect(button('Load')).toBeVisible();

  // the helper goes, and comes back
  rmSync(helper);
  await expect(state()).toHaveText('Not installed');
  await expect(panel()).toContainText('the helper that loads it as root');
  await expect(panel().getByRole('listitem').filter({ hasText: 'Helper' })).toContainText('missing');
});

test('a build is cancelled, with all that it started', async () => {
  headers('@echo $$$$ > $(M)/pid; echo working; exec sleep 60');
  await button('Build').click();
  await expect(page.getByRole('log', { name: 'Lines of the build' })).toContainText('working');
  const pid = readFileSync(join(machine.root, 'build/module/pid'), 'utf8').trim();
  await button('Cancel').click();
  await expect(state()).toHaveText('Not built');
  await expect(alert()).toHaveCount(0);
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
});

test('a build that fails says why, and keeps its last lines', async () => {
  headers('@echo "one.c:7: error: implicit declaration" >&2; exit 1');
  await button('Build').click();
  await expect(alert()).toContainText('The module could not be built');
  await expect(state()).toHaveText('Not built');
  await expect(page.getByRole('log', { name: 'Lines of the build' })).toContainText('implicit declaration');
  await expect(button('Build')).toBeVisible();
});

test('is loaded by keyboard with a limit of routes; its steps are told and its log is followed', async () => {
  install();
  await expect(state()).toHaveText('Not loaded');
  machine.script({
    uid: 1000,
    start: { delay_ms: 2000 },
    load: { lines: LOADED_LINES },
    log_lines: [...LOADED_LINES, { after_ms: 2500, text: 'rtmgr: later' }],
  });
  const limit = page.getByRole('textbox', { name: /max_routes/ });
  await limit.fill('a few');
  await expect(alert()).toContainText('A whole number');
  await page.keyboard.press('Enter');
  await expect(state()).toHaveText('Not loaded');
  await limit.fill('1,234');
  await page.keyboard.press('Enter');
  await expect(state()).toHaveText('Loading');
  await expect(panel()).toContainText('polkit');
  await expect(state()).toHaveText('Loaded');
  await expect(state()).toBeFocused();

  const facts = page.getByLabel('The loaded module');
  for (const words of ['0.1.0', '533BB7E5866E52F63B9ACCB', '128 KiB', 'user 1000', '1,234'])
    await expect(facts).toContainText(words);
  await expect(
    steps().filter({ hasText: 'Called finit_module(fd, "owner=1000 max_routes=1234")' }),
  ).toHaveCount(1);
  await expect(steps().filter({ hasText: 'The module is live' })).toHaveCount(1);
  expect((await program.call('module.state', {})).loaded?.maxRoutes).toBe(1234);

  await expect(log()).toContainText('rtmgr: later');
  await expect(log().getByText('rtmgr: version 0.1.0')).toHaveCount(1);
});

test.describe('what it counts', () => {
  test.skip(rtmgrUserPath() === null, 'kernel/build/rtmgr-user is not built');
  let serving: Rtmgr | null = null;
  const serve = async (...command: string[]): Promise<void> => {
    await serving?.end();
    const started = await startRtmgrUser(command);
    if (!started.ok) throw new Error(started.error.what);
    serving = started.value;
    machine.put('run/rtmgr-user.port', String(serving.port));
  };
  test.afterEach(() => serving?.end());
  const counted = (name: string): Locator => panel().locator(`[data-count=${name}]`);

  test('is shown while another target is open, goes on, and leaves nobody who holds it', async () => {
    install();
    await serve(rtmgrUserPath()!);
    await load();
    expect((await program.call('targets.state', {})).target).toBe('lab');
    await expect(counted('uptime_ns')).toHaveText(/^00:00:\d\d$/);
    await expect(counted('routes')).toHaveText('0');
    await expect(counted('errors')).toHaveText('0');
    await expect(panel()).toContainText('No table has a route.');
    const before = await counted('messages').textContent();
    await expect(counted('messages')).not.toHaveText(before!);
    await expect(panel().getByRole('table', { name: 'Who has a socket open' })).toHaveCount(0);
    // who leaves the page asks no more: only the question that brings this answer is counted
    await page.keyboard.press('Control+1');
    const messages = async (): Promise<number> =>
      (await program.call('module.stats', {})).counts.messages ?? 0;
    const left = await messages();
    await page.waitForTimeout(4000);
    expect(await messages()).toBe(left + 1);
  });

  test('by table and family', async ({ start }) => {
    install();
    // the window's own target, which the module's page then asks as if it were the module
    const other = await start({ target: 'rtmgr-user' });
    const { rtmgr } = await other.call('targets.state', {});
    machine.put('run/rtmgr-user.port', String(rtmgr!.port));
    await load();
    const table = panel().getByRole('table', { name: 'Routes by table' });
    await expect(table.getByRole('row').filter({ hasText: 'main' })).toContainText(/main\d+\d+/);
    const { tables, counts } = await program.call('module.stats', {});
    expect(tables.reduce((sum, one) => sum + one.routes, 0)).toBe(counts.routes);
    await expect(counted('routes')).toHaveText(String(counts.routes));
  });

  test('is told in words where a module answers others only', async () => {
    install();
    await serve(join(ROOT, 'e2e/support/refusing-rtmgr.py'), 'EPERM');
    await load();
    await expect(panel()).toContainText('The module did not tell what it counts');
    await expect(panel()).toContainText('it was loaded for user 1000');
    await expect(panel()).toContainText('Ask whoever loaded it');
    await expect(counted('routes')).toHaveCount(0);
    // it is all that is missing: it is unloaded as ever
    await button('Unload…').click();
    await expect(state()).toHaveText('Not loaded');
  });
});

test('900 by 600 is enough, in light and in dark: nothing is cut off sideways', async () => {
  install();
  await load();
  const long = 'a-program-whose-name-is-long-and-has-no-place-to-break-'.repeat(3);
  sockets({ 70001: long, 70002: 'bird' });
  await page.setViewportSize({ width: 900, height: 600 });
  for (const theme of ['light', 'dark'] as const) {
    await program.call('prefs.set', { theme });
    await expect(panel()).toContainText(long);
    const isWide = await page.locator('.module, .module *').evaluateAll((all) =>
      all
        .filter(
          (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible',
        )
        .map((one) => `${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)
        // for screen readers only: a pixel wide
        .filter((text) => !text.startsWith('sr-only')),
    );
    expect(isWide).toEqual([]);
  }
  await button('Unload…').click();
  const box = await page.getByRole('alertdialog').boundingBox();
  expect(box!.y).toBeGreaterThanOrEqual(0);
  expect(box!.y + box!.height).toBeLessThanOrEqual(600);
  await expect(page.getByRole('button', { name: 'Try to unload' })).toBeInViewport();
});

test('the log waits while it is paused, and is copied', async () => {
  install();
  await load({ log_lines: [...LOADED_LINES, { after_ms: 6000, text: 'rtmgr: later' }] });
  await expect(log()).toContainText('version 0.1.0');
  await log().focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Paused' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: '1 newer line' }).waitFor({ timeout: 15_000 });
  await expect(log()).not.toContainText('later');
  await page.keyboard.press('Control+c');
  await expect(said()).toHaveText('Copied 2 lines');
  await page.getByRole('button', { name: '1 newer line' }).click();
  await expect(log()).toContainText('rtmgr: later');
  await expect(log()).toBeFocused();
  // another page, and back: nothing is lost, nothing twice
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+3');
  await expect(log().locator('.life-log-line')).toHaveCount(3);
});

test('the log stays where one has scrolled to', async () => {
  install();
  const many = Array.from({ length: 60 }, (_, i) => `rtmgr: line ${i + 1}`);
  await load({ log_lines: [...many, { after_ms: 5000, text: 'rtmgr: the last' }] });
  await expect(log().getByText('rtmgr: line 60')).toBeInViewport();
  await log().focus();
  await page.keyboard.press('Control+Home');
  await expect(log().getByText('rtmgr: line 1', { exact: true })).toBeInViewport();
  await expect(log()).toContainText('the last', { timeout: 15_000 });
  await expect(log().getByText('rtmgr: the last')).not.toBeInViewport();
  await page.getByRole('button', { name: 'Newest' }).click();
  await expect(log().getByText('rtmgr: the last')).toBeInViewport();
});

test('is unloaded at once while nobody uses it', async () => {
  install();
  await load();
  await button('Unload…').click();
  await expect(state()).toHaveText('Not loaded');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(steps().filter({ hasText: 'Took the module away' })).toHaveCount(1);
});

test('asks before it is unloaded under others, names them, and says who kept it', async () => {
  install();
  await load();
  sockets({ 70001: 'bird', 70002: 'a-rather-long-name' });
  await expect(panel().getByRole('table', { name: 'Who has a socket open' })).toContainText('bird');
  await button('Unload…').click();
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('close the other programs first');
  await expect(asked.getByRole('row').filter({ hasText: 'bird' })).toContainText('70001');
  await page.keyboard.press('Escape');
  await expect(state()).toHaveText('Loaded');

  await button('Unload…').click();
  await asked.getByRole('button', { name: 'Try to unload' }).click();
  await expect(state()).toHaveText('In use');
  await expect(panel()).toContainText('2 sockets of other programs are open');
  await expect(alert()).toContainText('EAGAIN');
  await expect(steps().filter({ hasText: 'Kept the module' })).toHaveClass(/is-failed/);

  // they end
  sockets({});
  await expect(state()).toHaveText('Loaded');
  await button('Unload…').click();
  await expect(state()).toHaveText('Not loaded');
});

for (const [how, stderr, exit, words] of ENDED) {
  test(`polkit refuses: ${how}; asked again it agrees`, async () => {
    install();
    await expect(state()).toHaveText('Not loaded');
    machine.script({ start: { exit, stderr } });
    await button('Load').click();
    await expect(state()).toHaveText('Not authorised');
    await expect(alert()).toContainText(words);
    await expect(panel()).toContainText('Nothing has changed');
    await expect(steps().last()).toHaveClass(/is-failed/);
    await expect(page.locator('.status-error')).toContainText(words);
    machine.script({});
    await button('Load again').click();
    await expect(state()).toHaveText('Loaded');
    await expect(alert()).toHaveCount(0);
  });
}

test('the kernel refuses: for every cause its own words, what it logged, and the way out', async () => {
  install();
  await expect(state()).toHaveText('Not loaded');
  for (const [cause, error, lines, words, out] of REFUSED)
    await test.step(cause, async () => {
      machine.script({ load: { error, lines } });
      await button(/^Load( again)?$/).click();
      await expect(state()).toHaveText('Refused by the kernel');
      await expect(alert()).toContainText(words);
      await expect(alert()).toContainText(out);
      await expect(alert()).toContainText(error);
      if (lines[0] !== undefined)
        await expect(page.getByRole('region', { name: 'What the kernel logged' })).toHaveText(lines[0]);
      await expect(steps().last()).toHaveClass(/is-failed/);
    });
  machine.script({});
  await button('Load again').click();
  await expect(state()).toHaveText('Loaded');
});

test('a file that others could change is refused by the helper', async () => {
  install();
  await expect(state()).toHaveText('Not loaded');
  machine.script({ load: { error: 'EPERM', reason: 'unsafe-file' } });
  await button('Load').click();
  await expect(alert()).toContainText('belongs to somebody else than root');
  await expect(button('Load')).toBeVisible();
});

test('says so when somebody else removes it, or loads it', async () => {
  install();
  await load();
  machine.remove('sys/module/rtmgr');
  await expect(state()).toHaveText('Removed');
  await expect(alert()).toContainText('removed by somebody else');
  await expect(panel()).toContainText('The routes in it are gone');
  await button('Load again').click();
  await expect(state()).toHaveText('Loaded');

  await button('Unload…').click();
  await expect(state()).toHaveText('Not loaded');
  sys('version', '0.1.0');
  sys('refcnt', 0);
  await expect(state()).toHaveText('Loaded');
  await expect(steps()).toContainText('Somebody else loaded it');
});

test('when the helper dies the log says so, and is followed again', async () => {
  install();
  machine.script({ load: { lines: LOADED_LINES }, log_lines: LOADED_LINES, die: { after_ms: 1500 } });
  await button('Load').click();
  await expect(log()).toContainText('version 0.1.0');
  const panelOfLog = page.getByRole('region', { name: 'Kernel log of rtmgr' });
  await expect(panelOfLog).toContainText('Not followed any more');
  machine.script({ log_lines: [...LOADED_LINES, 'rtmgr: again'] });
  await panelOfLog.getByRole('button', { name: 'Follow' }).click();
  await expect(log()).toContainText('rtmgr: again');
  await expect(log().getByText('rtmgr: version 0.1.0')).toHaveCount(1);
});

test('a kernel without modules is told, and the program in its stead is opened', async () => {
  machine.remove('proc/modules');
  await expect(state()).toHaveText('Not supported');
  await expect(panel()).toContainText('CONFIG_MODULES');
  await expect(page.getByRole('list', { name: 'Where rtmgr can be opened' })).toContainText(
    'rtmgr, user-mode',
  );
});
