// SPDX-License-Identifier: MIT
// rtmgr's own requests over a channel: the greeting, counts, flushing, options of a socket.
import type { Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  RTMGR_A,
  RTMGR_MSG_FLUSH,
  RTMGR_MSG_GETSTATS,
  RTMGR_MSG_HELLO,
  RTMGR_MSG_SOCKOPT,
  decodeFlushed,
  decodeHello,
  decodeStats,
  encodeMessage,
} from '../codec/index.ts';
import type { AttributeValue, Hello, Stats } from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { ExchangeOptions } from '../netlink/exchange.ts';

const A = RTMGR_A.values;

const message = (
  type: number,
  attributes: AttributeValue[] = [],
  family: number = AF_UNSPEC,
): Uint8Array<ArrayBuffer> =>
  encodeMessage({ type, flags: 0, family: { rtmgr_family: family }, attributes }, 'rtmgr');

/** RTMGR_MSG_SOCKOPT: what setsockopt(2) is where the other end is a process. */
const option = (number: number, value: number): Uint8Array<ArrayBuffer> =>
  message(RTMGR_MSG_SOCKOPT, [
    { type: A.RTMGR_A_OPTION, value: number },
    { type: A.RTMGR_A_VALUE, value },
  ]);

export const joinMessage = (group: number): Uint8Array<ArrayBuffer> => option(NETLINK_ADD_MEMBERSHIP, group);
export const leaveMessage = (group: number): Uint8Array<ArrayBuffer> =>
  option(NETLINK_DROP_MEMBERSHIP, group);

/** As prepareSocket sets them on sockets of the kernel. */
export const usualOptions = (): Uint8Array<ArrayBuffer>[] => [
  option(NETLINK_EXT_ACK, 1),
  option(NETLINK_CAP_ACK, 0),
  option(NETLINK_GET_STRICT_CHK, 1),
];

async function answered<T>(
  channel: Channel,
  request: Uint8Array,
  read: (message: Uint8Array) => T,
  options: ExchangeOptions,
): Promise<Outcome<T>> {
  const reply = await channel.request(request, options);
  if (!reply.ok) return reply;
  const [first] = reply.value.messages;
  return first
    ? ok(read(first))
    : fail({ kind: 'internal', what: 'rtmgr acknowledged the request without an answer' });
}

/** The greeting; what comes back tells what rtmgr saw of it. */
export const hello = (
  channel: Channel,
  text: string,
  options: ExchangeOptions = {},
): Promise<Outcome<Hello>> =>
  answered(
    channel,
    message(RTMGR_MSG_HELLO, text === '' ? [] : [{ type: A.RTMGR_A_TEXT, value: text }]),
    decodeHello,
    options,
  );

export const stats = (channel: Channel, options: ExchangeOptions = {}): Promise<Outcome<Stats>> =>
  answered(channel, message(RTMGR_MSG_GETSTATS), decodeStats, options);

/** Deletes all routes of a table (null: of all) and a family (null: of both); answers how many. */
export const flush = (
  channel: Channel,
  what: { table: number | null; family: 4 | 6 | null },
  options: ExchangeOptions = {},
): Promise<Outcome<number>> =>
  answered(
    channel,
    message(
      RTMGR_MSG_FLUSH,
      what.table === null ? [] : [{ type: A.RTMGR_A_TABLE, value: what.table }],
      what.family === null ? AF_UNSPEC : what.family === 4 ? AF_INET : AF_INET6,
    ),
    decodeFlushed,
    options,
  );
