// SPDX-License-Identifier: MIT
// To which group a datagram from another process would have gone. rtmgr-user sends notifications by unicast, so no
// address tells; but on sockets that ask for nothing else a route message is a notification.
import {
  AF_INET6,
  HEADER_LENGTH,
  RTMGR_GRP_MIRROR,
  RTMGR_MSG_MIRROR,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  littleEndian,
} from '../codec/index.ts';
import type { SocketName } from './endpoint.ts';

/** The group of the datagram that begins at `start`; 0: it answers us. */
export function derivedGroup(name: SocketName, bytes: Uint8Array, start: number, length: number): number {
  if (name === 'request' || name === 'dump' || length < HEADER_LENGTH) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  const type = view.getUint16(4, littleEndian);
  if (type === RTMGR_MSG_MIRROR) return RTMGR_GRP_MIRROR;
  if ((type !== RTM_NEWROUTE && type !== RTM_DELROUTE) || length === HEADER_LENGTH) return 0;
  // rtm_family
  return view.getUint8(HEADER_LENGTH) === AF_INET6 ? RTNLGRP_IPV6_ROUTE : RTNLGRP_IPV4_ROUTE;
}
