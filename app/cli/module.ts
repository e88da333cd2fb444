// SPDX-License-Identifier: MIT
// `cli module`: the life of the kernel module from a terminal.
import { MODULE_STATE_WORDS, ok } from '../contract/index.ts';
import type { ModuleLife, ModuleLogLine, Outcome, RtmgrCount, RtmgrStats } from '../contract/index.ts';
import { greetModule } from '../../main/module/greet.ts';
import { LifeOfModule } from '../../main/module/life.ts';
import type { Options } from './options.ts';
import { FAILED, out, say, sayError, sentence } from './say.ts';

function stateText(life: ModuleLife): string {
  const lines: [name: string, value: unknown][] = [
    ['state', MODULE_STATE_WORDS[life.state]],
    ['kernel', life.kernel],
    ['headers', life.headers.isThere ? 'there' : `missing: package ${life.headers.package}`],
    ['built', life.built ? `${life.built.version}, for ${life.built.vermagic}` : 'no'],
    ['installed', life.installed?.path ?? 'no'],
    ['helper', life.helper.isThere ? life.helper.path : 'not installed'],
  ];
  const { loaded } = life;
  if (loaded)
    lines.push(
      ['version', loaded.version],
      ['owner', loaded.owner ?? 'nobody'],
      ['max routes', loaded.maxRoutes ?? 'unknown'],
      ['references', loaded.refcount],
      ['memory', `${loaded.bytes} bytes`],
      ...loaded.holders.map(({ portId, pid, process: name }): [string, string] => [
        'used by',
        pid === null ? `port ${portId}` : `${name ?? 'a process'} (${pid}), port ${portId}`,
      ]),
    );
  return lines.map(([name, value]) => `${name.padEnd(10)}  ${String(value)}\n`).join('');
}

const COUNTS: readonly [name: string, count: RtmgrCount, unit?: string][] = [
  ['routes', 'routes'],
  ['held in', 'bytes', ' bytes'],
  ['messages', 'messages'],
  ['errors', 'errors'],
];

/** What a loaded module counts, or why it does not tell. */
function countsText(stats: Outcome<RtmgrStats>): string {
  if (!stats.ok) return `counts      not told: ${sentence(stats.error)}\n`;
  const { counts, tables } = stats.value;
  const lines: [name: string, value: string][] = [
    ['running', `${Math.floor((counts.uptime_ns ?? 0) / 1e9)} s`],
    ...COUNTS.map(([name, count, unit = '']): [string, string] => [
      name,
      counts[count] === undefined ? 'not told' : `${counts[count]}${unit}`,
    ]),
    ...tables
      .filter(({ routes }) => routes > 0)
      .map(({ family, table, routes }): [string, string] => [
        'table',
        `${table.name}, IPv${family}: ${routes}`,
      ]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(10)}  ${value}\n`).join('');
}

function stepsText({ steps }: ModuleLife): string {
  return steps
    .map(
      ({ who, what, ok: isOk, inferred }) =>
        `${isOk ? ' ' : '!'} ${who.padEnd(8)} ${what}${inferred ? ' (inferred)' : ''}\n`,
    )
    .join('');
}

const lineText = ({ time, text }: ModuleLogLine): string => `[${(time / 1000).toFixed(6)}] ${text}\n`;

/** `untilStopped`: Ctrl-C. */
export async function manageModule(
  { verb, maxRoutes, json }: Options & { command: 'module' },
  untilStopped: () => Promise<number>,
): Promise<number> {
  const life = new LifeOfModule({
    changed: () => {},
    logged: (lines) => {
      if (verb === 'log')
        out(json ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : lines.map(lineText).join(''));
    },
    looked: () => {},
    greet: greetModule,
    leave: async () => false,
    comeBack: () => {},
    askInTerminal: true,
  });
  const tell = (outcome: Outcome<ModuleLife>, text: (now: ModuleLife) => string): number => {
    if (!outcome.ok) return sayError(outcome.error);
    const now = outcome.value;
    out(json ? `${JSON.stringify(now)}\n` : text(now));
    if (!now.problem || verb === 'status') return 0;
    say(sentence(now.problem));
    return FAILED;
  };
  try {
    switch (verb) {
      case 'status': {
        const now = await life.state();
        const stats = now.loaded ? await life.stats() : null;
        if (!json) return tell(ok(now), () => stateText(now) + (stats ? countsText(stats) : ''));
        out(`${JSON.stringify({ ...now, stats: stats?.ok ? stats.value : null })}\n`);
        return 0;
      }
      case 'load':
        return tell(await life.load(maxRoutes), stepsText);
      case 'unload':
        return tell(await life.unload(), stepsText);
      case 'log': {
        const followed = await life.follow();
        return followed.ok ? await untilStopped() : sayError(followed.error);
      }
    }
  } finally {
    await life.close();
  }
}
