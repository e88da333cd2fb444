// SPDX-License-Identifier: MIT
// Builds messages and tap batches for the tests of this folder, as a kernel and a sender would make them.
import type { SocketName } from '../netlink/endpoint.ts';
import type { TapBatch } from '../netlink/tap.ts';

export const PORT = 4242;

export interface Header {
  type: number;
  flags?: number;
  seq?: number;
  port?: number;
  /** Instead of the true length. */
  length?: number;
}

/** One message, padded to 4 bytes. */
export function message(header: Header, body: Uint8Array | number[] = []): Uint8Array {
  const length = 16 + body.length;
  const bytes = new Uint8Array((length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length ?? length, true);
  view.setUint16(4, header.type, true);
  view.setUint16(6, header.flags ?? 0, true);
  view.setUint32(8, header.seq ?? 0, true);
  view.setUint32(12, header.port ?? 0, true);
  bytes.set(body, 16);
  return bytes;
}

export const s32 = (value: number): number[] => [...new Uint8Array(new Int32Array([value]).buffer)];

/** struct rtattr with its payload, padded. */
export function attribute(type: number, payload: number[]): number[] {
  const length = 4 + payload.length;
  const padding = Array.from({ length: -length & 3 }, () => 0);
  return [length & 0xff, length >> 8, type & 0xff, type >> 8, ...payload, ...padding];
}

/** struct rtmsg and attributes of an IPv4 route. */
export function route4(dst: number[], dstLength: number, table = 254, metric?: number): number[] {
  const rtmsg = [2, dstLength, 0, 0, Math.min(table, 255), 4, 0, 1, 0, 0, 0, 0];
  return [
    ...rtmsg,
    ...attribute(1, dst),
    ...attribute(15, s32(table)),
    ...(metric === undefined ? [] : attribute(6, s32(metric))),
  ];
}

/** NLMSG_ERROR that answers `request` (its whole message is echoed, as without NETLINK_CAP_ACK). */
export const answer = (request: Uint8Array, error: number): Uint8Array => {
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  const seq = view.getUint32(8, true);
  return message({ type: 2, seq, port: PORT }, [...s32(error), ...request]);
};

export interface Datagram {
  at: number;
  messages: Uint8Array[];
  group?: number;
}

export function batch(
  direction: 'out' | 'in',
  socket: SocketName,
  datagrams: Datagram[],
  portId = PORT,
): TapBatch {
  const parts: Uint8Array[] = [];
  const spans: number[] = [];
  let at = 0;
  for (const datagram of datagrams) {
    const length = datagram.messages.reduce((sum, m) => sum + m.length, 0);
    spans.push(at, length);
    parts.push(...datagram.messages);
    at += length;
  }
  const bytes = new Uint8Array(at);
  let to = 0;
  for (const part of parts) {
    bytes.set(part, to);
    to += part.length;
  }
  return {
    direction,
    socket,
    portId,
    bytes,
    spans: new Uint32Array(spans),
    times: new Float64Array(datagrams.map((d) => d.at)),
    groups: new Uint32Array(datagrams.map((d) => d.group ?? 0)),
  };
}

/** RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE. */
export const NEWROUTE = 24;
export const DELROUTE = 25;
export const GETROUTE = 26;
/** NLM_F_REQUEST | NLM_F_ACK. */
export const REQUEST_ACK = 5;
/** NLM_F_REQUEST | NLM_F_DUMP. */
export const REQUEST_DUMP = 0x301;
