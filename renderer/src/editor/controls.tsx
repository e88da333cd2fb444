// SPDX-License-Identifier: MIT
// The control of each field. The same stand in the row and, for columns that are hidden, in the panel.
import { parseAddress } from '../../../app/contract/index.ts';
import type { RouteField } from '../../../app/contract/index.ts';
import { Choice } from './Choice.tsx';
import type { TextField } from './form.ts';
import { deviceOptions, nameOptions, sourceOptions } from './options.ts';
import { placeOf } from './problems.ts';
import { TextCell } from './TextCell.tsx';
import { useEditorState } from './useEditor.ts';
import { FIELD_NAMES, hopLabel } from './words.ts';

/** `default` is a destination of both families: the person says which. */
function FamilySwitch() {
  const { form, setFamily, applying } = useEditorState();
  return (
    <span className="editor-family" role="group" aria-label="Address family">
      {([4, 6] as const).map((family) => (
        <button
          key={family}
          type="button"
          aria-label={`IPv${family}`}
          aria-pressed={form.family === family}
          disabled={applying}
          onClick={() => setFamily(family)}
        >
          {family}
        </button>
      ))}
    </span>
  );
}

export function Gateway({ hop }: { hop: number }) {
  const { form, applying, mark, setHop } = useEditorState();
  const text = form.hops[hop]?.gateway ?? '';
  const family = parseAddress(text.trim())?.family ?? form.family;
  return (
    <TextCell
      label={hopLabel('gateway', hop)}
      place={placeOf('gateway', hop)}
      value={text}
      onChange={(gateway) => setHop(hop, { gateway })}
      disabled={applying}
      mark={mark('gateway', hop)}
      placeholder="on link"
      mono
    >
      {family !== form.family && <span className="editor-tag">IPv{family}</span>}
    </TextCell>
  );
}

export function Device({ hop }: { hop: number }) {
  const { form, links, applying, mark, setHop } = useEditorState();
  return (
    <Choice
      label={hopLabel('device', hop)}
      place={placeOf('device', hop)}
      value={form.hops[hop]?.device ?? ''}
      onChange={(device) => setHop(hop, { device })}
      disabled={applying}
      mark={mark('device', hop)}
      options={deviceOptions(links)}
      placeholder="any"
    />
  );
}

/** What an empty field means. */
function emptyMeaning(field: TextField, family: 4 | 6): string {
  if (field === 'destination') return family === 4 ? '192.0.2.0/24' : '2001:db8::/32';
  if (field === 'metric') return family === 4 ? '0' : '1024';
  if (field === 'prefsrc') return 'any';
  if (field === 'mtu') return 'device’s';
  return field === 'tos' ? '0' : '';
}

const isNumber = (field: TextField): boolean => field === 'metric' || field === 'mtu' || field === 'tos';

/** Every field but those of the next hops. */
export function Field({ field }: { field: TextField }) {
  const { form, draft, links, vocabulary, isNew, applying, mark, setText } = useEditorState();
  const common = {
    label: FIELD_NAMES[field],
    place: placeOf(field),
    value: form[field],
    onChange: (text: string) => setText(field, text),
    disabled: applying,
    mark: mark(field),
    placeholder: emptyMeaning(field, form.family),
  };
  if (field === 'table' || field === 'protocol' || field === 'type' || field === 'scope')
    return <Choice {...common} options={nameOptions(field, vocabulary, draft)} />;
  if (field === 'prefsrc') return <Choice {...common} options={sourceOptions(links, draft)} mono />;
  return (
    <TextCell {...common} mono={field === 'destination'} number={isNumber(field)}>
      {field === 'destination' && isNew && draft.destination === 'default' && <FamilySwitch />}
    </TextCell>
  );
}

export function OnLink({ hop }: { hop: number }) {
  const { form, applying, mark, setHop } = useEditorState();
  const problem = mark('onlink', hop);
  return (
    <label className="editor-check" data-invalid={problem === undefined ? undefined : ''}>
      <input
        type="checkbox"
        aria-label={hopLabel('onlink', hop)}
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={problem}
        data-place={placeOf('onlink', hop)}
        checked={form.hops[hop]?.onlink ?? false}
        onChange={(event) => setHop(hop, { onlink: event.target.checked })}
        disabled={applying}
      />
      On link
    </label>
  );
}

export function Weight({ hop }: { hop: number }) {
  const { form, applying, mark, setHop } = useEditorState();
  return (
    <TextCell
      label={hopLabel('weight', hop)}
      place={placeOf('weight', hop)}
      value={form.hops[hop]?.weight ?? ''}
      onChange={(weight) => setHop(hop, { weight })}
      disabled={applying}
      mark={mark('weight', hop)}
      number
    />
  );
}

/** The control of a column's field; next hops are the first one's here. */
export function ControlOf({ field }: { field: RouteField }) {
  if (field === 'gateway') return <Gateway hop={0} />;
  if (field === 'device') return <Device hop={0} />;
  if (field === 'weight') return <Weight hop={0} />;
  return field === 'onlink' ? <OnLink hop={0} /> : <Field field={field} />;
}
