// SPDX-License-Identifier: MIT
// The worker's side of the tap: posts copies while somebody looks, and costs one comparison while nobody does.
import type { MessagePort } from 'node:worker_threads';
import type { Direction } from '../../app/contract/index.ts';
import type { DatagramBatch } from './endpoint.ts';
import type { TapBatch } from './tap.ts';
import type { WorkerOrder, WorkerSocket } from './worker-messages.ts';

export class TapPort {
  private port: MessagePort | null = null;
  private on = false;
  private readonly direction: Direction;
  constructor(direction: Direction) {
    this.direction = direction;
  }

  /** Takes the orders that concern the tap. */
  obey(order: WorkerOrder): void {
    if (order.order === 'tap') {
      this.port?.close();
      this.port = order.port;
    } else if (order.order === 'tapOn') this.on = order.on;
  }

  /** Copies a batch (only its datagrams, not the room behind them). The caller keeps its own. */
  post(socket: WorkerSocket, batch: DatagramBatch): void {
    if (!this.on || !this.port || batch.times.length === 0) return;
    const last = batch.spans.length - 2;
    const bytes = batch.bytes.slice(0, batch.spans[last]! + batch.spans[last + 1]!);
    const copy: TapBatch = {
      direction: this.direction,
      socket: socket.name,
      portId: socket.portId,
      bytes,
      spans: batch.spans.slice(),
      times: batch.times.slice(),
      groups: batch.groups.slice(),
    };
    this.port.postMessage(copy, [bytes.buffer, copy.spans.buffer, copy.times.buffer, copy.groups.buffer]);
  }

  close(): void {
    this.port?.close();
    this.port = null;
  }
}
