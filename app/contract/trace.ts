// SPDX-License-Identifier: MIT
// The inspector's view of netlink traffic: messages, field trees with byte spans, verdicts.
import { z } from './z.ts';

/** `out`: to the kernel; `in`: from it. */
export type Direction = 'out' | 'in';

/** What became of a request: for an answer, what it says; for a request, what its answer said. */
export type Verdict =
  | { kind: 'ok' }
  /** An error with its errno by name. */
  | { kind: 'error'; errnoName: string; text: string }
  /** Data of a dump or a lookup; `parts` counts the messages of the answer so far. */
  | { kind: 'data'; parts: number; done: boolean }
  /** Multicast: nobody asked for it. */
  | { kind: 'event' }
  /** A request that has no answer yet. */
  | { kind: 'pending' }
  /** No answer came, or the datagram was cut off. */
  | { kind: 'lost'; text: string };

/** One line of the inspector's list: one nlmsghdr message. */
export interface MessageRow {
  /** Counts messages since the target was opened, from 1; never reused. */
  id: number;
  /** Number of the datagram it travelled in: messages with the same number were cascaded. */
  datagram: number;
  /** Milliseconds since the target was opened, monotonic clock, microsecond resolution. */
  time: number;
  direction: Direction;
  /** `request`, `dump`, `events`, `links`, `mirror` or `relay` (through the helper): which socket of ours. */
  socket: string;
  /** nlmsg_type by name, e.g. `RTM_NEWROUTE`; `0x1f` style when it has none. */
  type: string;
  typeValue: number;
  /** nlmsg_flags by name in the meaning they have for this type, e.g. `['REQUEST','CREATE','EXCL','ACK']`. */
  flags: string[];
  seq: number;
  port: number;
  /** nlmsg_len in bytes. */
  length: number;
  /** Since its request was sent, ms; null when it is not an answer. */
  latency: number | null;
  verdict: Verdict;
  /** A few words on what it carries, e.g. `10.20.0.0/16 via 192.0.2.2 dev lan0 table main`. */
  summary: string;
  /** For an answer the id of the request, for a request the ids of its first answers (at most 8), for an event the request that caused it. */
  related: number[];
  /**
   * Set for what another process said to rtmgr or heard from it (the mirror): its port id, the name of the process when
   * it is known, and how many messages stand in the datagram. The other fields are those of the first of them.
   */
  other?: { port: number; process: string | null; messages: number };
  /** Set on the last kept part of a very long answer: how many parts after it were counted, not kept. */
  skipped?: number;
}

/** Which layer of the wire a byte belongs to; the hex view colours by it. */
export type Layer = 'header' | 'family' | 'attribute' | 'value' | 'padding' | 'trailing';

/** A node of the field tree. Spans are offsets in bytes into the message, `end` exclusive. */
export interface FieldNode {
  /** Unique within the tree and stable for the same bytes, e.g. `nlmsghdr.len`, `RTA_DST.value`. */
  id: string;
  /** The kernel's name: `nlmsg_len`, `rtm_family`, `RTA_DST`, `RTAX_MTU`. */
  name: string;
  /** The C type, e.g. `__u32`, `struct rtmsg`, `struct rtattr`, `in_addr`; empty for groups. */
  type: string;
  /** The value in words, e.g. `AF_INET (2)`, `10.20.0.0`, `52 bytes`; empty for groups. */
  value: string;
  start: number;
  end: number;
  layer: Layer;
  /** Plain words for a learner: what the field is for. */
  explanation: string;
  /** Set when these bytes could not be decoded as declared: why. */
  error?: string;
  children: FieldNode[];
}

export interface MessageDetail {
  row: MessageRow;
  /** The message's bytes (nlmsghdr to the end, trailing padding in the datagram included), base64. */
  bytes: string;
  tree: FieldNode[];
}

export const traceFilter = z.strictObject({
  /** Message types by name, empty: all. */
  types: z.array(z.string().max(64)).max(64),
  direction: z.enum(['both', 'out', 'in']),
  errorsOnly: z.boolean(),
  /** Substring of type, flags, verdict or summary, case ignored; empty: all. */
  text: z.string().max(200),
});
export type TraceFilter = z.infer<typeof traceFilter>;

export const DEFAULT_TRACE_FILTER: TraceFilter = {
  types: [],
  direction: 'both',
  errorsOnly: false,
  text: '',
};

export interface TraceState {
  version: number;
  /** Messages seen since the target was opened. */
  seen: number;
  /** Messages kept; the oldest fall out when a limit is reached. */
  kept: number;
  /** Messages that the filter shows. */
  matched: number;
  bytes: number;
  limits: { messages: number; bytes: number };
  paused: boolean;
  /** Messages that passed while it was paused and were not kept. */
  missed: number;
  /** Parts of very long answers that were counted, not kept (see MessageRow.skipped). */
  skipped: number;
  /** Messages in the last second. */
  perSecond: number;
  /** Types that were seen, by name, for the filter's list. */
  types: string[];
}
