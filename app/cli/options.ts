// SPDX-License-Identifier: MIT
// The words after `cli --`.
import { parseArgs } from 'node:util';

export const HELP = `Routelens from a terminal.

  npm run -s cli -- routes  [--target lab|system] [--table NAME|NUMBER|all] [-4|-6] [--json]
        prints the routing table, as ip(8) does; --json in the shape of ip -j route.
        Without --table every table but local.
  npm run -s cli -- decode HEX|FILE|- [--json]
        shows netlink messages as trees of fields with their places in bytes. HEX is hexadecimal text
        (blanks, colons and offsets of a hex dump are skipped); a FILE or standard input holds such text, or
        the bytes themselves.
  npm run -s cli -- monitor [--target lab|system] [--json]
        prints each change of the routing table as it comes, until Ctrl-C.
  npm run -s cli -- --help

The default target is the Lab: a private namespace that is made for this run and ends with it.
Ends with 0; with 1 when it could not be done, with 2 when these words were wrong; the reason is on standard error.
`;

export type TargetName = 'lab' | 'system';

export type Options =
  | { command: 'help' }
  | { command: 'routes'; target: TargetName; table: string | null; family: 4 | 6 | null; json: boolean }
  | { command: 'decode'; input: string; json: boolean }
  | { command: 'monitor'; target: TargetName; json: boolean };

export type Parsed = { ok: true; value: Options } | { ok: false; error: string };

const SHARED = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
const OPTIONS = {
  routes: {
    ...SHARED,
    target: { type: 'string' },
    table: { type: 'string' },
    ipv4: { type: 'boolean', short: '4' },
    ipv6: { type: 'boolean', short: '6' },
  },
  decode: SHARED,
  monitor: { ...SHARED, target: { type: 'string' } },
} as const;

const bad = (error: string): Parsed => ({ ok: false, error });

function targetOf(word: string | undefined): TargetName | null {
  if (word === undefined || word === 'lab') return 'lab';
  return word === 'system' ? 'system' : null;
}

/** What is wanted, or what is wrong with the words. */
export function readWords(words: string[]): Parsed {
  const [command, ...rest] = words;
  if (command === undefined) return bad('which command? routes, decode or monitor; --help tells more');
  if (command === '--help' || command === '-h' || command === 'help')
    return { ok: true, value: { command: 'help' } };
  if (command !== 'routes' && command !== 'decode' && command !== 'monitor')
    return bad(`there is no command ${command}; there are routes, decode and monitor`);
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options: OPTIONS[command], allowPositionals: command === 'decode' });
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
  const values = parsed.values as {
    json?: boolean;
    help?: boolean;
    target?: string;
    table?: string;
    ipv4?: boolean;
    ipv6?: boolean;
  };
  if (values.help) return { ok: true, value: { command: 'help' } };
  const json = values.json ?? false;
  if (command === 'decode') {
    if (parsed.positionals.length === 0) return bad('decode what? HEX, a FILE, or - for standard input');
    return { ok: true, value: { command, input: parsed.positionals.join(' '), json } };
  }
  const target = targetOf(values.target);
  if (!target) return bad(`there is no target ${values.target}; there are lab and system`);
  if (command === 'monitor') return { ok: true, value: { command, target, json } };
  if (values.ipv4 && values.ipv6)
    return bad('-4 and -6 exclude each other; without both, both families are shown');
  const family = values.ipv4 ? 4 : values.ipv6 ? 6 : null;
  return { ok: true, value: { command, target, table: values.table ?? null, family, json } };
}
