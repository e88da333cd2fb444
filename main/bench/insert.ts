// SPDX-License-Identifier: MIT
// 200,000 new routes through the channel (encoding included), beside `ip -batch` and the C peer. Each run has a fresh
// namespace: the bench starts itself again inside one.
import { execFileSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRoute, NLM_F_CREATE, NLM_F_EXCL, RTM_NEWROUTE } from '../codec/index.ts';
import type { RouteSpec } from '../codec/index.ts';
import { Channel } from '../netlink/channel.ts';
import { startNetlink } from '../netlink/netlink.ts';
import { endpointFromParts } from '../netlink/port-endpoint.ts';
import { openRouteSockets } from '../netlink/sockets.ts';
import { monotonicMs } from '../threads/clock.ts';
import {
  atMostTimes,
  bare,
  faster,
  INSERTS,
  ipLine,
  makeLinks,
  routeNumber,
  RUNS,
  say,
  timed,
} from './support.ts';

const bytes4 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
const RTAX_MTU = 2;
const NONE = new Uint8Array(0);
/** Routes that are encoded at a time: some milliseconds of work. */
const PART = 2000;

function spec(i: number, links: readonly string[]): RouteSpec {
  const { dst, link, gateway, metric, protocol, mtu } = routeNumber(i);
  return {
    family: 2,
    dst: bytes4(dst),
    dstLength: 24,
    src: null,
    srcLength: 0,
    tos: 0,
    table: 254,
    protocol,
    scope: 0,
    type: 1,
    flags: 0,
    priority: metric,
    prefsrc: null,
    hops: [
      {
        ifindex: Number(links[link]),
        gateway: { family: 2, bytes: bytes4(gateway) },
        hops: 0,
        flags: 0,
        others: NONE,
      },
    ],
    multipath: false,
    metrics: new Map(mtu === null ? [] : [[RTAX_MTU, mtu]]),
    nhId: null,
    pref: null,
    others: NONE,
  };
}

async function ours(links: readonly string[]): Promise<number> {
  const fds = openRouteSockets();
  if (!fds.ok) throw new Error(fds.error.what);
  const netlink = await startNetlink({ fds: fds.value, groups: [] });
  if (!netlink.ok) throw new Error(netlink.error.what);
  const channel = new Channel(endpointFromParts(netlink.value.parts('request')));
  const start = monotonicMs();
  const underWay: ReturnType<Channel['batch']>[] = [];
  const finish = async (): Promise<void> => {
    const outcome = await underWay.shift()!;
    if (!outcome.ok) throw new Error(outcome.error.what);
    const { applied, failures } = outcome.value;
    if (failures.length > 0) throw new Error(`${applied} applied: ${failures[0]!.error.what}`);
  };
  // the next part is encoded while the kernel works at the one before
  for (let first = 0; first < INSERTS; first += PART) {
    const messages: Uint8Array[] = [];
    for (let i = first; i < Math.min(INSERTS, first + PART); i++) {
      messages.push(encodeRoute(spec(i, links), { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL }));
    }
    underWay.push(channel.batch(messages));
    if (underWay.length > 2) await finish();
  }
  while (underWay.length > 0) await finish();
  const seconds = (monotonicMs() - start) / 1000;
  await netlink.value.close();
  return seconds;
}

/** What one fresh namespace does: prints seconds. */
async function inside(which: string, file: string): Promise<void> {
  const links = makeLinks();
  let seconds: number;
  if (which === 'ours') seconds = await ours(links);
  else if (which === 'ip') seconds = timed('ip', ['-batch', file]);
  else seconds = bare('fill', '0', String(INSERTS), ...links).seconds;
  const routes =
    execFileSync('ip', ['-4', 'route', 'show'], { maxBuffer: 1 << 28 })
      .toString()
      .split('\n').length - 1;
  if (routes < INSERTS) throw new Error(`${which}: ${routes} of ${INSERTS} routes are there`);
  process.stdout.write(`${seconds}\n`);
}

function main(): void {
  const file = join(tmpdir(), `routelens-bench-${process.pid}.batch`);
  writeFileSync(file, Array.from({ length: INSERTS }, (_, i) => ipLine(i)).join('\n'));
  const run = (which: string): number =>
    Number(
      execFileSync('unshare', ['-Urn', process.execPath, process.argv[1]!, which, file], {
        encoding: 'utf8',
      }),
    );
  const times: Record<string, number[]> = { ours: [], ip: [], bare: [] };
  for (let i = 0; i < RUNS; i++) {
    for (const which of ['ip', 'ours', 'bare']) times[which]!.push(run(which));
    const [a, b, c] = ['ours', 'ip', 'bare'].map((which) => times[which]!.at(-1)!.toFixed(3));
    say(`ours ${a} s, ip -batch ${b} s, C ${c} s`);
  }
  unlinkSync(file);
  const name = `${INSERTS.toLocaleString('en')} inserts`;
  faster(name, times['ours']!, 's', 'ip -batch', times['ip']!, 2.3);
  atMostTimes(
    name,
    times['ours']!,
    's',
    'C, 1,000 messages a datagram, no acknowledgement',
    times['bare']!,
    null,
  );
}

if (process.argv[2] === undefined) main();
else void inside(process.argv[2], process.argv[3]!);
