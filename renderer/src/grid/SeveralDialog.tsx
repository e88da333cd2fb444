// SPDX-License-Identifier: MIT
// Several routes at once: lines as ip(8) takes them. On rtmgr one batch, entirely or not at all; elsewhere one after
// the other, which is said.
import { CircleX } from 'lucide-react';
import { useRef, useState } from 'react';
import { ModalDialog } from '../app/ModalDialog.tsx';
import type { AppError, BatchAnswer } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { useErrors } from '../state/errors.ts';
import { useLinks } from '../state/links.ts';
import { isMeant, ownersOf } from '../state/owners.ts';
import { useSelection } from '../state/selection.ts';
import { useTarget } from '../state/target.ts';
import { plural } from '../words.ts';
import { Refusal } from './edit/Words.tsx';

const SHOWN = 5;

export function SeveralDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [isApplying, setIsApplying] = useState(false);
  const [answer, setAnswer] = useState<BatchAnswer | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const isAtomic = useTarget(({ state }) => state?.rtmgr !== null && state?.rtmgr !== undefined);
  const device = useLinks(({ links }) => links?.find((link) => link.up)?.name ?? 'lo');
  const lines = text.split('\n').filter((line) => line.replace(/#.*/, '').trim() !== '').length;

  const apply = async (): Promise<void> => {
    if (isApplying || lines === 0) return;
    setIsApplying(true);
    setAnswer(null);
    setError(null);
    const owners = await ownersOf([], text);
    if (!owners || !(await isMeant(owners, 'change'))) return setIsApplying(false);
    const outcome = await bridge['route.batch']({ commands: text });
    setIsApplying(false);
    if (!outcome.ok) return setError(outcome.error);
    const [shown] = outcome.value.messageIds;
    if (shown !== undefined) useSelection.getState().show(shown);
    if (outcome.value.failures.length > 0) return setAnswer(outcome.value);
    useErrors.getState().dismiss();
    useErrors
      .getState()
      .say(
        `${plural(outcome.value.applied, 'command')} applied${outcome.value.atomic ? ' as one batch' : ''}`,
      );
    return onClose();
  };

  /** Selects a line in the text, so that it can be put right. */
  const goTo = (line: number): void => {
    const before = text
      .split('\n')
      .slice(0, line - 1)
      .join('\n');
    const start = line === 1 ? 0 : before.length + 1;
    const end = start + (text.split('\n')[line - 1]?.length ?? 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, end);
  };

  return (
    <ModalDialog title="Several routes" isWide className="several" onLeave={onClose}>
      <p>
        One command a line, as <code>ip route</code> takes them: add, append, replace, change, delete.{' '}
        {isAtomic
          ? 'They go to rtmgr as one datagram and are applied entirely or not at all.'
          : 'The kernel knows no batches: they are applied one after the other, and what is refused does not stop the rest.'}
      </p>
      <textarea
        ref={area}
        className="several-text is-mono"
        aria-label="Commands"
        spellCheck={false}
        rows={10}
        placeholder={`ip route add 203.0.113.0/24 via 192.0.2.1 dev ${device}\nip -6 route add 2001:db8:7::/48 dev ${device} metric 5\nip route del 198.51.100.0/24`}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAnswer(null);
          setError(null);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.ctrlKey) return;
          event.preventDefault();
          void apply();
        }}
      />
      {answer && <Failures answer={answer} onGoTo={goTo} />}
      {error && (
        <div className="several-failure" role="alert">
          <CircleX size={15} aria-hidden />
          <Refusal error={error} />
        </div>
      )}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        <button
          type="button"
          className="button is-primary"
          aria-disabled={lines === 0 || isApplying}
          title="Ctrl+Enter"
          onClick={() => void apply()}
        >
          {isAtomic ? 'Apply as one batch' : 'Apply one by one'}
          {lines > 0 && ` (${lines})`}
        </button>
      </div>
    </ModalDialog>
  );
}

function Failures({ answer, onGoTo }: { answer: BatchAnswer; onGoTo: (line: number) => void }) {
  const { failures, applied, total, atomic } = answer;
  return (
    <div role="alert">
      <p className="several-verdict">
        {applied === 0
          ? `Nothing was applied${atomic && failures.length === 1 ? ': the batch stands or falls together' : ''}`
          : `${applied} of ${total} were applied`}
      </p>
      {failures.slice(0, SHOWN).map(({ line, text, error }) => (
        <div key={line} className="several-failure">
          <CircleX size={15} aria-hidden />
          <div>
            <button type="button" className="tr-link several-line" onClick={() => onGoTo(line)}>
              Line {line}
            </button>{' '}
            <span className="is-mono">{text}</span>
            <Refusal error={error} />
          </div>
        </div>
      ))}
      {failures.length > SHOWN && <p>and {plural(failures.length - SHOWN, 'more line')}</p>}
    </div>
  );
}
