// SPDX-License-Identifier: MIT
// Under tree and bytes: one field in plain words (the one under the pointer, else the selected one), and the key to the
// colours.
import { TriangleAlert } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { FieldNode, Layer } from '../../../app/contract/index.ts';
import type { Link } from './link.ts';
import { plural } from './words.ts';

const LAYERS: readonly [layer: Layer, word: string, whole: string][] = [
  ['header', 'Header', 'Message header'],
  ['family', 'Family', 'Family header'],
  ['attribute', 'Attribute', 'Attribute header'],
  ['value', 'Value', 'Attribute value'],
  ['padding', 'Padding', 'Padding'],
  ['trailing', 'Trailing', 'Trailing bytes'],
];
const layerWords = (layer: Layer): string => LAYERS.find(([name]) => name === layer)?.[2] ?? layer;

export interface ExplanationProps {
  link: Link;
  /** The message shown. */
  id: number;
  /** Bytes in it. */
  length: number;
  /** What was just done, e.g. `Copied 4 bytes`; empty: nothing. */
  said: string;
}

export function Explanation({ link, id, length, said }: ExplanationProps) {
  const node = useSyncExternalStore(link.onAny, () => link.state.hovered ?? link.state.selected);
  return (
    <div className="tr-explain">
      <div className="tr-explain-body" aria-live="polite">
        {node ? <Field node={node} /> : <Idle />}
      </div>
      <div className="tr-legend">
        <span role="status" className="tr-said">
          {said}
        </span>
        {said === '' && (
          <>
            <span>
              <b>#{id}</b> {plural(length, 'byte')}
            </span>
            {LAYERS.map(([layer, word]) => (
              <span key={layer} className="tr-legend-item">
                <i className={`tr-swatch l-${layer}`} aria-hidden />
                {word}
              </span>
            ))}
          </>
        )}
      </div>
    </div>
  );
}

function Idle() {
  return <span className="tr-explain-span">Point at a field or a byte to read what it is.</span>;
}

function Field({ node }: { node: FieldNode }) {
  const bytes = node.end - node.start;
  const span = bytes === 1 ? `byte ${node.start}` : `bytes ${node.start}–${node.end - 1}`;
  return (
    <>
      <div className="tr-explain-head">
        <span className={`tr-layer l-${node.layer}`}>{layerWords(node.layer)}</span>
        <strong>{node.name}</strong>
        {node.value && <span className="tr-explain-value">{node.value}</span>}
        <span className="tr-explain-span">{bytes === 0 ? 'no bytes' : span}</span>
      </div>
      {node.error !== undefined && (
        <div className="tr-explain-error">
          <TriangleAlert size={13} aria-hidden /> Not decoded: {node.error}
        </div>
      )}
      <div className="tr-explain-text" title={node.explanation}>
        {node.explanation}
      </div>
    </>
  );
}
