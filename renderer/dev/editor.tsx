// SPDX-License-Identifier: MIT
// The route editor alone among made-up rows, to look at while working on it: `npx vite renderer`, then
// /dev/editor.html?case=edit&theme=dark&hide=protocol,scope&answer=refuse. Not part of any build.
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import '../src/theme/fonts.css';
import '../src/theme/tokens.css';
import '../src/theme/base.css';
import type { Applied, GridColumn, Outcome, RouteDraft } from '../../app/contract/index.ts';
import { emptyDraft, RouteEditor } from '../src/editor/index.ts';
import { LINKS, REFUSED, VOCABULARY } from '../src/editor/testing.ts';

const query = new URLSearchParams(location.search);
document.documentElement.dataset['theme'] = query.get('theme') ?? 'light';
const hide = new Set((query.get('hide') ?? '').split(','));
const answer = query.get('answer') ?? 'refuse';

const COLUMNS: { id: GridColumn; width: number }[] = [
  { id: 'destination', width: 176 },
  { id: 'nexthop', width: 176 },
  { id: 'device', width: 88 },
  { id: 'table', width: 72 },
  { id: 'protocol', width: 80 },
  { id: 'type', width: 92 },
  { id: 'scope', width: 68 },
  { id: 'metric', width: 68 },
];
const columns = COLUMNS.filter((column) => !hide.has(column.id));

const edited: RouteDraft = {
  ...emptyDraft(null, 4),
  destination: '10.0.0.0/8',
  hops: [{ gateway: '192.0.2.1', device: 'lan0', weight: 1, onlink: false }],
  metric: 100,
};
const CASES: Record<string, RouteDraft> = {
  new: emptyDraft(null, 4),
  edit: edited,
  long: {
    ...edited,
    family: 6,
    destination: '2001:db8:1234:5678:9abc:def0:1234:5678/128',
    hops: [{ gateway: 'fe80::1234:5678:9abc:def0', device: 'wireguard-lab-0', weight: 1, onlink: false }],
  },
  hops: {
    ...edited,
    hops: Array.from({ length: Number(query.get('n') ?? 3) }, (_, i) => ({
      gateway: `192.0.2.${i + 1}`,
      device: i % 2 ? 'wan0' : 'lan0',
      weight: i + 1,
      onlink: i === 1,
    })),
  },
  blackhole: { ...edited, type: 6, hops: [] },
};
const name = query.get('case') ?? 'new';

async function apply(): Promise<Outcome<Applied>> {
  await new Promise((done) => setTimeout(done, answer === 'slow' ? 600_000 : 30));
  if (answer === 'ok') return { ok: true, value: { rowIds: [1], messageIds: [], warnings: [] } };
  return { ok: false, error: REFUSED };
}

function Row({ index }: { index: number }) {
  const texts = [`10.${index}.0.0/16`, '192.0.2.2', 'lan0', 'main', 'static', 'unicast', 'global', '0'];
  const width = columns.reduce((sum, column) => sum + column.width, 28);
  return (
    <div style={{ display: 'flex', height: 28, paddingLeft: 28, width, alignItems: 'center' }}>
      {columns.map((column) => (
        <span
          key={column.id}
          className={column.id === 'destination' ? 'mono' : ''}
          style={{ width: column.width, padding: '0 8px' }}
        >
          {texts[COLUMNS.indexOf(column)]}
        </span>
      ))}
    </div>
  );
}

function Page() {
  const [open, setOpen] = useState(true);
  const at = Number(query.get('at') ?? 2);
  return (
    <div style={{ height: '100%', overflow: 'auto', position: 'relative' }}>
      {Array.from({ length: 30 }, (_, i) =>
        i === at && open ? (
          <RouteEditor
            key={i}
            columns={columns}
            rowHeight={Number(query.get('row') ?? 28)}
            initial={CASES[name] ?? edited}
            isNew={name === 'new'}
            focusColumn={null}
            links={LINKS}
            vocabulary={VOCABULARY}
            onApply={apply}
            onClose={() => setOpen(false)}
          />
        ) : (
          <Row key={i} index={i} />
        ),
      )}
    </div>
  );
}

createRoot(document.querySelector('#root')!).render(<Page />);
