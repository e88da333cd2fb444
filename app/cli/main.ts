// SPDX-License-Identifier: MIT
// Routelens from a terminal: thin, it calls main/ as the windows do.
import {
  AF_INET,
  AF_INET6,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTM_DELROUTE,
  RTM_F_CLONED,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RT_TABLE_LOCAL,
  decodeRoute,
  encodeMessage,
  loadNames,
  readHeader,
  useNames,
  viewOf,
} from '../../main/codec/index.ts';
import type { RouteSpec } from '../../main/codec/index.ts';
import { decodeAll, readInput, treeText } from './decode.ts';
import { manageModule } from './module.ts';
import { batch, flushTables, greet, showStats } from './rtmgr.ts';
import { routeJson, routeText } from './ip-route.ts';
import { openKernel } from './kernel.ts';
import { HELP, readWords } from './options.ts';
import { FAILED, MISUSED, out, say, sayError, tableOf } from './say.ts';
import type { Options } from './options.ts';

/** Which tables are wanted; null when there is no table of that name. */
function tableFilter(word: string | null): ((table: number) => boolean) | null {
  if (word === null) return (table) => table !== RT_TABLE_LOCAL;
  if (word === 'all') return () => true;
  const number = tableOf(word);
  return number === null ? null : (table) => table === number;
}

async function routes(options: Options & { command: 'routes' }): Promise<number> {
  const wanted = tableFilter(options.table);
  if (!wanted) {
    say(`there is no table ${options.table}`);
    return MISUSED;
  }
  const kernel = await openKernel(options);
  if (!kernel.ok) return sayError(kernel.error);
  try {
    const found: RouteSpec[] = [];
    for (const family of [AF_INET, AF_INET6]) {
      if (options.family !== null && (options.family === 6) !== (family === AF_INET6)) continue;
      const message = encodeMessage({
        type: RTM_GETROUTE,
        flags: NLM_F_REQUEST | NLM_F_DUMP,
        family: { rtm_family: family },
      });
      const dump = await kernel.value.dump(message);
      if (!dump.ok) return sayError(dump.error);
      if (dump.value.interrupted)
        say('the table changed while it was read: routes may be missing, or be there twice');
      for (const bytes of dump.value.messages) {
        const spec = decodeRoute(bytes);
        if (!spec.ok) say(`a route could not be decoded at byte ${spec.error.offset}: ${spec.error.message}`);
        else if (!(spec.value.flags & RTM_F_CLONED) && wanted(spec.value.table)) found.push(spec.value);
      }
    }
    const { ifname } = kernel.value;
    if (options.json) out(`${JSON.stringify(found.map((spec) => routeJson(spec, ifname)))}\n`);
    else for (const spec of found) out(`${routeText(spec, ifname)}\n`);
    return 0;
  } finally {
    await kernel.value.close();
  }
}

function decode(options: Options & { command: 'decode' }): number {
  const input = readInput(options.input);
  if (!input.ok) {
    say(input.why);
    return FAILED;
  }
  const messages = decodeAll(input.bytes);
  out(options.json ? `${JSON.stringify(messages)}\n` : treeText(messages));
  return 0;
}

/** Until Ctrl-C, or until who reads has gone. */
const interrupted = (): Promise<number> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
  });

async function monitor(options: Options & { command: 'monitor' }): Promise<number> {
  const kernel = await openKernel(options);
  if (!kernel.ok) return sayError(kernel.error);
  const { ifname, enterCommand } = kernel.value;
  const lost = new Promise<number>((resolve) => {
    kernel.value.follow({
      onMessage(message) {
        const type = readHeader(viewOf(message))?.type;
        if (type !== RTM_NEWROUTE && type !== RTM_DELROUTE) return;
        const spec = decodeRoute(message);
        if (!spec.ok) {
          say(`a message could not be decoded at byte ${spec.error.offset}: ${spec.error.message}`);
          return;
        }
        const deleted = type === RTM_DELROUTE;
        if (options.json) {
          const event = { ...(deleted && { deleted }), ...routeJson(spec.value, ifname) };
          out(`${JSON.stringify(event)}\n`);
        } else out(`${deleted ? 'Deleted ' : ''}${routeText(spec.value, ifname)}\n`);
      },
      onOverflow: () => say('changes came faster than they could be read, some are missing here'),
      onLost: (error) => resolve(sayError(error)),
    });
  });
  if (enterCommand !== null) say(`following the Lab; a shell in it: ${enterCommand}`);
  const code = await Promise.race([lost, interrupted()]);
  await kernel.value.close();
  return code;
}

async function run(words: string[]): Promise<number> {
  const parsed = readWords(words);
  if (!parsed.ok) {
    say(parsed.error);
    return MISUSED;
  }
  useNames(loadNames());
  const { value } = parsed;
  switch (value.command) {
    case 'help':
      out(HELP);
      return 0;
    case 'routes':
      return routes(value);
    case 'decode':
      return decode(value);
    case 'monitor':
      return monitor(value);
    case 'hello':
      return greet(value);
    case 'stats':
      return showStats(value);
    case 'flush':
      return flushTables(value);
    case 'batch':
      return batch(value);
    case 'module':
      return manageModule(value, interrupted);
  }
}

// `… | head` closes the pipe: no more is wanted
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : FAILED);
});

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`a defect of ours: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = FAILED;
  },
);
