// SPDX-License-Identifier: MIT
// What can be said of a route before the kernel is asked: the page calls it as one types, the main process before it
// sends. Pure; the kernel still has the last word.
import { formatPrefix, hasHostBits, maskPrefix, parseAddress, parsePrefix } from './address.ts';
import type { Address } from './address.ts';
import type { RouteField } from './result.ts';
import type { HopDraft, RouteDraft, RouteRow } from './route.ts';
import type { LinkRow } from './target.ts';

/** Something to put right: at which cell, what, and the way out. */
export interface DraftProblem {
  field: RouteField;
  /** Index of the next hop concerned, where the field is one of a hop. */
  hop?: number;
  /** One sentence without a full stop. */
  message: string;
  wayOut?: string;
  /** A text that would be right in this cell. */
  suggestion?: string;
}

export interface DraftContext {
  /** The interfaces of the target; null while they are not known: device names are then not checked. */
  links: readonly Pick<LinkRow, 'name'>[] | null;
}

// RTN_* of linux/rtnetlink.h
const LOCAL = 2;
const BROADCAST = 3;
const ANYCAST = 4;
const MULTICAST = 5;
const NAT = 10;
const WITHOUT_HOPS: ReadonlyMap<number, string> = new Map([
  [6, 'blackhole'],
  [7, 'unreachable'],
  [8, 'prohibit'],
  [9, 'throw'],
]);
// RT_SCOPE_*
const UNIVERSE = 0;
const LINK = 253;
const HOST = 254;

const U32 = 0xffff_ffff;
/** ip_metrics_convert of the kernel cuts off what is above: 65535 - 15. */
const MTU_MOST = 65_520;

/** False for blackhole, unreachable, prohibit and throw: they say what happens instead of where to go. */
export const typeHasHops = (type: number): boolean => !WITHOUT_HOPS.has(type);

/** The scope that ip(8) gives a route when none is named. IPv6 has none: always 0. */
export function defaultScope(family: 4 | 6, type: number, hops: readonly { gateway: unknown }[]): number {
  if (family === 6) return UNIVERSE;
  if (type === LOCAL || type === NAT) return HOST;
  if (type === BROADCAST || type === ANYCAST || type === MULTICAST) return LINK;
  if (!typeHasHops(type)) return UNIVERSE;
  return hops.length === 1 && hops[0]!.gateway === null ? LINK : UNIVERSE;
}

const EXAMPLE = { 4: '192.0.2.0/24', 6: '2001:db8::/32' } as const;
const ADDRESS_EXAMPLE = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

function checkDestination(draft: RouteDraft): DraftProblem | null {
  const text = draft.destination.trim();
  const field = 'destination';
  if (text === 'default') return null;
  const like = `Write it like ${EXAMPLE[draft.family]}, or default`;
  if (text === '') return { field, message: 'A destination is needed', wayOut: like };
  const prefix = parsePrefix(text);
  if (!prefix) {
    const slash = text.indexOf('/');
    const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
    if (address && slash >= 0) {
      const most = address.family === 4 ? 32 : 128;
      return {
        field,
        message: `The prefix length is not a number from 0 to ${most}`,
        wayOut: `Write a length from 0 to ${most} behind the slash`,
      };
    }
    return { field, message: `${text} is not an address or a prefix`, wayOut: like };
  }
  if (prefix.family !== draft.family)
    return {
      field,
      message: `${text} is IPv${prefix.family}, the route is IPv${draft.family}`,
      wayOut: `Write an IPv${draft.family} prefix, or make the route IPv${prefix.family}`,
    };
  if (hasHostBits(prefix)) {
    const masked = formatPrefix(maskPrefix(prefix));
    return {
      field,
      message: `${text} has bits set behind the first ${prefix.length}`,
      wayOut: `Use ${masked}`,
      suggestion: masked,
    };
  }
  return null;
}

const isZero = (address: Address): boolean => address.bytes.every((byte) => byte === 0);
const isLinkLocal = ({ family, bytes }: Address): boolean =>
  family === 6 && bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80;
const isMulticast = ({ family, bytes }: Address): boolean =>
  family === 6 ? bytes[0] === 0xff : (bytes[0]! & 0xf0) === 0xe0;

function checkGateway(draft: RouteDraft, hop: HopDraft): Omit<DraftProblem, 'hop'> | null {
  const field = 'gateway';
  const text = hop.gateway?.trim() ?? '';
  if (text === '') {
    if (hop.onlink)
      return {
        field: 'onlink',
        message: 'onlink says that a gateway is on the link, but there is no gateway',
        wayOut: 'Give a gateway, or take onlink off',
      };
    return null;
  }
  const address = parseAddress(text);
  if (!address)
    return {
      field,
      message: `${text} is not an address`,
      wayOut: `Write it like ${ADDRESS_EXAMPLE[draft.family]}`,
    };
  if (draft.family === 6 && address.family === 4)
    return {
      field,
      message: `${text} is IPv4: an IPv6 route cannot go through an IPv4 gateway`,
      wayOut: 'Write an IPv6 address',
    };
  if (isZero(address))
    return { field, message: `${text} is no gateway`, wayOut: 'Leave it empty for a route on the link' };
  if (isMulticast(address))
    return { field, message: `${text} is a multicast address: a gateway is one machine` };
  if (draft.type === LOCAL || draft.type === BROADCAST || draft.type === ANYCAST)
    return {
      field,
      message: 'A route of this type ends here and has no gateway',
      wayOut: 'Leave the gateway empty, or make the type unicast',
    };
  if (!hop.device?.trim() && isLinkLocal(address))
    return {
      field: 'device',
      message: `${text} is a link-local address: it means something on one link only`,
      wayOut: 'Name the device it is reached on',
    };
  if (!hop.device?.trim() && hop.onlink)
    return {
      field: 'device',
      message: 'onlink needs the device that the gateway is on',
      wayOut: 'Name the device, or take onlink off',
    };
  return null;
}

function checkHops(draft: RouteDraft, { links }: DraftContext): DraftProblem[] {
  const without = WITHOUT_HOPS.get(draft.type);
  if (without !== undefined) {
    const used = draft.hops.findIndex((hop) => hop.gateway?.trim() || hop.device?.trim());
    if (used < 0) return [];
    return [
      {
        field: draft.hops[used]!.gateway?.trim() ? 'gateway' : 'device',
        hop: used,
        message: `A route of type ${without} has no next hop`,
        wayOut: 'Leave gateway and device empty, or make the type unicast',
      },
    ];
  }
  const needed: DraftProblem = {
    field: 'gateway',
    hop: 0,
    message: 'A gateway or a device is needed',
    wayOut: 'Say where the packets go: through a gateway, or straight out of a device',
  };
  if (draft.hops.length === 0) return [needed];
  const problems: DraftProblem[] = [];
  for (const [index, hop] of draft.hops.entries()) {
    const gateway = hop.gateway?.trim() ?? '';
    const device = hop.device?.trim() ?? '';
    const problem = checkGateway(draft, hop);
    if (problem) problems.push({ ...problem, hop: index });
    else if (!gateway && !device) problems.push({ ...needed, hop: index });
    else if (!gateway && draft.family === 6 && draft.hops.length > 1)
      problems.push({
        field: 'gateway',
        hop: index,
        message: 'Each of several IPv6 next hops needs a gateway',
        wayOut: 'Give its address',
      });
    if (device && links && !links.some((link) => link.name === device))
      problems.push({
        field: 'device',
        hop: index,
        message: `There is no interface ${device}`,
        ...(links.length > 0
          ? {
              wayOut: `There are ${links
                .map((link) => link.name)
                .slice(0, 6)
                .join(', ')}`,
            }
          : {}),
      });
    if (!Number.isInteger(hop.weight) || hop.weight < 1 || hop.weight > 256)
      problems.push({
        field: 'weight',
        hop: index,
        message: 'A weight is a whole number from 1 to 256',
      });
  }
  if (draft.type === LOCAL && draft.family === 4 && draft.hops.length > 1)
    problems.push({ field: 'gateway', hop: 1, message: 'A local route has one next hop only' });
  return problems;
}

function checkNumbers(draft: RouteDraft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const whole = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 0 && value <= most;
  if (!whole(draft.table, U32) || draft.table === 0)
    problems.push({
      field: 'table',
      message: draft.table === 0 ? 'Table 0 is not a table' : `A table is a number from 1 to ${U32}`,
      wayOut: 'The usual one is main (254)',
    });
  if (!whole(draft.protocol, 255))
    problems.push({ field: 'protocol', message: 'A protocol is a number from 0 to 255' });
  if (draft.metric !== null && !whole(draft.metric, U32))
    problems.push({ field: 'metric', message: `A metric is a number from 0 to ${U32}` });
  if (draft.mtu !== null) {
    const least = draft.family === 4 ? 68 : 1280;
    if (!whole(draft.mtu, MTU_MOST) || draft.mtu < least)
      problems.push({
        field: 'mtu',
        message: `An IPv${draft.family} MTU is a number from ${least} to ${MTU_MOST}`,
        wayOut: "Leave it empty for the device's own",
      });
  }
  if (!whole(draft.tos, 255)) problems.push({ field: 'tos', message: 'A TOS is a number from 0 to 255' });
  else if (draft.family === 6 && draft.tos !== 0)
    problems.push({ field: 'tos', message: 'IPv6 routes have no TOS', wayOut: 'Leave it at 0' });
  else if ((draft.tos & 3) !== 0)
    problems.push({
      field: 'tos',
      message: 'The two lowest bits of a TOS belong to ECN and must be 0',
      wayOut: `Use ${draft.tos & ~3}`,
      suggestion: String(draft.tos & ~3),
    });
  return problems;
}

function checkTypeAndScope(draft: RouteDraft): DraftProblem[] {
  if (!Number.isInteger(draft.type) || draft.type < 1 || draft.type > 9)
    return [
      {
        field: 'type',
        message: `The kernel takes no routes of type ${draft.type}`,
        wayOut: 'The usual type is unicast (1)',
      },
    ];
  const { scope } = draft;
  if (scope === null) return [];
  const wayOut = 'Leave it empty for the usual one';
  if (!Number.isInteger(scope) || scope < 0 || scope > 255)
    return [{ field: 'scope', message: 'A scope is a number from 0 to 255', wayOut }];
  if (draft.family === 6)
    return scope === UNIVERSE
      ? []
      : [
          {
            field: 'scope',
            message: 'The kernel keeps no scope for IPv6 routes',
            wayOut: 'Leave it at global',
          },
        ];
  if (scope === 255)
    return [{ field: 'scope', message: 'Scope nowhere means that there is no route', wayOut }];
  // fib_props of net/ipv4/fib_semantics.c: the widest scope that a type may have
  const widest =
    draft.type === LOCAL ? HOST : draft.type === BROADCAST || draft.type === ANYCAST ? LINK : UNIVERSE;
  if (scope < widest) return [{ field: 'scope', message: `The scope is too wide for the type`, wayOut }];
  if (scope >= LINK && draft.hops.some((hop) => hop.gateway?.trim()) && draft.type !== LOCAL)
    return [
      {
        field: 'scope',
        message: 'A route through a gateway reaches further than its link',
        wayOut: 'Use scope global, or leave it empty',
      },
    ];
  return [];
}

function checkPrefsrc(draft: RouteDraft): DraftProblem | null {
  const text = draft.prefsrc?.trim() ?? '';
  if (text === '') return null;
  const field = 'prefsrc';
  const address = parseAddress(text);
  if (!address)
    return {
      field,
      message: `${text} is not an address`,
      wayOut: 'Write one of the addresses of this machine, or leave it empty',
    };
  if (address.family !== draft.family)
    return {
      field,
      message: `${text} is IPv${address.family}, the route is IPv${draft.family}`,
      wayOut: `Write an IPv${draft.family} address`,
    };
  return null;
}

/** All that is wrong with a draft, in the order of the cells; empty: the kernel may be asked. */
export function validateDraft(draft: RouteDraft, context: DraftContext): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const destination = checkDestination(draft);
  if (destination) problems.push(destination);
  problems.push(...checkHops(draft, context));
  problems.push(...checkTypeAndScope(draft));
  const prefsrc = checkPrefsrc(draft);
  if (prefsrc) problems.push(prefsrc);
  problems.push(...checkNumbers(draft));
  return problems;
}

/** The draft that would make this row: what an editor starts from. A scope that is the usual one is left open. */
export function draftOfRow(row: RouteRow): RouteDraft {
  // the kernel says `dev lo` for IPv6 routes that go nowhere
  const hops = typeHasHops(row.type.value)
    ? row.hops.map((hop) => ({
        gateway: hop.gateway,
        device: hop.device,
        weight: hop.weight,
        onlink: hop.flags.includes('onlink'),
      }))
    : [];
  const usual = defaultScope(row.family, row.type.value, hops);
  return {
    family: row.family,
    destination: row.isDefault ? 'default' : row.destination,
    hops,
    table: row.table.value,
    protocol: row.protocol.value,
    type: row.type.value,
    scope: row.family === 6 || row.scope.value === usual ? null : row.scope.value,
    metric: row.metric === 0 ? null : row.metric,
    tos: row.tos,
    prefsrc: row.prefsrc,
    mtu: row.mtu,
  };
}
