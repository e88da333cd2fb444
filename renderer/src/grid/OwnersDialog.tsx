// SPDX-License-Identifier: MIT
// The warning before routes of other programs are touched: whose they are, and what comes of it.
import { TriangleAlert } from 'lucide-react';
import { ModalDialog } from '../app/ModalDialog.tsx';
import type { RouteOwner } from '../../../app/contract/index.ts';
import { DAEMON_PROTOCOLS } from '../../../app/contract/index.ts';
import { useOwners } from '../state/owners.ts';
import { count } from '../words.ts';

/** `default`, `10.0.0.0/8, 10.1.0.0/16 and 4 more`. */
function Examples({ owner: { examples, routes } }: { owner: RouteOwner }) {
  const more = routes - examples.length;
  return (
    <>
      <span className="is-mono">{examples.join(', ')}</span>
      {more > 0 && ` and ${count(more)} more`}
    </>
  );
}

export function OwnersList({ owners }: { owners: readonly RouteOwner[] }) {
  return (
    <ul className="owners-list">
      {owners.map((owner) => {
        const daemon = DAEMON_PROTOCOLS.get(owner.protocol.value);
        return (
          <li key={owner.protocol.value}>
            <strong>{daemon?.who ?? 'Another program'}</strong> has put <Examples owner={owner} /> there
            (protocol {owner.protocol.name}).{' '}
            {daemon && <span className="owners-then">{daemon.outcome}.</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** `This route is not yours`. */
export function OwnersTitle({ owners }: { owners: readonly RouteOwner[] }) {
  const routes = owners.reduce((sum, owner) => sum + owner.routes, 0);
  return (
    <>
      <TriangleAlert size={16} aria-hidden className="owners-icon" />{' '}
      {routes === 1 ? 'This route is not yours' : `${count(routes)} of these routes are not yours`}
    </>
  );
}

export function OwnersDialog() {
  const question = useOwners((store) => store.question);
  if (!question) return null;
  const { owners, deed, answer } = question;
  return (
    <ModalDialog title={<OwnersTitle owners={owners} />} isQuestion onLeave={() => answer(false)}>
      <OwnersList owners={owners} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => answer(false)}>
          Leave {owners.length === 1 && owners[0]!.routes === 1 ? 'it' : 'them'} alone
        </button>
        <button type="button" className="button is-danger" onClick={() => answer(true)}>
          {deed === 'change' ? 'Change' : 'Delete'} all the same
        </button>
      </div>
    </ModalDialog>
  );
}
