// SPDX-License-Identifier: MIT
// Says hello to rtmgr and shows, line by line, what rtmgr saw of the message: the first lesson on a netlink header.
import { ArrowRight, Hand } from 'lucide-react';
import { useState } from 'react';
import type { AppError, HelloAnswer } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { Refusal } from '../grid/edit/Words.tsx';

const MOST = 255;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

type Shown = { answer: HelloAnswer } | { error: AppError } | null;

export function Greeting({ onShow }: { onShow: (ids: readonly number[]) => void }) {
  const [text, setText] = useState('Hello');
  const [isAsking, setIsAsking] = useState(false);
  const [shown, setShown] = useState<Shown>(null);
  const isTooLong = bytesOf(text) > MOST;
  const greet = async (): Promise<void> => {
    if (isAsking || isTooLong) return;
    setIsAsking(true);
    const outcome = await bridge['rtmgr.hello']({ text });
    setIsAsking(false);
    setShown(outcome.ok ? { answer: outcome.value } : { error: outcome.error });
  };
  return (
    <section className="module-panel" aria-label="Greeting">
      <h2>Greeting</h2>
      <form
        className="module-hello"
        onSubmit={(event) => {
          event.preventDefault();
          void greet();
        }}
      >
        <input
          aria-label="Text of the greeting"
          className="module-input"
          spellCheck={false}
          autoComplete="off"
          maxLength={MOST}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="button is-primary" aria-disabled={isAsking || isTooLong}>
          <Hand size={14} aria-hidden /> Say hello
        </button>
      </form>
      {isTooLong && <p className="module-why">A greeting has at most {MOST} bytes</p>}
      {shown && 'error' in shown && (
        <div className="is-refusal" role="alert">
          <Refusal error={shown.error} />
        </div>
      )}
      {shown && 'answer' in shown && <Saw answer={shown.answer} onShow={onShow} />}
      {!shown && (
        <p className="module-note">
          rtmgr answers with its version, and with what stood in the header of the message when it arrived.
        </p>
      )}
    </section>
  );
}

function Saw({ answer, onShow }: { answer: HelloAnswer; onShow: (ids: readonly number[]) => void }) {
  const { seen, text, portId, uid, writable, tookMs, messageIds } = answer;
  const [asked, ...answers] = messageIds;
  const facts: [name: string, value: string, words: string][] = [
    ['nlmsg_len', `${seen.length} bytes`, 'header, family header and text'],
    ['nlmsg_type', seen.type, 'what the message is'],
    ['nlmsg_flags', seen.flags.join(' | '), 'how it is meant'],
    ['nlmsg_seq', String(seen.seq), 'our number; the answer carries the same'],
    ['nlmsg_pid', String(seen.pid), 'what we wrote; it proves nothing'],
    ['Port', String(portId), 'where it really came from'],
    ['User', String(uid), writable ? 'may change routes' : 'may only read'],
  ];
  return (
    <div aria-live="polite">
      <p className="module-back">
        {text === '' ? 'It greets back without a word' : <q>{text}</q>} <span>in {tookMs.toFixed(1)} ms</span>
      </p>
      <table className="module-table" aria-label="What rtmgr saw">
        <tbody>
          {facts.map(([name, value, words]) => (
            <tr key={name}>
              <th scope="row" className={name.startsWith('nlmsg') ? 'is-mono' : undefined}>
                {name}
              </th>
              <td className="is-mono">{value}</td>
              <td className="module-words">{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked !== undefined && (
        <p className="module-links">
          <button type="button" className="button is-small" onClick={() => onShow([asked])}>
            Request #{asked} <ArrowRight size={12} aria-hidden />
          </button>
          {answers.slice(0, 2).map((id, i) => (
            <button key={id} type="button" className="button is-small" onClick={() => onShow([id])}>
              {i === 0 ? 'Answer' : 'Acknowledgement'} #{id} <ArrowRight size={12} aria-hidden />
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
