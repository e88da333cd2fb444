// SPDX-License-Identifier: MIT
// "What just happened": each step of the last load or unload, who took it, what it means, and the messages that show it.
import { ArrowRight, CircleCheck, CircleX } from 'lucide-react';
import type { ModuleStep } from '../../../app/contract/index.ts';
import { ScrollBox } from './ScrollBox.tsx';
import { after } from './units.ts';

const WHO: Record<ModuleStep['who'], string> = {
  program: 'Routelens',
  polkit: 'polkit',
  helper: 'Helper',
  kernel: 'Kernel',
  module: 'rtmgr',
};

const INFERRED =
  'Not observed: it follows from the steps that were, and from how kernel and module are written';

/** Links to messages that one step shows at most. */
const MOST_LINKS = 6;

export function Steps({
  steps,
  onShow,
}: {
  steps: readonly ModuleStep[];
  onShow: (ids: readonly number[]) => void;
}) {
  const began = steps[0]?.at ?? 0;
  // what went wrong stands last, and has to be in sight
  const hasFailed = steps.some(({ ok }) => !ok);
  return (
    <section className="module-panel life-steps" aria-label="What just happened">
      <h2>What just happened</h2>
      {steps.length === 0 ? (
        <p className="module-note">
          When it is loaded or unloaded here, each step stands here: who took it, what it means, and the
          messages that show it.
        </p>
      ) : (
        <ScrollBox role="region" label="Steps" className="life-steps-box" follows={hasFailed}>
          <ol>
            {steps.map((step) => (
              <li key={`${step.at} ${step.what}`} className={step.ok ? undefined : 'is-failed'}>
                <span className="life-step-mark">
                  {step.ok ? (
                    <CircleCheck size={14} role="img" aria-label="Done" />
                  ) : (
                    <CircleX size={14} role="img" aria-label="Failed" />
                  )}
                </span>
                <div>
                  <p className="life-step-what">
                    <span className="tag">{WHO[step.who]}</span>
                    <strong>{step.what}</strong>
                    {step.inferred && (
                      <span className="life-step-inferred" title={INFERRED}>
                        inferred
                      </span>
                    )}
                    <span className="life-step-time">{after(step.at - began)}</span>
                  </p>
                  <p className="life-step-why">{step.why}</p>
                  {step.messageIds.length > 0 && (
                    <p className="life-step-links">
                      {step.messageIds.slice(0, MOST_LINKS).map((id) => (
                        <button
                          key={id}
                          type="button"
                          className="button is-small"
                          title="Show it in the inspector"
                          onClick={() => onShow([id])}
                        >
                          Message #{id} <ArrowRight size={12} aria-hidden />
                        </button>
                      ))}
                      {step.messageIds.length > MOST_LINKS && (
                        <span className="module-note">and {step.messageIds.length - MOST_LINKS} more</span>
                      )}
                    </p>
                  )}
                </div>
              </li>
            ))}
          </ol>
        </ScrollBox>
      )}
    </section>
  );
}
