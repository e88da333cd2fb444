// SPDX-License-Identifier: MIT
// All tables and the constants in them.
export * from './addr.ts';
export * from './encap.ts';
export * from './families.ts';
export * from './link.ts';
export * from './link-stats.ts';
export * from './messages.ts';
export * from './neigh.ts';
export * from './nexthop.ts';
export * from './nlmsg.ts';
export * from './phrases.ts';
export * from './rtmgr.ts';
export * from './rtmsg.ts';
export * from './rule.ts';
export * from './types.ts';
