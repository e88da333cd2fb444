// SPDX-License-Identifier: MIT
// rtmgr's own messages in a few words.
import { viewOf } from './bytes.ts';
import { messages, readHeader } from './messages.ts';
import { familyName, messageTypeName, tableName } from './names.ts';
import { decodeHello, decodeMirrored, decodeStats, rtmgrSays } from './rtmgr.ts';
import { NLM_F_REQUEST } from './tables/nlmsg.ts';
import {
  NETLINK_OPTION,
  RTMGR_A,
  RTMGR_MSG_BATCH_BEGIN,
  RTMGR_MSG_BATCH_END,
  RTMGR_MSG_FLUSH,
  RTMGR_MSG_GETSTATS,
  RTMGR_MSG_HELLO,
  RTMGR_MSG_MIRROR,
  RTMGR_MSG_SOCKOPT,
} from './tables/rtmgr.ts';

const A = RTMGR_A.values;
const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

function helloText(message: Uint8Array, asked: boolean): string {
  if (asked) {
    const text = rtmgrSays(message).text(A.RTMGR_A_TEXT);
    return text === null ? 'without a word' : JSON.stringify(text);
  }
  const { release, version, text, portId, uid, writable } = decodeHello(message);
  const back = text === '' ? '' : `${JSON.stringify(text)} back, `;
  return `${back}rtmgr ${release}, interface ${version}; port ${portId}, user ${uid}, ${writable ? 'may write' : 'may read'}`;
}

function statsText(message: Uint8Array): string {
  const { counts, tables } = decodeStats(message);
  return `${counted(counts.routes ?? 0, 'route')} in ${counted(tables.length, 'table')}, ${counted(counts.messages ?? 0, 'message')} so far`;
}

function flushText(message: Uint8Array, asked: boolean): string {
  const { number } = rtmgrSays(message);
  if (!asked) return `${counted(number(A.RTMGR_A_ROUTES) ?? 0, 'route')} deleted`;
  const table = number(A.RTMGR_A_TABLE);
  const family = message[16] ?? 0;
  return `${table === null ? 'all tables' : `table ${tableName(table)}`}${family === 0 ? '' : ` of ${familyName(family)}`}`;
}

function sockoptText(message: Uint8Array): string {
  const { number } = rtmgrSays(message);
  const option = number(A.RTMGR_A_OPTION) ?? 0;
  return `${NETLINK_OPTION.names.get(option) ?? option} ${number(A.RTMGR_A_VALUE) ?? ''}`.trim();
}

function mirrorText(message: Uint8Array, inner: (message: Uint8Array) => string): string {
  const copy = decodeMirrored(message);
  if (!copy) return 'an empty copy';
  const { fromKernel, portId, group } = copy;
  const data = message.subarray(copy.start, copy.end);
  const who = group > 0 ? `group ${group}` : `port ${portId}`;
  const header = readHeader(viewOf(data));
  if (!header) return `${fromKernel ? 'to' : 'from'} ${who}`;
  let count = 0;
  messages(viewOf(data), 0, data.length, () => void count++);
  const more = count > 1 ? ` and ${counted(count - 1, 'more message')}` : '';
  return `${fromKernel ? 'to' : 'from'} ${who}: ${messageTypeName(header.type, 'rtmgr')} ${inner(data)}${more}`;
}

/** `inner`: words for a message inside. The bytes end where the message ends. */
export function rtmgrText(
  message: Uint8Array,
  flags: number,
  inner: (message: Uint8Array) => string,
): string {
  const asked = (flags & NLM_F_REQUEST) !== 0;
  switch (readHeader(viewOf(message))?.type) {
    case RTMGR_MSG_HELLO:
      return helloText(message, asked);
    case RTMGR_MSG_GETSTATS:
      return asked ? 'all counts' : statsText(message);
    case RTMGR_MSG_FLUSH:
      return flushText(message, asked);
    case RTMGR_MSG_BATCH_BEGIN:
      return 'all or nothing, from here';
    case RTMGR_MSG_BATCH_END:
      return 'to here';
    case RTMGR_MSG_MIRROR:
      return mirrorText(message, inner);
    case RTMGR_MSG_SOCKOPT:
      return sockoptText(message);
    default:
      return '';
  }
}
