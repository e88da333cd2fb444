// SPDX-License-Identifier: MIT
// Where the panel goes: under the row, or over it where there is more room; never taller than the room there is.
import { useLayoutEffect } from 'react';
import type { RefObject } from 'react';

/** Between the panel and the edge of what can be seen, CSS px. */
const MARGIN = 8;
const LEAST = 120;

function clipOf(element: HTMLElement): { top: number; bottom: number } {
  let top = 0;
  let bottom = window.innerHeight;
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflowY === 'visible') continue;
    const box = at.getBoundingClientRect();
    top = Math.max(top, box.top);
    bottom = Math.min(bottom, box.bottom);
  }
  return { top, bottom };
}

/** Measures after each drawing: the panel grows and shrinks with what it says. */
export function usePlacement(
  rowRef: RefObject<HTMLElement | null>,
  panelRef: RefObject<HTMLElement | null>,
): void {
  useLayoutEffect(() => {
    if (!rowRef.current || !panelRef.current) return;
    const clip = clipOf(rowRef.current);
    const box = rowRef.current.getBoundingClientRect();
    const below = clip.bottom - box.bottom - MARGIN;
    const over = box.top - clip.top - MARGIN;
    const body = panelRef.current.querySelector('.editor-body');
    const hidden = body ? body.scrollHeight - body.clientHeight : 0;
    const needed = panelRef.current.offsetHeight + hidden;
    const isOver = needed > below && over > below;
    panelRef.current.parentElement!.classList.toggle('over', isOver);
    panelRef.current.style.maxHeight = `${Math.max(LEAST, isOver ? over : below)}px`;
  });
}
