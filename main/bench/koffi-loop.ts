// SPDX-License-Identifier: MIT
// A peer: the barest receive loop that JavaScript can have. One thread, one buffer, nothing decoded but the end.
import { monotonicMs } from '../threads/clock.ts';
import * as C from '../netlink/constants.ts';
import * as libc from '../netlink/libc.ts';

const ROOM = 65536;

function must<T>(result: libc.CallResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.call}: ${result.errnoName}`);
}

/** Dumps all IPv4 routes; answers seconds. */
export function koffiLoop(): number {
  const fd = must(libc.socket(C.AF_NETLINK, C.SOCK_RAW | C.SOCK_CLOEXEC, C.NETLINK_ROUTE));
  const ask = new DataView(new ArrayBuffer(28)); // nlmsghdr and rtmsg
  ask.setUint32(0, 28, true);
  ask.setUint16(4, 26, true); // RTM_GETROUTE
  ask.setUint16(6, 0x301, true); // NLM_F_REQUEST | NLM_F_DUMP
  ask.setUint8(16, 2); // AF_INET
  const room = new Uint8Array(new ArrayBuffer(ROOM));
  const head = new DataView(room.buffer);
  const receiver = new libc.Receiver(64);
  receiver.aim(room);
  const start = monotonicMs();
  must(libc.send(fd, new Uint8Array(ask.buffer)));
  for (;;) {
    must(receiver.receive(fd, 0, 0));
    const type = head.getUint16(4, true);
    if (type === 3) break; // NLMSG_DONE
    if (type === 2) throw new Error('the dump was refused');
  }
  const seconds = (monotonicMs() - start) / 1000;
  must(libc.close(fd));
  return seconds;
}
