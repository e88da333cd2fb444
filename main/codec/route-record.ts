// SPDX-License-Identifier: MIT
// The fast path's result: one object that is filled again for every route message, so that reading a million routes
// allocates nothing. Variable parts are left where they are, as spans of the source buffer.

/** Addresses are four 32-bit words, most significant first; IPv4 uses the first word and leaves the others 0. */
export interface RouteRecord {
  // nlmsghdr
  messageType: number;
  messageFlags: number;
  seq: number;
  portId: number;
  // rtmsg
  /** AF_INET (2) or AF_INET6 (10). */
  family: number;
  dstLength: number;
  srcLength: number;
  tos: number;
  /** RTA_TABLE when present, else rtm_table. */
  table: number;
  protocol: number;
  scope: number;
  type: number;
  flags: number;
  // attributes
  dst: Uint32Array;
  src: Uint32Array;
  /** RTA_PRIORITY, 0 when absent. */
  priority: number;
  hasPrefsrc: boolean;
  prefsrc: Uint32Array;
  /** RTA_OIF, 0 when absent. */
  oif: number;
  /** 0 when there is no RTA_GATEWAY and no RTA_VIA, else the family of the gateway's address. */
  gatewayFamily: number;
  gateway: Uint32Array;
  /** RTA_NH_ID, 0 when absent. */
  nhId: number;
  /** RTA_PREF + 1, 0 when absent (so that 0 is never a value). */
  prefPlus1: number;
  /** rta_expires of RTA_CACHEINFO in clock ticks (USER_HZ), 0 when absent. */
  expires: number;
  // spans [start, end) in the source buffer, payload without its rtattr header; -1, -1 when absent
  metricsStart: number;
  metricsEnd: number;
  multipathStart: number;
  multipathEnd: number;
  encapType: number;
  encapStart: number;
  encapEnd: number;
  /** True when attributes were there that the record has no place for: see `decodeRoute` for all of them. */
  hasOthers: boolean;
}

export function newRouteRecord(): RouteRecord {
  return {
    messageType: 0,
    messageFlags: 0,
    seq: 0,
    portId: 0,
    family: 0,
    dstLength: 0,
    srcLength: 0,
    tos: 0,
    table: 0,
    protocol: 0,
    scope: 0,
    type: 0,
    flags: 0,
    dst: new Uint32Array(4),
    src: new Uint32Array(4),
    priority: 0,
    hasPrefsrc: false,
    prefsrc: new Uint32Array(4),
    oif: 0,
    gatewayFamily: 0,
    gateway: new Uint32Array(4),
    nhId: 0,
    prefPlus1: 0,
    expires: 0,
    metricsStart: -1,
    metricsEnd: -1,
    multipathStart: -1,
    multipathEnd: -1,
    encapType: 0,
    encapStart: -1,
    encapEnd: -1,
    hasOthers: false,
  };
}
