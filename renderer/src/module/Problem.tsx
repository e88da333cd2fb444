// SPDX-License-Identifier: MIT
// Why something was refused, in full: what, why, the way out, its errno, and what the kernel logged meanwhile.
import { CircleX } from 'lucide-react';
import type { AppError } from '../../../app/contract/index.ts';
import { told } from '../words.ts';
import { logOf } from './life.ts';
import { ScrollBox } from './ScrollBox.tsx';

export function Problem({ error }: { error: AppError }) {
  const { what, why, kernel, wayOut } = told(error);
  const errno = kernel?.errno ?? ('errnoName' in error && error.errno !== 0 ? error.errnoName : null);
  const log = logOf(error);
  return (
    <div className="life-problem" role="alert">
      <CircleX size={15} aria-hidden />
      <div>
        <p>
          <strong>{what}</strong>
          {errno && <span className="life-errno is-mono">{errno}</span>}
        </p>
        {why && <p>{why}.</p>}
        {wayOut && <p>{wayOut}.</p>}
        {log.length > 0 && (
          <>
            <p className="life-problem-log-head">What the kernel logged:</p>
            <ScrollBox
              role="region"
              label="What the kernel logged"
              className="life-lines life-problem-log"
              follows={false}
            >
              {log.join('\n')}
            </ScrollBox>
          </>
        )}
      </div>
    </div>
  );
}
