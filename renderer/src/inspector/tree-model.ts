// SPDX-License-Identifier: MIT
// The field tree without a screen: which rows are visible, who is whose parent, and what the arrow keys do.
import type { FieldNode } from '../../../app/contract/index.ts';

export interface TreeRow {
  node: FieldNode;
  /** From 1, as aria-level counts. */
  level: number;
  /** From 1, among its siblings. */
  place: number;
  siblings: number;
  /** null: it has no children. */
  expanded: boolean | null;
}

/** Trees with more nodes open only their upper levels at first. */
const OPEN_WHOLE = 400;

export class TreeModel {
  readonly roots: readonly FieldNode[];
  #parents = new Map<string, FieldNode | null>();
  #nodes = new Map<string, FieldNode>();
  #levels = new Map<string, number>();

  constructor(roots: readonly FieldNode[]) {
    this.roots = roots;
    const note = (nodes: readonly FieldNode[], parent: FieldNode | null, level: number): void => {
      for (const node of nodes) {
        this.#nodes.set(node.id, node);
        this.#parents.set(node.id, parent);
        this.#levels.set(node.id, level);
        note(node.children, node, level + 1);
      }
    };
    note(roots, null, 1);
  }

  get size(): number {
    return this.#nodes.size;
  }

  node(id: string): FieldNode | null {
    return this.#nodes.get(id) ?? null;
  }

  parent(id: string): FieldNode | null {
    return this.#parents.get(id) ?? null;
  }

  /** Ids of the nodes that enclose this one, outermost first. */
  ancestors(id: string): string[] {
    const out: string[] = [];
    for (let at = this.parent(id); at; at = this.parent(at.id)) out.unshift(at.id);
    return out;
  }

  /** What is open when a message is first shown. */
  initiallyOpen(): Set<string> {
    const open = new Set<string>();
    for (const [id, node] of this.#nodes) {
      if (node.children.length > 0 && (this.size <= OPEN_WHOLE || this.#levels.get(id)! < 2)) open.add(id);
    }
    return open;
  }

  /** The rows that show, from top to bottom. */
  visible(open: ReadonlySet<string>): TreeRow[] {
    const rows: TreeRow[] = [];
    const walk = (nodes: readonly FieldNode[], level: number): void => {
      for (const [i, node] of nodes.entries()) {
        const expanded = node.children.length === 0 ? null : open.has(node.id);
        rows.push({ node, level, place: i + 1, siblings: nodes.length, expanded });
        if (expanded) walk(node.children, level + 1);
      }
    };
    walk(this.roots, 1);
    return rows;
  }
}

export interface TreeKey {
  /** The node to select. */
  select?: string;
  /** The node to open or to close. */
  toggle?: string;
}

/** What a key does on the row at `index` (WAI-ARIA Authoring Practices, tree view); null: not a key of the tree. */
export function treeKey(rows: readonly TreeRow[], index: number, key: string, page: number): TreeKey | null {
  const row = rows[index];
  const go = (to: number): TreeKey => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, to))];
    return target ? { select: target.node.id } : {};
  };
  switch (key) {
    case 'ArrowDown':
      return go(index + 1);
    case 'ArrowUp':
      return go(index < 0 ? 0 : index - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'PageDown':
      return go(index + page);
    case 'PageUp':
      return go(index - page);
    case 'ArrowRight':
      if (!row || row.expanded === null) return {};
      return row.expanded ? go(index + 1) : { toggle: row.node.id };
    case 'ArrowLeft': {
      if (!row) return {};
      if (row.expanded) return { toggle: row.node.id };
      for (let i = index - 1; i >= 0; i--) if (rows[i]!.level < row.level) return go(i);
      return {};
    }
    case 'Enter':
      return row && row.expanded !== null ? { toggle: row.node.id } : {};
    default:
      return null;
  }
}
