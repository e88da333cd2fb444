// SPDX-License-Identifier: MIT
// The numbers and flags in interface messages (linux/if.h, linux/rtnetlink.h).
import { enumeration, flags } from '../schema.ts';

export const IFF = flags({
  IFF_UP: [0x1, 'Switched on by the administrator.'],
  IFF_BROADCAST: [0x2, 'Has a broadcast address.'],
  IFF_DEBUG: [0x4, 'Debugging is on.'],
  IFF_LOOPBACK: [0x8, 'The loopback device.'],
  IFF_POINTOPOINT: [0x10, 'A link with one peer only.'],
  IFF_NOTRAILERS: [0x20, 'No trailers; historic.'],
  IFF_RUNNING: [0x40, 'Operational (RFC 2863).'],
  IFF_NOARP: [0x80, 'Does not resolve link addresses.'],
  IFF_PROMISC: [0x100, 'Receives all frames.'],
  IFF_ALLMULTI: [0x200, 'Receives all multicast.'],
  IFF_MASTER: [0x400, 'Heads a bond.'],
  IFF_SLAVE: [0x800, 'Belongs to a bond.'],
  IFF_MULTICAST: [0x1000, 'Can do multicast.'],
  IFF_PORTSEL: [0x2000, 'Can choose its medium.'],
  IFF_AUTOMEDIA: [0x4000, 'Chooses its medium by itself.'],
  IFF_DYNAMIC: [0x8000, 'Its addresses are lost when it goes down.'],
  IFF_LOWER_UP: [0x10000, 'The link layer has carrier.'],
  IFF_DORMANT: [0x20000, 'Waits for something, e.g. authentication.'],
  IFF_ECHO: [0x40000, 'Sends back what is sent.'],
});
export const { IFF_UP, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_RUNNING, IFF_NOARP, IFF_LOWER_UP } =
  IFF.values;

export const IF_OPER = enumeration({
  IF_OPER_UNKNOWN: [0, 'The driver does not say.'],
  IF_OPER_NOTPRESENT: [1, 'The hardware is missing.'],
  IF_OPER_DOWN: [2, 'Down.'],
  IF_OPER_LOWERLAYERDOWN: [3, 'Down because what lies below is down.'],
  IF_OPER_TESTING: [4, 'Being tested.'],
  IF_OPER_DORMANT: [5, 'Waiting for something.'],
  IF_OPER_UP: [6, 'Up.'],
});
export const { IF_OPER_UNKNOWN, IF_OPER_DOWN, IF_OPER_LOWERLAYERDOWN, IF_OPER_UP } = IF_OPER.values;

const IF_LINK_MODE = enumeration({
  IF_LINK_MODE_DEFAULT: [0, 'Goes up by itself.'],
  IF_LINK_MODE_DORMANT: [1, 'Stays dormant until user space says up.'],
  IF_LINK_MODE_TESTING: [2, 'Stays in testing until user space says up.'],
});
export { IF_LINK_MODE };

export const RTEXT_FILTER = flags({
  RTEXT_FILTER_VF: [1, 'With virtual functions.'],
  RTEXT_FILTER_BRVLAN: [2, 'With bridge VLANs.'],
  RTEXT_FILTER_BRVLAN_COMPRESSED: [4, 'With bridge VLANs as ranges.'],
  RTEXT_FILTER_SKIP_STATS: [8, 'Without statistics: shorter answers.'],
  RTEXT_FILTER_MRP: [16, 'With media redundancy state.'],
  RTEXT_FILTER_CFM_CONFIG: [32, 'With connectivity fault management settings.'],
  RTEXT_FILTER_CFM_STATUS: [64, 'With connectivity fault management state.'],
  RTEXT_FILTER_MST: [128, 'With spanning tree instances.'],
});
export const { RTEXT_FILTER_VF, RTEXT_FILTER_SKIP_STATS } = RTEXT_FILTER.values;
