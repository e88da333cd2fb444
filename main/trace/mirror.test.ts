// SPDX-License-Identifier: MIT
// What the trace makes of rtmgr's copies of other processes' traffic.
import { describe, expect, it } from 'vitest';
import { RTMGR_A, RTMGR_MSG_MIRROR, cascade, encodeMessage } from '../codec/index.ts';
import { Processes } from './mirror.ts';
import { Trace } from './trace.ts';
import { NEWROUTE, PORT, REQUEST_ACK, batch, message, route4, s32 } from './testing.ts';

const A = RTMGR_A.values;
const OTHER = 4711;
const copy = (data: Uint8Array, fromKernel: boolean, port = OTHER, group = 0): Uint8Array =>
  encodeMessage(
    {
      type: RTMGR_MSG_MIRROR,
      flags: 0,
      family: {},
      attributes: [
        { type: A.RTMGR_A_DIRECTION, value: fromKernel ? 1 : 0 },
        { type: A.RTMGR_A_PORTID, value: port },
        ...(group === 0 ? [] : [{ type: A.RTMGR_A_GROUP, value: group }]),
        { type: A.RTMGR_A_LENGTH, value: data.length },
        { type: A.RTMGR_A_DATA, value: data },
      ],
    },
    'rtmgr',
  );
const asked = message(
  { type: NEWROUTE, flags: REQUEST_ACK, seq: 7 },
  Uint8Array.from(route4([10, 20, 0, 0], 16)),
);
const answer = (errno: number): Uint8Array =>
  message({ type: 2, seq: 7, port: OTHER }, [...s32(-errno), ...asked]);

function make(): Trace {
  const trace = new Trace();
  trace.reader.protocol = 'rtmgr';
  // our own sockets are known by what they sent
  trace.push(batch('out', 'request', [{ at: 1, messages: [message({ type: 0x100, flags: 5, seq: 1 })] }]), 1);
  trace.drain(10, true);
  return trace;
}
function push(trace: Trace, ...copies: Uint8Array[]): void {
  trace.push(
    batch(
      'in',
      'mirror',
      copies.map((one, i) => ({ at: 2 + i, messages: [one], group: 30 })),
    ),
    20,
  );
  trace.drain(100, true);
}

describe('another process in the list', () => {
  it('is shown by what it said, with its port, direction and verdict', () => {
    const trace = make();
    push(trace, copy(asked, false), copy(answer(17), true));
    const { rows } = trace.rows(1, 10);
    expect(rows).toMatchObject([
      {
        direction: 'out',
        socket: 'mirror',
        type: 'RTM_NEWROUTE',
        seq: 7,
        length: asked.length,
        other: { port: OTHER, process: null, messages: 1 },
        verdict: { kind: 'error', errnoName: 'EEXIST' },
        summary: '10.20.0.0/16 table main proto static',
      },
      { direction: 'in', type: 'NLMSG_ERROR', verdict: { kind: 'error', errnoName: 'EEXIST' }, latency: 1 },
    ]);
    expect(rows[0]!.related).toEqual([rows[1]!.id]);
    expect(rows[1]!.related).toEqual([rows[0]!.id]);
    const detail = trace.reader.detail(trace.store.find(rows[0]!.id));
    expect(detail.tree.map(({ name }) => name)).toContain('RTMGR_A_DATA');
  });

  it('counts what else stands in a datagram', () => {
    const trace = make();
    push(trace, copy(cascade([asked, asked, asked]), false));
    expect(trace.rows(1, 1).rows[0]).toMatchObject({ other: { messages: 3 } });
    expect(trace.rows(1, 1).rows[0]!.summary).toContain('and 2 more');
  });

  it('leaves our own traffic, what went to groups, and what is damaged, out', () => {
    const trace = make();
    push(
      trace,
      copy(asked, false, PORT),
      copy(asked, true, 0, 7),
      message({ type: RTMGR_MSG_MIRROR }, [0, 0, 0, 0]),
    );
    expect(trace.state(200)).toMatchObject({ seen: 1, kept: 1 });
  });

  it('does not let another one’s long dump flush out the rest', () => {
    const trace = make();
    const dump = message({ type: 26, flags: 0x301, seq: 9 }, [2, ...new Uint8Array(11)]);
    const part = message({ type: NEWROUTE, flags: 2, seq: 9, port: OTHER }, route4([10, 0, 0, 0], 8));
    const done = message({ type: 3, flags: 2, seq: 9, port: OTHER }, s32(0));
    push(trace, copy(dump, false), ...Array.from({ length: 250 }, () => copy(part, true)), copy(done, true));
    const state = trace.state(1000);
    expect(state.kept).toBeLessThan(110);
    expect(state.skipped).toBe(150);
    expect(trace.rows(1, 1).rows[0]).toMatchObject({ verdict: { kind: 'data', done: true } });
  });

  it('is found when a row of the grid is chosen', () => {
    const trace = make();
    push(trace, copy(asked, false));
    const [id] = trace.rows(1, 1).rows.map((row) => row.id);
    const spec = {
      family: 2,
      dst: Uint8Array.of(10, 20, 0, 0),
      dstLength: 16,
      table: 254,
      priority: null,
    };
    expect(trace.ofRoute(spec as never)).toEqual([id]);
  });
});

describe('names of processes', () => {
  it('are asked once, and only for ports that can be a process id', () => {
    const calls: number[] = [];
    const processes = new Processes((pid) => {
      calls.push(pid);
      return pid === 77 ? 'ip' : null;
    });
    for (const port of [77, 77, 78, 0xffff_0000]) processes.note(port);
    expect(calls).toEqual([77, 78]);
    expect([77, 78, 0xffff_0000, 5].map((port) => processes.name(port))).toEqual(['ip', null, null, null]);
  });
});
