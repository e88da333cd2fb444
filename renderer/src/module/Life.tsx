// SPDX-License-Identifier: MIT
// Where the module stands: the state in words, why, and the way out as buttons.
import { Check as CheckMark, Circle, Download, Hammer, LoaderCircle, Power, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { ModuleLife, TargetId } from '../../../app/contract/index.ts';
import { useTarget } from '../state/target.ts';
import { Building } from './Building.tsx';
import { Command } from './Command.tsx';
import type { Action, ActionId } from './life.ts';
import { checksOf, describe, isMoving, isToldApart } from './life.ts';
import { Holders, LoadedFacts } from './Loaded.tsx';
import { LoadedCounts } from './LoadedCounts.tsx';
import { Problem } from './Problem.tsx';
import { useModule } from './store.ts';
import { UnloadDialog } from './UnloadDialog.tsx';
import { readLimit } from './units.ts';
import './life.css';

const ICONS: Partial<Record<ActionId, ReactNode>> = {
  build: <Hammer size={14} aria-hidden />,
  cancel: <X size={14} aria-hidden />,
  load: <Download size={14} aria-hidden />,
  unload: <Power size={14} aria-hidden />,
};

/**
 * The button that was pressed may be gone with the state that it led to: then the keyboard goes to the new state's
 * word, which is read out, and the next Tab reaches its buttons.
 */
function useKeptFocus() {
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const hadFocus = useRef(false);
  useEffect(() => {
    const remember = (): void => {
      hadFocus.current ||= panel.current?.contains(document.activeElement) ?? false;
    };
    const ends = [
      useModule.subscribe((now, before) => {
        if (now.life?.state !== before.life?.state) remember();
      }),
      // which buttons there are depends on the open target, too
      useTarget.subscribe((now, before) => {
        if (now.state !== before.state) remember();
      }),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  useLayoutEffect(() => {
    const isHomeless = document.activeElement === null || document.activeElement === document.body;
    if (hadFocus.current && isHomeless) heading.current?.focus();
    hadFocus.current = false;
  });
  return { panel, heading };
}

export interface LifeProps {
  life: ModuleLife;
  /** Opens a target and, when asked to, puts the keyboard on its greeting. */
  onOpen: (id: TargetId, greet: boolean) => void;
}

export function Life({ life, onOpen }: LifeProps) {
  const { panel, heading } = useKeptFocus();
  const error = useModule((store) => store.error);
  const isAsking = useModule((store) => store.asking !== null);
  const openTarget = useTarget(({ state }) =>
    state && (state.state === 'connected' || state.state === 'resyncing') ? state.target : null,
  );
  const [isUnloading, setIsUnloading] = useState(false);
  const { word, mark, means, wayOut, command, actions } = describe(life);
  const failedBuild = useModule((store) => store.failedBuild);
  const { loaded, problem } = life;
  const build = life.build ?? failedBuild;
  const shown = actions.filter(({ id }) => !(id === 'open' && openTarget === 'rtmgr-kernel'));
  const unload = (): void => {
    if (loaded && Math.max(loaded.refcount, loaded.holders.length) > 0) setIsUnloading(true);
    else void useModule.getState().unload();
  };
  const act: Record<Exclude<ActionId, 'load'>, () => void> = {
    build: () => void useModule.getState().build(),
    cancel: () => void useModule.getState().cancel(),
    unload,
    open: () => onOpen('rtmgr-kernel', false),
    greet: () => onOpen('rtmgr-kernel', true),
  };
  const isWaiting = life.state === 'loading' || life.state === 'unloading';
  return (
    <section ref={panel} className="module-panel life" aria-label="Kernel module" data-state={life.state}>
      <div className="life-top">
        <div className="life-words">
          <h2 ref={heading} tabIndex={-1} className="life-state">
            <span className={`state-dot is-${mark}`} aria-hidden />
            {word}
          </h2>
          <p className="life-means">
            {isWaiting && <LoaderCircle size={14} aria-hidden className="life-spinner" />}
            {means}
          </p>
          {wayOut && <p className="life-way-out">{wayOut}</p>}
        </div>
        <div className="life-actions" role="group" aria-label="What can be done">
          {shown.map((action) =>
            action.id === 'load' ? (
              <LoadForm key="load" action={action} isBusy={isAsking} />
            ) : (
              <ActionButton
                key={action.id}
                action={action}
                // a build, or polkit's question, can be called off at any time
                isDisabled={isAsking && action.id !== 'cancel'}
                onPress={act[action.id]}
              />
            ),
          )}
        </div>
      </div>
      <p className="sr-only" role="status">
        {`rtmgr: ${word}. ${means} ${wayOut ?? ''}`}
      </p>
      {error && <Problem error={error} />}
      {problem && isToldApart(life) && <Problem error={problem} />}
      {command && <Command text={command} />}
      {build && <Building build={build} isRunning={life.state === 'building'} />}
      {loaded && <LoadedFacts loaded={loaded} />}
      {loaded && !isMoving(life) && openTarget !== 'rtmgr-kernel' && <LoadedCounts />}
      {loaded && <Holders loaded={loaded} />}
      {!loaded && !isMoving(life) && <Checks life={life} />}
      {isUnloading && loaded && (
        <UnloadDialog
          loaded={loaded}
          onClose={() => setIsUnloading(false)}
          onUnload={() => {
            setIsUnloading(false);
            void useModule.getState().unload();
          }}
        />
      )}
    </section>
  );
}

function ActionButton({
  action: { id, words, isPrimary },
  isDisabled,
  onPress,
}: {
  action: Action;
  isDisabled: boolean;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={`button${isPrimary ? ' is-primary' : ''}`}
      aria-disabled={isDisabled}
      onClick={() => {
        if (!isDisabled) onPress();
      }}
    >
      {ICONS[id]} {words}
    </button>
  );
}

/** How many routes it may hold, and Load. */
function LoadForm({ action: { words, isPrimary }, isBusy }: { action: Action; isBusy: boolean }) {
  const [text, setText] = useState('');
  const limit = readLimit(text);
  const error = 'error' in limit ? limit.error : null;
  return (
    <form
      className="life-load"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && 'value' in limit) void useModule.getState().load(limit.value);
      }}
    >
      <label>
        At most
        <input
          className={`module-input${error ? ' is-wrong' : ''}`}
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          placeholder="4,194,304"
          title="The parameter max_routes; nothing: the module’s own limit"
          aria-label="At most this many routes (max_routes)"
          aria-invalid={error !== null}
          aria-describedby={error ? 'life-limit' : undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        routes
      </label>
      <button
        type="submit"
        className={`button${isPrimary ? ' is-primary' : ''}`}
        aria-disabled={isBusy || error !== null}
      >
        {ICONS.load} {words}
      </button>
      {error && (
        <p id="life-limit" className="life-wrong" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

/** What has to be there, each with its own word. */
function Checks({ life }: { life: ModuleLife }) {
  return (
    <ul className="life-checks" aria-label={`What it takes, for kernel ${life.kernel}`}>
      <li>
        Kernel <span className="is-mono">{life.kernel}</span>
      </li>
      {checksOf(life).map(({ name, isThere, detail, title }) => (
        <li key={name} className={isThere ? 'is-there' : undefined} title={title}>
          {isThere ? <CheckMark size={13} aria-hidden /> : <Circle size={11} aria-hidden />}
          {name} <span>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
