// SPDX-License-Identifier: MIT
// The editor of one cell, by what the column holds.
import type {
  DraftProblem,
  LinkRow,
  RouteField,
  RouteRow,
  Vocabulary,
} from '../../../../app/contract/index.ts';
import { defaultScope, typeHasHops } from '../../../../app/contract/index.ts';
import { useEditing } from '../../state/editing.ts';
import { cellText } from '../core/cells.ts';
import type { ShownColumn } from '../columns-table.ts';
import { deviceChoices, protocolChoices, scopeChoices, tableChoices, typeChoices } from './choices.ts';
import { valueOfName } from './form.ts';
import type { RouteForm } from './form.ts';
import { NameBox } from './NameBox.tsx';
import type { Choice } from './NameBox.tsx';

interface Common {
  form: RouteForm;
  family: 4 | 6;
  vocabulary: Vocabulary;
  links: readonly LinkRow[] | null;
  invalid: (field: RouteField) => boolean;
  describedBy: string;
  problems: readonly DraftProblem[];
}

const LABELS: Record<RouteField, string> = {
  destination: 'Destination',
  gateway: 'Gateway',
  device: 'Device',
  weight: 'Weight',
  table: 'Table',
  protocol: 'Protocol',
  type: 'Type',
  scope: 'Scope',
  metric: 'Metric',
  prefsrc: 'Source',
  mtu: 'MTU',
  tos: 'TOS',
  onlink: 'On link',
};

export function Cell({ column, row, ...common }: Common & { column: ShownColumn; row: RouteRow | null }) {
  const { form } = common;
  if (column.id === 'nexthop' || column.id === 'device') {
    if (form.hops.length > 1) {
      const words =
        column.id === 'nexthop'
          ? `${form.hops.length} next hops`
          : [...new Set(form.hops.map(({ device }) => device).filter(Boolean))].join(', ');
      return (
        <span className="edit-still" title="Use “next hops…” below">
          {words}
        </span>
      );
    }
  }
  if (!column.field) return <span className="edit-still">{row ? cellText(row, column.id) : ''}</span>;
  return <FieldInput field={column.field} {...common} />;
}

/** A labelled editor for a cell whose column is hidden. */
export function Field({ field, ...common }: Common & { field: RouteField }) {
  return (
    <span className="edit-label" data-field={field}>
      <span aria-hidden>{LABELS[field]}</span>
      <span className="edit-hidden-cell">
        <FieldInput field={field} {...common} />
      </span>
    </span>
  );
}

type TextField = 'destination' | 'metric' | 'prefsrc' | 'mtu' | 'tos';
type ListField = 'table' | 'protocol' | 'type' | 'scope';

function FieldInput({ field, ...common }: Common & { field: RouteField }) {
  const { form, family, vocabulary, links, invalid, describedBy } = common;
  const set = useEditing((store) => store.set);
  const setHop = useEditing((store) => store.setHop);
  const hop = form.hops[0]!;
  const label = LABELS[field];
  const isBad = invalid(field);
  const type = valueOfName(form.type, vocabulary.types);
  const hasHops = type === null || typeHasHops(type);

  switch (field) {
    case 'table':
    case 'protocol':
    case 'type':
    case 'scope': {
      const lists: Record<ListField, Choice[]> = {
        table: tableChoices(vocabulary),
        protocol: protocolChoices(vocabulary),
        type: typeChoices(vocabulary),
        scope: scopeChoices(vocabulary),
      };
      const usual = defaultScope(family, type ?? 1, [{ gateway: hop.gateway.trim() || null }]);
      const usualName = vocabulary.scopes.find(({ value }) => value === usual)?.name ?? String(usual);
      return (
        <NameBox
          label={label}
          value={form[field]}
          choices={lists[field]}
          isInvalid={isBad}
          describedBy={isBad ? describedBy : undefined}
          name={field}
          onText={setText}
          {...(field === 'scope' && { placeholder: usualName })}
        />
      );
    }
    case 'device':
      return (
        <NameBox
          label={label}
          value={hop.device}
          choices={deviceChoices(links)}
          isInvalid={isBad}
          describedBy={isBad ? describedBy : undefined}
          placeholder={hasHops ? 'any' : 'none'}
          name="device"
          onText={setText}
        />
      );
    case 'gateway':
    case 'weight':
    case 'onlink':
      return (
        <input
          className="edit-input is-mono"
          aria-label="Gateway"
          aria-invalid={isBad}
          aria-describedby={isBad ? describedBy : undefined}
          placeholder={hasHops ? 'on link' : 'none'}
          spellCheck={false}
          autoComplete="off"
          value={hop.gateway}
          onChange={(event) => setHop(0, { gateway: event.target.value }, 'gateway')}
        />
      );
    default:
      return (
        <input
          className={`edit-input${field === 'destination' || field === 'prefsrc' ? ' is-mono' : ' is-end'}`}
          aria-label={label}
          aria-invalid={isBad}
          aria-describedby={isBad ? describedBy : undefined}
          placeholder={placeholder(field, family)}
          spellCheck={false}
          autoComplete="off"
          value={form[field]}
          onChange={(event) => set({ [field]: event.target.value }, field)}
        />
      );
  }
}

/** What is typed into a cell with a list; the same function for every cell. */
function setText(name: string, text: string): void {
  const { set, setHop } = useEditing.getState();
  if (name === 'device') setHop(0, { device: text }, 'device');
  else set({ [name]: text }, name);
}

function placeholder(field: TextField, family: 4 | 6): string {
  switch (field) {
    case 'destination':
      return family === 4 ? '192.0.2.0/24' : '2001:db8::/32';
    case 'metric':
      return family === 4 ? '0' : '1024';
    case 'tos':
      return '0';
    default:
      return 'none';
  }
}
