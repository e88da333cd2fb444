// SPDX-License-Identifier: MIT
// The lock as a person meets it, on a made-up main process.
import { act } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../../app/contract/index.ts';
import {
  fake,
  open,
  close,
  PATIENCE,
  begin,
  prepareDocument,
  settle,
  find,
  $,
  button,
  hasButton,
  press,
  ctrl,
  click,
  cellOf,
  calls,
  said,
  notice,
} from './testing.tsx';

beforeAll(prepareDocument, PATIENCE);
afterEach(close);

describe('the lock', () => {
  it('is on every page, and not where the target has none', async () => {
    await open();
    for (const key of ['1', '2', '3', '4']) {
      await ctrl(key);
      expect(button(/^Editing is locked/).textContent).toBe('Unlock editing');
    }
    await close();
    await open({ machine: null });
    expect(find('.lock')).toBeNull();
    expect(calls('lock.unlock')).toEqual([]);
    await ctrl('u');
    expect(calls('lock.unlock')).toEqual([]);
  });

  it('keeps everything from being changed, says so, and shows itself', async () => {
    await open();
    await ctrl('n');
    expect(find('.grid-editor')).toBeNull();
    expect(said()).toBe('Editing is locked: unlock it first (Ctrl+U)');
    expect($('.lock').className).toContain('is-nudged-1');
    await click(cellOf('10.10.0.0/16', 'type'));
    await press('Delete');
    expect(calls('route.delete')).toEqual([]);
    expect($('.read-only').textContent).toBe('Locked');
    expect(button(/^Target/).getAttribute('aria-label')).toBe('Target: This machine, Locked');
  });

  it('is unlocked by a key, says when it locks itself, and is locked again', async () => {
    await open();
    await ctrl('u');
    expect(calls('lock.unlock')).toHaveLength(1);
    expect(button(/^Editing is unlocked/).getAttribute('aria-label')).toBe(
      'Editing is unlocked, it locks itself in 15 minutes. Lock editing',
    );
    expect(said()).toBe('Editing is unlocked');
    await ctrl('n');
    expect(find('.grid-editor')).not.toBeNull();
    await press('Escape');
    await click(button(/^Editing is unlocked/));
    expect(calls('lock.lock')).toHaveLength(1);
    expect(hasButton(/^Editing is locked/)).toBe(true);
    expect(said()).toBe('Editing is locked');
  });

  it('lets the question to polkit be taken back', async () => {
    await open();
    fake.lock.thinks = 60_000;
    const own = button(/^Editing is locked/);
    await act(async () => own.focus());
    await click(own);
    await click(button('Asking polkit. Take the question back'));
    // one button throughout: the focus stays on it
    expect(document.activeElement).toBe(button(/^Editing is locked/));
    expect(hasButton(/^Editing is locked/)).toBe(true);
    expect(notice()).toBe('');
  });

  const polkit = (cause: string, what: string, wayOut: string): AppError =>
    ({ kind: 'polkit', cause, what, wayOut }) as AppError;
  it.each([
    ['dismissed', polkit('dismissed', 'The question was dismissed', 'Try again')],
    ['not-authorised', polkit('not-authorised', 'polkit did not allow it', 'Ask your administrator')],
    ['no-agent', polkit('no-agent', 'Nobody could ask', 'Start an agent')],
    ['not-installed', polkit('not-installed', 'The helper is not installed', 'npm run install-system')],
  ])('says why it stays locked, and what to do: %s', async (cause, error) => {
    await open();
    fake.lock.refusal = error;
    await ctrl('u');
    expect(notice()).toContain(error.what);
    expect(notice()).toContain(error.wayOut);
    // somebody who said no made no mistake
    expect($('.notice').getAttribute('role')).toBe(cause === 'dismissed' ? null : 'alert');
    if (cause === 'dismissed') expect(said()).toBe(error.what);
    expect(hasButton(/^Copy npm run install-system$/)).toBe(cause === 'not-installed');
    // on every page, until it is read or goes well
    await ctrl('3');
    expect(notice()).toContain(error.what);
    await click(button('Try again'));
    expect(notice()).toBe('');
    expect(hasButton(/^Editing is unlocked/)).toBe(true);
  });

  it.each([
    ['package', null, 0],
    ['appimage', null, 0],
    ['archive', '/opt/r/system/install-system', 1],
  ] as const)('offers no command of a clone in a package: %s', async (kind, installer, commands) => {
    await open({ installation: { kind, installer } });
    fake.lock.refusal = polkit('not-installed', 'The helper is not installed', 'Install the package again');
    await ctrl('u');
    expect(notice()).toContain('Install the package again');
    expect(hasButton(/npm/)).toBe(false);
    expect(document.querySelectorAll('.notice code')).toHaveLength(commands);
    expect(hasButton(/^Copy sudo \/opt\/r\/system\/install-system$/)).toBe(commands === 1);
  });

  it('says where the screen’s lock will not lock it, until that is read', async () => {
    await open();
    fake.lock.unheard = 'the program dbus-monitor is not installed';
    await ctrl('u');
    expect(notice()).toContain('Locking the screen does not lock editing here');
    expect(notice()).toContain('the program dbus-monitor is not installed');
    expect(said()).toBe('Locking the screen does not lock editing here');
    expect(button(/^Editing is unlocked/).title).toContain('locking the screen does not lock it');
    await ctrl('3');
    await click(button('Dismiss: locking the screen does not lock editing'));
    expect(notice()).toBe('');
    await ctrl('u');
    await ctrl('u');
    expect(hasButton(/^Editing is unlocked/)).toBe(true);
    expect(notice()).toBe('');
    // it is heard after all
    fake.lock.unheard = null;
    await ctrl('u');
    await ctrl('u');
    expect(button(/^Editing is unlocked/).title).toContain('and with the screen');
  });

  it('is not said to be locked any more where another target is open', async () => {
    await open({ machine: 'unlocked' });
    await ctrl('u');
    expect(said()).toBe('Editing is locked');
    await act(async () => void (await fake.bridge['targets.open']({ id: 'lab' })));
    expect(said()).toBe('');
  });

  it('is put off by any use of the window, told now and then and only while it is unlocked', async () => {
    await open();
    await press('ArrowDown');
    expect(calls('lock.touch')).toEqual([]);
    await ctrl('u');
    const box = $('header');
    await act(async () => void box.dispatchEvent(new Event('wheel', { bubbles: true })));
    expect(calls('lock.touch')).toHaveLength(1);
    await click(cellOf('10.10.0.0/16', 'type'));
    await press('ArrowDown');
    await act(async () => void box.dispatchEvent(new Event('pointermove', { bubbles: true })));
    expect(calls('lock.touch')).toHaveLength(1);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 30_001);
    await press('ArrowDown');
    clock.mockRestore();
    expect(calls('lock.touch')).toHaveLength(2);
  });

  it('says why it locked itself, and can be unlocked from there', async () => {
    await open({ machine: 'unlocked' });
    const error: AppError = { kind: 'cancelled', what: 'Nothing was done for a while' };
    await act(async () => void fake.lock.lock(error));
    expect(notice()).toContain('Nothing was done for a while');
    await click(button('Unlock editing', $('.notice')));
    expect(hasButton(/^Editing is unlocked/)).toBe(true);
    await act(async () => void fake.lock.lock(error));
    await click(button(/^Dismiss: Nothing was done/));
    expect(notice()).toBe('');
  });

  it('warns a minute before it locks itself, and can be held off', async () => {
    await open();
    fake.lock.idleMs = 59_000;
    await ctrl('u');
    expect(notice()).toMatch(/^Editing locks itself in [45]\d s, because nothing was done for a while/);
    expect($('.lock').textContent).toMatch(/locks in [45]\d s/);
    // the seconds are not read out
    expect(said()).toBe('Editing locks itself in a minute, because nothing was done for a while');
    fake.lock.idleMs = 900_000;
    await click(button('Stay unlocked'));
    expect(notice()).toBe('');
    expect(calls('lock.unlock')).toHaveLength(2);
  });
});

describe('what belongs to it', () => {
  it('offers how long changes wait, and tells from when on that counts', async () => {
    await open({ machine: 'unlocked', prefs: { confirmSeconds: 45 } });
    await begin(1, 45);
    await click(button('Settings'));
    const items = [...document.querySelectorAll('[role=menuitemradio]')].map((item) => item.textContent);
    // one that was written into the file by hand is there, too
    for (const words of ['15 seconds', '30 seconds', '45 seconds', '1 minute', '10 minutes'])
      expect(items).toContain(words);
    await click(button('1 minute'));
    await settle(400);
    expect(fake.prefs.confirmSeconds).toBe(60);
    expect(said()).toBe('The new time counts from the next change on');
  });

  it('lists named namespaces apart, and calls one by its name although it is gone', async () => {
    await open();
    await click(button(/^Target/));
    const section = $('.target-namespaces');
    expect(section.textContent).toMatch(/^Named namespaces.*Namespace blue.*Namespace customer-7/);
    await press('Escape');
    await act(async () => {
      fake.target = { ...fake.target, target: 'netns:lost' };
      fake.emit('target.state', fake.target);
    });
    expect(button(/^Target/).getAttribute('aria-label')).toBe('Target: Namespace lost, Locked');
    expect($('.target-name').textContent).toBe('lost');
  });
});
