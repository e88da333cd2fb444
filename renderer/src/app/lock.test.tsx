// SPDX-License-Identifier: MIT
// The lock, changes on trial and the warning before routes of daemons, as a person meets them, on a made-up main process.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../../app/contract/index.ts';
import { FakeMain } from '../../dev/fake-bridge.ts';
import type { FakeOptions } from '../../dev/fake-bridge.ts';

let fake: FakeMain;
let root: Root | null = null;

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 560 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 1280 });
});

const settle = (ms = 60): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });

async function open(options: FakeOptions = {}): Promise<void> {
  vi.resetModules();
  fake = new FakeMain({ machine: 'locked', ...options });
  window.routelens = fake.bridge;
  const { App } = await import('./App.tsx');
  const { start } = await import('../state/start.ts');
  const box = document.createElement('div');
  document.body.replaceChildren(box);
  root = createRoot(box);
  await act(async () => {
    root!.render(<App />);
    await start();
  });
  await settle();
}

afterEach(async () => {
  vi.useRealTimers();
  await act(async () => {
    fake.lock.end('kept');
    root?.unmount();
  });
  root = null;
});

const find = (selector: string): HTMLElement | null => document.querySelector<HTMLElement>(selector);
const $ = (selector: string): HTMLElement => {
  const found = find(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const button = (name: string | RegExp, inside: ParentNode = document): HTMLElement => {
  const found = [...inside.querySelectorAll<HTMLElement>('button, [role=menuitemradio]')].find((one) => {
    const label = one.getAttribute('aria-label') ?? one.textContent;
    return typeof name === 'string' ? label.trim() === name : name.test(label);
  });
  if (!found) throw new Error(`no button ${String(name)}`);
  return found;
};
const hasButton = (name: RegExp): boolean => {
  try {
    return Boolean(button(name));
  } catch {
    return false;
  }
};
async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
    document.activeElement!.dispatchEvent(event);
    await Promise.resolve();
  });
  await settle(40);
}
const ctrl = (key: string): Promise<void> => press(key, { ctrlKey: true });
async function click(target: Element): Promise<void> {
  await act(async () => {
    for (const type of ['mousedown', 'mouseup', 'click'])
      target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 0 }));
    await Promise.resolve();
  });
  await settle(40);
}
async function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  await act(async () => {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input) as object, 'value')!;
    set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
  });
  await settle(20);
}
const cellOf = (destination: string, column: string): HTMLElement =>
  [...document.querySelectorAll('.grid-layer > .grid-row:not(.is-unused):not(.is-ghost)')]
    .find((row) => row.querySelector('.c-destination')!.textContent === destination)!
    .querySelector<HTMLElement>(`.c-${column}`)!;
const calls = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map(({ args }) => args);
const said = (): string => $('[aria-label=Message]').textContent;
const trial = (): HTMLElement | null => find('[aria-label="Changes on trial"].trial');
const told = (): string => $('[role=status][aria-label="Changes on trial"]').textContent;
const urgent = (): string => $('.over-page .off-screen [role=alert]').textContent;
const notice = (): string => find('.notice')?.textContent ?? '';
const begin = (changes: number, seconds: number, leftMs?: number): Promise<void> =>
  act(async () => fake.lock.trial(changes, seconds, leftMs));

describe('the lock', () => {
  it('is on every page, and not where the target has none', async () => {
    await open();
    for (const key of ['1', '2', '3', '4']) {
      await ctrl(key);
      expect(button(/^Editing is locked/).textContent).toBe('Unlock editing');
    }
    await act(async () => root?.unmount());
    await open({ machine: undefined as never });
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
    expect(notice()).toContain('Editing locks itself in 59 s, because nothing was done for a while');
    expect($('.lock').textContent).toContain('59 s');
    // the seconds are not read out
    expect(said()).toBe('Editing locks itself in a minute, because nothing was done for a while');
    fake.lock.idleMs = 900_000;
    await click(button('Stay unlocked'));
    expect(notice()).toBe('');
    expect(calls('lock.unlock')).toHaveLength(2);
  });
});

describe('changes on trial', () => {
  it('show their time large, on every page, with the two ways to end it', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30);
    for (const key of ['1', '2', '3', '4']) {
      await ctrl(key);
      expect(trial()!.textContent).toContain('2 changes to This machine are on trial');
      expect(Number($('.trial-seconds').textContent)).toBeGreaterThan(25);
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
    await begin(2, 30, 300);
    await settle(500);
    expect(trial()).toBeNull();
    expect(notice()).toContain('2 changes to This machine were put back. The time was over');
    expect(said()).toBe('Put back: 2 changes to This machine');
    await ctrl('2');
    expect(notice()).toContain('were put back');
    // the next trial is what counts
    await begin(1, 30);
    expect(notice()).toBe('');
  });

  it('say when the kernel refused to take something back', async () => {
    await open({ machine: 'unlocked' });
    fake.lock.failed = 1;
    await begin(3, 30, 100);
    await settle(300);
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
    expect(fake.calls.map((call) => call.name).filter((one) => /^(pending|lock)/.test(one))).toEqual(
      asked.length === 0 ? [] : [...asked, 'lock.lock'],
    );
  });

  it('are not asked about any more when the time is over meanwhile', async () => {
    await open({ machine: 'unlocked' });
    await begin(2, 30, 2000);
    await ctrl('u');
    expect(find('[role=alertdialog]')).not.toBeNull();
    await settle(2200);
    expect(find('[role=alertdialog]')).toBeNull();
    expect(calls('lock.lock')).toEqual([]);
  });
});

describe('routes of daemons', () => {
  it('are not deleted before the person was told whose they are', async () => {
    await open({ machine: 'unlocked' });
    await click(cellOf('default', 'type'));
    await press('Delete');
    const dialog = $('[role=alertdialog]');
    expect(dialog.textContent).toContain('This route is not yours');
    expect(dialog.textContent).toContain('A DHCP client');
    expect(dialog.textContent).toContain('put back after 30 seconds');
    await click(button('Keep it', dialog));
    expect(calls('route.delete')).toEqual([]);
    await press('Delete');
    await click(button('Delete 1 route', $('[role=alertdialog]')));
    expect(calls('route.delete')).toEqual([{ rowIds: [0] }]);
    // one's own are deleted as ever
    await click(cellOf('10.10.0.0/16', 'type'));
    await press('Delete');
    expect(find('[role=alertdialog]')).toBeNull();
    expect(calls('route.delete')).toHaveLength(2);
  });

  it('are not changed before, and what was typed stays when it is not meant', async () => {
    await open({ machine: 'unlocked' });
    await click(cellOf('default', 'metric'));
    await press('F2');
    expect($('.grid-editor').textContent).toContain('Not yours: dhcp');
    const metric = $('.grid-editor input[aria-label=Metric]') as HTMLInputElement;
    await type(metric, '55');
    await press('Enter');
    await click(button('Leave it alone', $('[role=alertdialog]')));
    expect(calls('route.edit')).toEqual([]);
    expect(metric.value).toBe('55');
    await act(async () => metric.focus());
    await press('Enter');
    await click(button('Change all the same', $('[role=alertdialog]')));
    expect(calls('route.edit')).toEqual([{ rowId: 0, patch: { metric: 55 } }]);
  });

  it('are named when several commands would touch them', async () => {
    await open({ machine: 'unlocked' });
    await click(button('Several routes'));
    await type($('textarea') as HTMLTextAreaElement, 'ip route del default\nip route del 10.30.0.0/16');
    await click(button(/^Apply one by one/));
    const dialog = $('[role=alertdialog]');
    expect(dialog.textContent).toContain('2 of these routes are not yours');
    expect(dialog.textContent).toContain('A BGP daemon');
    await click(button('Leave them alone', dialog));
    expect(calls('route.batch')).toEqual([]);
    await click(button(/^Apply one by one/));
    await click(button('Change all the same', $('[role=alertdialog]')));
    expect(calls('route.batch')).toHaveLength(1);
  });

  it('are nobody’s concern in a Lab', async () => {
    await open({ machine: undefined as never });
    await click(cellOf('default', 'type'));
    await press('Delete');
    expect(calls('route.owners')).toEqual([]);
    expect(calls('route.delete')).toHaveLength(1);
  });
});
