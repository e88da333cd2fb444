// SPDX-License-Identifier: MIT
// Metrics of a route (linux/rtnetlink.h): RTAX_* inside RTA_METRICS.
import { attribute, attributeSet, binary, flags, string, u32 } from '../schema.ts';
import type { AttributeSet } from '../schema.ts';

export const RTAX_FEATURE = flags({
  RTAX_FEATURE_ECN: [1, 'Explicit congestion notification.'],
  RTAX_FEATURE_SACK: [2, 'Selective acknowledgement; ignored today.'],
  RTAX_FEATURE_TIMESTAMP: [4, 'TCP timestamps; ignored today.'],
  RTAX_FEATURE_ALLFRAG: [8, 'Put a fragment header on every packet; ignored today.'],
  RTAX_FEATURE_TCP_USEC_TS: [16, 'TCP timestamps in microseconds.', '6.7'],
});

/** Metrics inside RTA_METRICS. */
export const RTAX = attributeSet('RTAX_', {
  RTAX_UNSPEC: attribute(0, binary, 'Unused.'),
  RTAX_LOCK: attribute(
    1,
    u32((n) => lockNames(Number(n))),
    'Bit mask, by metric number, of the metrics that the kernel must not change by itself (such as by path MTU discovery).',
  ),
  RTAX_MTU: attribute(
    2,
    u32((n) => `${n} bytes`),
    'Largest packet that is sent by this route.',
  ),
  RTAX_WINDOW: attribute(
    3,
    u32((n) => `${n} bytes`),
    'Largest TCP window that is advertised.',
  ),
  RTAX_RTT: attribute(
    4,
    u32((n) => `${Number(n) / 8} ms`),
    'First guess of the round trip time, in eighths of a millisecond.',
  ),
  RTAX_RTTVAR: attribute(
    5,
    u32((n) => `${Number(n) / 4} ms`),
    'First guess of its variance, in quarters of a millisecond.',
  ),
  RTAX_SSTHRESH: attribute(
    6,
    u32((n) => `${n} packets`),
    'Slow start threshold of TCP.',
  ),
  RTAX_CWND: attribute(
    7,
    u32((n) => `${n} packets`),
    'Upper limit for the congestion window, when locked.',
  ),
  RTAX_ADVMSS: attribute(
    8,
    u32((n) => `${n} bytes`),
    'Maximum segment size that TCP advertises.',
  ),
  RTAX_REORDERING: attribute(
    9,
    u32((n) => `${n} packets`),
    'How much reordering TCP expects on the way.',
  ),
  RTAX_HOPLIMIT: attribute(10, u32(), 'Time to live of packets sent by this route.'),
  RTAX_INITCWND: attribute(
    11,
    u32((n) => `${n} packets`),
    'Congestion window at the start of a connection.',
  ),
  RTAX_FEATURES: attribute(12, u32(RTAX_FEATURE), 'Protocol features switched on for this route.'),
  RTAX_RTO_MIN: attribute(
    13,
    u32((n) => `${n} ms`),
    'Least time before TCP retransmits.',
  ),
  RTAX_INITRWND: attribute(
    14,
    u32((n) => `${n} packets`),
    'Receive window at the start of a connection.',
  ),
  RTAX_QUICKACK: attribute(15, u32(), '1: acknowledge at once, do not delay.'),
  RTAX_CC_ALGO: attribute(16, string, 'Name of the congestion control algorithm.'),
  RTAX_FASTOPEN_NO_COOKIE: attribute(17, u32(), '1: TCP Fast Open without a cookie.'),
});
export const {
  RTAX_LOCK,
  RTAX_MTU,
  RTAX_WINDOW,
  RTAX_RTT,
  RTAX_RTTVAR,
  RTAX_SSTHRESH,
  RTAX_CWND,
  RTAX_ADVMSS,
  RTAX_REORDERING,
  RTAX_HOPLIMIT,
  RTAX_INITCWND,
  RTAX_FEATURES,
  RTAX_RTO_MIN,
  RTAX_INITRWND,
  RTAX_QUICKACK,
  RTAX_CC_ALGO,
  RTAX_FASTOPEN_NO_COOKIE,
} = RTAX.values;

function lockNames(mask: number): string {
  const names: string[] = [];
  for (let bit = 1; bit < 32; bit++)
    if (mask & (1 << bit)) names.push((RTAX as AttributeSet).byValue.get(bit)?.name ?? String(bit));
  return names.length === 0 ? '0' : `${names.join(' | ')} (0x${mask.toString(16)})`;
}
