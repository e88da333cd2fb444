// SPDX-License-Identifier: MIT
// Changes on trial as a person meets them, on a made-up main process: seen, heard, kept, put back.
import { act } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppError, Settled } from '../../../app/contract/index.ts';
import {
  fake,
  open,
  close,
  PATIENCE,
  prepareDocument,
  settle,
  find,
  $,
  button,
  ctrl,
  click,
  calls,
  said,
  trial,
  told,
  urgent,
  notice,
  begin,
} from './testing.tsx';

beforeAll(prepareDocument, PATIENCE);
afterEach(close);

describe('changes on trial', () => {
  it('show their time large, on every page, with the two ways to end it', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    for (const key of ['1', '2', '3', '4']) {
      await ctrl(key);
      expect(trial()!.textContent).toContain('2 changes to This machine are on trial');
      expect(Number($('.trial-seconds').textContent)).toBeGreaterThan(0);
      expect(button(/^Keep 2 changes/).className).toContain('is-primary');
    }
    expect(document.title).toMatch(/^Changes on trial/);
    await ctrl('1');
    await act(async () => button(/^Keep 2 changes/).focus());
    await click(button(/^Keep 2 changes/));
    // the keyboard is not lost with what it stood on
    expect(document.activeElement).toBe($('[role=grid][aria-label=Routes]'));
    expect(document.title).not.toContain('trial');
    expect(calls('pending.keep')).toHaveLength(1);
    expect(trial()).toBeNull();
    expect(said()).toBe('Kept 2 changes');
  });

  it('begin with a change, begin anew with the next, and are put back with a key', async () => {
    await open({ machine: 'unlocked' });
    const before = fake.rows.length;
    await act(async () => void (await fake.bridge['route.delete']({ rowIds: [1] })));
    await act(async () => void (await fake.bridge['route.delete']({ rowIds: [2] })));
    expect(trial()!.textContent).toContain('2 changes');
    await ctrl('z');
    expect(calls('pending.revert')).toHaveLength(1);
    expect(fake.rows).toHaveLength(before);
    expect(notice()).toContain('2 changes to This machine were put back');
    await click(button('Dismiss: what was put back'));
    expect(notice()).toBe('');
  });

  it('leave Ctrl+Z to the text that is being typed, not Ctrl+K', async () => {
    await open({ machine: 'unlocked' });
    await begin(1, 30);
    await ctrl('f');
    expect(document.activeElement!.tagName).toBe('INPUT');
    await ctrl('z');
    expect(calls('pending.revert')).toEqual([]);
    await ctrl('k');
    expect(calls('pending.keep')).toHaveLength(1);
    // nothing waits: the keys mean nothing
    await ctrl('k');
    expect(calls('pending.keep')).toHaveLength(1);
  });

  it('never take the focus: Enter goes on meaning what it meant', async () => {
    await open({ machine: 'unlocked' });
    const grid = $('[role=grid][aria-label=Routes]');
    await act(async () => grid.focus());
    await begin(1, 30);
    await settle();
    expect(document.activeElement).toBe(grid);
  });

  it('are read out at the beginning, at 30, 10 and 5 seconds, and silent else', async () => {
    await open({ machine: 'unlocked' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    await begin(3, 40);
    await act(async () => vi.advanceTimersByTime(500));
    expect(told()).toBe(
      '3 changes on trial, put back in 40 seconds. Control K keeps, Control Z puts back now.',
    );
    const heard: [left: number, words: string][] = [];
    for (let second = 1; second <= 38; second++) {
      await act(async () => vi.advanceTimersByTime(1000));
      const words = urgent();
      if (words !== '' && heard.at(-1)?.[1] !== words)
        heard.push([Number($('.trial-seconds').textContent), words]);
    }
    expect(heard).toEqual([
      [30, '30 seconds left to keep the changes'],
      [10, '10 seconds left'],
      [5, '5 seconds left'],
    ]);
    expect($('[role=timer]').getAttribute('aria-label')).toBe('2 seconds left');
    expect(trial()!.className).toContain('is-last');
  });

  it('say it when the time is over, and stay said until that is dismissed', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    await act(async () => void fake.lock.end('expired'));
    expect(trial()).toBeNull();
    expect(notice()).toContain('2 changes to This machine were put back. The time was over');
    expect(said()).toBe('Put back: 2 changes to This machine');
    await ctrl('2');
    expect(notice()).toContain('were put back');
    // the next trial is what counts
    await begin(1, 30);
    expect(notice()).toBe('');
  });

  it('stay on trial, and say so, when they could not be kept', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    fake.lock.answer = { kind: 'timeout', afterMs: 5000, what: 'The helper did not answer in time' };
    await ctrl('k');
    expect(notice()).toContain('The helper did not answer in time');
    expect(notice()).not.toContain('stays locked');
    expect(trial()).not.toBeNull();
    // each change begins the time anew; what is said stays
    await begin(3, 30);
    expect(notice()).toContain('The helper did not answer in time');
    await ctrl('k');
    expect(trial()).toBeNull();
    expect(said()).toBe('Kept 3 changes');
    expect(notice()).toBe('');
  });

  it('say that they may still stand when the helper was killed, until that is read', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    const why = 'It was ended by SIGKILL';
    const settled: Settled = { how: 'unknown', changes: 2, restored: 0, failed: 0, why };
    const error: AppError = { kind: 'helper', errno: 0, errnoName: '', what: 'The helper has ended', why };
    await act(async () => {
      fake.lock.end('kept');
      void fake.lock.lock(error);
      fake.emit('pending.settled', settled);
    });
    const [ended, left] = document.querySelectorAll('.notice');
    expect(ended!.textContent).toContain('The helper has ended');
    expect(left!.getAttribute('role')).toBe('alert');
    expect(left!.textContent).toBe(
      '2 changes to This machine may not have been put back. The helper that does so could not tell whether it did (It was ended by SIGKILL). Look at the grid, and put right by hand what you changed since you last kept.',
    );
    // nobody is told the contrary
    expect(said()).not.toContain('Put back');
    // what is put right by hand is a new trial, and it is to be seen meanwhile
    await click(button('Unlock editing', $('.notice')));
    await begin(1, 30);
    expect(notice()).toContain('2 changes to This machine may not have been put back');
    await click(button('Dismiss: what may not have been put back'));
    expect(notice()).toBe('');
  });

  it('may stand though nobody knows how many: killed under the first of them', async () => {
    await open({ machine: 'unlocked' });
    const settled: Settled = { how: 'unknown', changes: 0, more: true, restored: 0, failed: 0 };
    await act(async () => fake.emit('pending.settled', { ...settled, changes: 500 }));
    expect(notice()).toContain('500 changes or more to This machine may not have been put back.');
    await act(async () => fake.emit('pending.settled', settled));
    expect(notice()).toContain(
      'Changes to This machine may not have been put back. The helper that does so could not tell whether it did. Look',
    );
  });

  it('are put back by a helper that is ended', async () => {
    await open({ machine: 'unlocked' });
    const settled: Settled = { how: 'ended', changes: 1, restored: 0, failed: 0 };
    await act(async () => fake.emit('pending.settled', settled));
    expect(notice()).toContain('1 change to This machine was put back. The helper did so before it ended.');
    expect(said()).toBe('Put back: 1 change to This machine');
  });

  it('say when the kernel refused to take something back', async () => {
    await open({ machine: 'unlocked' });
    fake.lock.failed = 1;
    await begin(3, 30);
    await act(async () => void fake.lock.end('expired'));
    expect(notice()).toContain('could not be put back entirely: the kernel refused 1 of 3 messages');
    expect($('.notice').getAttribute('role')).toBe('alert');
  });

  it.each([
    ['Cancel', []],
    ['Put back', ['pending.revert']],
    ['Keep 2 changes', ['pending.keep']],
  ] as const)('are asked about before it is locked: %s', async (name, asked) => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    await ctrl('u');
    expect($('[role=alertdialog]').textContent).toContain('Keep 2 changes to This machine first?');
    expect(calls('lock.lock')).toEqual([]);
    // the trial stays within reach while the dialog is open
    expect(trial()!.closest('[aria-hidden=true], [inert]')).toBeNull();
    await click(button(name, $('[role=alertdialog]')));
    expect(find('[role=alertdialog]')).toBeNull();
    expect(fake.calls.map((call) => call.name).filter((one) => /^(pending|lock\.lock)/.test(one))).toEqual(
      asked.length === 0 ? [] : [...asked, 'lock.lock'],
    );
  });

  it('are not asked about any more when the time is over meanwhile', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    await ctrl('u');
    expect(find('[role=alertdialog]')).not.toBeNull();
    await act(async () => void fake.lock.end('expired'));
    await settle();
    expect(find('[role=alertdialog]')).toBeNull();
    expect(calls('lock.lock')).toEqual([]);
  });
});
