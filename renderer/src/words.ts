// SPDX-License-Identifier: MIT
// Numbers and errors as the window words them.
import type { AppError } from '../../app/contract/index.ts';
import { answerer } from './state/target.ts';

const NUMBER = new Intl.NumberFormat('en');
/** 1000012 as 1,000,012. */
export const count = (n: number): string => NUMBER.format(n);
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** The parts of an error, in the order in which they are read. */
export interface Told {
  what: string;
  why: string | null;
  /** The kernel's own words, e.g. `File exists (EEXIST)` and its sentence. */
  kernel: { errno: string; sentence: string | null } | null;
  wayOut: string | null;
}

export function told(error: AppError): Told {
  const kernel =
    error.kind === 'kernel'
      ? { errno: `${error.errnoText} (${error.errnoName})`, sentence: error.extack ?? null }
      : error.kind === 'syscall'
        ? { errno: `${error.call}: ${error.errnoName}`, sentence: null }
        : null;
  return { what: error.what, why: error.why ?? null, kernel, wayOut: error.wayOut ?? null };
}

/** The shortest that still says what and why: `File exists (EEXIST)`. */
export function brief(error: AppError): string {
  const { what, kernel } = told(error);
  return kernel ? kernel.errno : what;
}

/** All of it in one string, for titles and screen readers. */
export function sentence(error: AppError): string {
  const { what, why, kernel, wayOut } = told(error);
  const parts = [
    what,
    why,
    kernel && `${answerer()}: ${kernel.errno}${kernel.sentence ? `, “${kernel.sentence}”` : ''}`,
    wayOut,
  ];
  return parts.filter(Boolean).join('. ');
}
