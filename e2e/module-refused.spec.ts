// SPDX-License-Identifier: MIT
// Polkit, the helper and the kernel refuse to load or unload the module: each refusal with its words and its way out.
import { expect, test } from './fixture.ts';
import {
  alert,
  button,
  install,
  loadedByAnother,
  machine,
  onScriptedMachine,
  page,
  panel,
  servedByAnother,
  state,
  steps,
} from './support/module.ts';
import { ENDED, REFUSED } from './support/refusals.ts';
import type { Ending } from './support/refusals.ts';

onScriptedMachine();

/** polkit does not let the helper start for what this button asks. */
async function isRefused(name: string | RegExp, [, stderr, exit, words]: Ending): Promise<void> {
  machine.script({ start: { exit, stderr } });
  await button(name).click();
  // the reason tells one refusal from the last one, the state does not
  await expect(alert()).toContainText(words);
  await expect(state()).toHaveText('Not authorised');
  await expect(steps().last()).toHaveClass(/is-failed/);
}

for (const ending of ENDED) {
  const [how, , , words] = ending;
  test(`polkit refuses: ${how}; asked again it agrees`, async () => {
    install();
    await expect(state()).toHaveText('Not loaded');
    await isRefused('Load', ending);
    await expect(panel()).toContainText('Nothing has changed');
    await expect(page.locator('.status-error')).toContainText(words);
    machine.script({});
    await button('Load again').click();
    await expect(state()).toHaveText('Loaded');
    await expect(alert()).toHaveCount(0);
  });
}

test('polkit refuses an unload: for every reason its words; asked again it agrees', async () => {
  // somebody else has loaded it, so that the helper does not run yet
  install();
  loadedByAnother();
  await expect(state()).toHaveText('Loaded');
  for (const ending of ENDED)
    await test.step(ending[0], async () => {
      await isRefused(/^Unload( again)?…$/, ending);
      await expect(panel()).toContainText('polkit did not give the right to unload it. Nothing has changed.');
      await expect(button('Open it')).toBeVisible();
    });
  machine.script({});
  await button('Unload again…').click();
  await expect(state()).toHaveText('Not loaded');
  await expect(alert()).toHaveCount(0);
});

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

test('somebody else was faster: the module that is there can be opened, or unloaded', async () => {
  install();
  machine.script({ load: { delay_ms: 2500, error: 'EEXIST' } });
  await button('Load').click();
  await expect(state()).toHaveText('Loading');
  loadedByAnother();
  await expect(state()).toHaveText('Refused by the kernel');
  await expect(panel()).toContainText(
    'A module named rtmgr is in the kernel already, loaded by somebody else.',
  );
  await expect(alert()).toContainText('EEXIST');
  await expect(button('Open it')).toBeVisible();
  await button('Unload…').click();
  await expect(state()).toHaveText('Not loaded');
});

test('another module serves protocol 31: that is told, and how to find it', async () => {
  install();
  servedByAnother();
  machine.script({ load: { error: 'ENOMEM' } });
  await button('Load').click();
  await expect(state()).toHaveText('Refused by the kernel');
  await expect(alert()).toContainText('Another module serves netlink protocol 31 already');
  await expect(alert()).toContainText('lsmod lists what is loaded');
  await expect(steps().last()).toContainText('rtmgr_init() failed, and what it had done was undone');
  await expect(steps().last()).toHaveClass(/is-failed/);
  await expect(button('Load again')).toBeVisible();
});

test('a file that others could change is refused by the helper', async () => {
  install();
  await expect(state()).toHaveText('Not loaded');
  machine.script({ load: { error: 'EPERM', reason: 'unsafe-file' } });
  await button('Load').click();
  await expect(alert()).toContainText('belongs to somebody else than root');
  await expect(button('Load')).toBeVisible();
});

test('a kernel without modules is told, and the program in its stead is opened', async () => {
  machine.remove('proc/modules');
  await expect(state()).toHaveText('Not supported');
  await expect(panel()).toContainText('CONFIG_MODULES');
  await expect(page.getByRole('list', { name: 'Where rtmgr can be opened' })).toContainText(
    'rtmgr, user-mode',
  );
});
