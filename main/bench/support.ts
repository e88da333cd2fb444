// SPDX-License-Identifier: MIT
// What the benches of the main process share: medians, figures, and a private namespace full of routes.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { monotonicMs } from '../threads/clock.ts';

/** One line of the report; `scripts/bench.mjs` prints and collects them. */
export interface Figure {
  name: string;
  /** Median of the samples; null when it could not be measured. */
  value: number | null;
  unit: string;
  /** Name of what it is compared with. */
  peer: string | null;
  /** value / peer for "at most", peer / value for "faster". */
  ratio: number | null;
  /** In words, `at most 300 ms`; empty: no budget, for information. */
  budget: string;
  met: boolean | null;
}

const env = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
export const RUNS = env('BENCH_RUNS', 5);
export const ROUTES = env('BENCH_ROUTES', 1_000_000);
export const INSERTS = env('BENCH_INSERTS', 200_000);
export const PEER = process.env['BENCH_PEER'] ?? '.cache/bench/bare';
/** The links that the routes go out of. Their addresses are of 198.18.0.0/15, which is for benchmarks (RFC 2544). */
const LINKS = ['bench0', 'bench1', 'bench2', 'bench3'];

export const say = (line: string): void => {
  process.stderr.write(`  ${line}\n`);
};

export const emit = (figure: Figure): void => {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
};

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A figure with a budget of its own, e.g. at most 300 ms. */
export function atMost(name: string, samples: readonly number[], unit: string, most: number): void {
  const value = median(samples);
  say(`${name}: ${samples.map((x) => x.toFixed(2)).join(' ')} ${unit}`);
  emit({
    name,
    value,
    unit,
    peer: null,
    ratio: null,
    budget: `at most ${most} ${unit}`,
    met: value <= most,
  });
}

/** A figure that may be at most `most` times its peer. Ratios of runs side by side, then their median. */
export function atMostTimes(
  name: string,
  samples: readonly number[],
  unit: string,
  peer: string,
  peerSamples: readonly number[],
  most: number | null,
): void {
  const ratio = median(samples.map((x, i) => x / peerSamples[i]!));
  emit({
    name,
    value: median(samples),
    unit,
    peer: `${peer}: ${median(peerSamples).toFixed(3)} ${unit}`,
    ratio,
    budget: most === null ? '' : `at most ${most} × the peer`,
    met: most === null ? null : ratio <= most,
  });
}

/** A figure that must be at least `least` times faster than its peer. */
export function faster(
  name: string,
  samples: readonly number[],
  unit: string,
  peer: string,
  peerSamples: readonly number[],
  least: number,
): void {
  const ratio = median(samples.map((x, i) => peerSamples[i]! / x));
  emit({
    name,
    value: median(samples),
    unit,
    peer: `${peer}: ${median(peerSamples).toFixed(3)} ${unit}`,
    ratio,
    budget: `at least ${least} × faster`,
    met: ratio >= least,
  });
}

/** A rate that must be at least `least`, beside that of a peer. */
export function atLeast(
  name: string,
  samples: readonly number[],
  unit: string,
  peer: string,
  peerSamples: readonly number[],
  least: number | null,
): void {
  const value = median(samples);
  say(`${name}: ${samples.map((x) => x.toFixed(2)).join(' ')} ${unit}`);
  emit({
    name,
    value,
    unit,
    peer: `${peer}: ${median(peerSamples).toFixed(2)} ${unit}`,
    ratio: median(samples.map((x, i) => x / peerSamples[i]!)),
    budget: least === null ? '' : `at least ${least} ${unit}`,
    met: least === null ? null : value >= least,
  });
}

/** Makes the links that the bench's routes go out of; call it inside a private namespace. Answers their indexes. */
export function makeLinks(): string[] {
  const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' });
  ip('link', 'set', 'lo', 'up');
  return LINKS.map((name, i) => {
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-peer`);
    ip('link', 'set', name, 'up');
    ip('link', 'set', `${name}-peer`, 'up');
    ip('addr', 'add', `198.18.${i}.1/24`, 'dev', name);
    return ip('-o', 'link', 'show', name).split(':')[0]!;
  });
}

export interface PeerReport {
  seconds: number;
  bytes: number;
  datagrams: number;
  errors: number;
}
/** Runs the C peer (scripts/bench/bare.c) and reads what it measured itself. */
export function bare(...words: string[]): PeerReport {
  const { status, stdout, stderr } = spawnSync(PEER, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bare ${words.join(' ')}: exit code ${status} ${stderr}${stdout}`);
  return JSON.parse(stdout) as PeerReport;
}

/** `count` IPv4 routes in table main, by the C peer: as fast as the kernel takes them. */
export function fill(count: number, links: readonly string[]): void {
  const { seconds } = bare('fill', '0', String(count), ...links);
  say(`made ${count.toLocaleString('en')} routes in ${seconds.toFixed(1)} s`);
}

/** Route `i` in the numbers that both a line of `ip -batch` and an encoder need; as scripts/bench/bare.c makes it. */
export function routeNumber(i: number): {
  dst: number;
  link: number;
  gateway: number;
  metric: number;
  protocol: number;
  mtu: number | null;
} {
  const link = (i >> 2) % 4;
  return {
    dst: 0x01000000 + i * 256,
    link,
    gateway: (0xc6120002 + (link << 8) + ((i * 7) % 64)) >>> 0,
    metric: (i % 8) * 10,
    protocol: [186, 188, 4][i % 3]!,
    mtu: i % 16 === 0 ? 1400 : null,
  };
}

const dotted = (n: number): string => `${n >>> 24}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** The line of `ip -batch` that makes route `i`. */
export function ipLine(i: number): string {
  const { dst, link, gateway, metric, protocol, mtu } = routeNumber(i);
  return (
    `route add ${dotted(dst)}/24 via ${dotted(gateway)} dev ${LINKS[link]} proto ${protocol}` +
    `${metric > 0 ? ` metric ${metric}` : ''}${mtu === null ? '' : ` mtu ${mtu}`}`
  );
}

/** Seconds that a command takes, its output in a file. */
export function timed(command: string, words: readonly string[], outFile = '/dev/null'): number {
  const out = openSync(outFile, 'w');
  const start = monotonicMs();
  const { status, error } = spawnSync(command, words, { stdio: ['ignore', out, 'inherit'] });
  const seconds = (monotonicMs() - start) / 1000;
  closeSync(out);
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: exit code ${status}`);
  return seconds;
}
