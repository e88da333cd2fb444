// SPDX-License-Identifier: MIT
// What goes away must not take the keyboard's place with it.
import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** When the element goes while it has the focus, the focus goes to the page: its grid, where there is one. */
export function useFocusBack<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useLayoutEffect(() => {
    const own = element.current;
    // runs before the element is taken out of the document
    return () => {
      if (!own?.contains(document.activeElement)) return;
      const find = (pane: string): HTMLElement | null => document.querySelector(`main ${pane}`);
      (find('[data-pane=grid]') ?? find('[data-pane][tabindex]'))?.focus();
    };
  }, []);
  return element;
}
