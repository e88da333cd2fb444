// SPDX-License-Identifier: MIT
// The kernel's refusals in words: which route, why, what can be done, and at which cell. The extended acknowledgement
// goes first (the attribute it points at, the kernel's own sentence); without one the errno and what was asked decide.
import type { AppError, LinkRow, RouteField } from '../../app/contract/index.ts';
import { formatAddress } from '../../app/contract/index.ts';
import type { Protocol, RouteSpec } from '../codec/index.ts';
import {
  AF_INET,
  AF_INET6,
  RTAX,
  metricName,
  protocolName,
  routeTypeName,
  tableName,
} from '../codec/index.ts';
import { metricOf } from './spec.ts';

export type Asked = 'add' | 'edit' | 'delete';

export type KernelError = Extract<AppError, { kind: 'kernel' }>;

/** `10.0.0.0/8`, `default`. */
export function prefixText(spec: RouteSpec): string {
  if (spec.dstLength === 0 && spec.dst.every((byte) => byte === 0)) return 'default';
  return `${formatAddress(spec.dst, spec.family === AF_INET ? 4 : 6)}/${spec.dstLength}`;
}

/** `Route 10.0.0.0/8 in table main`, for the beginning of a sentence. */
const nameOf = (spec: RouteSpec): string => `Route ${prefixText(spec)} in table ${tableName(spec.table)}`;

const FIELDS: Record<string, RouteField> = {
  RTA_DST: 'destination',
  rtm_dst_len: 'destination',
  RTA_GATEWAY: 'gateway',
  RTA_VIA: 'gateway',
  RTA_MULTIPATH: 'gateway',
  RTA_NH_ID: 'gateway',
  RTA_OIF: 'device',
  RTA_PREFSRC: 'prefsrc',
  RTA_TABLE: 'table',
  rtm_table: 'table',
  RTA_PRIORITY: 'metric',
  RTA_METRICS: 'mtu',
  RTAX_MTU: 'mtu',
  rtm_tos: 'tos',
  rtm_scope: 'scope',
  rtm_type: 'type',
  rtm_protocol: 'protocol',
  rtnh_hops: 'weight',
  rtnh_ifindex: 'device',
};

const gateways = (spec: RouteSpec): string =>
  spec.hops
    .flatMap(({ gateway }) =>
      gateway ? [formatAddress(gateway.bytes, gateway.family === AF_INET6 ? 6 : 4)] : [],
    )
    .join(', ');

interface Context {
  asked: Asked;
  spec: RouteSpec;
  links: readonly LinkRow[];
  /** For an edit that changes the key: the route before. */
  before?: RouteSpec;
  /** Whose table it is; without it the kernel's. */
  protocol?: Protocol;
}

interface Words {
  what: string;
  why?: string;
  wayOut?: string;
  field?: RouteField;
}

function devices(spec: RouteSpec, links: readonly LinkRow[]): LinkRow[] {
  return spec.hops.flatMap((hop) => links.find((link) => link.ifindex === hop.ifindex) ?? []);
}

/** Which part of the key an edit changed, so that the clash is shown where the person worked. */
function clashField({ spec, before }: Context): RouteField {
  if (!before || prefixText(before) !== prefixText(spec)) return 'destination';
  if (before.table !== spec.table) return 'table';
  if (metricOf(before) !== metricOf(spec)) return 'metric';
  if (before.tos !== spec.tos) return 'tos';
  return 'destination';
}

function exists(context: Context): Words {
  const { spec } = context;
  const metric = metricOf(spec);
  const tos = spec.tos === 0 ? '' : ` and TOS 0x${spec.tos.toString(16)}`;
  return {
    what: `Route ${prefixText(spec)} already exists in table ${tableName(spec.table)}`,
    why: `There is one with metric ${metric}${tos}; destination, metric and TOS together must be new in a table`,
    wayOut: 'Edit that route, or give this one another metric or table',
    field: clashField(context),
  };
}

/** Who refuses: rtmgr judges by the kernel's rules, but it is not the kernel's own table. */
const judge = ({ protocol }: Context): string => (protocol === 'rtmgr' ? 'rtmgr' : 'The kernel');

function unreachable({ spec }: Context): Words {
  const via = gateways(spec);
  if (via === '')
    return { what: `${nameOf(spec)} cannot be made: the kernel finds no way to it`, field: 'device' };
  return {
    what: `Gateway ${via} cannot be reached`,
    why: 'No address of this machine is in the same network, so the kernel does not know on which link it is',
    wayOut: 'Choose a gateway in the network of a device, or name the device and set onlink',
    field: 'gateway',
  };
}

function down({ spec, links }: Context): Words {
  const list = devices(spec, links);
  const off = list.filter((link) => !link.up);
  const names = (off.length > 0 ? off : list).map((link) => link.name).join(', ');
  return {
    what: names === '' ? 'The device is down' : `Device ${names} is down`,
    why: 'The kernel takes no routes over a device that is switched off',
    wayOut: names === '' ? 'Switch the device on' : `Switch it on: ip link set ${names.split(', ')[0]} up`,
    field: 'device',
  };
}

function noDevice({ spec }: Context): Words {
  const missing = spec.hops.length === 0 || spec.hops.some((hop) => hop.ifindex === 0);
  return missing
    ? { what: 'The route needs a device', wayOut: 'Choose one', field: 'device' }
    : {
        what: 'The device does not exist any more',
        why: 'It was removed meanwhile',
        wayOut: 'Choose another one',
        field: 'device',
      };
}

function invalid(context: Context): Words {
  const { spec } = context;
  const via = gateways(spec);
  if (spec.prefsrc) {
    const source = formatAddress(spec.prefsrc, spec.family === AF_INET ? 4 : 6);
    return {
      what: `${judge(context)} does not take ${nameOf(spec).toLowerCase()}`,
      why: `Most likely ${source} is not an address of this machine`,
      wayOut: 'Choose one of its addresses as preferred source, or leave it empty',
      field: 'prefsrc',
    };
  }
  if (via !== '')
    return {
      what: `${judge(context)} does not take ${via} as gateway`,
      why: 'It may be an address of this machine itself, or not in the network of the device',
      wayOut: 'Choose another gateway, or set onlink',
      field: 'gateway',
    };
  return { what: `${judge(context)} does not take ${nameOf(spec).toLowerCase()}`, field: 'destination' };
}

/** The kernel's sentences are never matched; only which attribute they point at counts. */
function byErrno(error: KernelError, context: Context): Words {
  const { asked, spec } = context;
  const name = nameOf(spec);
  switch (error.errnoName) {
    case 'EEXIST':
      return exists(context);
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return unreachable(context);
    case 'ENETDOWN':
      return down(context);
    case 'ENODEV':
      return noDevice(context);
    case 'EINVAL':
      return invalid(context);
    case 'ESRCH':
    case 'ENOENT':
      return {
        what: `${name} is not there any more`,
        why: 'Somebody else deleted or changed it meanwhile',
        ...(asked === 'delete' ? {} : { wayOut: 'Add it as a new route' }),
        field: 'destination',
      };
    case 'EPERM':
    case 'EACCES':
      return {
        what: `You may not change table ${tableName(spec.table)} here`,
        why:
          context.protocol === 'rtmgr'
            ? 'It takes the capability CAP_NET_ADMIN in this network namespace, or to be the owner that rtmgr was given'
            : 'It takes the capability CAP_NET_ADMIN in this network namespace',
        wayOut: 'Open the Lab: there you have it',
      };
    case 'EOPNOTSUPP':
    case 'EAFNOSUPPORT':
      return {
        what: `${context.protocol === 'rtmgr' ? 'rtmgr' : 'This kernel'} cannot do what ${name.toLowerCase()} asks for`,
        why: 'A part of it is not built in, such as IPv6 or multipath routing',
      };
    case 'ENOBUFS':
    case 'ENOMEM':
      return { what: `There was no memory for ${name.toLowerCase()}`, wayOut: 'Try again' };
    case 'ENOSPC':
      return { what: 'The table is full', wayOut: 'Delete routes that are not needed' };
    default:
      return { what: `${judge(context)} refused ${name.toLowerCase()}` };
  }
}

/** Whatever went wrong with a change, in words about the route that was asked for. */
export function inWords(error: AppError, context: Context): AppError {
  if (error.kind !== 'kernel') return error;
  const words = byErrno(error, context);
  const pointed = error.attribute === undefined ? undefined : FIELDS[error.attribute];
  const field = pointed ?? words.field;
  // where the kernel points elsewhere than the errno suggests, our guess would mislead
  const guess = pointed === undefined || pointed === words.field;
  const what = guess ? words.what : `${judge(context)} does not take ${nameOf(context.spec).toLowerCase()}`;
  const why = error.extack ?? (guess ? words.why : undefined) ?? error.errnoText;
  const { wayOut: _, ...rest } = error;
  return {
    ...rest,
    what,
    why,
    ...(guess && words.wayOut !== undefined ? { wayOut: words.wayOut } : {}),
    ...(field === undefined ? {} : { field }),
  };
}

/** What the kernel made of a request otherwise than it was asked for. */
export function differences(asked: RouteSpec, stored: RouteSpec, asks: { metric: boolean }): string[] {
  const list: string[] = [];
  const said = (name: string, wanted: string, got: string): void => {
    if (wanted !== got) list.push(`The kernel made ${name} ${got}, not ${wanted}`);
  };
  const metric = (spec: RouteSpec): string => String(spec.priority ?? 0);
  // no metric was asked for: that the kernel chooses one is no surprise
  if (asks.metric) said('the metric', metric(asked), metric(stored));
  said('the type', routeTypeName(asked.type), routeTypeName(stored.type));
  said('the table', tableName(asked.table), tableName(stored.table));
  said('the protocol', protocolName(asked.protocol), protocolName(stored.protocol));
  said('the TOS', String(asked.tos), String(stored.tos));
  if (asked.family === AF_INET) said('the scope', String(asked.scope), String(stored.scope));
  const address = (spec: RouteSpec): string =>
    spec.prefsrc ? formatAddress(spec.prefsrc, spec.family === AF_INET ? 4 : 6) : 'empty';
  said('the preferred source', address(asked), address(stored));
  if (
    asked.nhId === null &&
    stored.nhId === null &&
    stored.hops.length > asked.hops.length &&
    asked.hops.length > 0
  )
    list.push(
      `The kernel joined it with a route that was there: together they have ${stored.hops.length} next hops`,
    );
  for (const [type, value] of asked.metrics) {
    const got = stored.metrics.get(type);
    if (typeof value === 'number' && got !== value)
      list.push(`The kernel made ${metricWords(type)} ${String(got ?? 'empty')}, not ${value}`);
  }
  return list;
}

const { RTAX_LOCK, RTAX_MTU, RTAX_WINDOW, RTAX_HOPLIMIT, RTAX_FEATURES, RTAX_CC_ALGO } = RTAX.values;
const METRIC_WORDS: ReadonlyMap<number, string> = new Map([
  [RTAX_LOCK, 'the locks'],
  [RTAX_MTU, 'the MTU'],
  [RTAX_WINDOW, 'the window'],
  [RTAX_HOPLIMIT, 'the hop limit'],
  [RTAX_FEATURES, 'the features'],
  [RTAX_CC_ALGO, 'the congestion control'],
]);
const metricWords = (type: number): string => METRIC_WORDS.get(type) ?? metricName(type);
