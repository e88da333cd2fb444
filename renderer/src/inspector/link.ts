// SPDX-License-Identifier: MIT
// What ties tree and bytes of one message together: the hovered field, the selected field and the caret. A hover
// touches classes of elements only; nothing renders anew.
import type { FieldNode } from '../../../app/contract/index.ts';

export interface LinkState {
  /** Field under the pointer. */
  hovered: FieldNode | null;
  selected: FieldNode | null;
  /** Byte under the caret. */
  caret: number;
  /** Which pane did it: the other one scrolls to it. */
  by: 'tree' | 'hex' | 'none';
}

export class Link {
  #state: LinkState = { hovered: null, selected: null, caret: 0, by: 'none' };
  #hoverListeners = new Set<() => void>();
  #selectListeners = new Set<() => void>();

  get state(): LinkState {
    return this.#state;
  }

  hover(node: FieldNode | null): void {
    if (node === this.#state.hovered) return;
    this.#state = { ...this.#state, hovered: node };
    for (const listener of this.#hoverListeners) listener();
  }

  /** Selects a field; the caret goes to its first byte unless another is given. */
  select(node: FieldNode | null, by: LinkState['by'], caret = node?.start ?? 0): void {
    this.#state = { ...this.#state, selected: node, caret, by };
    for (const listener of this.#selectListeners) listener();
  }

  onHover = (listener: () => void): (() => void) => {
    this.#hoverListeners.add(listener);
    return () => void this.#hoverListeners.delete(listener);
  };

  onSelect = (listener: () => void): (() => void) => {
    this.#selectListeners.add(listener);
    return () => void this.#selectListeners.delete(listener);
  };

  onAny = (listener: () => void): (() => void) => {
    const ends = [this.onHover(listener), this.onSelect(listener)];
    return () => ends.forEach((end) => end());
  };
}
