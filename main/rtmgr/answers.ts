// SPDX-License-Identifier: MIT
// rtmgr's own requests as the window asks them: with the numbers of their messages in the inspector, and in words.
import type { HelloAnswer, Outcome, RtmgrStats } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { AF_INET6, flagNames, messageTypeName, tableName } from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { RouteContext } from '../routes/context.ts';
import { messagesOf, readOnlyError } from '../routes/write.ts';
import { monotonicMs } from '../threads/clock.ts';
import { flush, hello, stats } from './requests.ts';

const notRtmgr = (): { ok: false; error: { kind: 'unavailable'; what: string; wayOut: string } } =>
  fail({
    kind: 'unavailable',
    what: 'The open target is not rtmgr',
    wayOut: 'Open rtmgr, user-mode: it needs nothing',
  });

/** The numbers of a request's messages in the inspector. */
const idsOf = (routes: RouteContext, seq: number): Promise<number[]> =>
  messagesOf(routes, [{ seq, error: null, warnings: [] }]);

export async function sayHello(routes: RouteContext, text: string): Promise<Outcome<HelloAnswer>> {
  if (routes.protocol !== 'rtmgr') return notRtmgr();
  let seq = 0;
  const began = monotonicMs();
  const answer = await hello(routes.channel, text, { onSeq: (number) => void (seq = number) });
  const tookMs = monotonicMs() - began;
  if (!answer.ok) return answer;
  const { seen, ...rest } = answer.value;
  return ok({
    ...rest,
    seen: {
      ...seen,
      type: messageTypeName(seen.type, 'rtmgr'),
      flags: flagNames(seen.type, seen.flags),
    },
    tookMs,
    messageIds: await idsOf(routes, seq),
  });
}

export async function readStats(routes: RouteContext): Promise<Outcome<RtmgrStats>> {
  if (routes.protocol !== 'rtmgr') return notRtmgr();
  return askStats(routes.channel);
}

/** Of an rtmgr, whether it is the open target or not. */
export async function askStats(channel: Channel): Promise<Outcome<RtmgrStats>> {
  const answer = await stats(channel);
  if (!answer.ok) return answer;
  const { counts, tables } = answer.value;
  return ok({
    counts,
    tables: tables.map(({ family, table, routes, nodes, bytes }) => ({
      family: family === AF_INET6 ? 6 : 4,
      table: { value: table, name: tableName(table) },
      routes,
      nodes,
      bytes,
    })),
  });
}

export async function flushTable(
  routes: RouteContext,
  table: number | null,
): Promise<Outcome<{ deleted: number; messageIds: number[] }>> {
  if (routes.protocol !== 'rtmgr') return notRtmgr();
  if (routes.readOnly !== null) return fail(readOnlyError(routes));
  let seq = 0;
  const done = await flush(
    routes.channel,
    { table, family: null },
    { onSeq: (number) => void (seq = number) },
  );
  return done.ok ? ok({ deleted: done.value, messageIds: await idsOf(routes, seq) }) : done;
}
