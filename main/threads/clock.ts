// SPDX-License-Identifier: MIT
/** CLOCK_MONOTONIC in milliseconds with microsecond fractions: one clock for all threads. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;
