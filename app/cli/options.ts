// SPDX-License-Identifier: MIT
// The words after `cli --`.
import { parseArgs } from 'node:util';
import { MAX_ROUTES } from '../contract/module.ts';

export const HELP = `Routelens from a terminal.

  npm run -s cli -- routes  [--target TARGET] [--table NAME|NUMBER|all] [-4|-6] [--json]
        prints the routing table, as ip(8) does; --json in the shape of ip -j route.
        Without --table every table but local.
  npm run -s cli -- decode HEX|FILE|- [--json]
        shows netlink messages as trees of fields with their places in bytes. HEX is hexadecimal text
        (blanks, colons and offsets of a hex dump are skipped); a FILE or standard input holds such text, or
        the bytes themselves.
  npm run -s cli -- monitor [--target TARGET] [--json]
        prints each change of the routing table as it comes, until Ctrl-C.
  npm run -s cli -- hello   [TEXT] [--target RTMGR] [--json]
        greets rtmgr and prints what it saw of the greeting.
  npm run -s cli -- stats   [--target RTMGR] [--json]
        prints rtmgr's counts, and those of each table.
  npm run -s cli -- flush   [--table NAME|NUMBER] [--target RTMGR] [--json]
        deletes all routes of a table of rtmgr, or of all.
  npm run -s cli -- batch FILE|- [--target TARGET] [--json]
        applies commands of ip(8), one a line: on rtmgr as one batch, entirely or not at all; elsewhere one after
        the other.
  npm run -s cli -- module status|load|unload|log [--max-routes N] [--json]
        tells the state of the kernel module, loads it, unloads it, or follows its log until Ctrl-C. All but status
        start routelens-helper, for which polkit asks.
  npm run -s cli -- --help

TARGET is lab, system (this machine; only root may write), netns:NAME (a namespace of ip-netns(8), for which polkit
asks), rtmgr-user or rtmgr-kernel; RTMGR one of the last two. The default is the Lab, a private
namespace that is made for this run and ends with it; for hello, stats and flush it is rtmgr-user, which is started for
this run. --port N talks to an rtmgr-user that runs already, such as that of a window.
Ends with 0; with 1 when it could not be done, with 2 when these words were wrong; the reason is on standard error.
`;

const TARGETS = ['lab', 'system', 'rtmgr-user', 'rtmgr-kernel'] as const;
type TargetName = (typeof TARGETS)[number] | `netns:${string}`;

/** Which target, and for rtmgr-user the port of one that runs already. */
export interface Where {
  target: TargetName;
  port: number | null;
}

const MODULE_VERBS = ['status', 'load', 'unload', 'log'] as const;
type ModuleVerb = (typeof MODULE_VERBS)[number];

export type Options =
  | { command: 'help' }
  | ({ command: 'routes'; table: string | null; family: 4 | 6 | null; json: boolean } & Where)
  | { command: 'decode'; input: string; json: boolean }
  | ({ command: 'monitor'; json: boolean } & Where)
  | ({ command: 'hello'; text: string; json: boolean } & Where)
  | ({ command: 'stats'; json: boolean } & Where)
  | ({ command: 'flush'; table: string | null; json: boolean } & Where)
  | ({ command: 'batch'; input: string; json: boolean } & Where)
  | { command: 'module'; verb: ModuleVerb; maxRoutes: number | null; json: boolean };

export type Parsed = { ok: true; value: Options } | { ok: false; error: string };

const SHARED = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
const PLACE = { ...SHARED, target: { type: 'string' }, port: { type: 'string' } } as const;
const OPTIONS = {
  routes: {
    ...PLACE,
    table: { type: 'string' },
    ipv4: { type: 'boolean', short: '4' },
    ipv6: { type: 'boolean', short: '6' },
  },
  decode: SHARED,
  monitor: PLACE,
  hello: PLACE,
  stats: PLACE,
  flush: { ...PLACE, table: { type: 'string' } },
  batch: PLACE,
  module: { ...SHARED, 'max-routes': { type: 'string' } },
} as const;
const COMMANDS = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
/** Commands that take words besides their options. */
const WORDY: ReadonlySet<string> = new Set(['decode', 'hello', 'batch', 'module']);
/** Only rtmgr has these. */
const OWN: ReadonlySet<string> = new Set(['hello', 'stats', 'flush']);

const bad = (error: string): Parsed => ({ ok: false, error });

const isCommand = (word: string): word is keyof typeof OPTIONS => COMMANDS.some((name) => name === word);
const isTarget = (word: string): word is TargetName =>
  TARGETS.some((name) => name === word) || /^netns:./.test(word);

/** Where a command goes; a sentence when that is not to be understood. */
function whereOf(command: string, target: string | undefined, port: string | undefined): Where | string {
  const usual = OWN.has(command) || port !== undefined ? 'rtmgr-user' : 'lab';
  const name = target ?? usual;
  if (!isTarget(name)) return `there is no target ${name}; there are ${TARGETS.join(', ')} and netns:NAME`;
  if (OWN.has(command) && !name.startsWith('rtmgr'))
    return `only rtmgr knows ${command}: the target is rtmgr-user or rtmgr-kernel`;
  if (port === undefined) return { target: name, port: null };
  if (name !== 'rtmgr-user') return '--port belongs to the target rtmgr-user';
  if (!/^[1-9]\d{0,9}$/.test(port) || Number(port) > 0xffff_ffff) return `${port} is no port of rtmgr-user`;
  return { target: name, port: Number(port) };
}

function moduleOf(words: readonly string[], most: string | undefined, json: boolean): Parsed {
  const verb = MODULE_VERBS.find((name) => name === words[0]);
  if (verb === undefined || words.length > 1) return bad(`module what? ${MODULE_VERBS.join(', ')}`);
  if (most === undefined) return { ok: true, value: { command: 'module', verb, maxRoutes: null, json } };
  if (verb !== 'load') return bad('--max-routes belongs to module load');
  if (!/^[1-9]\d{0,9}$/.test(most)) return bad(`${most} is no number of routes`);
  if (Number(most) > MAX_ROUTES) return bad(`--max-routes is at most ${MAX_ROUTES}`);
  return { ok: true, value: { command: 'module', verb, maxRoutes: Number(most), json } };
}

/** What is wanted, or what is wrong with the words. */
export function readWords(words: string[]): Parsed {
  const [command, ...rest] = words;
  const all = `${COMMANDS.slice(0, -1).join(', ')} or ${COMMANDS.at(-1)}`;
  if (command === undefined) return bad(`which command? ${all}; --help tells more`);
  if (command === '--help' || command === '-h' || command === 'help')
    return { ok: true, value: { command: 'help' } };
  if (!isCommand(command)) return bad(`there is no command ${command}; there are ${all}`);
  let parsed;
  try {
    parsed = parseArgs({
      args: rest,
      options: OPTIONS[command],
      allowPositionals: WORDY.has(command),
    });
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
  const values = parsed.values as {
    json?: boolean;
    help?: boolean;
    target?: string;
    port?: string;
    table?: string;
    ipv4?: boolean;
    ipv6?: boolean;
    'max-routes'?: string;
  };
  if (values.help) return { ok: true, value: { command: 'help' } };
  const json = values.json ?? false;
  if (command === 'decode') {
    if (parsed.positionals.length === 0) return bad('decode what? HEX, a FILE, or - for standard input');
    return { ok: true, value: { command, input: parsed.positionals.join(' '), json } };
  }
  if (command === 'module') return moduleOf(parsed.positionals, values['max-routes'], json);
  const where = whereOf(command, values.target, values.port);
  if (typeof where === 'string') return bad(where);
  switch (command) {
    case 'monitor':
    case 'stats':
      return { ok: true, value: { command, ...where, json } };
    case 'hello':
      return { ok: true, value: { command, text: parsed.positionals.join(' '), ...where, json } };
    case 'flush':
      return { ok: true, value: { command, table: values.table ?? null, ...where, json } };
    case 'batch': {
      const [input] = parsed.positionals;
      if (input === undefined || parsed.positionals.length > 1)
        return bad('batch of what? one FILE, or - for standard input');
      return { ok: true, value: { command, input, ...where, json } };
    }
    default:
  }
  if (values.ipv4 && values.ipv6)
    return bad('-4 and -6 exclude each other; without both, both families are shown');
  const family = values.ipv4 ? 4 : values.ipv6 ? 6 : null;
  return { ok: true, value: { command, ...where, table: values.table ?? null, family, json } };
}
