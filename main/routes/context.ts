// SPDX-License-Identifier: MIT
// What work on routes needs of an open target.
import type { LinkRow } from '../../app/contract/index.ts';
import type { Protocol } from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { SocketName } from '../netlink/endpoint.ts';
import type { TableService } from '../table/service.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';

export interface RouteContext {
  /** Where requests go, and which of our sockets that is. */
  channel: Channel;
  socket: SocketName;
  table: Remote<TableService>;
  trace: Remote<TraceService>;
  links: readonly LinkRow[];
  /** Null: it can be written. Else why it can't, which every change answers. */
  readOnly: { why: string; wayOut?: string } | null;
  /** Whose table it is. */
  protocol: Protocol;
  /** Longest datagram, bytes. */
  mostBytes: number;
}
