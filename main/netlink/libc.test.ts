// SPDX-License-Identifier: MIT
// The calls and the struct layouts, the latter against a C compiler's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as constants from './constants.ts';
import * as layout from './layout.ts';
import * as libc from './libc.ts';

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) libc.close(fd);
});
function pair(): [number, number] {
  const made = libc.socketpair(constants.AF_UNIX, constants.SOCK_STREAM | constants.SOCK_CLOEXEC);
  if (!made.ok) throw new Error(made.errnoName);
  open.push(...made.value);
  return made.value;
}

/** Answers the numbers that these C expressions have. */
function compiled(expressions: readonly string[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-layout-'));
  const headers = ['stddef.h', 'stdio.h', 'poll.h', 'sched.h', 'fcntl.h', 'sys/socket.h', 'sys/eventfd.h'];
  const source = [
    '#define _GNU_SOURCE',
    ...[...headers, 'linux/netlink.h'].map((header) => `#include <${header}>`),
    'int main(void) {',
    ...expressions.map((e) => `printf("%lld\\n", (long long)(${e}));`),
    'return 0; }',
  ].join('\n');
  try {
    writeFileSync(join(folder, 'a.c'), source);
    try {
      execFileSync('gcc', ['-o', join(folder, 'a'), join(folder, 'a.c')], { encoding: 'utf8' });
    } catch (error) {
      throw new Error('not run: gcc is missing or failed; apt-get install gcc linux-libc-dev', {
        cause: error,
      });
    }
    return execFileSync(join(folder, 'a'), { encoding: 'utf8' }).trim().split('\n').map(Number);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('constants and layouts', () => {
  it('are those of the headers', () => {
    const declared = Object.entries(constants);
    expect(declared.length).toBeGreaterThan(25);
    expect(compiled(declared.map(([name]) => name))).toEqual(declared.map(([, value]) => value));
  });

  it('put the members where C has them', () => {
    const header = new layout.MsghdrLayout();
    header.init(0x1000n);
    header.setName(0x2222n, 0x33);
    header.setControl(0x4444n, 0x55);
    header.setData(0x6666n, 0x77);
    const view = new DataView(header.bytes.buffer);
    const word = (at: number): number => Number(view.getBigUint64(at, true));
    expect(layout.WORD).toBe(8);
    const members = 'name namelen iov iovlen control controllen flags'.split(' ');
    const at = compiled([
      ...members.map((member) => `offsetof(struct msghdr, msg_${member})`),
      'sizeof(struct msghdr)',
      'sizeof(struct msghdr) + offsetof(struct iovec, iov_len)',
      'sizeof(struct pollfd)',
      'sizeof(struct sockaddr_nl)',
      'CMSG_SPACE(12)',
      'CMSG_LEN(12)',
    ]);
    expect([word(at[0]!), view.getUint32(at[1]!, true)]).toEqual([0x2222, 0x33]);
    expect([word(at[2]!), word(at[3]!)]).toEqual([0x1000 + at[7]!, 1]);
    expect([word(at[4]!), word(at[5]!)]).toEqual([0x4444, 0x55]);
    expect([word(at[7]!), word(at[8]!)]).toEqual([0x6666, 0x77]);
    view.setInt32(at[6]!, 0x1234, true);
    expect(header.flags).toBe(0x1234);
    expect(at.slice(9, 12)).toEqual([layout.POLLFD_SIZE, layout.SOCKADDR_NL_SIZE, layout.cmsgSpace(12)]);
    const cmsg = layout.encodeCmsg(1, 2, [7, 8, 9]);
    expect(Number(new DataView(cmsg.buffer).getBigUint64(0, true))).toBe(at[12]);
    expect(layout.decodeCmsg(cmsg, cmsg.byteLength, 1, 2).slice(0, 3)).toEqual([7, 8, 9]);
  });

  it('read no further than the control data goes, whatever its lengths say', () => {
    const cmsg = layout.encodeCmsg(1, 2, [7]);
    const view = new DataView(cmsg.buffer);
    for (const length of [0n, 3n, 1000n, 0xffff_ffff_ffff_ffffn]) {
      view.setBigUint64(0, length, true);
      expect(layout.decodeCmsg(cmsg, cmsg.byteLength, 1, 2)).toEqual([]);
    }
    expect(layout.decodeCmsg(cmsg, 4, 1, 2)).toEqual([]);
  });
});

describe('calls', () => {
  it('answer errors as values', () => {
    expect(libc.close(-1)).toEqual({ ok: false, call: 'close', errno: 9, errnoName: 'EBADF' });
    expect(libc.openReadOnly('/nowhere/at/all')).toMatchObject({ ok: false, errnoName: 'ENOENT' });
    expect(libc.netlinkPortId(1_000_000)).toMatchObject({ ok: false, call: 'getsockname' });
  });

  it('pass descriptors with their bytes over a Unix socket', () => {
    const [left, right] = pair();
    const passed = pair();
    expect(libc.sendFds(left, Uint8Array.of(1, 2, 3), passed).ok).toBe(true);
    const received = libc.receiveFds(right);
    if (!received.ok) throw new Error(received.errnoName);
    const { bytes, fds } = received.value;
    open.push(...fds);
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(fds).toHaveLength(2);
    // what is written into the copy comes out of the original's other end
    libc.write(fds[0]!, Uint8Array.of(42));
    const got = new Uint8Array(1);
    expect(libc.read(passed[1], got)).toEqual({ ok: true, value: 1 });
    expect(got[0]).toBe(42);
  });

  it('tell the end of a Unix socket, and that nothing is there yet', () => {
    const [left, right] = pair();
    expect(libc.receiveFds(right, constants.MSG_DONTWAIT)).toMatchObject({ ok: false, errnoName: 'EAGAIN' });
    libc.close(open.splice(open.indexOf(left), 1)[0]!);
    const ended = libc.receiveFds(right);
    expect(ended.ok && ended.value).toEqual({ bytes: new Uint8Array(0), fds: [] });
  });

  it('wake a poll through an eventfd, and sleep again when it was taken', () => {
    const made = libc.eventfd();
    if (!made.ok) throw new Error(made.errnoName);
    open.push(made.value);
    const polled = new libc.PollSet([made.value]);
    expect(polled.wait(0)).toEqual({ ok: true, value: 0 });
    libc.raiseEvent(made.value);
    expect(polled.wait(-1)).toEqual({ ok: true, value: 1 });
    expect(polled.events(0) & constants.POLLIN).toBe(constants.POLLIN);
    libc.lowerEvent(made.value);
    expect(polled.wait(0)).toEqual({ ok: true, value: 0 });
    libc.raiseEvent(made.value);
    polled.drop(0);
    expect(polled.wait(0)).toEqual({ ok: true, value: 0 });
  });

  it('never receive beyond the buffer', () => {
    const [left, right] = pair();
    libc.write(left, new Uint8Array(100).fill(7));
    const receiver = new libc.Receiver(16);
    const bytes = new Uint8Array(new ArrayBuffer(64));
    receiver.aim(bytes);
    expect(receiver.receive(right, 60, 0)).toEqual({ ok: true, value: 4 });
    expect(bytes.indexOf(7)).toBe(60);
    expect(receiver.receive(right, 65, 0)).toMatchObject({ ok: false, errnoName: 'EINVAL' });
    expect(receiver.receive(right, Number.NaN, 0)).toMatchObject({ ok: false, errnoName: 'EINVAL' });
  });
});
