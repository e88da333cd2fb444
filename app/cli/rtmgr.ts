// SPDX-License-Identifier: MIT
// `cli hello`, `stats`, `flush` and `batch`: what rtmgr has beyond a routing table.
import { readFileSync } from 'node:fs';
import type { Outcome } from '../contract/index.ts';
import { applyCommands } from '../../main/routes/batch.ts';
import type { RouteContext } from '../../main/routes/context.ts';
import { flushTable, readStats, sayHello } from '../../main/rtmgr/answers.ts';
import { openKernel } from './kernel.ts';
import type { Options, Where } from './options.ts';
import { FAILED, MISUSED, out, say, sayError, sentence, tableOf } from './say.ts';

type Of<C extends Options['command']> = Extract<Options, { command: C }>;

/** Opens the target for one question; writes the answer, or says why there is none. */
async function asking<T>(
  where: Where,
  ask: (routes: RouteContext) => Promise<Outcome<T>>,
  write: (answer: T) => number,
): Promise<number> {
  const kernel = await openKernel(where);
  if (!kernel.ok) return sayError(kernel.error);
  try {
    const answer = await ask(kernel.value.routes);
    return answer.ok ? write(answer.value) : sayError(answer.error);
  } finally {
    await kernel.value.close();
  }
}

const written = (lines: readonly (readonly [string, unknown])[]): number => {
  const widest = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) out(`${name.padEnd(widest)}  ${String(value)}\n`);
  return 0;
};

const asJson = (value: object): number => {
  const { messageIds: _, ...rest } = value as { messageIds?: unknown };
  out(`${JSON.stringify(rest)}\n`);
  return 0;
};

export const greet = (options: Of<'hello'>): Promise<number> =>
  asking(
    options,
    (routes) => sayHello(routes, options.text),
    (answer) => {
      if (options.json) return asJson(answer);
      const { seen } = answer;
      return written([
        ['rtmgr', `${answer.release}, interface ${answer.version}`],
        ['greets back', JSON.stringify(answer.text)],
        ['saw length', seen.length],
        ['saw type', seen.type],
        ['saw flags', seen.flags.join('|')],
        ['saw seq', seen.seq],
        ['saw pid', seen.pid],
        ['came from port', answer.portId],
        ['came from user', answer.uid],
        ['may write', answer.writable ? 'yes' : 'no'],
      ]);
    },
  );

export const showStats = (options: Of<'stats'>): Promise<number> =>
  asking(options, readStats, (stats) => {
    if (options.json) return asJson(stats);
    written(Object.entries(stats.counts));
    for (const { family, table, routes, nodes, bytes } of stats.tables)
      out(`IPv${family} table ${table.name}: ${routes} routes, ${nodes} nodes, ${bytes} bytes\n`);
    return 0;
  });

export async function flushTables(options: Of<'flush'>): Promise<number> {
  const table = options.table === null ? null : tableOf(options.table);
  if (options.table !== null && table === null) {
    say(`there is no table ${options.table}`);
    return MISUSED;
  }
  return asking(
    options,
    (routes) => flushTable(routes, table),
    (answer) => (options.json ? asJson(answer) : written([['deleted', answer.deleted]])),
  );
}

export async function batch(options: Of<'batch'>): Promise<number> {
  let commands: string;
  try {
    commands = readFileSync(options.input === '-' ? 0 : options.input, 'utf8');
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return FAILED;
  }
  return asking(
    options,
    (routes) => applyCommands(routes, commands),
    (answer) => {
      for (const { line, text, error } of answer.failures) say(`line ${line}: ${text}: ${sentence(error)}`);
      if (answer.failures.length > 0 && answer.applied === 0) say('nothing was applied');
      if (options.json) asJson(answer);
      else out(`${answer.applied} of ${answer.total} applied${answer.atomic ? ' as one batch' : ''}\n`);
      return answer.failures.length === 0 ? 0 : FAILED;
    },
  );
}
