// SPDX-License-Identifier: MIT
// The docked inspector under the grid: its height is a share of the window's, dragged or moved by keys, remembered.
import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { usePrefs } from '../state/prefs.ts';

const LEAST = 0.12;
const MOST = 0.8;
const STEP = 0.02;

const clamp = (share: number): number => Math.min(MOST, Math.max(LEAST, share));

export function Dock({ main, children }: { main: ReactNode; children: ReactNode }) {
  const dock = usePrefs((store) => store.prefs.dock);
  const root = useRef<HTMLDivElement>(null);
  const set = (share: number): void =>
    usePrefs.getState().change({ dock: { open: true, share: clamp(share) } });

  const drag = (event: PointerEvent<HTMLElement>): void => {
    const box = root.current;
    if (!box || event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (moveEvent: globalThis.PointerEvent): void => {
      const { bottom, height } = box.getBoundingClientRect();
      set((bottom - moveEvent.clientY) / height);
    };
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    set(dock.share + (event.key === 'ArrowUp' ? STEP : -STEP));
  };

  return (
    <div
      className="dock"
      ref={root}
      style={
        dock.open
          ? {
              gridTemplateRows: `minmax(150px, 1fr) auto minmax(96px, ${Math.round(dock.share * 1000) / 10}%)`,
            }
          : undefined
      }
    >
      <div className="dock-main">{main}</div>
      {dock.open && (
        <>
          <div
            role="separator"
            aria-orientation="horizontal"
            aria-label="Height of the inspector"
            aria-valuenow={Math.round(dock.share * 100)}
            aria-valuemin={LEAST * 100}
            aria-valuemax={MOST * 100}
            tabIndex={0}
            className="dock-splitter"
            title="Drag to size, F9 hides"
            onPointerDown={drag}
            onKeyDown={onKeyDown}
          />
          <div className="dock-inspector" data-pane="inspector" tabIndex={-1}>
            {children}
          </div>
        </>
      )}
    </div>
  );
}
