// SPDX-License-Identifier: MIT
// For tests: the few messages that they send, byte by byte, so that a fault in the codec is not taken for one here.
import { littleEndian } from '../../codec/index.ts';
import { message } from '../fake-kernel.ts';

export const RTM_NEWROUTE = 24;
export const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_OIF = 4;
export const NLM_F_EXCL_CREATE = 0x600;

/** RTM_NEWROUTE of `address`/32 (as a number) out of an interface, table main, protocol static, scope link. */
export function newRoute(address: number, oif: number, flags = NLM_F_EXCL_CREATE): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(28);
  const view = new DataView(payload.buffer);
  // struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, u32 flags
  payload.set([2, 32, 0, 0, 254, 4, 253, 1]);
  view.setUint16(12, 8, littleEndian);
  view.setUint16(14, RTA_DST, littleEndian);
  view.setUint32(16, address);
  view.setUint16(20, 8, littleEndian);
  view.setUint16(22, RTA_OIF, littleEndian);
  view.setUint32(24, oif, littleEndian);
  return message(RTM_NEWROUTE, payload, { flags });
}

/** RTM_GETROUTE with an empty rtmsg but for family and table: a dump of the IPv4 routes of table main. */
export function getRoutes(): Uint8Array<ArrayBuffer> {
  return message(RTM_GETROUTE, Uint8Array.of(2, 0, 0, 0, 254, 0, 0, 0, 0, 0, 0, 0));
}
