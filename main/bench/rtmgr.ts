// SPDX-License-Identifier: MIT
// rtmgr: what its core needs and does (kernel/tests/bench/core.c, beside a plain radix tree), and, through netlink, its
// user-mode build beside the kernel's own table. Runs in a private namespace. The core is timed by the processor time of
// its one thread, what goes through netlink by the clock.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atLeast, bare, emit, makeLinks, median, ROUTES, RUNS, say } from './support.ts';

const BUILD = process.env['BENCH_KERNEL'] ?? 'kernel/build';

interface Structure {
  bytesPerRoute: number;
  heapBytesPerRoute: number;
  inserts: number;
  lookups: number;
}

interface CoreReport {
  routes: number;
  ours: Structure & { trieInserts: number; dump: number };
  radix: Structure;
}

function core(seed: number): CoreReport {
  const words = ['--routes', String(ROUTES), '--seed', String(seed)];
  return JSON.parse(execFileSync(join(BUILD, 'bench/core'), words, { encoding: 'utf8' })) as CoreReport;
}

/** Routes a second through netlink: /24 prefixes one behind the other, unlike the core's, which lie anywhere. */
interface Rates {
  fill: number;
  dump: number;
  /** Of the dump: tells that all routes were in it. */
  bytes: number;
}

function rates(links: readonly string[]): Rates {
  const filled = bare('fill', '0', String(ROUTES), ...links);
  const dumped = bare('dump');
  return { fill: ROUTES / filled.seconds, dump: ROUTES / dumped.seconds, bytes: dumped.bytes };
}

/** The kernel's own table, which is empty again afterwards. */
function kernel(links: readonly string[]): Rates {
  const measured = rates(links);
  bare('fill-del', '0', String(ROUTES));
  return measured;
}

async function startRtmgr(): Promise<{ child: ChildProcess; port: string }> {
  const child = spawn(join(BUILD, 'rtmgr-user'), ['--with-parent'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { child, port };
  }
  throw new Error('rtmgr-user did not start');
}

async function rtmgr(links: readonly string[]): Promise<Rates> {
  const { child, port } = await startRtmgr();
  process.env['BARE_PORT'] = port;
  try {
    return rates(links);
  } finally {
    delete process.env['BARE_PORT'];
    child.kill();
    await once(child, 'exit');
  }
}

const millions = (values: readonly number[]): number[] => values.map((x) => x / 1e6);

async function main(): Promise<void> {
  const links = makeLinks();
  const cores: CoreReport[] = [];
  const kernels: Rates[] = [];
  const ours: Rates[] = [];
  for (let i = 0; i < RUNS; i++) {
    cores.push(core(i + 1));
    kernels.push(kernel(links));
    ours.push(await rtmgr(links));
    const [expected, told] = [kernels.at(-1)!.bytes, ours.at(-1)!.bytes];
    // the kernel has a few routes of the links besides
    if (Math.abs(told - expected) > 10_000)
      throw new Error(`rtmgr-user told ${told} bytes, the kernel ${expected}`);
    say(`run ${i + 1} of ${RUNS}`);
  }
  const bytes = cores.map((c) => c.ours.heapBytesPerRoute);
  const radixBytes = cores.map((c) => c.radix.heapBytesPerRoute);
  emit({
    name: 'rtmgr: memory of a route',
    value: median(bytes),
    unit: 'B',
    peer: `radix tree: ${median(radixBytes).toFixed(1)} B`,
    ratio: median(bytes.map((x, i) => x / radixBytes[i]!)),
    budget: 'at most 128 B',
    met: median(bytes) <= 128,
  });
  const beside = (
    name: string,
    own: (c: CoreReport) => number,
    peer: (c: CoreReport) => number,
    least: number,
  ): void =>
    atLeast(
      `rtmgr: ${name}`,
      millions(cores.map(own)),
      'M/s',
      'radix tree',
      millions(cores.map(peer)),
      least,
    );
  beside(
    'longest-prefix match',
    (c) => c.ours.lookups,
    (c) => c.radix.lookups,
    1.5,
  );
  beside(
    'insertion, from path to commit',
    (c) => c.ours.inserts,
    (c) => c.radix.inserts,
    0.5,
  );
  const dumps = millions(kernels.map((r) => r.dump));
  const encoding = millions(cores.map((c) => c.ours.dump));
  atLeast(
    'rtmgr: encoding of a dump',
    encoding,
    'M/s',
    "kernel's table, through netlink, /24s in a row",
    dumps,
    2,
  );
  const through = (name: string, of: (r: Rates) => number): void =>
    atLeast(name, millions(ours.map(of)), 'M/s', "kernel's table", millions(kernels.map(of)), null);
  through('rtmgr-user: insertion through netlink, /24s in a row', (r) => r.fill);
  through('rtmgr-user: dump through netlink, /24s in a row', (r) => r.dump);
}

void main();
