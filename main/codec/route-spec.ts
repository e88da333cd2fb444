// SPDX-License-Identifier: MIT
// A whole route as a value: what the encoder takes and the careful decoder gives. Nothing the kernel said is lost:
// attributes without a place of their own are kept as bytes in `others`.

export interface HopSpec {
  /** 0: none. */
  ifindex: number;
  /** Family AF_INET (2) or AF_INET6 (10) with 4 or 16 bytes; a family other than the route's goes out as RTA_VIA. */
  gateway: { family: number; bytes: Uint8Array } | null;
  /** rtnh_hops as on the wire: the weight minus one. 0 for a single next hop. */
  hops: number;
  /** RTNH_F_* flags: rtnh_flags, or of a single hop what stands in the lowest byte of rtm_flags. */
  flags: number;
  /**
   * Further attributes of the next hop (RTA_ENCAP, RTA_ENCAP_TYPE, RTA_FLOW…), encoded with their headers; empty: none.
   * Those of a single hop stand among the route's own attributes on the wire.
   */
  others: Uint8Array;
}

export interface RouteSpec {
  family: number;
  /** 4 or 16 bytes; all zero with dstLength 0 for the default route. */
  dst: Uint8Array;
  dstLength: number;
  src: Uint8Array | null;
  srcLength: number;
  tos: number;
  table: number;
  protocol: number;
  scope: number;
  type: number;
  /** rtm_flags; without the RTNH_F_* bits when they belong to a single hop (see `allFlags` for the whole word). */
  flags: number;
  /** null: no RTA_PRIORITY. */
  priority: number | null;
  prefsrc: Uint8Array | null;
  /** One without `multipath`: RTA_OIF, RTA_GATEWAY or RTA_VIA of the route itself. */
  hops: HopSpec[];
  /** True: the hops travel in RTA_MULTIPATH. Always true for two and more. */
  multipath: boolean;
  /** RTAX_* metrics by number as they stand in RTA_METRICS; values of 4 bytes as numbers, others (RTAX_CC_ALGO) as bytes. */
  metrics: Map<number, number | Uint8Array>;
  nhId: number | null;
  pref: number | null;
  /** Attributes not named above, encoded with their headers in their order; empty: none. */
  others: Uint8Array;
}
