// SPDX-License-Identifier: MIT
// What stands behind nlmsghdr for each message type: the fixed part and the attribute set.
import { attributeSet, binary, attribute, field, struct, u8, u16, s32, u32 } from '../schema.ts';
import type { AttributeSet, Struct } from '../schema.ts';
import { AF } from './families.ts';
import { IFA, ifaddrmsg } from './addr.ts';
import { IFLA, ifinfomsg } from './link.ts';
import { NDA, ndmsg } from './neigh.ts';
import { NHA, nhmsg } from './nexthop.ts';
import { RTMGR_A, RTMGR_MSG, rtmgrmsg } from './rtmgr.ts';
import { RTA, rtmsg } from './rtmsg.ts';
import { FRA, fib_rule_hdr } from './rule.ts';
import { RTM } from './types.ts';
import { ifindex } from './phrases.ts';

/** Whose messages they are: types from 0x100 mean something on rtmgr's sockets only. */
export type Protocol = 'route' | 'rtmgr';

export interface Layout {
  header: Struct;
  attributes: AttributeSet;
}

export const rtgenmsg = struct('struct rtgenmsg', 1, 'The least that a request can say.', {
  rtgen_family: field(0, u8(AF), 'Address family that is asked for.'),
});

export const tcmsg = struct('struct tcmsg', 20, 'The fixed part of a traffic control message.', {
  tcm_family: field(0, u8(AF), 'Address family; unused.'),
  tcm__pad1: field(1, u8(), 'Unused.'),
  tcm__pad2: field(2, u16(), 'Unused.'),
  tcm_ifindex: field(4, s32(ifindex), 'Interface.'),
  tcm_handle: field(
    8,
    u32((n) => `0x${n.toString(16)}`),
    'Handle of the object.',
  ),
  tcm_parent: field(
    12,
    u32((n) => `0x${n.toString(16)}`),
    'Handle of what it hangs below.',
  ),
  tcm_info: field(16, u32(), 'Priority and protocol of a filter, or a reference count.'),
});

const anonymous = (prefix: string): AttributeSet =>
  attributeSet(
    prefix,
    {},
    {
      name: (type) => `attribute ${type}`,
      attribute: attribute(0, binary, 'An attribute that this program has no table for.'),
    },
  );

export const NETNSA = attributeSet('NETNSA_', {
  NETNSA_NONE: attribute(0, binary, 'Unused.'),
  NETNSA_NSID: attribute(1, s32(), 'Number that stands for the other namespace.'),
  NETNSA_PID: attribute(2, u32(), 'The namespace of this process.'),
  NETNSA_FD: attribute(3, u32(), 'The namespace behind this file descriptor.'),
  NETNSA_TARGET_NSID: attribute(4, s32(), 'Number of the namespace the request is about.'),
  NETNSA_CURRENT_NSID: attribute(5, s32(), 'The number in the own namespace.'),
});

/** By the first type of each group of four: NEW, DEL, GET, SET. */
const LAYOUTS = new Map<number, Layout>([
  [RTM.values.RTM_NEWLINK, { header: ifinfomsg, attributes: IFLA }],
  [RTM.values.RTM_NEWADDR, { header: ifaddrmsg, attributes: IFA }],
  [RTM.values.RTM_NEWROUTE, { header: rtmsg, attributes: RTA }],
  [RTM.values.RTM_NEWNEIGH, { header: ndmsg, attributes: NDA }],
  [RTM.values.RTM_NEWRULE, { header: fib_rule_hdr, attributes: FRA }],
  [RTM.values.RTM_NEWQDISC, { header: tcmsg, attributes: anonymous('TCA_') }],
  [RTM.values.RTM_NEWTCLASS, { header: tcmsg, attributes: anonymous('TCA_') }],
  [RTM.values.RTM_NEWTFILTER, { header: tcmsg, attributes: anonymous('TCA_') }],
  [RTM.values.RTM_NEWNSID, { header: rtgenmsg, attributes: NETNSA }],
  [RTM.values.RTM_NEWNEXTHOP, { header: nhmsg, attributes: NHA }],
  [RTM.values.RTM_NEWLINKPROP, { header: ifinfomsg, attributes: IFLA }],
  [RTM.values.RTM_NEWCHAIN, { header: tcmsg, attributes: anonymous('TCA_') }],
  [RTM.values.RTM_NEWNEXTHOPBUCKET, { header: nhmsg, attributes: NHA }],
]);

const OWN: Layout = { header: rtmgrmsg, attributes: RTMGR_A };

/** RTM_* types come in fours: NEW, DEL, GET, SET; those of rtmgr's own all look alike. */
export const layoutOf = (type: number, protocol: Protocol = 'route'): Layout | undefined =>
  protocol === 'rtmgr' && RTMGR_MSG.names.has(type) ? OWN : LAYOUTS.get(type & ~3);
