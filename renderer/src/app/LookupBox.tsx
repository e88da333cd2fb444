// SPDX-License-Identifier: MIT
// "Which route takes this address?": asks the kernel, says why, and shows the row.
import { ArrowRight, Route, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import type { AppError, LookupAnswer } from '../../../app/contract/index.ts';
import { parseAddress } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { Refusal } from '../grid/edit/Words.tsx';
import { useSelection } from '../state/selection.ts';

type Shown = { kind: 'answer'; answer: LookupAnswer } | { kind: 'error'; error: AppError };

export interface LookupBoxProps {
  input: RefObject<HTMLInputElement | null>;
  /** Brings the row into sight; answers false when the view does not show it. */
  onShow: (rowId: number) => Promise<boolean>;
}

export function LookupBox({ input, onShow }: LookupBoxProps) {
  const [text, setText] = useState('');
  const [shown, setShown] = useState<Shown | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [isOutOfView, setIsOutOfView] = useState(false);
  const box = useRef<HTMLFormElement>(null);

  const ask = async (): Promise<void> => {
    const address = text.trim();
    if (address === '' || isAsking) return;
    if (!parseAddress(address)) {
      const error: AppError = {
        kind: 'invalid',
        what: `${address} is not an address`,
        wayOut: 'Write an IPv4 or IPv6 address, like 192.0.2.1',
      };
      setShown({ kind: 'error', error });
      return;
    }
    setIsAsking(true);
    const outcome = await bridge['route.lookup']({ address });
    setIsAsking(false);
    if (!outcome.ok) return setShown({ kind: 'error', error: outcome.error });
    const { rowId, messageIds } = outcome.value;
    setShown({ kind: 'answer', answer: outcome.value });
    useSelection.getState().point(rowId);
    if (messageIds[0] !== undefined) useSelection.getState().show(messageIds[0]);
    setIsOutOfView(rowId !== null && !(await onShow(rowId)));
    return undefined;
  };

  const close = (): void => {
    setShown(null);
    useSelection.getState().point(null);
  };

  return (
    <form
      ref={box}
      className="lookup"
      role="search"
      aria-label="Which route takes this address"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <Route size={14} aria-hidden />
      <input
        ref={input}
        aria-label="Which route takes this address?"
        placeholder="Which route takes …"
        title="Asks the kernel which route a packet to this address takes (Ctrl+L)"
        spellCheck={false}
        autoComplete="off"
        maxLength={64}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && (shown || text)) {
            event.stopPropagation();
            close();
            setText('');
          }
        }}
      />
      {text !== '' && (
        <button type="submit" className="icon-button" aria-label="Ask" title="Ask the kernel (Enter)">
          <ArrowRight size={14} aria-hidden />
        </button>
      )}
      <Popover
        className="pop"
        triggerRef={box}
        isOpen={shown !== null}
        isNonModal
        placement="bottom end"
        onOpenChange={(isOpen) => {
          if (!isOpen) setShown(null);
        }}
      >
        <Dialog className="lookup-answer" aria-label="The kernel’s answer">
          <button type="button" className="icon-button lookup-close" aria-label="Close" onClick={close}>
            <X size={14} aria-hidden />
          </button>
          {shown?.kind === 'error' && (
            <div className="is-refusal">
              <Refusal error={shown.error} />
            </div>
          )}
          {shown?.kind === 'answer' && <Answer answer={shown.answer} isOutOfView={isOutOfView} />}
        </Dialog>
      </Popover>
    </form>
  );
}

function Answer({ answer, isOutOfView }: { answer: LookupAnswer; isOutOfView: boolean }) {
  const { address, matched, table, type, gateway, device, source, reason, rowId } = answer;
  const facts: [string, string | null][] = [
    ['Route', matched],
    ['Table', table.name],
    ['Type', type.name],
    ['Next hop', gateway ?? (device ? 'on link' : null)],
    ['Device', device],
    ['Source', source],
  ];
  return (
    <>
      <p className="lookup-title">
        <span className="is-mono">{address}</span> takes <span className="is-mono">{matched}</span>
      </p>
      <p>{reason}</p>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd className={name === 'Table' || name === 'Type' || name === 'Device' ? '' : 'is-mono'}>
                  {value}
                </dd>
              </div>
            ),
        )}
      </dl>
      {rowId === null && (
        <p className="lookup-note">This route is not in the table: the kernel keeps it to itself.</p>
      )}
      {isOutOfView && (
        <p className="lookup-note">The row is hidden by the filter, the table or the family chosen.</p>
      )}
    </>
  );
}
