// SPDX-License-Identifier: MIT
// What work on routes needs of an open target.
import type { LinkRow } from '../../app/contract/index.ts';
import type { Channel } from '../netlink/channel.ts';
import type { TableService } from '../table/service.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';

export interface RouteContext {
  /** The request socket. */
  channel: Channel;
  table: Remote<TableService>;
  trace: Remote<TraceService>;
  links: readonly LinkRow[];
  /** False: every change answers why it can't be made. */
  writable: boolean;
}
