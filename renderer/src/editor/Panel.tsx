// SPDX-License-Identifier: MIT
// Hangs under the row: what is wrong, the fields that have no column at present, the next hops, and the two buttons.
import { CornerDownLeft, Plus, X } from 'lucide-react';
import type { RouteField } from '../../../app/contract/index.ts';
import { ControlOf, Device, Gateway, OnLink, Weight } from './controls.tsx';
import { Problems, Refusal } from './Messages.tsx';
import { useEditorState } from './useEditor.ts';
import { FIELD_NAMES, summaryOf } from './words.ts';

/** The most that the contract takes. */
const MOST_HOPS = 64;

function AddHop() {
  const { form, applying, addHop } = useEditorState();
  return (
    <button
      type="button"
      className="button plain"
      disabled={applying || form.hops.length >= MOST_HOPS}
      onClick={addHop}
    >
      <Plus size={14} aria-hidden />
      Add next hop
    </button>
  );
}

function HopList() {
  const { form, applying, removeHop } = useEditorState();
  return (
    <div className="editor-hops" role="group" aria-label="Next hops">
      <div className="editor-hop editor-hop-head" aria-hidden>
        <span>Next hop</span>
        <span>Device</span>
        <span>Weight</span>
      </div>
      {form.hops.map((hop, i) => (
        <div className="editor-hop" key={hop.id}>
          <Gateway hop={i} />
          <Device hop={i} />
          <Weight hop={i} />
          <OnLink hop={i} />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove next hop ${i + 1}`}
            disabled={applying}
            onClick={() => removeHop(i)}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
      <AddHop />
    </div>
  );
}

function Buttons({ onClose }: { onClose: () => void }) {
  const { before, draft, shown, applying, slow, apply } = useEditorState();
  return (
    <div className="editor-foot">
      <span className="muted" role="status">
        {slow ? 'Applying…' : shown.length > 0 ? '' : summaryOf(before, draft)}
      </span>
      <button type="button" className="button" aria-label="Cancel" disabled={applying} onClick={onClose}>
        Cancel <kbd>Esc</kbd>
      </button>
      <button type="button" className="button primary" aria-label="Apply" disabled={applying} onClick={apply}>
        Apply <CornerDownLeft size={13} aria-hidden />
      </button>
    </div>
  );
}

/** `hidden`: the fields whose columns are not shown. */
export function Panel({ hidden, onClose }: { hidden: readonly RouteField[]; onClose: () => void }) {
  const { form, hasHops } = useEditorState();
  const several = hasHops && form.hops.length > 1;
  const fields = hidden.filter(
    (field) => (field !== 'gateway' && field !== 'device') || (hasHops && !several),
  );
  return (
    <>
      <div className="editor-body">
        <Refusal />
        <Problems />
        {several && <HopList />}
        {(fields.length > 0 || (hasHops && !several)) && (
          <div className="editor-fields">
            {fields.map((field) => (
              <div key={field} className={`editor-field editor-field-${field}`}>
                <span aria-hidden>{FIELD_NAMES[field]}</span>
                <ControlOf field={field} />
              </div>
            ))}
            {hasHops && !several && (
              <div className="editor-single">
                <OnLink hop={0} />
                <AddHop />
              </div>
            )}
          </div>
        )}
      </div>
      <Buttons onClose={onClose} />
    </>
  );
}
