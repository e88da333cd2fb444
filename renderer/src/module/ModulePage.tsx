// SPDX-License-Identifier: MIT
// The page Module: the life of the kernel module, what just happened to it and its log; then the rtmgr that is open: a
// greeting and what it saw of it, its counts, and emptying a table.
import { CircleSlash, Eraser, Package, PlugZap } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ModalDialog } from '../app/ModalDialog.tsx';
import { STATE_WORDS } from '../../../app/contract/index.ts';
import type { RtmgrStats, TargetId, TargetInfo } from '../../../app/contract/index.ts';
import { bridge } from '../bridge.ts';
import { useErrors, valueOf } from '../state/errors.ts';
import { useSelection } from '../state/selection.ts';
import { presentInfo, useTarget, whyReadOnly } from '../state/target.ts';
import { plural } from '../words.ts';
import { Greeting } from './Greeting.tsx';
import { Life } from './Life.tsx';
import { describe, isMoving } from './life.ts';
import { Log } from './Log.tsx';
import { Problem } from './Problem.tsx';
import { Statistics } from './Statistics.tsx';
import { Steps } from './Steps.tsx';
import { useModule } from './store.ts';
import './module.css';

const IDS: ReadonlySet<TargetId> = new Set(['rtmgr-user', 'rtmgr-kernel']);

export function ModulePage({ onShowMessages }: { onShowMessages: (id: number) => void }) {
  const target = useTarget();
  const { state, infos } = target;
  const info = presentInfo(target);
  const isRtmgr = state !== null && IDS.has(state.target);
  const isOpen = isRtmgr && (state.state === 'connected' || state.state === 'resyncing');
  const life = useModule((store) => store.life);
  const error = useModule((store) => store.error);
  const hasLines = useModule((store) => store.lines.length > 0);
  const page = useRef<HTMLElement>(null);
  const owesGreeting = useRef(false);
  useEffect(() => void useModule.getState().enter(), []);

  // where one asked to greet, the keyboard goes there as soon as it is open
  const greetNow = (): void => {
    const field = page.current?.querySelector<HTMLElement>('.module-hello input');
    field?.focus();
    field?.scrollIntoView({ block: 'nearest' });
  };
  useEffect(() => {
    if (isOpen && owesGreeting.current) greetNow();
    if (isOpen) owesGreeting.current = false;
  });
  const open = (id: TargetId, greet: boolean): void => {
    if (isOpen && state.target === id) {
      if (greet) greetNow();
      return;
    }
    owesGreeting.current = greet;
    void target.open(id);
  };
  const show = (ids: readonly number[]): void => {
    const [id] = ids;
    if (id === undefined) return;
    useSelection.getState().show(id);
    onShowMessages(id);
  };
  const hasMore =
    life !== null && (life.steps.length > 0 || life.loaded !== null || life.isFollowing || hasLines);
  return (
    <section ref={page} className="module" aria-label="Module" data-pane="page" tabIndex={-1}>
      <header className="module-head">
        <Package size={20} aria-hidden />
        <div>
          <h1>rtmgr</h1>
          <p>
            A routing-table manager that speaks what the kernel’s own tables speak. It keeps routes and moves
            no packet.
          </p>
        </div>
      </header>
      {life && <Life life={life} onOpen={open} />}
      {life === null && error && <Problem error={error} />}
      {hasMore && (
        <div className="life-below">
          <Steps steps={life.steps} onShow={show} />
          <Log isFollowing={life.isFollowing} isLoaded={life.loaded !== null} />
        </div>
      )}
      <Facts />
      {isOpen && state ? (
        <Open key={`${state.target} ${state.portId}`} onShow={show} />
      ) : (
        // the kernel module has its place above
        <Closed
          isFirst={life === null || (!isMoving(life) && describe(life).actions.length === 0)}
          infos={infos.filter(({ id }) => IDS.has(id) && (life === null || id !== 'rtmgr-kernel'))}
        />
      )}
      {info === null && <p className="module-note">No target is open.</p>}
    </section>
  );
}

/** What is open, in a line of facts. */
function Facts() {
  const target = useTarget();
  const { state } = target;
  if (!state || !IDS.has(state.target)) return null;
  const { rtmgr } = state;
  const facts: [string, string][] = [
    ['Target', presentInfo(target)?.name ?? state.target],
    ...(rtmgr
      ? ([
          ['Release', rtmgr.release || 'not told'],
          ['Interface', `version ${rtmgr.version}`],
        ] as [string, string][])
      : []),
    ...(rtmgr?.pid ? [['Process', String(rtmgr.pid)] as [string, string]] : []),
    ...(rtmgr?.port ? [['Serves at port', String(rtmgr.port)] as [string, string]] : []),
    ...(state.portId !== null ? [['Our port', String(state.portId)] as [string, string]] : []),
    ...(rtmgr ? [['Changes', state.writable ? 'allowed' : 'not allowed'] as [string, string]] : []),
  ];
  return (
    <dl className="module-facts" aria-label="State of rtmgr">
      <div>
        <dt>State</dt>
        <dd className="module-state">
          <span className={`state-dot is-${state.state}`} aria-hidden />
          {STATE_WORDS[state.state]}
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** No rtmgr to talk to: what there is, why not, and the way there. */
function Closed({ infos, isFirst }: { infos: TargetInfo[]; isFirst: boolean }) {
  const target = useTarget();
  const { state } = target;
  // that the module is not loaded stands at its own entry
  const isTold = state !== null && IDS.has(state.target) && state.state !== 'not-loaded';
  const error = isTold ? state.error : null;
  return (
    <>
      {error && (
        <div className="banner is-error module-lost" role="alert">
          <PlugZap size={15} aria-hidden />
          <div className="banner-words">
            <b>{error.what}</b>
            {error.why && `. ${error.why}`}
            {error.wayOut && `. ${error.wayOut}`}
          </div>
        </div>
      )}
      <ul className="module-choice" aria-label="Where rtmgr can be opened">
        {infos.map((info) => {
          const isThis = state?.target === info.id;
          return (
            <li key={info.id}>
              <div>
                <h2>
                  {info.name}
                  {!info.available && (
                    <span className="tag">{info.id === 'rtmgr-kernel' ? 'Not loaded' : 'Not built'}</span>
                  )}
                </h2>
                <p>{info.description}</p>
                {info.reason && (
                  <p className="module-why">
                    <CircleSlash size={13} aria-hidden /> {info.reason.why}.{' '}
                    {info.reason.wayOut && `${info.reason.wayOut}.`}
                  </p>
                )}
              </div>
              {info.available && (
                <button
                  type="button"
                  className={`button${isFirst ? ' is-primary' : ''}`}
                  onClick={() => void target.open(info.id)}
                >
                  {isThis && info.id === 'rtmgr-user' ? 'Start it again' : 'Open'}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Open({ onShow }: { onShow: (ids: readonly number[]) => void }) {
  const [asked, setAsked] = useState<RtmgrStats['tables'][number]['table'] | 'all' | null>(null);
  const why = useTarget(whyReadOnly);
  const flush = async (table: number | null): Promise<void> => {
    setAsked(null);
    const done = valueOf(await bridge['rtmgr.flush']({ table }));
    if (!done) return;
    const [id] = done.messageIds;
    if (id !== undefined) useSelection.getState().show(id);
    useErrors.getState().say(`${plural(done.deleted, 'route')} deleted`);
  };
  return (
    <div className="module-panels">
      <Greeting onShow={onShow} />
      <Statistics
        why={why}
        onFlush={(table) => {
          if (why === null) setAsked(table);
        }}
      />
      {asked !== null && (
        <ModalDialog
          title={
            asked === 'all' ? 'Delete the routes of all tables?' : `Delete all routes of table ${asked.name}?`
          }
          isQuestion
          onLeave={() => setAsked(null)}
        >
          <p>
            rtmgr deletes them at once, of both families, and tells everyone who listens. There is no undo in
            this version.
          </p>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={() => setAsked(null)}>
              Keep them
            </button>
            <button
              type="button"
              className="button is-danger"
              onClick={() => void flush(asked === 'all' ? null : asked.value)}
            >
              <Eraser size={14} aria-hidden /> {asked === 'all' ? 'Flush all' : `Flush ${asked.name}`}
            </button>
          </div>
        </ModalDialog>
      )}
    </div>
  );
}
