// SPDX-License-Identifier: MIT
// Sizes that style sheet and code must agree on, in CSS pixels.

/** The column of marks at the left edge. */
export const MARK_WIDTH = 22;
