// SPDX-License-Identifier: MIT
// What is wrong, in words: our own checks as one types, and the refusal of the kernel.
import { CircleAlert, OctagonX } from 'lucide-react';
import type { AppError } from '../../../app/contract/index.ts';
import { isHopField } from './problems.ts';
import { useEditorState } from './useEditor.ts';
import { FIELD_NAMES, hopLabel } from './words.ts';

export function Problems() {
  const { shown, idOf, form, applying, takeSuggestion } = useEditorState();
  return (
    <ul className="editor-problems" role="status">
      {shown.map((problem) => {
        const { field, hop = 0, message, wayOut, suggestion } = problem;
        const several = isHopField(field) && form.hops.length > 1;
        return (
          <li key={`${idOf(problem)} ${message}`} id={idOf(problem)}>
            <CircleAlert size={14} aria-hidden />
            <span>
              <b>{several ? hopLabel(field, hop) : FIELD_NAMES[field]}</b> {message}.
              {wayOut !== undefined && suggestion === undefined && <span className="muted"> {wayOut}.</span>}
            </span>
            {suggestion !== undefined && (
              <button
                type="button"
                className="button"
                disabled={applying}
                onClick={() => takeSuggestion(problem)}
              >
                Use {suggestion}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** errno as the kernel sent it, and its own sentence where it had one. */
function Verdict({ error }: { error: AppError }) {
  if (error.kind === 'syscall')
    return (
      <p className="mono muted">
        {error.call}: {error.errnoName} ({error.errno})
      </p>
    );
  if (error.kind !== 'kernel') return null;
  return (
    <>
      <p>
        <span className="mono">
          errno: {error.errnoName} ({error.errno}) {error.errnoText}
        </span>
        {error.attribute !== undefined && <span className="muted"> at {error.attribute}</span>}
      </p>
      {error.extack !== undefined && (
        <p>
          <span className="muted">The kernel says: </span>
          <q className="selectable">{error.extack}</q>
        </p>
      )}
    </>
  );
}

export function Refusal() {
  const { refusal, refusalId } = useEditorState();
  return (
    <div role="alert">
      {refusal && (
        <div className="editor-refusal" id={refusalId}>
          <OctagonX size={15} aria-hidden />
          <div>
            <p>
              <b>{sentence(refusal.what)}</b>
              {refusal.why !== undefined && ` ${sentence(refusal.why)}`}
            </p>
            <Verdict error={refusal} />
            {refusal.wayOut !== undefined && <p>{sentence(refusal.wayOut)}</p>}
          </div>
        </div>
      )}
    </div>
  );
}
