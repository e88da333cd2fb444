// SPDX-License-Identifier: MIT
// The warning before routes of daemons are touched, on a made-up main process.
import { act } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  open,
  close,
  PATIENCE,
  prepareDocument,
  find,
  $,
  button,
  press,
  click,
  type,
  cellOf,
  calls,
} from './testing.tsx';

beforeAll(prepareDocument, PATIENCE);
afterEach(close);

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
    await open({ machine: null });
    await click(cellOf('default', 'type'));
    await press('Delete');
    expect(calls('route.owners')).toEqual([]);
    expect(calls('route.delete')).toHaveLength(1);
  });
});
