// SPDX-License-Identifier: MIT
// What is wrong, in words, right under the cell it concerns: a problem found here, or the kernel's refusal.
import { CircleX, TriangleAlert } from 'lucide-react';
import type { AppError, DraftProblem } from '../../../../app/contract/index.ts';
import { told } from '../../words.ts';
import { answerer } from '../../state/target.ts';

export interface WordsProps {
  id: string;
  /** CSS pixels from the left edge of the visible part. */
  left: number;
  problem: DraftProblem | null;
  more: number;
  refusal: AppError | null;
  onSuggestion: (text: string) => void;
}

export function Words({ id, left, problem, more, refusal, onSuggestion }: WordsProps) {
  if (!problem && !refusal) return null;
  return (
    <div
      className={`edit-words${refusal ? ' is-refusal' : ''}`}
      id={id}
      role="alert"
      style={{ marginLeft: left }}
    >
      {refusal ? (
        <>
          <CircleX size={15} aria-hidden className="edit-words-icon" />
          <Refusal error={refusal} />
        </>
      ) : (
        problem && (
          <>
            <TriangleAlert size={15} aria-hidden className="edit-words-icon" />
            <div>
              <strong>{problem.message}</strong>
              {problem.wayOut && problem.suggestion === undefined && <span>. {problem.wayOut}</span>}
              {more > 0 && <span className="edit-words-more"> · {more} more to put right</span>}
              {problem.suggestion !== undefined && (
                <button
                  type="button"
                  className="button is-small"
                  onClick={() => onSuggestion(problem.suggestion!)}
                >
                  Use {problem.suggestion}
                </button>
              )}
            </div>
          </>
        )
      )}
    </div>
  );
}

/** An error in full: what, why, the kernel's own words, the way out. */
export function Refusal({ error }: { error: AppError }) {
  const { what, why, kernel, wayOut } = told(error);
  return (
    <div>
      <strong>{what}</strong>
      {/* the kernel's sentence stands below in its own words */}
      {why && why !== kernel?.sentence && <span>. {why}</span>}
      {kernel && (
        <div className="kernel-words">
          {answerer()}: <span className="is-mono">{kernel.errno}</span>
          {kernel.sentence && <q>{kernel.sentence}</q>}
        </div>
      )}
      {wayOut && <div>{wayOut}</div>}
    </div>
  );
}
