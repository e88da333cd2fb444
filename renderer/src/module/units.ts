// SPDX-License-Identifier: MIT
// Sizes and times as the page Module words them.
import { MAX_ROUTES } from '../../../app/contract/module.ts';
import { count } from '../words.ts';

export const bytes = (n: number): string =>
  n < 10_240
    ? `${count(n)} B`
    : n < 10_485_760
      ? `${count(Math.round(n / 1024))} KiB`
      : `${count(Math.round(n / 1_048_576))} MiB`;

/** Nanoseconds as hours, minutes and seconds. */
export function uptime(ns: number): string {
  const s = Math.floor(ns / 1e9);
  const parts = [Math.floor(s / 3600), Math.floor((s % 3600) / 60), s % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Milliseconds after the first step: `+12 ms`, `+3.4 s`. */
export const after = (ms: number): string =>
  ms < 1000
    ? `+${Math.round(ms)} ms`
    : ms < 60_000
      ? `+${(ms / 1000).toFixed(1)} s`
      : `+${Math.round(ms / 1000)} s`;

/** Seconds since boot, as dmesg writes them. */
export const sinceBoot = (ms: number): string => (ms / 1000).toFixed(3);

export type Limit = { value: number | null } | { error: string };

/** A limit of routes as one types it: empty for the module's own, `1,000,000` or `1000000`. */
export function readLimit(text: string): Limit {
  const digits = text.replace(/[\s,_’']/g, '');
  if (digits === '') return { value: null };
  if (!/^[0-9]+$/.test(digits)) return { error: 'A whole number, or nothing for the module’s own limit' };
  const value = Number(digits);
  if (value < 1) return { error: 'At least 1 route' };
  if (value > MAX_ROUTES) return { error: `At most ${count(MAX_ROUTES)} routes` };
  return { value };
}
