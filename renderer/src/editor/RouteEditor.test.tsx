// SPDX-License-Identifier: MIT
// The editor as a person drives it. Nothing is laid out here.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Applied, Outcome, RouteDraft } from '../../../app/contract/index.ts';
import { emptyDraft, RouteEditor } from './index.ts';
import type { RouteEditorProps } from './index.ts';
import { LINKS, REFUSED, VOCABULARY } from './testing.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const COLUMNS = (
  ['destination', 'nexthop', 'device', 'table', 'protocol', 'type', 'scope', 'metric', 'flags'] as const
).map((id) => ({ id, width: 90 }));
const route: RouteDraft = {
  ...emptyDraft(null, 4),
  destination: '10.0.0.0/8',
  hops: [{ gateway: '192.0.2.1', device: 'lan0', weight: 1, onlink: false }],
  metric: 100,
};
const APPLIED: Outcome<Applied> = { ok: true, value: { rowIds: [1], messageIds: [], warnings: [] } };

let host: HTMLElement;
let root: Root;
const onClose = vi.fn<() => void>();
const onApply = vi.fn<RouteEditorProps['onApply']>();

beforeEach(() => {
  onClose.mockReset();
  onApply.mockReset().mockResolvedValue(APPLIED);
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
});

async function show(props: Partial<RouteEditorProps> = {}): Promise<void> {
  await act(async () =>
    root.render(
      <RouteEditor
        columns={COLUMNS}
        rowHeight={28}
        initial={route}
        isNew={false}
        focusColumn={null}
        links={LINKS}
        vocabulary={VOCABULARY}
        onApply={onApply}
        onClose={onClose}
        {...props}
      />,
    ),
  );
}
const showNew = () => show({ initial: emptyDraft(null, 4), isNew: true });

const find = (label: string): HTMLInputElement | null => host.querySelector(`input[aria-label="${label}"]`);
const input = (label: string): HTMLInputElement => {
  const found = find(label);
  if (!found) throw new Error(`no input ${label}`);
  return found;
};
const button = (name: string): HTMLButtonElement => {
  const found = [...host.querySelectorAll('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent) === name,
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
};
const click = (element: HTMLElement) => act(async () => element.click());
const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
const type = (label: string, text: string) =>
  act(async () => {
    const field = input(label);
    field.focus();
    setValue.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
const press = (element: Element, key: string) =>
  act(async () => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
const wordsAbout = (label: string): string => {
  const ids = input(label).getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
};

describe('the row', () => {
  it('has a cell for each column and a control for each field, also of hidden columns', async () => {
    await show();
    expect(host.querySelector('[role=group]')?.getAttribute('aria-label')).toBe('Edit route 10.0.0.0/8');
    expect(host.querySelectorAll('[role=row] > [role=gridcell]')).toHaveLength(COLUMNS.length);
    const inRow = [...host.querySelectorAll('[role=row] input')].map((one) => one.getAttribute('aria-label'));
    expect(inRow).toEqual([
      'Destination',
      'Next hop',
      'Device',
      'Table',
      'Protocol',
      'Type',
      'Scope',
      'Metric',
    ]);
    for (const label of ['Preferred source', 'MTU', 'TOS', 'On link'])
      expect(input(label).closest('[role=row]')).toBeNull();
    expect(input('Table').value).toBe('main');
    expect(document.activeElement).toBe(input('Destination'));
  });

  it('edits in the panel what has no column', async () => {
    await show({ columns: [{ id: 'metric', width: 60 }], focusColumn: 'metric' });
    expect(document.activeElement).toBe(input('Metric'));
    await type('Destination', '10.0.0.0/9');
    await type('Next hop', '192.0.2.2');
    await press(input('Next hop'), 'Enter');
    expect(onApply.mock.lastCall?.[0]).toMatchObject({
      destination: '10.0.0.0/9',
      hops: [{ gateway: '192.0.2.2', device: 'lan0' }],
    });
  });
});

describe('checks', () => {
  it('does not shout at a new route before Apply is tried', async () => {
    await showNew();
    expect(host.querySelector('[aria-invalid=true]')).toBeNull();
    await press(input('Destination'), 'Enter');
    expect(onApply).not.toHaveBeenCalled();
    expect(wordsAbout('Destination')).toContain('A destination is needed');
    expect(wordsAbout('Next hop')).toContain('A gateway or a device is needed');
    expect(document.activeElement).toBe(input('Destination'));
  });

  it('offers the prefix without its host bits', async () => {
    await showNew();
    await type('Destination', '10.1.2.3/8');
    expect(input('Destination').getAttribute('aria-invalid')).toBe('true');
    expect(wordsAbout('Destination')).toContain('10.1.2.3/8 has bits set behind the first 8');
    await click(button('Use 10.0.0.0/8'));
    expect(input('Destination').value).toBe('10.0.0.0/8');
    expect(input('Destination').getAttribute('aria-invalid')).toBeNull();
    expect(document.activeElement).toBe(input('Destination'));
  });

  it('describes a list’s field too', async () => {
    await show();
    await type('Device', 'eth9');
    expect(input('Device').getAttribute('aria-invalid')).toBe('true');
    expect(wordsAbout('Device')).toContain('There is no interface eth9');
    await type('Table', '');
    expect(wordsAbout('Table')).toContain('A table is needed');
  });
});

describe('the family', () => {
  it('follows the destination of a new route', async () => {
    await showNew();
    await type('Destination', '2001:db8::/32');
    await type('Next hop', 'fe80::1');
    await type('Device', 'lan0');
    await press(input('Device'), 'Enter');
    expect(onApply.mock.lastCall?.[0]).toMatchObject({ family: 6, destination: '2001:db8::/32' });
  });

  it('is asked for where the destination is default', async () => {
    await showNew();
    expect(host.querySelector('[aria-label="Address family"]')).toBeNull();
    await type('Destination', 'default');
    await type('Device', 'lan0');
    expect(button('IPv4').getAttribute('aria-pressed')).toBe('true');
    await click(button('IPv6'));
    await click(button('Apply'));
    expect(onApply.mock.lastCall?.[0]).toMatchObject({ family: 6, destination: 'default' });
  });

  it('of an existing route stays', async () => {
    await show();
    await type('Destination', '2001:db8::/32');
    expect(wordsAbout('Destination')).toContain('2001:db8::/32 is IPv6, the route is IPv4');
    await press(input('Destination'), 'Enter');
    expect(onApply).not.toHaveBeenCalled();
  });

  it('is shown at a gateway of the other one', async () => {
    await show({ initial: { ...route, hops: [{ ...route.hops[0]!, gateway: 'fe80::1' }] } });
    expect(input('Next hop').parentElement?.textContent).toBe('IPv6');
  });
});

describe('keys', () => {
  it('Enter applies once, Esc leaves', async () => {
    let answer: (outcome: Outcome<Applied>) => void = () => {};
    onApply.mockImplementation(() => new Promise((done) => (answer = done)));
    await show();
    await type('Metric', '200');
    expect(host.textContent).toContain('Changes the metric: adds the new route first');
    await press(input('Metric'), 'Enter');
    expect(input('Metric').disabled && input('Table').disabled && button('Apply').disabled).toBe(true);
    const group = host.querySelector('[role=group]')!;
    expect(document.activeElement).toBe(group);
    await press(input('Metric'), 'Enter');
    await press(group, 'Escape');
    expect(onApply).toHaveBeenCalledTimes(1);
    expect(onClose).not.toHaveBeenCalled();
    await act(async () => answer(APPLIED));
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('says so when applying takes long', async () => {
    vi.useFakeTimers();
    try {
      onApply.mockImplementation(() => new Promise(() => {}));
      await show();
      await type('Metric', '200');
      await press(input('Metric'), 'Enter');
      expect(host.textContent).not.toContain('Applying…');
      await act(async () => void vi.advanceTimersByTime(301));
      expect(host.textContent).toContain('Applying…');
    } finally {
      vi.useRealTimers();
    }
  });

  it('Enter with nothing changed sends nothing', async () => {
    await show();
    await press(input('Metric'), 'Enter');
    expect(onApply).not.toHaveBeenCalled();
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('Esc closes the list first, and Enter takes an option first', async () => {
    await show();
    const device = input('Device');
    await act(async () => device.focus());
    await press(device, 'ArrowDown');
    expect(device.getAttribute('aria-expanded')).toBe('true');
    await press(device, 'Escape');
    expect(device.getAttribute('aria-expanded')).toBe('false');
    expect(onClose).not.toHaveBeenCalled();
    await press(device, 'ArrowDown');
    await press(device, 'ArrowDown');
    await press(device, 'Enter');
    expect(device.value).toBe('wan0');
    expect(onApply).not.toHaveBeenCalled();
    await press(device, 'Enter');
    expect(onApply.mock.lastCall?.[0].hops[0]?.device).toBe('wan0');
  });

  it('of the controls do not reach the grid, those of the window do', async () => {
    const heard: string[] = [];
    const listen = (event: Event) => heard.push((event as KeyboardEvent).key);
    document.addEventListener('keydown', listen);
    try {
      await show();
      for (const key of ['ArrowDown', 'Delete', 'Enter', 'Escape', 'F6', ' '])
        await press(input('Metric'), key);
    } finally {
      document.removeEventListener('keydown', listen);
    }
    expect(heard).toEqual(['F6']);
  });
});

describe('a refusal', () => {
  it('is told at its cell, with errno and the kernel’s sentence, and the draft stays', async () => {
    onApply.mockResolvedValue({ ok: false, error: REFUSED });
    await show();
    await type('Metric', '200');
    await press(input('Metric'), 'Enter');
    const words = host.querySelector('[role=alert]')?.textContent;
    for (const part of [
      'The kernel finds no way to the gateway 203.0.113.9',
      'It is on none of the networks',
      'errno: ENETUNREACH (101) Network is unreachable',
      'The kernel says: Nexthop has invalid gateway',
      'Choose a gateway that is on a link',
    ])
      expect(words).toContain(part);
    expect(input('Next hop').getAttribute('aria-invalid')).toBe('true');
    expect(wordsAbout('Next hop')).toContain('ENETUNREACH');
    expect(document.activeElement).toBe(input('Next hop'));
    expect(input('Metric').value).toBe('200');
    expect(onClose).not.toHaveBeenCalled();

    await type('Next hop', '192.0.2.3');
    expect(input('Next hop').getAttribute('aria-invalid')).toBeNull();
    onApply.mockResolvedValue(APPLIED);
    await press(input('Next hop'), 'Enter');
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('without a cell gives the keyboard back, and a defect is told as well', async () => {
    onApply.mockRejectedValue(new Error('port closed'));
    await show();
    await type('Metric', '200');
    await press(input('Metric'), 'Enter');
    expect(host.querySelector('[role=alert]')?.textContent).toContain('port closed');
    expect(document.activeElement).toBe(input('Metric'));
  });
});

describe('next hops', () => {
  it('are added, filled in, and removed', async () => {
    await show();
    expect(find('Weight')).toBeNull();
    await click(button('Add next hop'));
    expect(document.activeElement).toBe(input('Next hop 2'));
    expect(host.querySelector('[role=row]')?.textContent).toContain('2 next hops');
    expect(host.querySelector('[aria-invalid=true]')).toBeNull();
    await type('Next hop 2', '198.51.100.1');
    await type('Device 2', 'wan0');
    await type('Weight 2', '3');
    await click(input('On link 2'));
    await type('Weight', '300');
    expect(wordsAbout('Weight')).toContain('A weight is a whole number from 1 to 256');
    await type('Weight', '2');
    await press(input('Weight'), 'Enter');
    expect(onApply.mock.lastCall?.[0].hops).toEqual([
      { gateway: '192.0.2.1', device: 'lan0', weight: 2, onlink: false },
      { gateway: '198.51.100.1', device: 'wan0', weight: 3, onlink: true },
    ]);
  });

  it('come back into the row when one is left', async () => {
    const other = { gateway: '198.51.100.1', device: 'wan0', weight: 1, onlink: false };
    await show({ initial: { ...route, hops: [...route.hops, other] } });
    await click(button('Remove next hop 1'));
    expect(input('Next hop').closest('[role=row]')).not.toBeNull();
    expect(input('Next hop').value).toBe('198.51.100.1');
    expect(document.activeElement).toBe(input('Next hop'));
  });

  it('are left out of a blackhole, and come back with unicast', async () => {
    await show();
    await type('Type', 'blackhole');
    expect(find('Next hop')).toBeNull();
    await press(input('Type'), 'Enter');
    expect(onApply.mock.lastCall?.[0]).toMatchObject({ type: 6, hops: [] });
    await type('Type', 'unicast');
    expect(input('Next hop').value).toBe('192.0.2.1');
  });
});
