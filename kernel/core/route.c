// SPDX-License-Identifier: GPL-2.0-only
/* What the type of a route means to a lookup: fib_props[] of the kernel. */
#include "route.h"

int rtmgr_type_error(u8 type)
{
	switch (type) {
	case RTN_BLACKHOLE:
	case RTN_NAT:
	case RTN_XRESOLVE:
		return -EINVAL;
	case RTN_UNREACHABLE:
		return -EHOSTUNREACH;
	case RTN_PROHIBIT:
		return -EACCES;
	case RTN_THROW:
		return -EAGAIN;
	default:
		return 0;
	}
}
