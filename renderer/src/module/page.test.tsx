// SPDX-License-Identifier: MIT
// The page Module as a person uses it, on a made-up main process: building, loading, unloading, the log, the steps.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModuleStateId } from '../../../app/contract/index.ts';
import { FakeMain } from '../../dev/fake-bridge.ts';
import type { FakeOptions } from '../../dev/fake-bridge.ts';
import { OTHERS, OURS, lifeIn } from '../../dev/fake-module.ts';
import { PROBLEMS } from '../../dev/fake-module-data.ts';

let fake: FakeMain;
let root: Root | null = null;
const shown: number[] = [];

beforeAll(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }));

const settle = (ms = 20): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });

/** Until it holds: what takes 40 ms takes more on a busy machine. */
async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      check();
      return;
    } catch {
      await settle(20);
    }
  }
  check();
}

async function open(state: ModuleStateId, options: FakeOptions = {}): Promise<void> {
  vi.resetModules();
  fake = new FakeMain(options);
  fake.module.life = lifeIn(state);
  window.routelens = fake.bridge;
  shown.length = 0;
  const { ModulePage } = await import('./ModulePage.tsx');
  const { start } = await import('../state/start.ts');
  const box = document.createElement('div');
  document.body.replaceChildren(box);
  root = createRoot(box);
  await act(async () => {
    root!.render(<ModulePage onShowMessages={(id) => shown.push(id)} />);
    await start();
  });
  await settle();
}
afterEach(async () => {
  await act(async () => root?.unmount());
  root = null;
});

const $ = <T extends HTMLElement = HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const buttons = (): string[] =>
  [...document.querySelectorAll('.life-actions button')].map((one) => one.textContent!.trim());
const button = (words: string, within = document.body): HTMLElement => {
  const found = [...within.querySelectorAll<HTMLElement>('button')].find(
    (one) => one.textContent!.trim() === words,
  );
  if (!found) throw new Error(`no button ${words}`);
  return found;
};
const click = async (target: HTMLElement): Promise<void> => {
  target.focus();
  await act(async () => target.click());
  await settle();
};
async function type(input: HTMLInputElement, text: string): Promise<void> {
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
const tell = async (change: () => unknown): Promise<void> => {
  await act(async () => void change());
  await settle();
};
const word = (): string => $('.life-state').textContent!;
const calls = (name: string): unknown[] =>
  fake.module.calls.filter((call) => call.name === `module.${name}`).map(({ args }) => args);
const log = (): string => $('.life-log-lines').textContent!;

describe('building', () => {
  it('shows its lines as they come, and what it made', async () => {
    await open('not-built');
    fake.module.takes = 40;
    await click(button('Build'));
    expect(word()).toBe('Building');
    await eventually(() => expect($('.life-build-lines').textContent).toContain('CC [M]'));
    expect($('[role=progressbar]').getAttribute('aria-valuetext')).toMatch(/^\d seconds?, \d+ lines?$/);
    await eventually(() => expect(word()).toBe('Not installed'));
    expect(document.querySelector('.life-build')).toBeNull();
    expect($('.life-command').textContent).toBe('npm run install-system');
  });

  it('is cancelled', async () => {
    await open('not-built');
    fake.module.takes = 200;
    await click(button('Build'));
    await click(button('Cancel'));
    await settle(300);
    expect(calls('cancel')).toHaveLength(1);
    expect(word()).toBe('Not built');
  });

  it('that fails leaves its last lines', async () => {
    await open('not-built');
    fake.module.refusal = { state: 'not-built', problem: PROBLEMS.build };
    fake.module.takes = 1;
    await click(button('Build'));
    await eventually(() => expect(word()).toBe('Not built'));
    expect($('.life-problem').textContent).toContain('The module could not be built');
    expect($('.life-build-lines').textContent).toContain('MODPOST');
    // and they go with the next try
    fake.module.takes = 20;
    await click(button('Build'));
    expect($('.life-build-lines').textContent).not.toContain('MODPOST');
  });
});

describe('loading', () => {
  it('passes the limit of routes, shows the steps, and says that it is done', async () => {
    await open('ready');
    await type($('.life-load input'), '1,000');
    fake.module.takes = 400;
    await click(button('Load'));
    expect(word()).toBe('Loading');
    expect(buttons()).toEqual(['Cancel']);
    // the button is gone: the keyboard is on the word of the new state
    expect(document.activeElement).toBe($('.life-state'));
    await eventually(() => expect(word()).toBe('Loaded'));
    expect(calls('load')).toEqual([{ maxRoutes: 1000 }]);
    expect($('.life-facts').textContent).toContain('max_routes1,000');
    expect($('.life-steps').textContent).toContain('Called finit_module(fd, "owner=1000")');
    const { useErrors } = await import('../state/errors.ts');
    expect(useErrors.getState().said).toBe('rtmgr is loaded');
  });

  it('is called off while polkit asks', async () => {
    await open('ready');
    fake.module.takes = 200;
    await click(button('Load'));
    await click(button('Cancel'));
    await settle(300);
    expect(calls('cancel')).toHaveLength(1);
    expect(word()).toBe('Not loaded');
    expect(document.querySelector('.life-problem')).toBeNull();
  });

  it('refuses a limit that is none, and says why', async () => {
    await open('ready');
    await type($('.life-load input'), 'lots');
    expect($('.life-wrong').textContent).toContain('A whole number');
    expect($('.life-load input').getAttribute('aria-invalid')).toBe('true');
    expect($('.life-load button').getAttribute('aria-disabled')).toBe('true');
    await act(async () => $<HTMLFormElement>('.life-load').requestSubmit());
    expect(calls('load')).toEqual([]);
    await type($('.life-load input'), '');
    await click(button('Load'));
    expect(calls('load')).toEqual([{ maxRoutes: null }]);
  });

  it('that is refused says why, by whom, and lets one try again', async () => {
    await open('ready');
    fake.module.refusal = { state: 'refused-kernel', problem: PROBLEMS.signature };
    await click(button('Load'));
    expect(word()).toBe('Refused by the kernel');
    const problem = $('.life-problem');
    expect(problem.getAttribute('role')).toBe('alert');
    expect(problem.textContent).toContain('EKEYREJECTED');
    expect(problem.textContent).toContain('mokutil');
    expect($('.life-problem-log').textContent).toBe('Loading of module with unavailable key is rejected');
    fake.module.refusal = { state: 'refused-polkit', problem: PROBLEMS['no-agent'] };
    await click(button('Load again'));
    expect(word()).toBe('Not authorised');
    expect($('.life-problem').textContent).toContain('pkttyagent');
    await click(button('Load again'));
    expect(word()).toBe('Loaded');
    expect(document.querySelector('.life-problem')).toBeNull();
  });

  it('that is not even begun says why', async () => {
    await open('ready');
    fake.module.failure = { kind: 'invalid', what: 'The module is building just now' };
    await click(button('Load'));
    expect($('.life-problem').textContent).toContain('The module is building just now');
    expect(word()).toBe('Not loaded');
  });

  it('is asked for once, however often it is pressed', async () => {
    await open('ready');
    fake.module.takes = 30;
    const load = button('Load');
    await act(async () => {
      load.click();
      load.click();
    });
    await settle(60);
    expect(calls('load')).toHaveLength(1);
  });
});

describe('unloading', () => {
  it('does not ask while nobody has a socket open', async () => {
    await open('loaded');
    await click(button('Unload…'));
    expect(calls('unload')).toHaveLength(1);
    expect(word()).toBe('Not loaded');
  });

  it('asks while sockets are open, and shows whose', async () => {
    await open('loaded');
    const { loaded } = lifeIn('busy');
    await tell(() => fake.module.become('loaded', { loaded }));
    await click(button('Unload…'));
    const dialog = $('[role=alertdialog]');
    const rows = [...dialog.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
    expect(rows).toEqual([
      ['Routelens, this program', '4242', '4243'],
      ['ip', '5151', '5151'],
      ['A program of another user', 'not told', '3221225473'],
    ]);
    expect(dialog.textContent).toContain('close the other programs first');
    await click(button('Keep it loaded', dialog));
    expect(calls('unload')).toEqual([]);
    await click(button('Unload…'));
    fake.module.refusal = { state: 'busy', problem: PROBLEMS.busy };
    await click(button('Try to unload', $('[role=alertdialog]')));
    expect(word()).toBe('In use');
    expect($('.life-means').textContent).toContain('2 sockets of other programs are open');
    expect($('.life-holders').textContent).toContain('5151');
  });

  it('follows in its question who closes a socket meanwhile', async () => {
    await open('loaded');
    const loaded = { ...lifeIn('loaded').loaded!, refcount: 2, holders: [OURS, OTHERS[0]!] };
    await tell(() => fake.module.become('loaded', { loaded }));
    await click(button('Unload…'));
    await tell(() => fake.module.become('loaded', { loaded: { ...loaded, refcount: 1, holders: [OURS] } }));
    const dialog = $('[role=alertdialog]');
    expect(dialog.textContent).toContain('Routelens has 1 socket open and closes it first');
    await click(button('Unload', dialog));
    expect(word()).toBe('Not loaded');
  });

  it('counts sockets that cannot be listed', async () => {
    await open('loaded');
    await tell(() => fake.module.become('loaded', { loaded: { ...lifeIn('loaded').loaded!, refcount: 2 } }));
    expect($('.life-elsewhere').textContent).toContain('2 sockets in other network namespaces');
    await click(button('Unload…'));
    expect($('[role=alertdialog]').textContent).toContain('2 sockets in other network namespaces');
  });
});

describe('the log', () => {
  it('is followed, paused and gone on with', async () => {
    await open('loaded');
    await tell(() => fake.module.log('rtmgr: one', 'rtmgr: two'));
    expect(log()).toContain('rtmgr: two');
    expect($('.life-log-foot').textContent).toContain('Following · 2 lines');
    await click(button('Pause'));
    expect(button('Paused').getAttribute('aria-pressed')).toBe('true');
    await tell(() => fake.module.log('rtmgr: three'));
    expect(log()).not.toContain('three');
    await click(button('1 newer line'));
    expect(log()).toContain('rtmgr: three');
    expect(document.activeElement).toBe($('.life-log-lines'));
    await act(async () => {
      $('.life-log-lines').dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
    });
    expect(button('Paused')).toBeTruthy();
  });

  it('is there again when the page is opened anew, each line once', async () => {
    await open('loaded');
    fake.module.lines = [{ time: 1000.5, text: 'rtmgr: kept' }];
    await tell(() =>
      fake.emit('module.logged', [
        { time: 1000.5, text: 'rtmgr: kept' },
        { time: 1000.5, text: 'rtmgr: other' },
      ]),
    );
    await tell(() =>
      fake.emit('module.logged', [
        { time: 1000.5, text: 'rtmgr: kept' },
        { time: 1001, text: 'rtmgr: new' },
      ]),
    );
    expect(document.querySelectorAll('.life-log-line')).toHaveLength(3);
  });

  it('is read from the beginning when following begins', async () => {
    await open('loaded');
    await tell(() => fake.module.become('loaded', { isFollowing: false }));
    expect($('.life-log').textContent).toContain('Follow shows what rtmgr has logged');
    fake.module.lines = [{ time: 5000, text: 'rtmgr: version 0.1.0' }];
    await click(button('Follow'));
    expect(log()).toContain('5.000 rtmgr: version 0.1.0');
    expect($('.life-log-foot').textContent).toBe('Following · 1 line · seconds since boot');
  });

  it('tells how many lines it has dropped', async () => {
    await open('loaded');
    const lines = Array.from({ length: 4010 }, (_, at) => ({ time: 6000 + at, text: `rtmgr: line ${at}` }));
    await tell(() => fake.emit('module.logged', lines));
    expect($('.life-log-foot').textContent).toContain('4,000 lines · 10 older ones left out');
  });
});

describe('what just happened', () => {
  it('tells each step, and leads to the messages that show it', async () => {
    await open('loaded');
    const steps = [...document.querySelectorAll('.life-steps li')];
    expect(steps).toHaveLength(7);
    expect(steps[0]!.textContent).toContain('RoutelensStarted pkexec');
    expect(steps[0]!.querySelector('[aria-label=Done]')).not.toBeNull();
    // nobody has seen them: that is told
    expect(
      steps.filter((one) => one.querySelector('.life-step-inferred')).map((one) => one.textContent),
    ).toEqual([
      expect.stringContaining('Compared vermagic'),
      expect.stringContaining('created the netlink socket'),
    ]);
    await click(button('Message #1'));
    expect(shown).toEqual([1]);
  });

  it('marks the step that failed', async () => {
    await open('ready');
    const [first, second] = lifeIn('loaded').steps;
    await tell(() => fake.module.become('refused-polkit', { steps: [first!, { ...second!, ok: false }] }));
    expect($('.life-steps .is-failed').textContent).toContain('polkit');
    expect($('.is-failed [aria-label=Failed]')).toBeTruthy();
  });
});

describe('the open target', () => {
  it('is opened from here, with the keyboard on its greeting when that was asked for', async () => {
    await open('loaded');
    await click(button('Greet it'));
    expect(fake.target.target).toBe('rtmgr-kernel');
    expect(document.activeElement).toBe($('.module-hello input'));
    expect(buttons()).toEqual(['Unload…', 'Greet it']);
    button('Unload…').focus();
    await click(button('Greet it'));
    expect(document.activeElement).toBe($('.module-hello input'));
  });

  it('keeps the keyboard where its button has gone', async () => {
    await open('loaded');
    await click(button('Open it'));
    expect(fake.target.target).toBe('rtmgr-kernel');
    expect(document.activeElement).toBe($('.life-state'));
    // those of the open target, and asked once only
    expect($('.module-panels [data-count=routes]').textContent).toBe(String(fake.rows.length));
    expect(document.querySelector('.life [data-count]')).toBeNull();
  });

  it('is offered as an ordinary program as well', async () => {
    await open('no-headers');
    await click(button('Open'));
    expect(fake.target.target).toBe('rtmgr-user');
    expect($('.life-state').textContent).toBe('Headers missing');
  });
});

it('says that the state is not known, and why', async () => {
  await open('ready');
  await act(async () => root?.unmount());
  vi.resetModules();
  fake.module.failure = { kind: 'internal', what: 'It could not be looked at' };
  const { ModulePage } = await import('./ModulePage.tsx');
  root = createRoot(document.body.firstElementChild!);
  await act(async () => root!.render(<ModulePage onShowMessages={() => {}} />));
  await settle();
  expect($('.life-problem').textContent).toContain('It could not be looked at');
});

it('reads a change of the state out', async () => {
  await open('loaded');
  await tell(() => fake.module.become('lost'));
  expect($('.life [role=status]').textContent).toContain('rtmgr: Removed. It was loaded, and is no more.');
});
