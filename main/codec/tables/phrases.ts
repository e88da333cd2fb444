// SPDX-License-Identifier: MIT
// Phrases for numbers that have a unit.

/** USER_HZ: clock ticks a second as the kernel tells them to user space, 100 on every architecture but old Alpha and IA-64. */
export const USER_HZ = 100;

export const clockTicks = (n: number | bigint): string => `${Number(n) / USER_HZ} s`;
export const seconds = (n: number | bigint): string => (Number(n) === 0xffffffff ? 'forever' : `${n} s`);
export const byteCount = (n: number | bigint): string => (Number(n) === 1 ? '1 byte' : `${n} bytes`);
export const mark = (n: number | bigint): string => `0x${n.toString(16)}`;

/** Marks numbers of interfaces, so that readers that know names can add them. */
export const ifindex = (n: number | bigint): string => String(n);
