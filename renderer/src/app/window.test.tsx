// SPDX-License-Identifier: MIT
// The window as a person drives it, on a made-up main process: keys, selection, editing, refusals, deleting, states.
import { act } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../../app/contract/index.ts';
import type { FakeOptions } from '../../dev/fake-bridge.ts';
import {
  $,
  $$,
  PATIENCE,
  cellOf,
  click,
  close,
  fake,
  open as openOn,
  prepareDocument,
  press,
  rowOf,
  rows,
  said,
  settle,
  type,
} from './testing.tsx';

beforeAll(prepareDocument, PATIENCE);
afterEach(close);

/** The window on the Lab. */
const open = (options: Omit<FakeOptions, 'machine'> = {}): Promise<void> =>
  openOn({ ...options, machine: null });

const field = (label: string): HTMLInputElement =>
  $<HTMLInputElement>(`.grid-editor input[aria-label="${label}"]`);
const words = (): string => $('.grid-editor [role=alert]').textContent ?? '';
const selected = (): string[] =>
  rows()
    .filter((row) => row.getAttribute('aria-selected') === 'true')
    .map((row) => row.querySelector('.c-destination')!.textContent!);
const lastCall = (name: string): unknown => fake.calls.findLast((call) => call.name === name)?.args;

describe('the grid', () => {
  beforeEach(() => open());

  it('shows the rows as an ARIA grid', () => {
    const grid = $('[role=grid][aria-label=Routes]');
    expect(grid.getAttribute('aria-rowcount')).toBe('15');
    expect(grid.getAttribute('aria-colcount')).toBe('11');
    expect(rows()).toHaveLength(14);
    expect(rowOf('10.20.0.0/16').getAttribute('aria-rowindex')).toBe('4');
    expect(cellOf('10.20.0.0/16', 'nexthop').textContent).toBe('192.0.2.2 ×1+1');
    expect(cellOf('10.10.0.0/16', 'nexthop').textContent).toBe('192.0.2.254');
  });

  it('selects with the pointer, with shift and ctrl', async () => {
    await click(cellOf('10.10.0.0/16', 'type'));
    expect(selected()).toEqual(['10.10.0.0/16']);
    await click(cellOf('10.21.0.0/16', 'type'), { shiftKey: true });
    expect(selected()).toEqual(['10.10.0.0/16', '10.20.0.0/16', '10.21.0.0/16']);
    await click(cellOf('10.20.0.0/16', 'type'), { ctrlKey: true });
    expect(selected()).toEqual(['10.10.0.0/16', '10.21.0.0/16']);
    expect(lastCall('trace.ofRow')).toBeDefined();
  });

  it('moves by keyboard, and tells which cell has the focus', async () => {
    const grid = $('[role=grid][aria-label=Routes]');
    await act(async () => grid.focus());
    await press('ArrowDown');
    await press('ArrowDown', { shiftKey: true });
    expect(selected()).toEqual(['10.10.0.0/16', '10.20.0.0/16']);
    await press('ArrowRight');
    expect(grid.getAttribute('aria-activedescendant')).toBe(cellOf('10.20.0.0/16', 'nexthop').id);
    await press('End', { ctrlKey: true });
    expect(selected()).toEqual(['2001:db8:1234:5678:9abc:def0:1234:5678/128']);
    await press('a', { ctrlKey: true });
    expect(selected()).toHaveLength(14);
    await press('ArrowUp', { ctrlKey: true });
    expect(selected()).toHaveLength(14);
  });

  it('keeps selection and focus with their row when rows move', async () => {
    await click(cellOf('10.20.0.0/16', 'type'));
    await act(async () => fake.remove([fake.rows[1]!.id]));
    await settle();
    expect(selected()).toEqual(['10.20.0.0/16']);
    const grid = $('[role=grid][aria-label=Routes]');
    expect(grid.getAttribute('aria-activedescendant')).toBe(cellOf('10.20.0.0/16', 'type').id);
  });

  it('flashes a changed row once, and lets a deleted one fade', async () => {
    await act(async () => fake.touch(2, { metric: 42 }));
    await settle(40);
    expect(cellOf('10.20.0.0/16', 'metric').textContent).toBe('42');
    expect(rowOf('10.20.0.0/16').classList.contains('is-flash')).toBe(true);
    expect($$('.is-flash')).toHaveLength(1);
    await act(async () => fake.remove([1]));
    expect($$('.is-ghost').map((ghost) => ghost.querySelector('.c-destination')!.textContent)).toEqual([
      '10.10.0.0/16',
    ]);
    await settle(1000);
    expect($$('.is-flash, .is-ghost')).toEqual([]);
  });

  it('sorts by a click, and says so', async () => {
    const heading = $('.grid-heading.c-metric');
    await click(heading.querySelector('.grid-sort')!);
    expect(heading.getAttribute('aria-sort')).toBe('ascending');
    expect(lastCall('grid.view')).toMatchObject({ sort: [{ column: 'metric', descending: false }] });
    await click(heading.querySelector('.grid-sort')!);
    expect(cellOf('2001:db8:20::/48', 'metric')).toBe(
      rows()
        .find((row) => row.getAttribute('aria-rowindex') === '3')!
        .querySelector('.c-metric'),
    );
  });

  it('filters, says that nothing is found, and clears', async () => {
    await press('f', { ctrlKey: true });
    const filter = document.activeElement as HTMLInputElement;
    expect(filter.getAttribute('aria-label')).toBe('Filter');
    await type(filter, 'no such thing');
    await settle(140);
    expect($('.grid-notice').textContent).toContain('No route matches');
    await click([...$$('.grid-notice button')].find((button) => button.textContent === 'Clear filter')!);
    expect(rows()).toHaveLength(14);
    expect(filter.value).toBe('');
  });

  it('copies the selected rows as ip route commands', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    await click(cellOf('10.10.0.0/16', 'type'));
    await press('c', { ctrlKey: true }, $('[role=grid][aria-label=Routes]'));
    expect(writeText).toHaveBeenCalledWith('ip route add 10.10.0.0/16 dev lan0');
    expect(said()).toBe('Copied 1 route as ip route');
  });
});

describe('editing', () => {
  beforeEach(() => open());
  const refusal: AppError = {
    kind: 'kernel',
    errno: 22,
    errnoName: 'EINVAL',
    errnoText: 'Invalid argument',
    extack: 'Nexthop has invalid gateway',
    field: 'gateway',
    what: 'The gateway is not reachable',
    wayOut: 'Give the device and On link',
    messageIds: [1, 2],
  };

  it('adds a route: validated as one types, sent by Enter', async () => {
    await press('n', { ctrlKey: true }, document.body);
    expect(document.activeElement).toBe(field('Destination'));
    expect($$('.grid-editor [role=alert]')).toEqual([]);
    await type(field('Destination'), '10.1.2.3/8');
    expect(words()).toContain('10.1.2.3/8 has bits set');
    expect(field('Destination').getAttribute('aria-invalid')).toBe('true');
    await press('Enter', {}, field('Destination'));
    expect(lastCall('route.add')).toBeUndefined();
    await click($('.grid-editor [role=alert] button'));
    expect(field('Destination').value).toBe('10.0.0.0/8');
    await type(field('Gateway'), '192.0.2.7');
    await type(field('Metric'), '77');
    await press('Enter', {}, field('Metric'));
    await settle();
    expect(lastCall('route.add')).toMatchObject({
      draft: { destination: '10.0.0.0/8', metric: 77, hops: [{ gateway: '192.0.2.7', device: null }] },
    });
    expect($$('.grid-editor')).toEqual([]);
    expect(cellOf('10.0.0.0/8', 'metric').textContent).toBe('77');
    expect(selected()).toEqual(['10.0.0.0/8']);
  });

  it('edits in place and sends only what differs', async () => {
    await click(cellOf('10.10.0.0/16', 'metric'));
    await press('Enter', {}, $('[role=grid][aria-label=Routes]'));
    expect(document.activeElement).toBe(field('Metric'));
    await type(field('Metric'), '5');
    await press('Enter', {}, field('Metric'));
    expect(lastCall('route.edit')).toEqual({ rowId: 1, patch: { metric: 5 } });
    expect(cellOf('10.10.0.0/16', 'metric').textContent).toBe('5');
  });

  it('shows the kernel’s refusal at the cell, in its own words, and keeps what was typed', async () => {
    fake.refusal = refusal;
    await click(cellOf('10.10.0.0/16', 'nexthop'));
    await press('F2', {}, $('[role=grid][aria-label=Routes]'));
    await type(field('Gateway'), '192.0.9.9');
    await press('Enter', {}, field('Gateway'));
    await settle();
    expect(words()).toContain('The gateway is not reachable');
    expect(words()).toContain('Invalid argument (EINVAL)');
    expect(words()).toContain('Nexthop has invalid gateway');
    expect(field('Gateway').value).toBe('192.0.9.9');
    expect(field('Gateway').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field('Gateway'));
    expect($('.status-error').textContent).toContain('Invalid argument (EINVAL)');
    await type(field('Gateway'), '192.0.2.9');
    expect($$('.grid-editor [role=alert]')).toEqual([]);
    await press('Escape', {}, field('Gateway'));
    expect($$('.grid-editor')).toEqual([]);
    expect(document.activeElement).toBe($('[role=grid][aria-label=Routes]'));
  });

  it('keeps the editor when the table changes under it', async () => {
    await click(cellOf('10.10.0.0/16', 'metric'));
    await press('Enter', {}, $('[role=grid][aria-label=Routes]'));
    await type(field('Metric'), '9');
    await act(async () => fake.remove([1]));
    await settle();
    expect(field('Metric').value).toBe('9');
  });

  it('deletes at once, and marks the row where it is refused', async () => {
    await click(cellOf('10.30.0.0/16', 'type'));
    await press('Delete', {}, $('[role=grid][aria-label=Routes]'));
    expect(rowOf('10.30.0.0/16')).toBeUndefined();
    expect(said()).toBe('Deleted 10.30.0.0/16');
    fake.refusal = {
      ...refusal,
      errnoName: 'EPERM',
      errnoText: 'Operation not permitted',
      what: 'You may not delete it',
    };
    await click(cellOf('10.40.0.0/16', 'type'));
    await press('Delete', {}, $('[role=grid][aria-label=Routes]'));
    expect(rowOf('10.40.0.0/16').classList.contains('is-refused')).toBe(true);
    expect($('.banner.is-error').textContent).toContain('You may not delete it');
    expect($('.banner.is-error').textContent).toContain('Operation not permitted (EPERM)');
  });
});

describe('states', () => {
  it('asks before many rows are deleted', async () => {
    await open({ routes: 100 });
    await act(async () => $('[role=grid][aria-label=Routes]').focus());
    await press('a', { ctrlKey: true });
    await press('Delete');
    expect(lastCall('route.delete')).toBeUndefined();
    expect($('[role=alertdialog]').textContent).toContain('Delete 114 routes?');
    await click(
      [...$$('[role=alertdialog] button')].find((button) => button.textContent === 'Delete 114 routes')!,
    );
    await settle();
    expect($('.grid-notice').textContent).toContain('The routing table is empty');
  });

  it('offers a way out when the connection is lost', async () => {
    await open({ state: 'lost' });
    expect($('.grid-notice').textContent).toContain('The connection to the Lab was lost');
    expect($('.status-state').textContent).toContain('Lost');
    await click([...$$('.grid-notice button')].find((button) => button.textContent === 'Connect again')!);
    expect(lastCall('targets.open')).toEqual({ id: 'lab' });
    expect($('.status-state').textContent).toContain('Connected');
  });

  it('says why nothing can be changed', async () => {
    await open({ writable: false });
    const add = $$('.toolbar button')[0]!;
    expect(add.getAttribute('aria-disabled')).toBe('true');
    expect(add.title).toContain('helper');
    await press('n', { ctrlKey: true }, document.body);
    expect($$('.grid-editor')).toEqual([]);
    expect(said()).toContain('nothing can be changed here');
    expect($('.window').classList.contains('is-dangerous')).toBe(true);
  });

  it('tells a resync in a word', async () => {
    await open({ state: 'resyncing' });
    expect($('.status-state').textContent).toContain('Resyncing');
    expect($('.status').textContent).toContain('1 resync');
  });

  it('goes to its pages by Ctrl and a number, and hides the dock by F9', async () => {
    await open();
    expect($$('.dock-inspector')).toHaveLength(1);
    await press('F9', {}, document.body);
    expect($$('.dock-inspector')).toEqual([]);
    await settle(300);
    expect(fake.prefs.dock.open).toBe(false);
    await press('4', { ctrlKey: true }, document.body);
    expect($('.coming').textContent).toContain('Not in this version');
    await press('1', { ctrlKey: true }, document.body);
    expect(rows()).toHaveLength(14);
  });

  it('remembers the theme and puts it on the document', async () => {
    await open({ prefs: { theme: 'dark' } });
    const { followThemes } = await import('../state/prefs.ts');
    followThemes();
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await click($('.topbar [aria-label^=Theme]'));
    await settle(300);
    expect(fake.prefs.theme).toBe('system');
  });
});

describe('rtmgr', () => {
  const button = (words: string): HTMLElement =>
    $$('button').find((one) => one.textContent!.trim().startsWith(words)) ??
    (() => {
      throw new Error(`no button ${words}`);
    })();
  const fill = async (area: HTMLTextAreaElement, text: string): Promise<void> => {
    await act(async () => {
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!;
      set.call(area, text);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    });
  };

  it('shows on its page what it saw of a greeting, and its counts', async () => {
    await open({ rtmgr: true });
    await press('3', { ctrlKey: true }, document.body);
    expect($('.module-facts').textContent).toContain('Connected');
    expect($('.module-facts').textContent).toContain('Serves at port88');
    expect($('[data-count=routes]').textContent).toBe(String(fake.rows.length));
    await click(button('Say hello'));
    expect(fake.calls.findLast(({ name }) => name === 'rtmgr.hello')!.args).toEqual({ text: 'Hello' });
    expect($('[aria-label="What rtmgr saw"]').textContent).toContain('RTMGR_MSG_HELLO');
    await click(button('Answer #2'));
    expect($('[aria-current=page]').textContent).toBe('Inspector');
  });

  it('flushes a table only after a question', async () => {
    await open({ rtmgr: true });
    await press('3', { ctrlKey: true }, document.body);
    await click($('[aria-label="Flush table main"]'));
    expect($('[role=alertdialog]').textContent).toContain('Delete all routes of table main?');
    expect(fake.calls.some(({ name }) => name === 'rtmgr.flush')).toBe(false);
    await click(button('Flush main'));
    expect(fake.calls.findLast(({ name }) => name === 'rtmgr.flush')!.args).toEqual({ table: 254 });
    expect($('.status-said').textContent).toContain('deleted');
  });

  it('offers to open one where none is open, and says why another cannot be', async () => {
    await open();
    await press('3', { ctrlKey: true }, document.body);
    expect($('.life').textContent).toContain('the kernel’s headers are missing');
    expect($('.module-choice').textContent).toContain('rtmgr, user-mode');
    await click(button('Open'));
    expect(fake.calls.findLast(({ name }) => name === 'targets.open')!.args).toEqual({ id: 'rtmgr-user' });
    expect($('.module-facts').textContent).toContain('Connected');
  });

  it('takes several commands as one batch, and names the line that was refused', async () => {
    await open({ rtmgr: true });
    await click($('[aria-label="Several routes"]'));
    const area = $<HTMLTextAreaElement>('.several-text');
    expect($('.several').textContent).toContain('entirely or not at all');
    await fill(area, 'ip route add 198.18.1.0/24 dev lan0\n# why\nip route add 198.18.2.0/24 dev lan0');
    expect(button('Apply as one batch').textContent).toContain('(2)');
    fake.batch = {
      atomic: true,
      total: 2,
      applied: 0,
      failures: [
        {
          line: 3,
          text: 'ip route add 198.18.2.0/24 dev lan0',
          error: { kind: 'invalid', what: 'There is one already' },
        },
      ],
      messageIds: [],
    };
    await click(button('Apply as one batch'));
    expect($('.several').textContent).toContain('Nothing was applied');
    expect($('.several-failure').textContent).toContain('Line 3');
    await click(button('Line 3'));
    expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe(
      'ip route add 198.18.2.0/24 dev lan0',
    );
    fake.batch = null;
    await press('Enter', { ctrlKey: true }, area);
    expect($$('.several')).toEqual([]);
    expect($('.status-said').textContent).toContain('2 commands applied as one batch');
  });

  it('says on the Lab that commands are applied one by one', async () => {
    await open();
    await click($('[aria-label="Several routes"]'));
    expect($('.several').textContent).toContain('The kernel knows no batches');
    expect(button('Apply one by one')).toBeTruthy();
  });

  it('says that the module is not loaded, and goes on by itself', async () => {
    await open({ rtmgr: true, state: 'not-loaded' });
    expect($('.status-state').textContent).toContain('Not loaded');
    expect($('.grid-notice').textContent).not.toContain('Try again');
    await act(async () => {
      fake.target = { ...fake.target, state: 'connected', portId: 5, error: null };
      fake.emit('target.state', fake.target);
      fake.tell(0, 0);
    });
    await settle();
    expect($('.status-state').textContent).toContain('Connected');
    expect(rows().length).toBeGreaterThan(10);
  });

  it('shows other processes when that is asked for', async () => {
    await open({ rtmgr: true });
    const toggle = button('Other');
    expect(toggle.getAttribute('aria-pressed')).toBe('false');
    await click(toggle);
    expect(button('Other').getAttribute('aria-pressed')).toBe('true');
  });
});
