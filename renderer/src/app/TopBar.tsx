// SPDX-License-Identifier: MIT
// The top of the window: target, pages, the question to the kernel, looks.
import { Keyboard, Monitor, Moon, Settings, Sun } from 'lucide-react';
import type { RefObject } from 'react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import type { Prefs } from '../../../app/contract/index.ts';
import { useErrors } from '../state/errors.ts';
import { usePrefs } from '../state/prefs.ts';
import { useTarget } from '../state/target.ts';
import { LockButton } from './LockButton.tsx';
import { LookupBox } from './LookupBox.tsx';
import { PAGES } from './pages.ts';
import type { PageId } from './pages.ts';
import { TargetSwitcher } from './TargetSwitcher.tsx';
import { inWords } from './useCountdown.ts';

const THEMES: Record<Prefs['theme'], { next: Prefs['theme']; words: string; Icon: typeof Sun }> = {
  system: { next: 'light', words: 'as the desktop', Icon: Monitor },
  light: { next: 'dark', words: 'light', Icon: Sun },
  dark: { next: 'system', words: 'dark', Icon: Moon },
};

/** How long changes to this machine may wait to be kept, s. */
const TRIALS: readonly number[] = [15, 30, 60, 120, 300, 600];

export interface TopBarProps {
  page: PageId;
  onPage: (page: PageId) => void;
  onHelp: () => void;
  lookup: RefObject<HTMLInputElement | null>;
  onShowRow: (rowId: number) => Promise<boolean>;
}

export function TopBar({ page, onPage, onHelp, lookup, onShowRow }: TopBarProps) {
  const theme = usePrefs((store) => store.prefs.theme);
  const { next, words, Icon } = THEMES[theme];
  return (
    <header className="topbar" data-pane="topbar">
      <TargetSwitcher />
      <LockButton />
      <nav aria-label="Pages">
        {PAGES.map(({ id, title }, at) => (
          <button
            key={id}
            type="button"
            className="page-tab"
            aria-current={page === id ? 'page' : undefined}
            title={`${title} (Ctrl+${at + 1})`}
            onClick={() => onPage(id)}
          >
            {title}
          </button>
        ))}
      </nav>
      <span className="spacer" />
      <LookupBox input={lookup} onShow={onShowRow} />
      <button
        type="button"
        className="icon-button"
        aria-label={`Theme: ${words}`}
        title={`Theme: ${words}. Click for ${THEMES[next].words}`}
        onClick={() => usePrefs.getState().change({ theme: next })}
      >
        <Icon size={16} aria-hidden />
      </button>
      <SettingsMenu onHelp={onHelp} />
    </header>
  );
}

function SettingsMenu({ onHelp }: { onHelp: () => void }) {
  const { theme, density, dock, confirmSeconds } = usePrefs((store) => store.prefs);
  const change = usePrefs((store) => store.change);
  // one that was written into the file by hand is shown, too
  const trials = [...new Set([...TRIALS, confirmSeconds])].sort((a, b) => a - b);
  const setTrial = (seconds: number): void => {
    change({ confirmSeconds: seconds });
    if (useTarget.getState().state?.pending)
      useErrors.getState().say('The new time counts from the next change on');
  };
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label="Settings">
        <Settings size={16} aria-hidden />
      </Button>
      <Popover className="pop" placement="bottom end">
        <Menu
          className="menu"
          aria-label="Settings"
          onAction={(key) => {
            if (key === 'help') onHelp();
            else if (key === 'dock') change({ dock: { ...dock, open: !dock.open } });
            else if (key === 'hints') change({ dismissed: [] });
          }}
        >
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => {
              const [chosen] = keys;
              if (chosen) change({ theme: chosen as Prefs['theme'] });
            }}
          >
            <Header>Theme</Header>
            <MenuItem id="system">As the desktop</MenuItem>
            <MenuItem id="light">Light</MenuItem>
            <MenuItem id="dark">Dark</MenuItem>
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[density]}
            onSelectionChange={(keys) => {
              const [chosen] = keys;
              if (chosen) change({ density: chosen as Prefs['density'] });
            }}
          >
            <Header>Rows</Header>
            <MenuItem id="normal">Normal</MenuItem>
            <MenuItem id="compact">Compact</MenuItem>
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[String(confirmSeconds)]}
            onSelectionChange={(keys) => {
              const [chosen] = keys;
              if (chosen) setTrial(Number(chosen));
            }}
          >
            <Header>Changes to this machine are put back after</Header>
            {trials.map((seconds) => (
              <MenuItem key={seconds} id={String(seconds)}>
                {inWords(seconds)}
              </MenuItem>
            ))}
          </MenuSection>
          <MenuSection aria-label="Window">
            <Header>Window</Header>
            <MenuItem id="dock">{dock.open ? 'Hide' : 'Show'} the docked inspector (F9)</MenuItem>
            <MenuItem id="hints">Show hints again</MenuItem>
            <MenuItem id="help">
              <Keyboard size={13} aria-hidden /> Keyboard (F1)
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
