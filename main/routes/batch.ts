// SPDX-License-Identifier: MIT
// Several commands: on rtmgr one datagram that happens entirely or not at all, elsewhere one after the other.
import type { AppError, BatchAnswer, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { atomicLength } from '../netlink/atomic.ts';
import type { RouteContext } from './context.ts';
import type { Command } from './parse-command.ts';
import { parseCommand } from './parse-command.ts';
import { inWords } from './words.ts';
import { messagesOf, readOnlyError, settled } from './write.ts';

interface Line {
  line: number;
  text: string;
  command: Command;
}

/** More failures than this say nothing new. */
const MOST_FAILURES = 100;

function readLines(
  commands: string,
  routes: RouteContext,
): { lines: Line[]; failures: BatchAnswer['failures'] } {
  const lines: Line[] = [];
  const failures: BatchAnswer['failures'] = [];
  for (const [i, text] of commands.split('\n').entries()) {
    const read = parseCommand(text, routes.links);
    if (read === null) continue;
    if (read.ok) lines.push({ line: i + 1, text: text.trim(), command: read.value });
    else failures.push({ line: i + 1, text: text.trim(), error: read.error });
  }
  return { lines, failures };
}

const tooLong = (bytes: number, most: number): AppError => ({
  kind: 'invalid',
  what: 'The batch does not fit into one datagram',
  why: `It has ${bytes} bytes, and the send buffer of the socket takes ${most}`,
  wayOut: 'Apply it in parts; root, or a larger net.core.wmem_max, has a larger send buffer',
});

const explain = (routes: RouteContext, error: AppError, { asked, spec }: Command): AppError =>
  inWords(error, { asked, spec, links: routes.links, protocol: routes.protocol });

async function atomically(routes: RouteContext, lines: readonly Line[]): Promise<Outcome<BatchAnswer>> {
  const messages = lines.map(({ command }) => command.message);
  const bytes = atomicLength(messages);
  if (bytes > routes.mostBytes) return fail(tooLong(bytes, routes.mostBytes));
  let seq = 0;
  const done = await routes.channel.atomic(messages, { onSeq: (first) => void (seq = first) });
  if (!done.ok) return done;
  const { failure } = done.value;
  // the begin, the first message, and the end with its answer
  const end = seq + lines.length + 1;
  const shown =
    failure?.index === null || failure === null ? [seq, end] : [seq + 1 + failure.index, seq, end];
  const messageIds = await messagesOf(
    routes,
    shown.map((one) => ({ seq: one, error: null, warnings: [] })),
  );
  const answer = { atomic: true, total: lines.length, messageIds };
  if (!failure) {
    await settled(routes, { seq: seq + lines.length, error: null, warnings: [] });
    return ok({ ...answer, applied: lines.length, failures: [] });
  }
  const line = failure.index === null ? undefined : lines[failure.index];
  if (!line) return fail(failure.error);
  const error = explain(routes, failure.error, line.command);
  return ok({ ...answer, applied: 0, failures: [{ line: line.line, text: line.text, error }] });
}

async function oneByOne(routes: RouteContext, lines: readonly Line[]): Promise<Outcome<BatchAnswer>> {
  const done = await routes.channel.batch(lines.map(({ command }) => command.message));
  if (!done.ok) return done;
  const { failures, applied, notSent, stopped } = done.value;
  const refused = failures.slice(0, MOST_FAILURES).map(({ index, error }) => {
    const { line, text, command } = lines[index]!;
    return { line, text, error: explain(routes, error, command) };
  });
  if (notSent > 0 && stopped) refused.push({ ...lines[lines.length - notSent]!, error: stopped });
  return ok({
    atomic: false,
    total: lines.length,
    applied,
    failures: refused.map(({ line, text, error }) => ({ line, text, error })),
    messageIds: [],
  });
}

/** Applies commands of ip(8), one a line. While one can't be read nothing is sent. */
export async function applyCommands(routes: RouteContext, commands: string): Promise<Outcome<BatchAnswer>> {
  if (routes.readOnly !== null) return fail(readOnlyError(routes));
  const atomic = routes.protocol === 'rtmgr';
  const { lines, failures } = readLines(commands, routes);
  const total = lines.length + failures.length;
  if (failures.length > 0)
    return ok({ atomic, total, applied: 0, failures: failures.slice(0, MOST_FAILURES), messageIds: [] });
  if (total === 0)
    return fail({
      kind: 'invalid',
      what: 'There is no command',
      wayOut: 'Write one a line, like: ip route add 203.0.113.0/24 via 192.0.2.1 dev lo',
    });
  return atomic ? atomically(routes, lines) : oneByOne(routes, lines);
}
