// SPDX-License-Identifier: MIT
// Over the list: pause, clear, filters, and what is kept of what passed.
import {
  ArrowLeft,
  ArrowRight,
  ArrowRightLeft,
  CircleX,
  ListFilter,
  Pause,
  Play,
  Search,
  Trash2,
  Users,
  X,
} from 'lucide-react';
import type { Ref } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { TraceFilter } from '../../../app/contract/index.ts';
import type { TraceStore } from './trace-store.ts';
import { count, keptText, limitsText, lossSentences, plural } from './words.ts';

const DIRECTIONS = [
  ['both', 'Both directions', ArrowRightLeft],
  ['out', 'To the kernel only', ArrowRight],
  ['in', 'From the kernel only', ArrowLeft],
] as const;

export interface MirrorToggle {
  isOn: boolean;
  /** Why it can't be turned on; null when it can. */
  why: string | null;
  set: (on: boolean) => void;
}

export interface ToolbarProps {
  store: TraceStore;
  filterRef: Ref<HTMLInputElement>;
  mirror: MirrorToggle | null;
}

export function Toolbar({ store, filterRef, mirror }: ToolbarProps) {
  const { state, filter } = store;
  const paused = state?.paused ?? false;
  return (
    <div className="tr-toolbar" role="toolbar" aria-label="Messages">
      <button
        type="button"
        className={`tr-button${paused ? ' is-on' : ''}`}
        aria-pressed={paused}
        title={paused ? 'Keep messages again (Space)' : 'Stop keeping messages; they are counted (Space)'}
        disabled={!state}
        onClick={() => void store.pause(!paused)}
      >
        {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        <span>{paused ? 'Resume' : 'Pause'}</span>
      </button>
      <button
        type="button"
        className="tr-button"
        aria-label="Clear the list"
        title="Forget the messages kept so far"
        disabled={!state || state.kept === 0}
        onClick={() => void store.clear()}
      >
        <Trash2 size={14} aria-hidden />
        <span className="tr-wide">Clear</span>
      </button>
      <span className="tr-search">
        <Search size={13} aria-hidden />
        <input
          ref={filterRef}
          type="text"
          aria-label="Filter by type, flags, verdict or summary"
          placeholder="Filter messages"
          title="Type, flags, verdict or summary (Ctrl+F)"
          spellCheck={false}
          maxLength={200}
          value={filter.text}
          onChange={(event) => store.setFilter({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || filter.text === '') return;
            event.stopPropagation();
            store.setFilter({ text: '' });
          }}
        />
        {filter.text !== '' && (
          <button
            type="button"
            className="tr-icon-button"
            aria-label="Empty the filter"
            onClick={() => store.setFilter({ text: '' })}
          >
            <X size={13} />
          </button>
        )}
      </span>
      <TypeMenu store={store} />
      <div role="radiogroup" aria-label="Direction" className="tr-segment">
        {DIRECTIONS.map(([value, label, Icon]) => (
          <label key={value} title={label} className={filter.direction === value ? 'is-on' : undefined}>
            <input
              type="radio"
              name="trace-direction"
              className="tr-visually-hidden"
              aria-label={label}
              checked={filter.direction === value}
              onChange={() => store.setFilter({ direction: value satisfies TraceFilter['direction'] })}
            />
            <Icon size={14} aria-hidden />
          </label>
        ))}
      </div>
      <button
        type="button"
        className={`tr-button${filter.errorsOnly ? ' is-on' : ''}`}
        aria-pressed={filter.errorsOnly}
        title="Only refused and lost messages, and the requests they belong to"
        onClick={() => store.setFilter({ errorsOnly: !filter.errorsOnly })}
      >
        <CircleX size={14} aria-hidden />
        <span>
          Errors<span className="tr-wide"> only</span>
        </span>
      </button>
      {mirror && (
        <button
          type="button"
          className={`tr-button${mirror.isOn ? ' is-on' : ''}`}
          aria-pressed={mirror.isOn}
          aria-disabled={mirror.why !== null}
          title={mirror.why ?? 'Show what other processes say to rtmgr and hear from it, too'}
          onClick={() => mirror.why === null && mirror.set(!mirror.isOn)}
        >
          <Users size={14} aria-hidden />
          <span>
            Other<span className="tr-wide"> processes</span>
          </span>
        </button>
      )}
      <Counts store={store} />
    </div>
  );
}

function TypeMenu({ store }: { store: TraceStore }) {
  const { filter, state } = store;
  const chosen = filter.types;
  const types = [...new Set([...(state?.types ?? []), ...chosen])].sort();
  const label =
    chosen.length === 0 ? 'All types' : chosen.length === 1 ? chosen[0]! : plural(chosen.length, 'type');
  return (
    <MenuTrigger>
      <Button className={`tr-button${chosen.length > 0 ? ' is-on' : ''}`} isDisabled={types.length === 0}>
        <ListFilter size={14} aria-hidden />
        <span>{label}</span>
      </Button>
      <Popover className="tr-popover" placement="bottom start">
        <Menu
          className="tr-menu"
          aria-label="Message types"
          selectionMode="multiple"
          selectedKeys={chosen}
          onSelectionChange={(keys) =>
            store.setFilter({ types: keys === 'all' ? [] : [...keys].map(String) })
          }
        >
          {types.map((type) => (
            <MenuItem key={type} id={type} textValue={type} className="tr-menu-item">
              {({ isSelected }) => (
                <>
                  <span className="tr-check" aria-hidden>
                    {isSelected ? '✓' : ''}
                  </span>
                  {type}
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Counts({ store }: { store: TraceStore }) {
  const { state } = store;
  if (!state) return <span className="tr-counts" />;
  const filtered = state.matched !== state.kept;
  const losses = lossSentences(state);
  return (
    <span className="tr-counts" title={[`Kept in memory: ${limitsText(state)}.`, ...losses].join('\n')}>
      {state.paused && (
        <span className="tr-paused">
          <Pause size={12} aria-hidden /> Paused{state.missed > 0 && `, ${count(state.missed)} missed`}
        </span>
      )}
      {filtered && <span>{count(state.matched)} shown</span>}
      <span>{keptText(state)}</span>
      <span className="tr-limits">{limitsText(state)}</span>
    </span>
  );
}
