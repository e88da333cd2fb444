// SPDX-License-Identifier: MIT
// Which target is open, its state in a dot and a word, and all the others: those that can't be opened say why.
import { Boxes, ChevronDown, Lock, RotateCcw, ShieldAlert } from 'lucide-react';
import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
  Text,
} from 'react-aria-components';
import { STATE_WORDS } from '../../../app/contract/index.ts';
import type { TargetInfo } from '../../../app/contract/index.ts';
import { useLock } from '../state/lock.ts';
import { presentInfo, presentName, useTarget } from '../state/target.ts';

const RESET = 'reset-lab';
const NAMED = 'netns:';

/** One that can be opened, or the reason why not. */
const choice = (info: TargetInfo) => (
  <MenuItem
    key={info.id}
    id={info.id}
    textValue={info.name}
    isDisabled={!info.available}
    className="menu-item target-item"
  >
    <Text slot="label">
      {info.name}
      {info.dangerous && <ShieldAlert size={13} aria-label="a mistake here can cut you off" />}
      {!info.available && (
        <span className="tag">
          {info.id === 'rtmgr-kernel' ? STATE_WORDS['not-loaded'] : 'Not available'}
        </span>
      )}
      {info.available && !info.writable && <span className="tag">Read-only</span>}
    </Text>
    <Text slot="description">
      {info.description}
      {info.reason && (
        <span className="target-reason">
          {info.reason.why}
          {info.reason.wayOut && `. ${info.reason.wayOut}`}
        </span>
      )}
    </Text>
  </MenuItem>
);

export function TargetSwitcher() {
  const target = useTarget();
  const { infos, state, opening } = target;
  const present = presentInfo(target);
  const isLocked = state?.state === 'connected' && state.lock !== null && state.lock.state !== 'unlocked';
  const word = opening ? 'Connecting' : isLocked ? 'Locked' : state ? STATE_WORDS[state.state] : 'Starting';
  const open = (info: TargetInfo): void =>
    useLock.getState().ask({ what: `opening ${info.name}`, go: () => void target.open(info.id) });
  const named = infos.filter(({ id }) => id.startsWith(NAMED));
  const name = presentName(target);
  const ofNamespace = state?.target.startsWith(NAMED) ? state.target.slice(NAMED.length) : null;
  return (
    <MenuTrigger>
      <Button
        className={`button target-button${present?.dangerous ? ' is-dangerous' : ''}`}
        aria-label={`Target: ${state ? name : 'none'}, ${word}`}
      >
        {present?.dangerous && <ShieldAlert size={14} aria-hidden />}
        {ofNamespace !== null && <Boxes size={14} aria-hidden />}
        <span className="target-name" title={name}>
          {ofNamespace ?? name}
        </span>
        {isLocked && !opening ? (
          <Lock size={12} aria-hidden className="target-locked" />
        ) : (
          <span
            className={`state-dot is-${opening ? 'connecting' : (state?.state ?? 'connecting')}`}
            aria-hidden
          />
        )}
        <span className="state-word">{word}</span>
        <ChevronDown size={13} aria-hidden />
      </Button>
      <Popover className="pop" placement="bottom start">
        <Menu
          className="menu target-menu"
          aria-label="Targets"
          onAction={(key) => {
            if (key === RESET) void target.resetLab();
            else if (key !== state?.target || state.state !== 'connected') {
              const info = infos.find(({ id }) => id === key);
              if (info) open(info);
            }
          }}
        >
          <MenuSection
            aria-label="Targets"
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={state ? [state.target] : []}
          >
            {infos.filter((info) => !named.includes(info)).map(choice)}
          </MenuSection>
          {named.length > 0 && (
            <MenuSection
              className="target-namespaces"
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={state ? [state.target] : []}
            >
              <Header>Named namespaces</Header>
              {named.map(choice)}
            </MenuSection>
          )}
          <Separator />
          <MenuItem
            id={RESET}
            textValue="Reset Lab"
            isDisabled={state?.target !== 'lab'}
            className="menu-item target-item"
          >
            <Text slot="label">
              <RotateCcw size={13} aria-hidden /> Reset Lab
            </Text>
            <Text slot="description">
              Ends the Lab’s namespaces and makes them anew, with its first routes
            </Text>
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
