// SPDX-License-Identifier: MIT
// The build while it runs, or what is left of one that failed: its time, and its last lines as they come.
import { useEffect, useState } from 'react';
import type { ModuleLife } from '../../../app/contract/index.ts';
import { plural } from '../words.ts';
import { ScrollBox } from './ScrollBox.tsx';

/** Seconds since then, told anew each second while it runs. */
function useSeconds(began: number, isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return Math.max(0, Math.floor((now - began) / 1000));
}

export function Building({
  build,
  isRunning,
}: {
  build: NonNullable<ModuleLife['build']>;
  isRunning: boolean;
}) {
  const seconds = useSeconds(build.began, isRunning);
  const words = `${plural(seconds, 'second')}, ${plural(build.lines.length, 'line')}`;
  return (
    <div className="life-build">
      {isRunning && (
        <div className="life-progress" role="progressbar" aria-label="Building rtmgr" aria-valuetext={words}>
          <span aria-hidden>{words}</span>
        </div>
      )}
      <ScrollBox
        role="log"
        label="Lines of the build"
        className="life-lines life-build-lines"
        follows
        // its many lines would drown everything else
        isQuiet
      >
        {build.lines.length > 0 ? build.lines.join('\n') : 'make has not said anything yet'}
      </ScrollBox>
    </div>
  );
}
