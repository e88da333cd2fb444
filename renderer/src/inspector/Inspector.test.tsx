// SPDX-License-Identifier: MIT
// The inspector as a person drives it, on a made-up trace. Nothing is laid out here: heights are the assumed ones.
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Inspector } from './Inspector.tsx';
import type { InspectorProps } from './Inspector.tsx';
import { errorSample, FakeTrace, routeSample, row } from './testing.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let host: HTMLElement;
let root: Root;
let fake: FakeTrace;

beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  fake = new FakeTrace();
  fake.add(row(1, { verdict: { kind: 'ok' }, related: [2] }), routeSample(1));
  fake.add(
    row(2, {
      direction: 'in',
      type: 'NLMSG_ERROR',
      verdict: { kind: 'ok' },
      latency: 0.3,
      related: [1],
      summary: 'Acknowledged',
    }),
    errorSample(1, 0, ''),
  );
  fake.add(
    row(3, { verdict: { kind: 'error', errnoName: 'EEXIST', text: 'File exists' }, summary: '10.9.0.0/16' }),
    routeSample(3),
  );
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
});

const settle = () => act(async () => new Promise<void>((done) => setTimeout(done, 5)));
async function show(props: Partial<InspectorProps> = {}): Promise<void> {
  await act(async () => root.render(<Inspector variant="dock" bridge={fake.bridge} {...props} />));
  await settle();
}
const one = (selector: string): HTMLElement => {
  const found = host.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const all = (selector: string): HTMLElement[] => [...host.querySelectorAll<HTMLElement>(selector)];
async function key(target: HTMLElement, name: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    target.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }),
    );
  });
  await settle();
}
async function click(target: HTMLElement): Promise<void> {
  await act(async () => {
    target.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true, button: 0 }));
    target.click();
  });
  await settle();
}
const listed = (): string[] => all('.tr-rows [role=row]').map((r) => r.dataset['id']!);
const grid = (): HTMLElement => one('[role=grid][aria-label=Messages]');
const caretByte = (): string | undefined =>
  host.querySelector<HTMLElement>('.hx-byte.is-caret')?.dataset['o'];
const selectedField = (): string | undefined =>
  host.querySelector<HTMLElement>('[role=treeitem][aria-selected=true]')?.dataset['node'];

test('messages are listed with direction, verdict and their link in words', async () => {
  await show();
  expect(listed()).toEqual(['1', '2', '3']);
  expect(one('[data-id="3"]').textContent).toContain('EEXIST');
  expect(one('[data-id="3"] .c-verdict').title).toBe('Refused: File exists (EEXIST)');
  expect(one('[data-id="2"] .c-dir svg').getAttribute('aria-label')).toBe('from the kernel');
  expect(one('[data-id="2"] .c-link').textContent).toBe('answers #1');
  expect(grid().getAttribute('aria-rowcount')).toBe('4');
});

test('arrow keys select, L jumps to the linked message, Enter goes to the fields', async () => {
  const chosen: (number | null)[] = [];
  await show({ onSelectMessage: (id) => void chosen.push(id) });
  await key(grid(), 'ArrowDown');
  await key(grid(), 'ArrowUp');
  await key(grid(), 'l');
  await key(grid(), 'Home');
  expect(chosen).toEqual([3, 2, 1, 1]);
  expect(grid().getAttribute('aria-activedescendant')).toBe(one('[data-id="1"]').id);
  await key(grid(), 'Enter');
  expect(document.activeElement).toBe(one('[role=tree]'));
});

test('a field and its bytes are selected together, from either side', async () => {
  await show({ selected: 1 });
  await click(one('[data-node="RTA_DST.value"]'));
  expect(all('.hx-byte.is-selected').map((b) => b.textContent)).toEqual(['0a', '14', '00', '00']);
  expect(caretByte()).toBe('32');
  expect(one('.tr-explain').textContent).toContain('bytes 32–35');

  const bytes = one('[role=grid][aria-label^=Bytes]');
  await key(bytes, 'ArrowRight');
  expect([caretByte(), selectedField()]).toEqual(['33', 'RTA_DST.value']);
  await key(bytes, 'Home', { ctrlKey: true });
  expect([caretByte(), selectedField()]).toEqual(['0', 'nlmsghdr.nlmsg_len']);
  expect(bytes.getAttribute('aria-activedescendant')).toBe(one('.hx-byte[data-o="0"]').id);
});

test('choosing a byte opens the way to its field', async () => {
  await show({ selected: 1 });
  const tree = one('[role=tree]');
  await click(one('[data-node="rtmsg"]'));
  await key(tree, 'ArrowLeft');
  expect(host.querySelector('[data-node="rtmsg.rtm_type"]')).toBeNull();
  await act(async () =>
    one('.hx-byte[data-o="23"]').dispatchEvent(new MouseEvent('pointerdown', { bubbles: true, button: 0 })),
  );
  await settle();
  expect(selectedField()).toBe('rtmsg.rtm_type');
});

test('hovering marks both sides without rendering anything anew', async () => {
  await show({ selected: 1 });
  const before = one('.hx-byte[data-o="5"]');
  await act(async () =>
    one('[data-node="nlmsghdr.nlmsg_type"]').dispatchEvent(new MouseEvent('pointerover', { bubbles: true })),
  );
  expect(all('.hx-byte.is-hovered').map((b) => b.dataset['o'])).toEqual(['4', '5']);
  expect(one('.tr-explain').textContent).toContain('What the message is about.');
  await act(async () =>
    one('.hx-char[data-o="0"]').dispatchEvent(new MouseEvent('pointerover', { bubbles: true })),
  );
  expect(one('.ft-row.is-hovered').dataset['node']).toBe('nlmsghdr.nlmsg_len');
  expect(one('.hx-byte[data-o="5"]')).toBe(before);
});

test('Ctrl+Shift+C copies the bytes of the selected field', async () => {
  let copied = '';
  const keep = (event: ClipboardEvent): void =>
    void (copied = event.clipboardData?.getData('text/plain') ?? '');
  document.execCommand = (() => {
    const event = new ClipboardEvent('copy', {
      clipboardData: new DataTransfer(),
      bubbles: true,
      cancelable: true,
    });
    document.dispatchEvent(event);
    keep(event);
    return true;
  }) as typeof document.execCommand;
  await show({ selected: 1 });
  await click(one('[data-node="RTA_GATEWAY.value"]'));
  await key(one('[role=tree]'), 'C', { ctrlKey: true, shiftKey: true });
  expect(copied).toBe('c0 00 02 02');
  expect(one('[role=status]').textContent).toBe('Copied 4 bytes');
});

test('Space pauses, what is missed is counted, and the words say so', async () => {
  await show();
  await key(grid(), ' ');
  expect(fake.paused).toBe(true);
  fake.add(row(4));
  await act(async () => fake.tell());
  expect(one('.tr-counts').textContent).toContain('Paused, 1 missed');
  expect(listed()).toEqual(['1', '2', '3']);
  await key(grid(), ' ');
  expect(fake.paused).toBe(false);
});

test('filters are sent to the trace thread, and an empty result offers the way back', async () => {
  await show();
  await click(all('.tr-toolbar button').find((b) => b.textContent?.startsWith('Errors'))!);
  expect(fake.filter.errorsOnly).toBe(true);
  expect(listed()).toEqual(['3']);
  await click(one('.tr-segment label:nth-child(3) input'));
  expect(fake.filter.direction).toBe('in');
  expect(one('.tr-empty').textContent).toContain('No message matches the filter');
  await click(one('.tr-list .tr-empty button'));
  expect(listed()).toEqual(['1', '2', '3']);
});

test('the filter stays when the inspector moves from the dock to its page', async () => {
  await show();
  await click(one('.tr-segment label:nth-child(3) input'));
  await act(async () => root.render(<Inspector key="page" variant="page" bridge={fake.bridge} />));
  await settle();
  expect(fake.filter.direction).toBe('in');
  expect(listed()).toEqual(['2']);
});

test('new messages appear, highlighted ones are marked in words too', async () => {
  await show({ highlight: [2] });
  fake.add(row(4, { summary: 'new' }));
  await act(async () => fake.tell());
  await settle();
  expect(listed()).toEqual(['1', '2', '3', '4']);
  expect(one('[data-id="2"]').classList.contains('is-lit')).toBe(true);
  expect(one('[data-id="2"] .c-id').textContent).toContain('concerns the selected route');
});

test('a message that fell out says so, and nothing selected has words', async () => {
  await show({ selected: null });
  expect(host.textContent).toContain('No message selected');
  await show({ selected: 77 });
  expect(host.textContent).toContain('Message #77 is no longer kept');
  expect(host.textContent).toContain('limit 100,000 messages or 64 MiB');
});

test('when another target begins to count anew, nothing is selected any more', async () => {
  const chosen: (number | null)[] = [];
  await show({ selected: 3, onSelectMessage: (id) => void chosen.push(id) });
  fake.messages = [];
  fake.seen = 0;
  await act(async () => fake.tell());
  expect(chosen).toEqual([null]);
});

test('a field that could not be decoded says why', async () => {
  const sample = routeSample(5);
  sample.roots[2]!.error = 'rta_len is 3';
  fake.add(row(5), sample);
  await show({ selected: 5 });
  expect(one('.ft-row.is-bad').textContent).toContain('rta_len is 3');
});

test('only the rows in sight are in the page', async () => {
  for (let id = 4; id <= 5000; id++) fake.add(row(id), routeSample(1));
  await show();
  expect(listed().length).toBeLessThan(60);
  expect(grid().getAttribute('aria-rowcount')).toBe('5001');
});

test('a store that fails says so once', async () => {
  const refused = { ok: false, error: { kind: 'unavailable', what: 'The target is gone' } } as const;
  const bridge = {
    ...fake.bridge,
    'trace.rows': () => Promise.resolve(refused),
    'trace.filter': () => Promise.resolve(refused),
  };
  await show({ bridge });
  expect(one('[role=alert]').textContent).toContain('The target is gone');
});
