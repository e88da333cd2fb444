// SPDX-License-Identifier: MIT
// The life of the kernel module as a person sees it, from the missing headers to its end: on a machine that is a folder.
// The real helper and kernel are met in the virtual machine.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLED } from '../main/helper/testing.ts';
import { expect, test } from './fixture.ts';
import {
  LOADED_LINES,
  alert,
  button,
  headers,
  helper,
  install,
  load,
  loadedByAnother,
  log,
  machine,
  onScriptedMachine,
  page,
  panel,
  program,
  said,
  sockets,
  state,
  steps,
} from './support/module.ts';

onScriptedMachine();

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
  // seen are the call and its end; what the kernel looked at between them follows from its code
  await expect(steps().filter({ hasText: 'Compared vermagic' })).toContainText('inferred');
  await expect(steps().filter({ hasText: 'Called finit_module' })).not.toContainText('inferred');
  expect((await program.call('module.state', {})).loaded?.maxRoutes).toBe(1234);

  await expect(log()).toContainText('rtmgr: later');
  await expect(log().getByText('rtmgr: version 0.1.0')).toHaveCount(1);
});

test('is unloaded at once while nobody uses it', async () => {
  install();
  await load();
  machine.script({ unload: { delay_ms: 1500 } });
  await button('Unload…').click();
  await expect(state()).toHaveText('Unloading');
  await expect(panel()).toContainText('the kernel is asked to remove it');
  await expect(panel().getByRole('button', { name: /load|Open it|Greet/i })).toHaveCount(0);
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
  loadedByAnother();
  await expect(state()).toHaveText('Loaded');
  await expect(steps()).toContainText('Somebody else loaded it');
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

test('that it was removed together with its file is told, and what brings both back', async () => {
  install();
  await load();
  machine.remove(INSTALLED);
  machine.remove('sys/module/rtmgr');
  await expect(state()).toHaveText('Removed');
  await expect(panel()).toContainText('npm run install-system');
  await expect(button(/Load/)).toHaveCount(0);
  install();
  await button('Load again').click();
  await expect(state()).toHaveText('Loaded');
});
