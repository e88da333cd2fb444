// SPDX-License-Identifier: MIT
// The window's keys. What has the focus hears them first; what it leaves comes here.
import { useEffect, useEffectEvent } from 'react';
import type { RefObject } from 'react';
import { newRoute } from '../grid/actions.ts';
import { useLock } from '../state/lock.ts';
import { usePrefs } from '../state/prefs.ts';
import { useTarget } from '../state/target.ts';
import { PAGES } from './pages.ts';
import type { PageId } from './pages.ts';

export interface KeysContext {
  page: PageId;
  setPage: (page: PageId) => void;
  setIsHelpOpen: (change: (isOpen: boolean) => boolean) => void;
  lookup: RefObject<HTMLInputElement | null>;
  filter: RefObject<HTMLInputElement | null>;
}

export type Command =
  | 'page'
  | 'pane'
  | 'pane-back'
  | 'new'
  | 'filter'
  | 'lookup'
  | 'dock'
  | 'help'
  | 'bytes'
  | 'lock'
  | 'keep'
  | 'revert';

const COMMANDS: Record<string, Command> = {
  n: 'new',
  f: 'filter',
  l: 'lookup',
  u: 'lock',
  k: 'keep',
  z: 'revert',
};

/** What a key means to the window; null: nothing. */
export function commandOf(
  press: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>,
): Command | null {
  const { key, ctrlKey, shiftKey, altKey, metaKey } = press;
  if (altKey || metaKey) return null;
  if (ctrlKey && !shiftKey) {
    if (key >= '1' && key <= String(PAGES.length) && key.length === 1) return 'page';
    return COMMANDS[key.toLowerCase()] ?? null;
  }
  if (ctrlKey) return key.toLowerCase() === 'c' ? 'bytes' : null;
  if (key === 'F6') return shiftKey ? 'pane-back' : 'pane';
  if (shiftKey) return null;
  return ({ F9: 'dock', F1: 'help' } as Record<string, Command>)[key] ?? null;
}

const isTyping = (): boolean =>
  document.activeElement?.matches('input:not([type=checkbox]), textarea, select') ?? false;

/** False where the key means nothing now, and is left to whatever else it means. */
function isMeant(command: Command): boolean {
  const { state } = useTarget.getState();
  if (command === 'lock') return Boolean(state?.lock);
  // where text is typed Ctrl+Z is for the text
  if (command === 'revert') return Boolean(state?.pending) && !isTyping();
  return command !== 'keep' || Boolean(state?.pending);
}

/** Moves the focus to the next part of the window that can take it. */
function goToPane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  if (panes.length === 0) return;
  const active = document.activeElement;
  // the innermost pane: the grid stands in no other, but the inspector may
  const at = panes.findLastIndex((pane) => pane.contains(active));
  const next = panes[(at + by + panes.length) % panes.length]!;
  const inner =
    next.dataset['pane'] === 'grid' ? next : next.querySelector<HTMLElement>('[tabindex="0"], button, input');
  (inner ?? next).focus();
}

export function useKeys(context: KeysContext): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const command = event.defaultPrevented ? null : commandOf(event);
    if (!command || !isMeant(command)) return;
    event.preventDefault();
    const { setPage, setIsHelpOpen, lookup, filter } = context;
    const later = (run: () => void): void => {
      // where the page is there, the next key already belongs to what is opened
      if (context.page === 'routes') return run();
      setPage('routes');
      return void requestAnimationFrame(() => requestAnimationFrame(run));
    };
    switch (command) {
      case 'page':
        return setPage(PAGES[Number(event.key) - 1]!.id);
      case 'pane':
        return goToPane(1);
      case 'pane-back':
        return goToPane(-1);
      case 'new':
        return later(newRoute);
      case 'filter':
        return later(() => {
          filter.current?.focus();
          filter.current?.select();
        });
      case 'lookup':
        lookup.current?.focus();
        return lookup.current?.select();
      case 'dock': {
        const { prefs, change } = usePrefs.getState();
        return change({ dock: { ...prefs.dock, open: !prefs.dock.open } });
      }
      case 'bytes': {
        // the inspector knows which; where it has not the focus it is asked all the same
        const inspector = document.querySelector('[data-pane=inspector] > *');
        inspector?.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', ctrlKey: true, shiftKey: true }));
        return undefined;
      }
      case 'lock': {
        const { unlock, lock } = useLock.getState();
        return void (useTarget.getState().state?.lock?.state === 'locked' ? unlock() : lock());
      }
      case 'keep':
      case 'revert':
        return void useLock.getState().settle(command);
      case 'help':
        return setIsHelpOpen((isOpen) => !isOpen);
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
