// SPDX-License-Identifier: MIT
// All next hops of a route that has more than its row can show.
import { useRef } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import type { RouteRow } from '../../../app/contract/index.ts';
import { plural } from '../words.ts';

export interface HopsAsked {
  row: RouteRow;
  at: HTMLElement;
}

export function HopsPopover({ asked: { row, at }, onClose }: { asked: HopsAsked; onClose: () => void }) {
  const anchor = useRef<HTMLElement>(at);
  const total = row.hops.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <Popover
      className="pop"
      isOpen
      triggerRef={anchor}
      placement="bottom start"
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Dialog className="hops-list" aria-label={`Next hops of ${row.destination}`}>
        <p className="hops-title">
          {plural(row.hops.length, 'next hop')} of{' '}
          <span className="is-mono">{row.isDefault ? 'default' : row.destination}</span>
        </p>
        <table>
          <thead>
            <tr>
              <th>Gateway</th>
              <th>Device</th>
              <th className="is-end">Weight</th>
              <th className="is-end">Share</th>
              <th>Flags</th>
            </tr>
          </thead>
          <tbody>
            {row.hops.map((hop) => (
              <tr key={`${hop.gateway} ${hop.ifindex} ${hop.weight}`}>
                <td className="is-mono">{hop.gateway ?? 'on link'}</td>
                <td>{hop.device ?? ''}</td>
                <td className="is-end">{hop.weight}</td>
                <td className="is-end">{Math.round((hop.weight / total) * 100)} %</td>
                <td>{hop.flags.join(' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Dialog>
    </Popover>
  );
}
