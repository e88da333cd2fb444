// SPDX-License-Identifier: MIT
// A greeting over sockets of its own: whether the module answers, where no target of it is open.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import { peerOf } from '../netlink/wire.ts';
import { openRtmgrKernel } from '../targets/rtmgr.ts';

export async function greetModule(): Promise<Outcome<{ writable: boolean; release: string }>> {
  const target = await openRtmgrKernel();
  if (!target.ok) return target;
  const { fds, wire } = target.value;
  const netlink = await startNetlink({ fds, groups: [], ...peerOf(wire) });
  if (!netlink.ok) {
    await target.value.close();
    return netlink;
  }
  const channel = new Channel(endpointFromParts(netlink.value.parts('request')));
  const prepared = await target.value.prepare(channel);
  await netlink.value.close();
  await target.value.close();
  if (!prepared.ok) return prepared;
  return ok({ writable: prepared.value.writable, release: prepared.value.rtmgr?.release ?? '' });
}
