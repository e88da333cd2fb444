// SPDX-License-Identifier: MIT
// Who has a socket of protocol 31 open: /proc/net/netlink has the sockets of this network namespace, /proc/PID/fd tells
// whose they are as far as this user may look.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { ModuleHolder } from '../../app/contract/index.ts';
import { NETLINK_RTMGR } from '../codec/index.ts';
import { under } from './place.ts';

interface Socket {
  portId: number;
  inode: string;
}

/** The lines of protocol 31: sk, Eth (the protocol), Pid (the port id), …, Inode. The kernel's own end has port 0. */
function sockets(): Socket[] {
  let text: string;
  try {
    text = readFileSync(under('/proc/net/netlink'), 'utf8');
  } catch {
    return [];
  }
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows
    .filter((row) => Number(row[1]) === NETLINK_RTMGR && row.length >= 10)
    .map((row) => ({ portId: Number(row[2]), inode: row[9]! }));
}

/** Whether somebody serves protocol 31, in this namespace. */
export const isProtocolServed = (): boolean => sockets().some(({ portId }) => portId === 0);

const nameOf = (pid: number): string | null => {
  try {
    return readFileSync(under(`/proc/${pid}/comm`), 'utf8').trim();
  } catch {
    return null;
  }
};

/** Process ids by the inode of a socket; null where its descriptors may not be looked at. */
function owners(wanted: ReadonlySet<string>): { found: Map<string, number>; hidden: Set<number> } {
  const found = new Map<string, number>();
  const hidden = new Set<number>();
  for (const name of readdirSync(under('/proc'))) {
    if (!/^\d+$/.test(name)) continue;
    let fds: string[];
    try {
      fds = readdirSync(under(`/proc/${name}/fd`));
    } catch {
      hidden.add(Number(name));
      continue;
    }
    for (const fd of fds) {
      let link: string;
      try {
        link = readlinkSync(under(`/proc/${name}/fd/${fd}`));
      } catch {
        continue;
      }
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined && wanted.has(inode)) found.set(inode, Number(name));
    }
  }
  return { found, hidden };
}

/** By inode, of the sockets that are open: looking through all descriptors of all processes takes its time. */
let remembered = new Map<string, number | null>();

function pidsOf(open: readonly Socket[]): Map<string, number | null> {
  if (open.every(({ inode }) => remembered.has(inode))) return remembered;
  const { found, hidden } = owners(new Set(open.map(({ inode }) => inode)));
  // a process's first netlink socket gets its process id as port id, so it may be told where nobody may look
  remembered = new Map(
    open.map(({ portId, inode }) => [inode, found.get(inode) ?? (hidden.has(portId) ? portId : null)]),
  );
  return remembered;
}

export function moduleHolders(): ModuleHolder[] {
  const open = sockets().filter(({ portId }) => portId !== 0);
  if (open.length === 0) return [];
  const pids = pidsOf(open);
  return open.map(({ portId, inode }) => {
    const pid = pids.get(inode) ?? null;
    return { portId, pid, process: pid === null ? null : nameOf(pid), isOurs: pid === process.pid };
  });
}
