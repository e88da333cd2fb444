// SPDX-License-Identifier: MIT
// Whose routes a change would touch, so that a person is warned before: rows by their protocol, commands by the route
// that the kernel would take them for.
import type { Outcome, RouteOwner } from '../../app/contract/index.ts';
import { DAEMON_PROTOCOLS, ok } from '../../app/contract/index.ts';
import { NLM_F_REPLACE, namedProtocols, readHeader, viewOf } from '../codec/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import type { RouteContext } from './context.ts';
import { parseCommand } from './parse-command.ts';
import { metricOf } from './spec.ts';
import { prefixText } from './words.ts';

const EXAMPLES = 3;
/** Questions to the table thread under way at a time. */
const CHUNK = 500;

type Asked = Pick<RouteContext, 'table' | 'links'>;

/** Routes that a line of ip(8) would delete or replace; one that can't be read touches none. */
async function touchedBy({ table, links }: Asked, line: string): Promise<number[]> {
  const read = parseCommand(line, links);
  if (!read?.ok) return [];
  const { asked, message, spec } = read.value;
  if (asked === 'delete') {
    const rowId = await table.findMessage({ bytes: message });
    if (rowId !== null) return [rowId];
    // `ip route del default`: without a metric the kernel takes any; which one depends on more than we ask for
    return spec.priority === null ? table.samePrefix({ bytes: message }) : [];
  }
  // what is added beside others leaves them alone
  const flags = readHeader(viewOf(message))?.flags ?? 0;
  if ((flags & NLM_F_REPLACE) === 0) return [];
  const metric = metricOf(spec);
  const rowIds = await table.samePrefix({ bytes: message });
  const specs = await table.specs({ rowIds });
  // the first with the metric is the one that is replaced
  return rowIds.filter((_, i) => specs[i] && metricOf(specs[i]) === metric).slice(0, 1);
}

async function inChunks<T, R>(all: readonly T[], ask: (chunk: readonly T[]) => Promise<R[]>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < all.length; start += CHUNK) {
    const more = await ask(all.slice(start, start + CHUNK));
    for (const one of more) answers.push(one);
  }
  return answers;
}

/** Daemons whose routes would be touched, most routes first. */
export async function ownersOf(
  routes: Asked,
  { rowIds, commands }: { rowIds: readonly number[]; commands: string },
): Promise<Outcome<RouteOwner[]>> {
  const lines = commands === '' ? [] : commands.split('\n');
  const byLine = await inChunks(lines, (chunk) => Promise.all(chunk.map((line) => touchedBy(routes, line))));
  const all = [...new Set([...rowIds, ...byLine.flat()])];
  const specs = await inChunks(all, (chunk) => routes.table.specs({ rowIds: [...chunk] }));
  const owners = new Map<number, RouteSpec[]>();
  for (const spec of specs) {
    if (!spec || !DAEMON_PROTOCOLS.has(spec.protocol)) continue;
    const own = owners.get(spec.protocol);
    if (own) own.push(spec);
    else owners.set(spec.protocol, [spec]);
  }
  const names = new Map(namedProtocols());
  return ok(
    [...owners]
      .map(([value, own]) => ({
        protocol: { value, name: names.get(value) ?? String(value) },
        routes: own.length,
        examples: own.slice(0, EXAMPLES).map(prefixText),
      }))
      .sort((a, b) => b.routes - a.routes),
  );
}
