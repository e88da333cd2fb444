// SPDX-License-Identifier: MIT
// The mirror: a socket of its own that gets copies of what other processes exchange with rtmgr. They go from the
// receiver thread to the trace thread; here they are only let in and shut out. A socket of its own, so that a flood of
// copies never makes the table be read anew.
import type { Outcome } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { RTMGR_GRP_MIRROR } from '../codec/index.ts';
import { Channel } from '../netlink/channel.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import type { Wire } from '../netlink/wire.ts';
import { joinMessage, leaveMessage } from './requests.ts';

export interface Mirror {
  readonly isOn: boolean;
  set(on: boolean): Promise<Outcome<void>>;
}

export function makeMirror(netlink: Netlink, wire: Wire): Mirror {
  const channel = new Channel(endpointFromParts(netlink.parts('mirror')));
  let isOn = false;
  const change = async (on: boolean): Promise<Outcome<void>> => {
    if (wire.kind !== 'rtmgr-user')
      return on ? netlink.join('mirror', [RTMGR_GRP_MIRROR]) : netlink.leave('mirror', RTMGR_GRP_MIRROR);
    const asked = await channel.request((on ? joinMessage : leaveMessage)(RTMGR_GRP_MIRROR));
    return asked.ok ? ok(undefined) : asked;
  };
  return {
    get isOn() {
      return isOn;
    },
    async set(on) {
      if (on === isOn) return ok(undefined);
      const done = await change(on);
      if (done.ok) isOn = on;
      return done;
    },
  };
}
