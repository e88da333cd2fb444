// SPDX-License-Identifier: MIT
// Orders and filters against the plain way of doing it: rows as objects, compared and searched one by one.
import { describe, expect, it } from 'vitest';
import { GRID_COLUMNS, parseAddress, parsePrefix, maskPrefix } from '../../app/contract/index.ts';
import type { GridColumn, GridSpec, RouteRow } from '../../app/contract/index.ts';
import { RTM_DELROUTE } from '../codec/tables/types.ts';
import { destinationTest } from './destination-text.ts';
import { Links } from './links.ts';
import { routeRow } from './rows.ts';
import { random } from './testing/commands.ts';
import { APPEND, Fed, hop, route } from './testing/filled.ts';
import { Texts } from './texts.ts';
import { View } from './view.ts';

const ALL: GridSpec = { sort: [], text: '', table: 'all', families: [4, 6] };

function filled(count: number, seed = 3) {
  const pick = random(seed);
  const fed = new Fed();
  const texts = new Texts(fed.store, new Links());
  const view = new View(fed.store, texts);
  const add = () => {
    const isV6 = pick(3) === 0;
    const dst = Array.from({ length: isV6 ? 16 : 4 }, () => (pick(3) === 0 ? pick(256) : 0));
    const length = isV6 ? pick(129) : pick(33);
    const masked = maskPrefix({ family: isV6 ? 6 : 4, bytes: Uint8Array.from(dst), length });
    const gateway = isV6 ? undefined : [192, 0, 2, pick(20)];
    fed.apply(
      route([...masked.bytes], length, {
        table: [254, 255, 100, 1000][pick(4)]!,
        protocol: [2, 3, 4, 186][pick(4)]!,
        priority: pick(4) * 100 + 1,
        type: [1, 1, 1, 6, 7][pick(5)]!,
        scope: [0, 253, 254][pick(3)]!,
        tos: isV6 ? 0 : pick(2) * 16,
        flags: [0, 0x4000][pick(2)]!,
        hops: [hop(1 + pick(12), pick(3) === 0 ? undefined : gateway)],
        nhId: pick(5) === 0 ? 1 + pick(30) : null,
        prefsrc: !isV6 && pick(3) === 0 ? Uint8Array.of(10, 0, 0, pick(200)) : null,
        metrics:
          pick(3) === 0
            ? new Map([
                [2, 1280 + pick(5)],
                [8, 1000 + pick(5)],
              ])
            : new Map(),
      }),
      APPEND,
    );
  };
  for (let i = 0; i < count; i++) add();
  const show = (spec: GridSpec): void => {
    const steps = view.build(spec);
    while (!steps.next().done);
  };
  const slots = (): number[] => Array.from({ length: view.length }, (_, i) => view.slot(i));
  const rows = (): RouteRow[] => slots().map((slot) => routeRow(fed.store, texts, slot, 0));
  return { fed, view, show, slots, rows, add, pick };
}

const bytesOf = (text: string): string => Buffer.from(parseAddress(text)!.bytes).toString('hex');
const destination = (row: RouteRow): string => {
  const prefix = parsePrefix(row.destination)!;
  return `${row.family}${Buffer.from(prefix.bytes).toString('hex')}${String(prefix.length).padStart(3, '0')}`;
};
const pad = (value: number): string => String(value).padStart(10, '0');
const natural = (text: string): string => text.replaceAll(/\d+/g, (digits) => digits.padStart(10, '0'));
const defaultKey = (row: RouteRow): string =>
  `${row.family}${pad(row.table.value)}${destination(row)}${pad(row.metric)}${pad(row.tos)}`;
const gatewayKey = (gateway: string | null): string =>
  gateway === null ? '' : (gateway.includes(':') ? '6' : '4') + bytesOf(gateway);
const KEYS: Record<GridColumn, (row: RouteRow) => string> = {
  destination,
  nexthop: (row) => row.hops.map((hop) => gatewayKey(hop.gateway)).join(','),
  device: (row) => row.hops.map((hop) => natural(hop.device ?? '')).join(','),
  table: (row) => natural(row.table.name),
  protocol: (row) => natural(row.protocol.name),
  type: (row) => row.type.name,
  scope: (row) => natural(row.scope.name),
  metric: (row) => pad(row.metric),
  prefsrc: (row) => gatewayKey(row.prefsrc),
  mtu: (row) => pad(row.mtu ?? 0),
  metrics: (row) => natural(row.metrics.join(',')),
  tos: (row) => pad(row.tos),
  flags: (row) => row.flags.join('\n'),
  nhid: (row) => pad(row.nhid ?? 0),
  expires: () => '',
};
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

describe('orders', () => {
  const table = filled(3000);

  it('are by family, table, destination, prefix length and metric without a wish', () => {
    table.show(ALL);
    const keys = table.rows().map(defaultKey);
    expect(keys).toHaveLength(3000);
    expect(keys).toEqual([...keys].sort(text));
  });

  it.each(GRID_COLUMNS.flatMap((column) => [[column, false] as const, [column, true] as const]))(
    'by %s (descending: %s) are those of a comparator',
    (column, descending) => {
      const sign = descending ? -1 : 1;
      table.show(ALL);
      const expected = table
        .rows()
        .map((row, index) => ({ key: KEYS[column](row), id: row.id, index }))
        .sort((a, b) => sign * text(a.key, b.key) || a.index - b.index)
        .map(({ id }) => id);
      table.show({ ...ALL, sort: [{ column, descending }] });
      expect(table.rows().map(({ id }) => id)).toEqual(expected);
    },
  );

  it('by several columns weigh the first most', () => {
    table.show({
      ...ALL,
      sort: [
        { column: 'protocol', descending: true },
        { column: 'metric', descending: false },
      ],
    });
    const keys = table.rows().map((row) => `${row.protocol.name} ${pad(row.metric)}`);
    const expected = [...keys].sort((a, b) => text(b.split(' ')[0]!, a.split(' ')[0]!) || text(a, b));
    expect(keys).toEqual(expected);
  });

  it('tell the position of every row', () => {
    for (const column of ['destination', 'nexthop', 'flags'] as const) {
      table.show({ ...ALL, sort: [{ column, descending: true }] });
      table.slots().forEach((slot, index) => expect(table.view.indexOf(slot)).toBe(index));
    }
  });
});

describe('filters', () => {
  const table = filled(3000, 4);

  /** All that the grid shows, in words. */
  const rowText = (row: RouteRow): string =>
    [
      row.destination,
      row.isDefault ? 'default' : '',
      ...row.hops.flatMap((hop) => [hop.gateway ?? '', hop.device ?? '']),
      row.table.name,
      row.protocol.name,
      row.type.name,
      row.scope.name,
      row.prefsrc ?? '',
      ...[row.metric, row.tos || '', row.mtu ?? '', row.nhid ?? ''].map(String),
      ...row.metrics,
      ...row.flags,
    ]
      .join('\n')
      .toLowerCase();

  const bits = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(2).padStart(8, '0')).join('');
  const inside = (inner: string, outer: string): boolean => {
    const [a, b] = [parsePrefix(inner)!, parsePrefix(outer)!];
    return (
      a.family === b.family &&
      a.length >= b.length &&
      bits(a.bytes).slice(0, b.length) === bits(b.bytes).slice(0, b.length)
    );
  };
  const matches = (row: RouteRow, word: string): boolean => {
    if (parseAddress(word)) return inside(word, row.destination);
    if (word.includes('/') && /[.:]/.test(word) && parsePrefix(word)) return inside(row.destination, word);
    return rowText(row).includes(word);
  };

  const WORDS =
    '10|1.0|.0/1|/24|default|def|::|0::|if1|if12|bgp|STATIC|unicast|192.0.2.1|10.1.2.3|2001:db8::1|::1|0.0.0.0/1|8000::/1|::/0|64.0.0.0/2|0:0|main|main bgp|301 boot|advmss 1001|1284|offload|xyz|192.0.2.|a|f:|:0:';
  it.each(WORDS.split('|'))('by %j find what a search in the rows finds', (words) => {
    table.show(ALL);
    const expected = table
      .rows()
      .filter((row) =>
        words
          .toLowerCase()
          .split(' ')
          .every((word) => matches(row, word)),
      )
      .map(({ id }) => id);
    table.show({ ...ALL, text: words });
    expect(table.rows().map(({ id }) => id)).toEqual(expected);
  });

  it('by table and family', () => {
    table.show(ALL);
    const rows = table.rows();
    const ids = (list: RouteRow[]) => list.map(({ id }) => id);
    table.show({ ...ALL, table: 'no-local' });
    expect(ids(table.rows())).toEqual(ids(rows.filter((row) => row.table.value !== 255)));
    table.show({ ...ALL, table: 1000, families: [6] });
    expect(ids(table.rows())).toEqual(
      ids(rows.filter((row) => row.table.value === 1000 && row.family === 6)),
    );
  });

  it('see the same text of a destination as it is written', () => {
    const { columns: c } = table.fed.store;
    const pick = random(9);
    table.show(ALL);
    const rows = table.rows();
    const words = rows.slice(0, 150).map(({ destination }) => {
      const start = pick(destination.length);
      return destination.slice(start, start + 1 + pick(8));
    });
    for (const word of words) {
      const test = destinationTest(c, word);
      for (let i = 0; i < rows.length; i += 7) {
        const row = rows[i]!;
        const expected = row.destination.includes(word) || (row.isDefault && 'default'.includes(word));
        expect(test?.(c.slotOf(row.id)) ?? false, `${row.destination} ${word}`).toBe(expected);
      }
    }
  });
});

describe('a view that is kept up to date', () => {
  it.each<[string, GridSpec]>([
    ['in the default order', ALL],
    ['filtered', { ...ALL, text: '192.0.2', table: 'no-local' }],
    [
      'sorted',
      {
        ...ALL,
        sort: [
          { column: 'nexthop', descending: true },
          { column: 'destination', descending: false },
        ],
      },
    ],
    ['filtered and sorted', { ...ALL, text: 'unicast 1', sort: [{ column: 'flags', descending: true }] }],
  ])('%s equals one that is made anew', (_, spec) => {
    const { view, show, slots, add, fed, pick } = filled(800, 8);
    show(spec);
    const { store } = fed;
    for (let round = 0; round < 30; round++) {
      const { version } = view;
      for (let i = 0; i < 1 + pick(20); i++) {
        const slot = 1 + pick(store.columns.high - 1);
        if (pick(2) === 0) add();
        else if (store.columns.family[slot] !== 0) store.remove(slot);
      }
      expect(view.update()).toBe(true);
      const live = slots();
      const versionAfter = view.version;
      show(spec);
      expect(live).toEqual(slots());
      if (JSON.stringify(live) !== JSON.stringify(slots())) expect(versionAfter).toBeGreaterThan(version);
    }
  });

  it('is made anew after changes in bulk', () => {
    const { view, show, slots, add } = filled(100, 8);
    show(ALL);
    for (let i = 0; i < 6000; i++) add();
    expect(view.update()).toBe(false);
    show(ALL);
    expect(slots()).toHaveLength(6100);
  });
});

it('knows nothing of rows that are gone', () => {
  const { view, show, fed } = filled(1);
  show(ALL);
  expect(view.length).toBe(1);
  fed.apply(route([1, 2, 3, 4], 32), 0, RTM_DELROUTE);
  expect(view.isBehind).toBe(false);
  fed.store.remove(1);
  expect(view.update()).toBe(true);
  expect(view.length).toBe(0);
});
