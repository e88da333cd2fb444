// SPDX-License-Identifier: MIT
// What is remembered between runs. Never the lock.
import { z } from './z.ts';

export const prefs = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['normal', 'compact']),
  /** Whether the inspector is docked under the grid, and its share of the height. */
  dock: z.strictObject({ open: z.boolean(), share: z.number().min(0.1).max(0.9) }),
  /** Column order, hidden columns and widths in CSS pixels, by column name. */
  columns: z.strictObject({
    order: z.array(z.string().max(32)).max(32),
    hidden: z.array(z.string().max(32)).max(32),
    widths: z.record(z.string().max(32), z.number().min(24).max(2000)),
  }),
  target: z.string().max(80),
  window: z.strictObject({ width: z.int().min(900).max(16_384), height: z.int().min(600).max(16_384) }),
  /** How long changes to this machine wait to be kept, s. */
  confirmSeconds: z.int().min(5).max(600),
  /** One-line hints that the person has dismissed. */
  dismissed: z.array(z.string().max(64)).max(64),
});
export type Prefs = z.infer<typeof prefs>;
export const prefsPatch = prefs.partial();
export type PrefsPatch = z.infer<typeof prefsPatch>;

export const DEFAULT_PREFS: Prefs = {
  theme: 'system',
  density: 'normal',
  dock: { open: true, share: 0.38 },
  columns: { order: [], hidden: [], widths: {} },
  target: 'lab',
  window: { width: 1280, height: 840 },
  confirmSeconds: 30,
  dismissed: [],
};
