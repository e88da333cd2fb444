// SPDX-License-Identifier: MIT
// What is in a new Lab: three links with addresses of the documentation ranges (RFC 5737, RFC 3849), their far ends
// hidden in a second namespace, and routes of many kinds. All of it goes over our own channel, so no ip(8) is needed.
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok, parsePrefix } from '../../app/contract/index.ts';
import type { AttributeValue, LinkInfo } from '../codec/index.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  FRA,
  FR_ACT_TO_TBL,
  IFA,
  IFA_F_NODAD,
  IFF_UP,
  IFLA,
  IFLA_AF,
  IFLA_INET6,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IF_OPER,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  VETH_INFO_PEER,
  decodeLink,
  encodeMessage,
  encodeRoute,
} from '../codec/index.ts';
import type { Channel } from '../netlink/channel.ts';
import * as libc from '../netlink/libc.ts';
import { LAB_RULE, labRoutes } from './lab-routes.ts';

export const LAB_LINKS = [
  { name: 'lan0', addresses: ['192.0.2.1/24', '2001:db8:1::1/64', 'fe80::1/64'] },
  { name: 'wan0', addresses: ['198.51.100.2/24', '2001:db8:2::2/64', 'fe80::2/64'] },
  { name: 'mgmt0', addresses: ['203.0.113.2/24', '2001:db8:3::2/64', 'fe80::3/64'] },
] as const;

const SCOPE_LINK = 253;
const CREATE = NLM_F_CREATE | NLM_F_EXCL;
/** How often and how long the carrier of a link is awaited. */
const CARRIER_TRIES = 60;
const CARRIER_PAUSE_MS = 4;

/** Where the far ends of the Lab's cables lie, hidden. */
export interface FarEnd {
  /** A descriptor of the network namespace. */
  namespace: number;
  /** A NETLINK_ROUTE socket in it. */
  socket: number;
}

/** A cable whose far end has the same name, in the namespace behind `far`. */
function newLink(name: string, kind: 'veth' | 'dummy', far: number): Uint8Array {
  const peer: AttributeValue = {
    type: VETH_INFO_PEER,
    value: {
      head: {},
      attributes: [
        { type: IFLA.values.IFLA_IFNAME, value: name },
        { type: IFLA.values.IFLA_NET_NS_FD, value: far },
      ],
    },
  };
  const info: AttributeValue[] = [{ type: IFLA_INFO_KIND, value: kind }];
  if (kind === 'veth') info.push({ type: IFLA_INFO_DATA, value: [peer] });
  return encodeMessage({
    type: RTM_NEWLINK,
    flags: CREATE,
    family: { ifi_family: AF_UNSPEC },
    attributes: [
      { type: IFLA.values.IFLA_IFNAME, value: name },
      { type: IFLA.values.IFLA_LINKINFO, value: info },
    ],
  });
}

const linkUp = (ifindex: number): Uint8Array =>
  encodeMessage({
    type: RTM_NEWLINK,
    flags: 0,
    family: { ifi_index: ifindex, ifi_flags: IFF_UP, ifi_change: IFF_UP },
  });

/**
 * Puts a far end up. The kernel does what is asked inside the call, so the cable has carrier when it returns; should it
 * fail, the link is down, which everybody can see.
 */
function farEndUp(name: string, far: FarEnd): void {
  const message = encodeMessage({
    type: RTM_NEWLINK,
    flags: NLM_F_REQUEST,
    family: { ifi_flags: IFF_UP, ifi_change: IFF_UP },
    attributes: [{ type: IFLA.values.IFLA_IFNAME, value: name }],
  });
  libc.send(far.socket, message);
}

/** IN6_ADDR_GEN_MODE_NONE: no link-local address of the kernel's making, whose check for duplicates would take seconds. */
const noAutomaticAddress = (ifindex: number): Uint8Array =>
  encodeMessage({
    type: RTM_NEWLINK,
    flags: 0,
    family: { ifi_index: ifindex },
    attributes: [
      {
        type: IFLA.values.IFLA_AF_SPEC,
        value: [
          {
            type: IFLA_AF.values.AF_INET6,
            value: [{ type: IFLA_INET6.values.IFLA_INET6_ADDR_GEN_MODE, value: 1 }],
          },
        ],
      },
    ],
  });

function newAddress(ifindex: number, text: string): Uint8Array {
  const { family, bytes, length } = parsePrefix(text)!;
  const attributes: AttributeValue[] = [{ type: IFA.values.IFA_LOCAL, value: bytes }];
  if (family === 4) attributes.push({ type: IFA.values.IFA_ADDRESS, value: bytes });
  return encodeMessage({
    type: RTM_NEWADDR,
    flags: CREATE,
    family: {
      ifa_family: family === 4 ? AF_INET : AF_INET6,
      ifa_prefixlen: length,
      ifa_flags: family === 6 ? IFA_F_NODAD : 0,
      ifa_scope: text.startsWith('fe80:') ? SCOPE_LINK : 0,
      ifa_index: ifindex,
    },
    attributes,
  });
}

/** Packets from the management network look into a table of their own. */
function newRule(): Uint8Array {
  const from = parsePrefix(LAB_RULE.from)!;
  return encodeMessage({
    type: RTM_NEWRULE,
    flags: CREATE,
    family: { family: AF_INET, src_len: from.length, action: FR_ACT_TO_TBL, table: LAB_RULE.table },
    attributes: [
      { type: FRA.values.FRA_SRC, value: from.bytes },
      { type: FRA.values.FRA_PRIORITY, value: LAB_RULE.priority },
    ],
  });
}

const readLink = async (channel: Channel, name: string): Promise<Outcome<LinkInfo | null>> => {
  const found = await channel.request(
    encodeMessage({
      type: RTM_GETLINK,
      flags: 0,
      attributes: [{ type: IFLA.values.IFLA_IFNAME, value: name }],
    }),
  );
  if (!found.ok) return found;
  const link = found.value.messages[0] && decodeLink(found.value.messages[0]);
  return ok(link?.ok ? link.value : null);
};

/** A link's carrier comes a moment after it was put up, and changes routes (RTNH_F_LINKDOWN): that is not to be news. */
async function carriers(channel: Channel): Promise<void> {
  for (const { name } of LAB_LINKS) {
    for (let tries = 0; tries < CARRIER_TRIES; tries++) {
      const link = await readLink(channel, name);
      if (!link.ok || !link.value || link.value.operstate !== IF_OPER.values.IF_OPER_DOWN) break;
      await new Promise((resolve) => setTimeout(resolve, CARRIER_PAUSE_MS));
    }
  }
}

async function makeLink(channel: Channel, name: string, far: FarEnd): Promise<Outcome<number>> {
  let made = await channel.request(newLink(name, 'veth', far.namespace));
  // no veth driver in this kernel: a dummy link has no far end, but does for routes
  if (!made.ok && made.error.kind === 'kernel' && made.error.errnoName === 'EOPNOTSUPP')
    made = await channel.request(newLink(name, 'dummy', far.namespace));
  if (!made.ok) return made;
  farEndUp(name, far);
  const found = await readLink(channel, name);
  if (!found.ok) return found;
  if (!found.value) return fail({ kind: 'internal', what: `The Lab's link ${name} could not be read back` });
  return ok(found.value.ifindex);
}

const unfinished = (error: AppError): AppError => ({
  ...error,
  what: 'The Lab could not be furnished',
  why: error.why ?? error.what,
});

/**
 * Makes links, addresses, a rule and routes. A kernel without
 * IPv6 or multipath lacks some of the routes; without links there is no Lab.
 */
export async function prepareLab(channel: Channel, far: FarEnd): Promise<Outcome<void>> {
  const up: Uint8Array[] = [linkUp(1)];
  const addresses: Uint8Array[] = [];
  const ifindexes = new Map([['lo', 1]]);
  for (const { name, addresses: texts } of LAB_LINKS) {
    const made = await makeLink(channel, name, far);
    if (!made.ok) return fail(unfinished(made.error));
    ifindexes.set(name, made.value);
    up.push(noAutomaticAddress(made.value), linkUp(made.value));
    for (const text of texts) addresses.push(newAddress(made.value, text));
  }
  const routes = labRoutes((name) => ifindexes.get(name)!).map((spec) =>
    encodeRoute(spec, { type: RTM_NEWROUTE, flags: CREATE }),
  );
  const all = await channel.batch([...up, ...addresses, newRule(), ...routes]);
  if (!all.ok) return fail(unfinished(all.error));
  const { stopped, failures, applied } = all.value;
  if (stopped) return fail(unfinished(stopped));
  // the routes need what comes before them, so few of all succeed only when something is badly wrong
  if (applied < failures.length) return fail(unfinished(failures[0]!.error));
  await carriers(channel);
  return ok(undefined);
}
