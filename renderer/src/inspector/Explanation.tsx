// SPDX-License-Identifier: MIT
// One field in plain words: the one under the pointer, else the selected one.
import { TriangleAlert } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { Layer } from '../../../app/contract/index.ts';
import type { Link } from './link.ts';

export const LAYER_WORDS: Record<Layer, string> = {
  header: 'Message header',
  family: 'Family header',
  attribute: 'Attribute header',
  value: 'Attribute value',
  padding: 'Padding',
  trailing: 'Trailing bytes',
};

export function Explanation({ link }: { link: Link }) {
  const node = useSyncExternalStore(link.onAny, () => link.state.hovered ?? link.state.selected);
  if (!node) {
    return (
      <div className="tr-explain is-idle" aria-live="polite">
        Point at a field or a byte to read what it is.
      </div>
    );
  }
  const bytes = node.end - node.start;
  const span = bytes === 1 ? `byte ${node.start}` : `bytes ${node.start}–${node.end - 1}`;
  return (
    <div className="tr-explain" aria-live="polite">
      <div className="tr-explain-head">
        <span className={`tr-layer l-${node.layer}`}>{LAYER_WORDS[node.layer]}</span>
        <strong>{node.name}</strong>
        {node.value && <span className="tr-explain-value">{node.value}</span>}
        <span className="tr-explain-span">{bytes === 0 ? 'no bytes' : span}</span>
      </div>
      {node.error !== undefined && (
        <div className="tr-explain-error">
          <TriangleAlert size={13} aria-hidden /> Not decoded: {node.error}
        </div>
      )}
      <div className="tr-explain-text">{node.explanation}</div>
    </div>
  );
}
