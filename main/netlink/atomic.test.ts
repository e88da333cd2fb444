// SPDX-License-Identifier: MIT
// rtmgr's batch over the channel, against a scripted kernel.
import { describe, expect, it } from 'vitest';
import {
  NLMSGERR_ATTR_COOKIE,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  RTMGR_MSG_BATCH_BEGIN,
  RTMGR_MSG_BATCH_END,
  littleEndian,
} from '../codec/index.ts';
import { atomicLength } from './atomic.ts';
import { Channel } from './channel.ts';
import { FakeKernel, message } from './fake-kernel.ts';

const NEW = 24; // RTM_NEWROUTE
const EEXIST = 17;
const ECANCELED = 125;
const changes = [1, 2, 3].map((n) => message(NEW, Uint8Array.of(n, 0, 0, 0)));

function make() {
  const kernel = new FakeKernel();
  return { kernel, channel: new Channel(kernel, { timeoutMs: 200 }) };
}

/** NLMSG_ERROR with a cookie that names the message. */
function refusalOfEnd(errno: number, index: number, seq: number, endSeq: number): Uint8Array {
  const payload = new Uint8Array(4 + 20 + 12);
  const view = new DataView(payload.buffer);
  view.setInt32(0, -errno, littleEndian);
  view.setUint32(4, 20, littleEndian);
  view.setUint16(8, RTMGR_MSG_BATCH_END, littleEndian);
  view.setUint16(24, 12, littleEndian);
  view.setUint16(26, NLMSGERR_ATTR_COOKIE, littleEndian);
  view.setUint32(28, index, littleEndian);
  view.setUint32(32, seq, littleEndian);
  return message(2, payload, { seq: endSeq, flags: NLM_F_ACK_TLVS });
}

describe('a batch', () => {
  it('is one datagram between begin and end, of which only the end asks for an answer', async () => {
    const { kernel, channel } = make();
    const outcome = await channel.atomic(changes);
    expect(outcome).toEqual({ ok: true, value: { firstSeq: 1, failure: null } });
    expect(kernel.datagramSizes).toEqual([5]);
    expect(kernel.requests.map(({ type }) => type)).toEqual([
      RTMGR_MSG_BATCH_BEGIN,
      NEW,
      NEW,
      NEW,
      RTMGR_MSG_BATCH_END,
    ]);
    expect(kernel.requests.map(({ flags }) => flags & NLM_F_ACK)).toEqual([0, 0, 0, 0, NLM_F_ACK]);
    expect(kernel.requests.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(atomicLength(changes)).toBe(20 + 3 * 20 + 20);
  });

  it('names the message that failed, and gives its own error', async () => {
    const { kernel, channel } = make();
    kernel.respond = ({ type, seq }) => {
      if (seq === 3) return { do: 'error', errno: EEXIST, extack: 'there is one' };
      return type === RTMGR_MSG_BATCH_END
        ? { do: 'error', errno: EEXIST, extack: 'message 1 failed' }
        : { do: 'silence' };
    };
    const outcome = await channel.atomic(changes);
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        failure: { index: 1, error: { kind: 'kernel', errnoName: 'EEXIST', extack: 'there is one' } },
      },
    });
  });

  it('knows from the cookie which message it was, where its own answer was lost', async () => {
    const { kernel, channel } = make();
    kernel.respond = ({ type, seq }) => {
      if (type !== RTMGR_MSG_BATCH_END) return { do: 'silence' };
      kernel.unasked(refusalOfEnd(EEXIST, 2, 4, seq));
      return { do: 'silence' };
    };
    expect(await channel.atomic(changes)).toMatchObject({
      ok: true,
      value: { failure: { index: 2, error: { errnoName: 'EEXIST' } } },
    });
  });

  it('is not misled by those that were only cancelled', async () => {
    const { kernel, channel } = make();
    kernel.respond = ({ seq }) =>
      seq === 4 || seq === 5
        ? { do: 'error', errno: EEXIST }
        : seq === 1
          ? { do: 'silence' }
          : { do: 'error', errno: ECANCELED };
    expect(await channel.atomic(changes)).toMatchObject({ ok: true, value: { failure: { index: 2 } } });
  });

  it('that may not be written says so of the whole', async () => {
    const { kernel, channel } = make();
    kernel.respond = ({ type }) =>
      type === RTMGR_MSG_BATCH_END ? { do: 'error', errno: 1 } : { do: 'silence' };
    expect(await channel.atomic(changes)).toMatchObject({
      ok: true,
      value: { failure: { index: null, error: { errnoName: 'EPERM' } } },
    });
  });

  it('ends with words when nothing answers, when it cannot be sent, and when the other end dies', async () => {
    const silent = make();
    silent.kernel.respond = () => ({ do: 'silence' });
    expect(await silent.channel.atomic(changes)).toMatchObject({ ok: false, error: { kind: 'timeout' } });
    const refused = make();
    refused.kernel.script({ do: 'refuse', errno: 90, errnoName: 'EMSGSIZE' });
    expect(await refused.channel.atomic(changes)).toMatchObject({
      ok: false,
      error: { kind: 'syscall', errnoName: 'EMSGSIZE' },
    });
    const dying = make();
    dying.kernel.respond = () => ({ do: 'silence' });
    const outcome = dying.channel.atomic(changes);
    const error = { kind: 'unavailable', what: 'rtmgr-user has ended' } as const;
    dying.channel.abandon(error);
    expect(await outcome).toEqual({ ok: false, error });
    expect(await dying.channel.request(message(NEW))).toEqual({ ok: false, error });
  });
});
