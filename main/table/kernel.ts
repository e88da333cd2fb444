// SPDX-License-Identifier: MIT
// Constants of the kernel that are on no wire.

/** The metric that an IPv6 route gets when none is given (include/net/ip6_route.h). */
export const IP6_RT_PRIO_USER = 1024;
