// SPDX-License-Identifier: MIT
// The table thread on the sockets of the namespace that the bench runs in, as the program sets it up.
import { Worker } from 'node:worker_threads';
import { openRouteSockets } from '../netlink/sockets.ts';
import { startNetlink } from '../netlink/netlink.ts';
import type { TableEvents, TableService } from '../table/service.ts';
import { monotonicMs } from '../threads/clock.ts';
import { bundlePath } from '../threads/locate.ts';
import { remote } from '../threads/rpc.ts';
import type { Remote } from '../threads/rpc.ts';

export interface TableThread {
  call: Remote<TableService>;
  /** Subscribes, dumps and waits for the whole table; answers seconds. */
  load(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the threads; nothing is read yet. */
export async function openTable(): Promise<TableThread> {
  const fds = openRouteSockets();
  if (!fds.ok) throw new Error(fds.error.what);
  const netlink = await startNetlink({ fds: fds.value });
  if (!netlink.ok) throw new Error(netlink.error.what);
  const worker = new Worker(bundlePath('table'));
  const table = remote<TableService, TableEvents>(worker);
  worker.on('error', (error) => table.close(`the table thread has crashed: ${error.message}`));
  await table.call.state(); // the thread is up
  return {
    call: table.call,
    async load() {
      const dump = netlink.value.parts('dump');
      const events = netlink.value.parts('events');
      const ports = [dump.sender, dump.receiver, events.sender, events.receiver];
      const start = monotonicMs();
      const outcome = await table.call.open({ dump, events }, ports);
      const seconds = (monotonicMs() - start) / 1000;
      if (!outcome.ok) throw new Error(outcome.error.what);
      return seconds;
    },
    async close() {
      await netlink.value.close();
      table.close('the bench is over');
      await worker.terminate();
    },
  };
}
