// SPDX-License-Identifier: MIT
// What the commands have in common: where they write, how they fail, what a table is called.
import type { AppError } from '../contract/index.ts';
import { namedTables } from '../../main/codec/index.ts';

export const FAILED = 1;
export const MISUSED = 2;

export const out = (text: string): void => void process.stdout.write(text);
export const say = (text: string): void => void process.stderr.write(`routelens: ${text}\n`);

export const sentence = (error: AppError): string =>
  [error.what, error.why, error.wayOut].filter((words) => words !== undefined).join('. ');

export function sayError(error: AppError): number {
  say(sentence(error));
  return FAILED;
}

/** A table by its name or number; null when there is none of that name. */
export function tableOf(word: string): number | null {
  const named = namedTables().find(([, name]) => name === word)?.[0];
  return named ?? (/^\d{1,10}$/.test(word) ? Number(word) : null);
}
